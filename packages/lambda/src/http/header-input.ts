import { isPlainObject } from '../json/json-object.js';

/** Header values by name. An array is a header with several values. `undefined` is left out. */
export type ReplyHeaders = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Accepted forms of headers: an object, `Headers`, a Map, or another iterable of pairs. */
export type HeadersInput = ReplyHeaders | Iterable<readonly [name: string, value: string | number | readonly string[] | undefined]>;

/** Creates the error for a value that cannot be headers. */
type Refuse = (what: string, value: unknown, expected: string) => Error;

const wanted = 'headers by name, Headers, a Map or an array of pairs';

/**
 * Converts any accepted form of headers to values by name. If pairs repeat a name, it gets a list of values.
 * @throws the error of `refuse` for any other value, which would be sent as `[object Object]`, as `0: a,1`, or not at all
 */
export function toHeaders(input: unknown, refuse: Refuse): ReplyHeaders {
  if (typeof input !== 'object' || input === null) throw refuse('headers', input, wanted);
  const isList = Symbol.iterator in input;
  const headers = isList ? fromPairs(input as Iterable<unknown>, refuse) : (input as Readonly<Record<string, unknown>>);
  const names = Object.keys(headers);
  // A promise, a date or a URL has no keys at all.
  if (!isList && names.length === 0 && !isPlainObject(input)) throw refuse('headers', input, wanted);
  for (const name of names) {
    const value = headers[name];
    if (!isValue(value) && !(Array.isArray(value) && value.every(isValue)))
      throw refuse(`header ${JSON.stringify(name)}`, value, 'a string or an array of strings');
  }
  return headers as ReplyHeaders;
}

function fromPairs(pairs: Iterable<unknown>, refuse: Refuse): Readonly<Record<string, unknown>> {
  const headers: Record<string, unknown> = Object.create(null);
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') throw refuse('headers', pairs, wanted);
    const name = pair[0].toLowerCase();
    headers[name] = name in headers ? [headers[name], pair[1]].flat() : pair[1];
  }
  return headers;
}

/** Whether a value can be the value of a header. `undefined` and `null` are accepted and left out later. */
const isValue = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
