/** How deep is looked; what is deeper may go round in a circle. */
const MAX_DEPTH = 100;
/** How many parts the text may have: what is held several times is written as often. */
const MAX_PARTS = 1_000_000;
/** More than any text may have. */
const UNSAFE = Number.POSITIVE_INFINITY;

/** Whether JSON gives it back as it is, in a text of bearable size. A property that is `undefined` may be lost. */
export const isJsonSafe = (value: unknown): boolean => countParts(value, MAX_DEPTH, new Map()) <= MAX_PARTS;

/** How many parts its text has; `CHANGED` where it would come back otherwise. Each object is walked through once, however often it is held. */
function countParts(value: unknown, depth: number, counted: Map<object, number>): number {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return 1;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0) ? 1 : UNSAFE;
  if (typeof value !== 'object' || depth === 0 || !isPlainContainer(value)) return UNSAFE;
  const before = counted.get(value);
  if (before) return before;
  const isList = Array.isArray(value);
  let parts = 1;
  // A hole is `undefined` too.
  for (const inner of isList ? value : Object.values(value)) {
    if (inner !== undefined || isList) parts += countParts(inner, depth - 1, counted);
    if (parts > MAX_PARTS) return UNSAFE;
  }
  counted.set(value, parts);
  return parts;
}

/** An array or object with nothing that JSON leaves out: no symbols, nothing hidden, no properties beside an array's values. */
function isPlainContainer(value: object): boolean {
  const { length } = Reflect.ownKeys(value);
  if ('toJSON' in value) return false;
  if (Array.isArray(value)) return length === value.length + 1;
  const prototype = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && length === Object.keys(value).length;
}
