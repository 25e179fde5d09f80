/** V8's header of a heap object with some in-object slots; of an array's or map's slot; of a number outside the small ones, and of a date. */
const [OBJECT, SLOT, NUMBER, DATE] = [32, 8, 12, 96];

/** Beyond it, the rest is taken to be like what was counted. */
const MAX_PARTS = 10_000;

/**
 * What a value takes in memory, roughly, in bytes: within a factor of two of the heap's growth for texts, plain objects and arrays.
 * Parts that it holds twice count once. What it reads by a getter that throws counts as a slot.
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

/** What a part takes by itself; what it leads to goes to `pending`. */
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
      // A number in a slot takes no more than the slot.
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

/** Whether V8 keeps it with one byte per character; a long one is judged by its beginning. */
const isLatin = (text: string): boolean => !/[^\0-\xff]/.test(text.length > 1000 ? text.slice(0, 1000) : text);
