import { isPlainObject } from './json-object.js';

/** Loaded at the first value with a part that JSON has no form for. */
const jsonReplacer = (): typeof import('./json-replacer.js') => require('./json-replacer.js');

/**
 * Parses JSON and leaves out every key `__proto__`, so that code can merge the result into other objects safely.
 * A byte order mark at the beginning is ignored (RFC 8259, 8.1).
 * @throws SyntaxError with the position of the mistake, or `it is empty`
 */
export function parseJson(text: string): unknown {
  const json = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (json.trim() === '') throw new SyntaxError('it is empty');
  return suspicious.test(json) ? JSON.parse(json, withoutProto) : JSON.parse(json);
}

// `__proto__` may be written as it is or with escaped letters. The reviver makes parsing several times slower, so it is used only then.
const suspicious = /__proto__|\\u00(?:5f|6f|7[024])/i;

const withoutProto = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);

/**
 * Converts a value to JSON. A Map becomes an object, a Set and an iterator an array, a bigint a string, bytes base64.
 * @param source origin of the value, as the beginning of a message: `The result of a route`
 * @returns `undefined` for a function, a symbol and `undefined`
 * @throws LambdaError `NotJson` for a value that JSON would turn into `{}` (a promise, a stream, a Response); `AlreadyRead` for an iterator that has been read before
 * @throws TypeError for a circular structure
 */
export function toJsonText(value: unknown, source: string): string | undefined {
  return isPlainData(value) ? JSON.stringify(value) : jsonReplacer().stringifySpecial(value, source);
}

/** Maximum depth to which plain data is checked. A circular structure ends here, too. */
const MAX_DEPTH = 50;

/**
 * Whether a value consists only of types that JSON has. Most values do, and `JSON.stringify` then needs no replacer.
 * It uses loops, because they take a third of the time of `every` and `Object.values`.
 */
function isPlainData(value: unknown, depth = 0): boolean {
  // A function may be a `toJSON`, or the `then` of a promise that was not awaited.
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
