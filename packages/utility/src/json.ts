import { invalidParam, SugaError } from '@suga/gateway/errors';

/** Matches JSON that may contain a key that reaches a prototype. Unicode escapes match too, because they can hide such a key. */
const SUSPICIOUS = /__proto__|constructor|\\u/;

/** Maximum number of values that are written in full. More are probably unintended: 25 objects that share their parts make 33 million values. */
const MAX_VALUES = 1_000_000;
/** Maximum number of values that are copied of an object that cannot be written directly. */
const MAX_COPIED = 10_000;
const CUT = '[cut]';

/** Parses JSON, without keys that reach a prototype. */
export function parseJson(text: string, ...fallback: readonly unknown[]): unknown {
  if (typeof text !== 'string') throw invalidParam('utility', 'text', text, 'a string of JSON');
  try {
    return SUSPICIOUS.test(text) ? JSON.parse(text, withoutPrototypes) : JSON.parse(text);
  } catch (error) {
    if (fallback.length > 0) return fallback[0];
    // V8's message quotes the text, which may hold a secret.
    const at = /at position (\d+)/.exec((error as Error).message)?.[1];
    throw new SugaError('InvalidParams', `utility: "text" is not valid JSON${at ? ` at position ${at}` : ''}.`);
  }
}

function withoutPrototypes(this: unknown, key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined;
  if (key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')) return undefined;
  return value;
}

/** Converts any value to JSON. */
export function toJson(value: unknown, indent?: number): string {
  let remaining = MAX_VALUES;
  const copies = new Map<unknown, unknown>();
  const replacer = (key: string, inner: unknown): unknown => {
    if (remaining-- <= 0) throw new RangeError('too many values');
    // Each object has one copy. JSON.stringify would not notice a circle if each visit made a new copy.
    const jsonValue = copies.get(inner) ?? toJsonValue(key, inner);
    if (jsonValue !== inner) copies.set(inner, jsonValue);
    return jsonValue;
  };
  try {
    const text = JSON.stringify(value, replacer, indent);
    // JSON cannot represent undefined, functions and symbols.
    return text ?? 'null';
  } catch {
    return JSON.stringify(copyReadable(value, [], { remaining: MAX_COPIED }), toJsonValue, indent) ?? 'null';
  }
}

function toJsonValue(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return { ...value, name: value.name, message: value.message };
  return value;
}

/** Copies a value up to the budget. Parts that throw become `[unreadable]`. */
function copyReadable(value: unknown, ancestors: readonly unknown[], budget: { remaining: number }): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint' ? value.toString() : value;
  if (ancestors.includes(value)) return '[circular]';
  if (ancestors.length > 100) return '[too deep]';
  try {
    const { toJSON } = value as { toJSON?: unknown };
    const jsonValue = toJsonValue('', typeof toJSON === 'function' ? toJSON.call(value, '') : value);
    if (typeof jsonValue !== 'object' || jsonValue === null) return jsonValue;
    const copy: [string, unknown][] = [];
    const isList = Array.isArray(jsonValue);
    for (const key of isList ? jsonValue.keys() : Object.keys(jsonValue)) {
      if (budget.remaining-- <= 0) {
        copy.push(['…', CUT]);
        break;
      }
      copy.push([String(key), copyReadable((jsonValue as Record<string, unknown>)[key], [...ancestors, value], budget)]);
    }
    return isList ? copy.map(([, item]) => item) : Object.fromEntries(copy);
  } catch {
    return '[unreadable]';
  }
}
