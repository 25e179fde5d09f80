/** What cannot be copied: anything but plain data. */
export const NONE: unique symbol = Symbol('none');

/**
 * A copy as it would have come from the wire. Plain data only: what `structuredClone` makes of a class's instance or a Buffer is another thing
 * than the caller would have got by himself. Parts that are in it twice are one in the copy, too.
 */
export function copyOf(value: unknown): unknown {
  if (typeof value === 'function') return NONE;
  if (typeof value !== 'object' || value === null) return value;
  try {
    return copied(value, new Map());
  } catch {
    // A trap of a proxy; or it is too deep.
    return NONE;
  }
}

function copied(value: object, seen: Map<object, unknown>): unknown {
  const known = seen.get(value);
  if (known !== undefined) return known;
  const prototype: unknown = Object.getPrototypeOf(value);
  const isList = Array.isArray(value) && prototype === Array.prototype;
  if ((!isList && prototype !== Object.prototype && prototype !== null) || !Object.isExtensible(value)) return NONE;
  const copy: object = isList ? new Array(value.length) : Object.create(prototype as object | null);
  seen.set(value, copy);
  for (const name of Reflect.ownKeys(value)) {
    if (isList && name === 'length') continue;
    const part = Object.getOwnPropertyDescriptor(value, name) as PropertyDescriptor;
    if (!('value' in part) || typeof part.value === 'function') return NONE;
    const inner: unknown = typeof part.value === 'object' && part.value !== null ? copied(part.value, seen) : part.value;
    if (inner === NONE) return NONE;
    Object.defineProperty(copy, name, { ...part, value: inner });
  }
  return copy;
}
