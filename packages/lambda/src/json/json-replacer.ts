import { loadBody } from '../body/lazy.js';
import { classOf, nameOf } from '../body/single-use.js';
import { LambdaError } from '../errors.js';

/** `JSON.stringify` for a value with parts that JSON has no form for. `toJsonText` documents the result. */
export function stringifySpecial(value: unknown, source: string): string | undefined {
  return JSON.stringify(value, function replace(this: Readonly<Record<string, unknown>>, key: string, item: unknown): unknown {
    if (typeof item === 'bigint') return item.toString();
    // The `toJSON` of a Buffer has already turned it into an object. Its parent (`this`) still has the bytes.
    const before = this[key];
    if (isBytes(before)) return toBase64(before);
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
    const replaced = replacement(item);
    if (replaced !== undefined) return replaced;
    const advice = adviceFor(item);
    if (advice === undefined) return item;
    const [verb, where] = key === '' ? ['is', ''] : ['has', ` under "${key.slice(0, 100)}"`];
    throw new LambdaError('NotJson', `${source} ${verb} ${nameOf(item)}${where}, which JSON cannot hold: ${advice}.`);
  });
}

/** Returns a value that JSON can represent instead of the object, or `undefined` if the object can stay. */
function replacement(item: object): unknown {
  if (item instanceof Map) return Object.fromEntries(item);
  if (item instanceof Set) return [...item];
  // Typed arrays other than bytes become arrays of numbers.
  if (ArrayBuffer.isView(item)) return Array.from(item as unknown as ArrayLike<number>);
  if (isIterator(item)) return [...loadBody().claim(item)];
  const name = classOf(item);
  if (name === 'Headers') return Object.fromEntries(item as Iterable<[string, string]>);
  return name === 'URLSearchParams' ? String(item) : undefined;
}

/** Returns advice about a value that JSON would silently turn into `{}`, or `undefined` for other values. */
function adviceFor(item: object): string | undefined {
  if (typeof (item as { then?: unknown }).then === 'function') return 'await it';
  const name = classOf(item);
  if (name === 'Response' || name === 'Request') return 'return its data, such as await response.json()';
  if (name === 'Blob' || name === 'File' || name === 'FormData') return 'return its data, or a Response made of it';
  if (Symbol.asyncIterator in item) return 'collect it, or return it by itself from a route';
  return undefined;
}

type Bytes = Uint8Array | Uint8ClampedArray | DataView | ArrayBuffer | SharedArrayBuffer;

const isBytes = (value: unknown): value is Bytes =>
  value instanceof Uint8Array ||
  value instanceof Uint8ClampedArray ||
  value instanceof DataView ||
  value instanceof ArrayBuffer ||
  value instanceof SharedArrayBuffer;

const toBase64 = (bytes: Bytes): string =>
  ('buffer' in bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.from(bytes)).toString('base64');

const isIterator = (value: object): value is IterableIterator<unknown> => Symbol.iterator in value && 'next' in value && typeof value.next === 'function';
