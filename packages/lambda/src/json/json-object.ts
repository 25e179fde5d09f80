/** An object that was parsed from JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object and not an array. */
export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the value if it is such an object, else an empty object. */
export const toJsonObject = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

export const isString = (value: unknown): value is string => typeof value === 'string';

/** Whether a value is an object without a class: a literal, or one that was parsed from JSON. */
export function isPlainObject(value: unknown): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
