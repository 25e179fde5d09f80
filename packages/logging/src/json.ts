const MAX_TEXT = 32_768;

/** Value of a property whose getter throws. */
export const UNREADABLE = '[unreadable]';

/** Whether the value is an error, also one of another realm (`node:vm`), for which `instanceof Error` is false. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** Converts an error into the fields that Powertools writes, with its cause and its own fields (`code` …). */
export function errorFields(error: Error): Record<string, unknown> {
  const own = Object.keys(error).filter((key) => key !== 'stack' && key !== 'cause');
  // The `errors` of an AggregateError are an own property, but not enumerable.
  if (Array.isArray(readProperty(error, 'errors')) && !own.includes('errors')) own.push('errors');
  const names = [...own, 'name', 'message', 'stack', 'cause'];
  return Object.fromEntries(names.map((key) => [key, readProperty(error, key)]));
}

/** Returns a short form of an error that the line already holds in full. Otherwise a few errors that are reached by many paths would fill a line. */
export function errorReference(error: Error): Record<string, unknown> {
  return { name: readProperty(error, 'name'), message: readProperty(error, 'message'), stack: '[seen before]' };
}

/** Reads a property; returns `UNREADABLE` if its getter throws. */
export function readProperty(owner: object, key: string): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}

/** Returns the result of the value's `toJSON`, if it has one. Bytes stay as they are: the log has a shorter form for them than a Buffer's `toJSON`. */
export function applyToJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value, '') : value;
}

/** Converts a value into one that JSON can represent. Its parts are not converted. */
export function toJsonValue(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}… (${value.length - MAX_TEXT} more characters)` : value;
    case 'bigint':
      return value.toString();
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'object':
      return value === null || Array.isArray(value) ? value : toJsonObject(value);
    default:
      return value;
  }
}

function toJsonObject(value: object): unknown {
  if (isError(value)) return errorFields(value);
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  return ArrayBuffer.isView(value) ? `[${Object.prototype.toString.call(value).slice(8, -1)} ${value.byteLength} bytes]` : value;
}

/** Whether a value with a secret's name may be a secret. Array items, the record itself, booleans, `null` and `undefined` are not. */
export function mayBeSecret(owner: object, key: string, value: unknown): boolean {
  return key !== '' && value !== null && value !== undefined && typeof value !== 'boolean' && !Array.isArray(owner);
}
