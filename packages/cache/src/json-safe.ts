/** Maximum depth. A deeper value may be circular. */
const MAX_DEPTH = 100;
/** Maximum number of parts in the JSON string. An object that is referenced several times is written several times. */
const MAX_PARTS = 1_000_000;
/** Number of parts of a value that JSON would change: more than any JSON string may have. */
const UNSAFE = Number.POSITIVE_INFINITY;

/** Whether a value survives JSON unchanged, with at most `MAX_PARTS` parts. A property that is `undefined` may be lost. */
export const isJsonSafe = (value: unknown): boolean => countParts(value, MAX_DEPTH, new Map()) <= MAX_PARTS;

/** Counts the parts of the JSON string; `UNSAFE` if JSON would change the value. Each object is walked once, however often it is referenced. */
function countParts(value: unknown, depth: number, counted: Map<object, number>): number {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return 1;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? 1 : UNSAFE;
  if (typeof value !== 'object' || depth === 0 || !isPlainContainer(value)) return UNSAFE;
  const before = counted.get(value);
  if (before) return before;
  const isList = Array.isArray(value);
  let parts = 1;
  // A hole is also `undefined`.
  for (const inner of isList ? value : Object.values(value)) {
    if (inner !== undefined || isList) parts += countParts(inner, depth - 1, counted);
    if (parts > MAX_PARTS) return UNSAFE;
  }
  counted.set(value, parts);
  return parts;
}

/** Whether JSON writes every part of an array or object: it has no symbols, no hidden properties, and an array has only elements. */
function isPlainContainer(value: object): boolean {
  const { length } = Reflect.ownKeys(value);
  if ('toJSON' in value) return false;
  if (Array.isArray(value)) return length === value.length + 1;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && length === Object.keys(value).length;
}
