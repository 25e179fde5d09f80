import { invalidParam, SugaError } from '@suga/gateway/errors';

/** Where a text can hide a key that reaches a prototype; escapes are how such a key would be hidden from a look at the text. */
const SUSPICIOUS = /__proto__|constructor|\\u/;

/** JSON as a value, without keys that reach a prototype. */
export function parseJson(text: string, ...fallback: readonly unknown[]): unknown {
  if (typeof text !== 'string') throw invalidParam('utility', 'text', text, 'a string of JSON');
  try {
    return SUSPICIOUS.test(text) ? JSON.parse(text, withoutPrototypes) : JSON.parse(text);
  } catch (error) {
    if (fallback.length > 0) return fallback[0];
    // V8's message quotes the text, which may hold a secret.
    const at = /at position (\d+)/.exec((error as Error).message)?.[1];
    throw new SugaError('InvalidParams', `utility: "text" is no JSON${at ? `, from position ${at} on` : ''}.`);
  }
}

function withoutPrototypes(this: unknown, key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined;
  if (key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')) return undefined;
  return value;
}

/** A value as JSON, whatever it is. */
export function toJson(value: unknown, indent?: number): string {
  try {
    const text = JSON.stringify(value, sayable, indent);
    // Undefined, a function, a symbol: JSON has no word for them.
    return text ?? 'null';
  } catch {
    return JSON.stringify(readable(value, []), sayable, indent) ?? 'null';
  }
}

function sayable(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return { ...value, name: value.name, message: value.message };
  return value;
}

/** A copy without what throws. */
function readable(value: unknown, above: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? value.toString() : value;
  if (above.includes(value)) return '[circular]';
  if (above.length > 100) return '[too deep]';
  try {
    const { toJSON } = value as { toJSON?: unknown };
    const told = sayable('', typeof toJSON === 'function' ? toJSON.call(value, '') : value);
    if (typeof told !== 'object' || told === null) return told;
    const path = [...above, value];
    if (Array.isArray(told)) return told.map((item) => readable(item, path));
    return Object.fromEntries(Object.keys(told).map((key) => [key, readable((told as Record<string, unknown>)[key], path)]));
  } catch {
    return '[unreadable]';
  }
}
