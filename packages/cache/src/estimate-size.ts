/** Sizes in V8's heap, in bytes: an object's header with some in-object slots, a slot of an array or map, a number outside the small integers, a date. */
const [OBJECT, SLOT, NUMBER, DATE] = [32, 8, 12, 96];

/** Maximum number of parts that are counted. The remaining parts are assumed to have the average size of the counted ones. */
const MAX_PARTS = 10_000;

/**
 * Estimates the size of a value in memory, in bytes: within a factor of two of the heap's growth for strings, plain objects and arrays.
 * An object that is referenced several times counts once. A property whose getter throws counts as a slot.
 */
export function estimateSize(value: unknown): number {
  const counted = new Set<object>();
  const pending: unknown[] = [value];
  let bytes = 0;
  for (let parts = 1; pending.length > 0; parts++) {
    if (parts > MAX_PARTS) return Math.round((bytes / parts) * (parts + pending.length));
    bytes += ownSize(pending.pop(), counted, pending);
  }
  return bytes;
}

/** Returns the size of a part without its inner parts, and adds these to `pending`. */
function ownSize(part: unknown, counted: Set<object>, pending: unknown[]): number {
  if (typeof part === 'string') return OBJECT / 2 + part.length * (isLatin(part) ? 1 : 2);
  if (typeof part === 'number') return NUMBER;
  if (typeof part !== 'object' || part === null) return SLOT;
  if (counted.has(part)) return SLOT;
  counted.add(part);
  const before = pending.length;
  let slots = 0;
  try {
    if (ArrayBuffer.isView(part) || part instanceof ArrayBuffer) return OBJECT + part.byteLength;
    if (part instanceof Date) return DATE;
    for (const inner of partsOf(part)) {
      slots++;
      // A number in a slot needs no memory beside the slot.
      if (typeof inner !== 'number') pending.push(inner);
    }
  } catch {
    pending.length = before;
  }
  return OBJECT + SLOT * slots;
}

function* partsOf(part: object): Iterable<unknown> {
  if (part instanceof Map) for (const [key, inner] of part) yield* [key, inner];
  else if (part instanceof Set || Array.isArray(part)) yield* part;
  else for (const key of Object.keys(part)) yield (part as Record<string, unknown>)[key];
}

/** Whether V8 stores the string with one byte per character. Only the first 1,000 characters are checked. */
const isLatin = (text: string): boolean => !/[^\0-\xff]/.test(text.length > 1000 ? text.slice(0, 1000) : text);
