import type { Invocation } from '@suga/gateway';
import { applyToJson, errorFields, isError, readProperty, toJsonValue, UNREADABLE } from './json.js';

/** Fields of a record by name. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * Converts an extra into fields: an error becomes the field `error`, and a value that is not an object of fields (an array, a string)
 * becomes the field `extra`. If the value has a `toJSON`, its result is used, because it may hide a secret. `toJSON` is called here and
 * not on the finished record, where it would replace the standard fields.
 */
export function toFields(extra: unknown): Fields {
  try {
    if (extra === undefined) return {};
    if (isError(extra)) return { error: errorFields(extra) };
    const converted = toJsonValue(applyToJson(extra));
    if (converted === undefined) return {};
    return typeof converted === 'object' && converted !== null && !Array.isArray(converted) ? (converted as Fields) : { extra: converted };
  } catch {
    return { extra: UNREADABLE };
  }
}

/** Merges fields; later ones replace earlier ones. If a getter throws, only its own field is lost. */
export function mergeFields(first: Fields, second: Fields): Fields {
  try {
    return { ...first, ...second };
  } catch {
    return { ...readable(first), ...readable(second) };
  }
}

function readable(source: Fields): Fields {
  try {
    return Object.fromEntries(Object.keys(source).map((key) => [key, readProperty(source, key)]));
  } catch {
    return { extra: UNREADABLE };
  }
}

/** Returns the fields without those that have one of the names. */
export function omitFields(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !names.includes(key)));
}

/**
 * Combines standard fields and the caller's fields. A caller's field with the name of a standard one is moved to `extra`, beside the
 * caller's own `extra`. A field `toJSON` is moved, too, because it would replace the whole record.
 */
export function toRecord(standard: Fields, fields: Fields): object {
  const isReserved = (key: string) => key === 'toJSON' || Object.hasOwn(standard, key);
  if (!Object.keys(fields).some(isReserved)) return { ...standard, ...fields };
  const entries = Object.entries(fields);
  const extra = entries
    .filter(([key]) => isReserved(key) || key === 'extra')
    .map(([key, value]) => [key, typeof value === 'function' ? toJsonValue(value) : value]);
  return { ...standard, ...Object.fromEntries(entries.filter(([key]) => !isReserved(key))), extra: Object.fromEntries(extra) };
}

/** Converts the message to a string, also if its `toString` throws or is missing. */
export function toText(message: unknown): string {
  try {
    return String(message);
  } catch {
    return UNREADABLE;
  }
}

/** Returns the standard fields of the invocation. */
export function invocationFields(invocation: Invocation | undefined): Fields {
  if (!invocation) return {};
  const { id, coldStart, traceId } = invocation;
  if (traceId === undefined) return { function_request_id: id, cold_start: coldStart };
  // The header is "Root=1-…;Parent=…;Sampled=0". In X-Ray, traces are found by the root.
  return { function_request_id: id, cold_start: coldStart, xray_trace_id: /Root=([^;]+)/.exec(traceId)?.[1] ?? traceId };
}
