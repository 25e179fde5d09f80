import { assertObject, assertOneOf } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { HttpOptions, Method, QueryParams, RequestOptions } from './contract.js';
import { METHODS, parseSettings, type Settings } from './settings.js';

/** A body in a form that `fetch` accepts. */
type Sendable = string | Uint8Array | ArrayBuffer | URLSearchParams | FormData | Blob;

/** A validated request that can be sent several times. */
export interface Call {
  readonly method: Method;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Sendable | undefined;
  /** Whether the request may be sent more than once. */
  readonly repeatable: boolean;
  readonly settings: Settings;
  /** Number of attempts so far. It is counted here, so that it is known even if the request fails. */
  readonly made: { attempts: number };
}

/** Headers that the connection sets itself. A wrong length, for example, would keep the server waiting. */
const CONNECTION = /^(?:connection|content-length|expect|host|keep-alive|transfer-encoding|upgrade)$/i;

/** Headers and settings of a client. Each of its requests starts with them. */
export interface Client {
  readonly headers: HttpOptions['headers'];
  readonly settings: Settings;
}

/** @throws `InvalidParams` */
export function toCall(client: Client, method: Method, target: string | URL, options: RequestOptions): Call {
  assertObject('http', 'options', options);
  assertOneOf('http', 'method', method, METHODS);
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalidParam('http', 'signal', signal, 'an AbortSignal');
  const settings = parseSettings(options, client.settings);
  const headers = toHeaders(client.headers, options.headers);
  const body = toBody(options.body, headers);
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) throw invalidParam('http', 'body', options.body, `left out of a ${method} request`);
  const { idempotencyKey: key } = options;
  if (key !== undefined && key !== true && (typeof key !== 'string' || key === ''))
    throw invalidParam('http', 'idempotencyKey', key, 'true or a non-empty string');
  if (key !== undefined) setHeader(headers, 'idempotency-key', key === true ? process.getBuiltinModule('node:crypto').randomUUID() : key);
  const url = new URL(withQuery(toUrl('url', target), options.query));
  return { method, url, headers, body, repeatable: key !== undefined || settings.retry.methods.includes(method), settings, made: { attempts: 0 } };
}

/** @throws `InvalidParams` for a value that is not an absolute URL, and for a URL with a user or a password */
export function toUrl(param: string, given: string | URL): URL {
  const url = (typeof given === 'string' || given instanceof URL) && URL.canParse(String(given)) ? new URL(given) : undefined;
  if (!url) throw invalidParam('http', param, given, 'an absolute URL');
  if (url.username || url.password) throw invalidParam('http', param, given, 'a URL without user and password; put them into a header (see buildHeaders)');
  url.hash = '';
  return url;
}

/** Adds `params` to the query of a URL. */
export function withQuery(url: URL, params: URLSearchParams | QueryParams = {}): string {
  for (const [name, given] of pairsOf<unknown>('params', params)) {
    for (const value of Array.isArray(given) ? given : [given]) {
      if (value === undefined || value === null) continue;
      if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') {
        throw invalidParam('http', name, value, 'a string, a number or a boolean, or an array of them');
      }
      url.searchParams.append(name, String(value));
    }
  }
  return url.href;
}

/** @throws `InvalidParams` for headers that HTTP does not allow, and for those of the connection */
export function toHeaders(...given: RequestOptions['headers'][]): Headers {
  const headers = new Headers();
  for (const [name, value] of given.flatMap((each) => pairsOf<string | null | undefined>('headers', each ?? {}))) {
    if (value === undefined) continue;
    if (value !== null && CONNECTION.test(name)) throw invalidParam('http', `headers/${name}`, value, 'left out: it follows from the URL and the body');
    setHeader(headers, name, value);
  }
  return headers;
}

/** Returns pairs of name and value from an object, or from `Headers`, `URLSearchParams` and similar collections. */
function pairsOf<T>(param: string, given: object): [string, T][] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw invalidParam('http', param, given, 'an object with values by name');
  return typeof (given as Partial<Map<string, T>>).entries === 'function' ? [...(given as Map<string, T>).entries()] : Object.entries(given);
}

function setHeader(headers: Headers, name: string, value: string | null): void {
  try {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  } catch {
    throw invalidParam('http', 'headers', value, 'names and values that HTTP allows');
  }
}

function toBody(given: unknown, headers: Headers): Sendable | undefined {
  if (given === undefined || given === null) return undefined;
  if (isSendable(given)) return given;
  if (
    given instanceof ReadableStream ||
    typeof given === 'function' ||
    typeof (given as object as AsyncIterable<unknown>)[Symbol.asyncIterator] === 'function'
  ) {
    throw invalidParam('http', 'body', given, 'a value that can be sent more than once, not a stream');
  }
  const json = toJson(given);
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return json;
}

function isSendable(given: unknown): given is Sendable {
  if (typeof given === 'string' || given instanceof ArrayBuffer || ArrayBuffer.isView(given)) return true;
  return given instanceof URLSearchParams || given instanceof FormData || given instanceof Blob;
}

function toJson(given: unknown): string {
  try {
    const json = JSON.stringify(given);
    if (json !== undefined) return json;
  } catch (cause) {
    throw Object.assign(invalidParam('http', 'body', given, 'a value that JSON can represent'), cause !== undefined && { cause });
  }
  throw invalidParam('http', 'body', given, 'a value that JSON can represent');
}
