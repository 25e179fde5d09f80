import { invalidParam } from '@suga/gateway/errors';
import type { RequestLike, Rule } from '../contract.js';
import { unreadableBody } from './check-rule.js';

type Fields = Readonly<Record<string, Rule>>;

interface RequestParts {
  readonly method: string;
  readonly params: object;
  query(fields: Fields): object;
  headers(fields: Fields): object;
  body(): unknown;
}

/** Converts the parts of a request to plain objects. Only what the rules name is read. */
export function toRequestParts(request: RequestLike): RequestParts {
  const { method, params, query, headers } = request;
  return {
    method: typeof method === 'string' ? method.toUpperCase() : '',
    params: parseObject('params', params),
    query: (fields) => (query instanceof URLSearchParams ? fromSearchParams(query, fields) : parseObject('query', query)),
    headers: (fields) => pickHeaders(lowerCaseNames(headers), fields),
    body: () => readBody(request),
  };
}

function parseObject(name: string, value: unknown): object {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object') throw invalidParam('security', `request.${name}`, value, 'an object');
  return value;
}

/** Picks query parameters. A name that occurs more than once becomes an array, which only a list rule accepts: of two values, neither is the right one. */
function fromSearchParams(query: URLSearchParams, fields: Fields): object {
  const found = new Map<string, unknown>();
  for (const name of Object.keys(fields)) {
    const values = query.getAll(name);
    if (values.length > 0) found.set(name, fields[name]?.type === 'list' || values.length > 1 ? values : values[0]);
  }
  return Object.fromEntries(found);
}

function lowerCaseNames(headers: RequestLike['headers']): ReadonlyMap<string, unknown> {
  const source = parseObject('headers', headers);
  const entries = Symbol.iterator in source ? [...(source as Iterable<readonly [string, string]>)] : Object.entries(source);
  if (!entries.every(Array.isArray)) throw invalidParam('security', 'request.headers', headers, 'an object, or pairs');
  return new Map(entries.map(([name, value]) => [String(name).toLowerCase(), value]));
}

/** Picks headers by the names in the rules, which may be in any case. */
function pickHeaders(headers: ReadonlyMap<string, unknown>, fields: Fields): object {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, headers.get(name.toLowerCase())]));
}

function readBody(request: RequestLike): unknown {
  const { body } = request;
  if (body === undefined && typeof request.json === 'function') {
    if (typeof request.text === 'function' && assertSynchronous('text', request.text()) === '') return undefined;
    return assertSynchronous('json', request.json());
  }
  if (typeof body !== 'string') return body;
  try {
    // Some clients send a byte order mark first, which is not part of JSON (RFC 8259, 8.1).
    const text = body.replace(/^\uFEFF/, '');
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return unreadableBody;
  }
}

function assertSynchronous(name: string, value: unknown): unknown {
  if (typeof (value as PromiseLike<unknown> | null)?.then !== 'function') return value;
  // The promise is dropped here, so its rejection must not count as unhandled.
  (value as Promise<unknown>).then(undefined, () => {});
  throw invalidParam('security', `request.${name}`, undefined, 'synchronous; await a body that is not and pass it as "body"');
}
