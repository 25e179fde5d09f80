const MAX_TEXT = 32_768;

/** Stands where reading throws. */
export const UNREADABLE = '[unreadable]';

/** Errors of another realm (`node:vm`) are no `instanceof Error`. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** An error as Powertools writes it, with its cause and its own fields (`code` …). */
export function errorFields(error: Error): Record<string, unknown> {
  const own = Object.keys(error).filter((key) => key !== 'stack' && key !== 'cause');
  // Those of an AggregateError are its own, but not enumerable.
  if (Array.isArray(readProperty(error, 'errors')) && !own.includes('errors')) own.push('errors');
  const names = [...own, 'name', 'message', 'stack', 'cause'];
  return Object.fromEntries(names.map((key) => [key, readProperty(error, key)]));
}

/** A short stand-in for an error that the line holds in full already: repeated by each path that leads to it, few errors would fill a line. */
export function errorReference(error: Error): Record<string, unknown> {
  return { name: readProperty(error, 'name'), message: readProperty(error, 'message'), stack: '[seen before]' };
}

/** A property, or words where its getter throws. */
export function readProperty(owner: object, key: string): unknown {
  try {
    return (owner as Record<string, unknown>)[key];
  } catch {
    return UNREADABLE;
  }
}

/** What a value's `toJSON` makes of it; bytes have a shorter form than Buffer's. */
export function applyToJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? toJSON.call(value, '') : value;
}

/** A value as JSON can say it, its parts untouched. */
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

/** Whether what has a secret's name may be one: not the places of an array, nor the record itself, nor yes, no and nothing. */
export function mayBeSecret(owner: object, key: string, value: unknown): boolean {
  return key !== '' && value !== null && value !== undefined && typeof value !== 'boolean' && !Array.isArray(owner);
}
