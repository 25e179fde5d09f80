import type { Invocation } from '@suga/gateway';
import { applyToJson, errorFields, isError, readProperty, toJsonValue, UNREADABLE } from './json.js';

/** What a record is made of, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields an extra stands for: an error's are under `error`, what is no object of fields (an array, a text) is under
 * `extra`. A `toJSON` of the user's decides here, not in the record: it may be there to hide a secret.
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

/** Both, the later ones winning. A getter that throws takes only its own field with it. */
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

/** Those that have none of the names. */
export function omitFields(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !names.includes(key)));
}

/**
 * The standard fields keep their names; a field of the user's that has one of them is moved to `extra`, beside an
 * `extra` of the user's. So is `toJSON`, which would speak for the whole record.
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

/** The message as text, also where its `toString` throws or is missing. */
export function toText(message: unknown): string {
  try {
    return String(message);
  } catch {
    return UNREADABLE;
  }
}

/** The fields that a record has from its invocation. */
export function invocationFields(invocation: Invocation | undefined): Fields {
  if (!invocation) return {};
  const { id, coldStart, traceId } = invocation;
  if (traceId === undefined) return { function_request_id: id, cold_start: coldStart };
  // The header is "Root=1-…;Parent=…;Sampled=0"; what is looked for in X-Ray is the root.
  return { function_request_id: id, cold_start: coldStart, xray_trace_id: /Root=([^;]+)/.exec(traceId)?.[1] ?? traceId };
}
