import { LambdaError } from '../errors.js';

/**
 * What JSON can hold of a value, so that Lambda's runtime cannot fail on it after the invocation has ended.
 * @param source What gave the value.
 * @throws LambdaError `NotJson`
 */
export function toJsonSafe(value: unknown, source: string): unknown {
  try {
    return JSON.parse(JSON.stringify(value, replace) ?? 'null');
  } catch (cause) {
    throw new LambdaError('NotJson', `What ${source} returned cannot be sent as JSON.`, { cause });
  }
}

function replace(this: unknown, key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...value];
  // A Buffer has become an object by itself before this sees it.
  const before = (this as Readonly<Record<string, unknown>>)[key];
  return before instanceof Uint8Array ? Buffer.from(before.buffer, before.byteOffset, before.byteLength).toString('base64') : value;
}
