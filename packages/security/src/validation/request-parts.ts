import { invalidParam } from '@suga/gateway/errors';
import type { RequestLike, Rule } from '../contract.js';
import { unreadable } from './check-rule.js';

type Fields = Readonly<Record<string, Rule>>;

interface Parts {
  readonly method: string;
  readonly params: object;
  query(fields: Fields): object;
  headers(fields: Fields): object;
  body(): unknown;
}

/** A request's parts as records, whatever they came as. Only what the rules name is read. */
export function partsOf(request: RequestLike): Parts {
  const { method, params, query, headers } = request;
  return {
    method: typeof method === 'string' ? method.toUpperCase() : '',
    params: record('params', params),
    query: (fields) => (query instanceof URLSearchParams ? searched(query, fields) : record('query', query)),
    headers: (fields) => named(lowered(headers), fields),
    body: () => bodyOf(request),
  };
}

function record(name: string, given: unknown): object {
  if (given === undefined || given === null) return {};
  if (typeof given !== 'object') throw invalidParam('security', `request.${name}`, given, 'an object');
  return given;
}

/** A name that came more than once is a list, which only a rule for lists lets pass: of two values, none is the right one. */
function searched(query: URLSearchParams, fields: Fields): object {
  const found = new Map<string, unknown>();
  for (const name of Object.keys(fields)) {
    const values = query.getAll(name);
    if (values.length > 0) found.set(name, fields[name]?.type === 'list' || values.length > 1 ? values : values[0]);
  }
  return Object.fromEntries(found);
}

function lowered(headers: RequestLike['headers']): ReadonlyMap<string, unknown> {
  const given = record('headers', headers);
  const entries = Symbol.iterator in given ? [...(given as Iterable<readonly [string, string]>)] : Object.entries(given);
  if (!entries.every(Array.isArray)) throw invalidParam('security', 'request.headers', headers, 'an object, or pairs');
  return new Map(entries.map(([name, value]) => [String(name).toLowerCase(), value]));
}

/** Under the names the rules have, in whatever case. */
function named(headers: ReadonlyMap<string, unknown>, fields: Fields): object {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, headers.get(name.toLowerCase())]));
}

function bodyOf(request: RequestLike): unknown {
  const { body } = request;
  if (body === undefined && typeof request.json === 'function') {
    if (typeof request.text === 'function' && synchronous('text', request.text()) === '') return undefined;
    return synchronous('json', request.json());
  }
  if (typeof body !== 'string') return body;
  try {
    // Some clients begin with a byte order mark, which JSON does not know (RFC 8259, 8.1).
    const text = body.replace(/^\uFEFF/, '');
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return unreadable;
  }
}

function synchronous(name: string, given: unknown): unknown {
  if (typeof (given as PromiseLike<unknown> | null)?.then !== 'function') return given;
  // Nobody waits for it any more.
  (given as Promise<unknown>).then(undefined, () => {});
  throw invalidParam('security', `request.${name}`, undefined, 'synchronous; await a body that is not and pass it as "body"');
}
