import { isPlainObject } from './json-object.js';

/** Loaded at the first value that JSON alone does not know. */
const jsonReplacer = (): typeof import('./json-replacer.js') => require('./json-replacer.js');

/**
 * Parses JSON and leaves out every `__proto__`: whoever merges the result into something else stays safe.
 * A byte order mark at the beginning is not part of the text (RFC 8259, 8.1).
 * @throws SyntaxError with a message that says where, and names an empty text as such
 */
export function parseJson(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (json.trim() === '') throw new SyntaxError('it is empty');
  return suspicious.test(json) ? JSON.parse(json, withoutProto) : JSON.parse(json);
}

// In plain, or with one of its letters written as an escape. The reviver is several times slower: only then does it run.
const suspicious = /__proto__|\\u00(?:5f|6f|7[024])/i;

const withoutProto = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);

/**
 * Writes a value as JSON. A Map becomes an object, a Set and an iterator an array, a bigint a string, bytes base64.
 * @param source Where the value comes from, as the beginning of a message: `The result of a route`.
 * @returns `undefined` for a function, a symbol and `undefined`
 * @throws LambdaError `NotJson` for a value that JSON would turn into `{}` (a promise, a stream, a Response); `AlreadyRead` for an iterator that has been read before
 * @throws TypeError for a circular structure
 */
export function toJsonText(value: unknown, source: string): string | undefined {
  return isPlainData(value) ? JSON.stringify(value) : jsonReplacer().stringifySpecial(value, source);
}

/** How deep plain data is looked into. A circle ends here, too. */
const MAX_DEPTH = 50;

/**
 * Whether a value is made of what JSON itself knows. Most are, and then `JSON.stringify` needs no replacer.
 * Loops, because they take a third of the time of `every` and `Object.values`.
 */
function isPlainData(value: unknown, depth = 0): boolean {
  // A function may be a `toJSON`, or the `then` of something that was not awaited.
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint' && typeof value !== 'function';
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlainData(item, depth + 1)) return false;
    return true;
  }
  if (!isPlainObject(value)) return value instanceof Date;
  for (const key in value) if (!isPlainData(value[key], depth + 1)) return false;
  return !(Symbol.asyncIterator in value);
}
