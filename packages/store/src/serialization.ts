import { invalidValue, storeError } from './errors.js';

/** Prefix of bytes in base64. No JSON string begins with it. */
const BYTES_MARK = 'bytes:';

/** Converts a value into the string that every backend stores. @throws `InvalidParams` if JSON cannot represent the value */
export function serialize(value: unknown): string {
  if (value instanceof Uint8Array) return BYTES_MARK + Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  let text: string | undefined;
  let cause: unknown;
  try {
    text = typeof value === 'number' && !Number.isFinite(value) ? undefined : JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text === undefined) throw notStorable(value, cause);
  return text;
}

/** Converts a stored string back into its value. @throws `Unreadable` if this package did not write it */
export function deserialize(text: string): unknown {
  try {
    return text.startsWith(BYTES_MARK) ? new Uint8Array(Buffer.from(text.slice(BYTES_MARK.length), 'base64')) : JSON.parse(text);
  } catch (cause) {
    throw storeError('Unreadable', 'the stored value was not written by this package: use another prefix, or remove the value.', { cause });
  }
}

/** Parses a safe integer; `undefined` for any other string. */
export function toInteger(text: string): number | undefined {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function notStorable(value: unknown, cause: unknown): Error {
  const got = typeof value === 'number' ? String(value) : cause ? 'a value that JSON.stringify refuses' : typeof value;
  return invalidValue({ param: 'value', expected: 'a value that JSON can represent, or a Uint8Array', got }, cause);
}
