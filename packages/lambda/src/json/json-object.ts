/** An object that came as JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object and no array. */
export const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that is such an object, else an empty one. */
export const toJsonObject = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});

export const isString = (value: unknown): value is string => typeof value === 'string';

/** Whether a value is an object of no class: a literal, or what JSON gave. */
export function isPlainObject(value: unknown): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
