import { isJsonObject, type JsonObject } from '../../json/json-object.js';
import { lineBreaks, token } from '../header-syntax.js';
import { HttpError } from '../reply.js';
import type { LazyRequest } from './request.js';

/**
 * Creates a web-standard `Request`. The first one loads Node's fetch (20 ms), so routes do not use it.
 * @throws HttpError 400 or 405 for a request that a `Request` cannot represent
 */
export function toWebRequest(request: LazyRequest): Request {
  const { method, headers, invocation } = request;
  assertMethod(method);
  const url = `${toOrigin(request)}${toTarget(request)}`;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const init: RequestInit = { method, headers: toFields(headers, hasBody), signal: invocation.signal };
  if (hasBody) init.body = request.bytes() as Uint8Array<ArrayBuffer>;
  return new Request(url, init);
}

/** Methods that https://fetch.spec.whatwg.org/#methods forbids. */
const forbidden: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);
const allow = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT';

function assertMethod(method: string): void {
  if (forbidden.has(method)) throw new HttpError(405, `${method} is not allowed here.`, { headers: { allow } });
  if (!token.test(method)) throw new HttpError(400, 'The request method is not valid.');
}

/** Converts headers to pairs. A Request with GET or HEAD has no body, so its headers must not describe one. */
function toFields(headers: LazyRequest['headers'], hasBody: boolean): [name: string, value: string][] {
  const fields: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!token.test(name) || lineBreaks.test(value)) throw new HttpError(400, 'The request has a header that is not valid.');
    if (hasBody || (name !== 'content-length' && name !== 'content-encoding')) fields.push([name, toByteString(value)]);
  }
  return fields;
}

// `Headers` accepts the first 256 characters, each as one byte.
const beyondBytes = /[^\0-\xFF]/;

/** Converts a value that `Headers` cannot hold to its bytes in UTF-8, one character per byte, as HTTP servers in Node deliver it. */
const toByteString = (value: string): string => (beyondBytes.test(value) ? Buffer.from(value).toString('latin1') : value);

const hostName = /^[\w.[\]:-]+$/;

/** The origin of the URL, from the client's Host header or else from the domain name of the API. */
function toOrigin({ source, headers, event }: LazyRequest): string {
  const scheme = headers['x-forwarded-proto'] === 'http' && source !== 'function-url' ? 'http' : 'https';
  const isHost = (host: unknown): host is string => typeof host === 'string' && hostName.test(host) && URL.canParse(`${scheme}://${host}`);
  const { host } = headers;
  if (host) {
    if (isHost(host)) return `${scheme}://${host}`;
    throw new HttpError(400, 'The Host header is not valid.');
  }
  const { requestContext } = event as unknown as JsonObject;
  const name = isJsonObject(requestContext) ? requestContext['domainName'] : undefined;
  return `${scheme}://${isHost(name) ? name : 'localhost'}`;
}

/** The path and query of the URL. Characters that would end the path are escaped; in a decoded path the percent sign is escaped as well. */
function toTarget({ path, search, isPathDecoded }: LazyRequest): string {
  const safe = path.replace(isPathDecoded ? /[?#\\%]/g : /[?#\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${safe}${search === '' ? '' : `?${search.replaceAll('#', '%23')}`}`;
}
