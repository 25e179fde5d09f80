/** An object that came as JSON. */
export type Bag = Readonly<Record<string, unknown>>;

/** Whether a value is an object and no array. */
export const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that is such an object, else an empty one. */
export const toBag = (value: unknown): Bag => (isBag(value) ? value : {});

export const isText = (value: unknown): value is string => typeof value === 'string';

/** Whether a value is an object of no class: a literal, or what JSON gave. */
export function isPlainObject(value: unknown): value is Bag {
  if (!isBag(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
