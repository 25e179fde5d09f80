import { isPlainObject } from '../json/json-object.js';

/** Header values by name; an array is a header sent more than once. */
export type ReplyHeaders = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** Headers as they may be given: by name, or as `Headers`, a Map or another list of pairs. */
export type HeadersInput = ReplyHeaders | Iterable<readonly [name: string, value: string | number | readonly string[] | undefined]>;

/** Makes the error for what cannot be headers. */
type Refuse = (what: string, value: unknown, expected: string) => Error;

const wanted = 'headers by name, Headers, a Map or a list of pairs';

/**
 * Reads headers by name from whatever may hold them. A name that occurs more than once among pairs gets a list of values.
 * @throws what `refuse` makes for another value: it would be sent as `[object Object]`, as `0: a,1`, or not at all
 */
export function toHeaders(input: unknown, refuse: Refuse): ReplyHeaders {
  if (typeof input !== 'object' || input === null) throw refuse('headers', input, wanted);
  const isList = Symbol.iterator in input;
  const headers = isList ? fromPairs(input as Iterable<unknown>, refuse) : (input as Readonly<Record<string, unknown>>);
  const names = Object.keys(headers);
  // A promise, a date or a URL has no names at all.
  if (!isList && names.length === 0 && !isPlainObject(input)) throw refuse('headers', input, wanted);
  for (const name of names) {
    const value = headers[name];
    if (!isValue(value) && !(Array.isArray(value) && value.every(isValue))) throw refuse(`header ${JSON.stringify(name)}`, value, 'a text or a list of texts');
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

/** Whether a value can be a header's; undefined and null are left out. */
const isValue = (value: unknown): boolean =>
  value === undefined || value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';
