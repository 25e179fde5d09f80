/** Marks a value that cannot be copied, because it is not plain data. */
export const NONE: unique symbol = Symbol('none');

/**
 * Copies a result for another caller, so that the copy equals what that caller would have received from the network.
 *
 * Only plain data is copied: `structuredClone` turns class instances and Buffers into other types than the caller would have received.
 * An object that occurs twice in the value occurs as one object in the copy, too.
 */
export function copyOf(value: unknown): unknown {
  if (typeof value === 'function') return NONE;
  if (typeof value !== 'object' || value === null) return value;
  try {
    return copied(value, new Map());
  } catch {
    // A proxy's trap threw, or the value is nested too deeply.
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
