import { invalidValue, storeError } from './errors.js';

/** Before the base64 of bytes; no JSON begins like it. */
const BYTES_MARK = 'bytes:';

/** A value as the text that every backend stores. @throws `InvalidParams` for what JSON has no text for */
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

/** What the text stands for. @throws `Unreadable` where no store has written it */
export function deserialize(text: string): unknown {
  try {
    return text.startsWith(BYTES_MARK) ? new Uint8Array(Buffer.from(text.slice(BYTES_MARK.length), 'base64')) : JSON.parse(text);
  } catch (cause) {
    throw storeError('Unreadable', 'what is there was not written by a store: use another prefix, or remove it.', { cause });
  }
}

/** The whole number that a text is; `undefined` for any other value. */
export function toInteger(text: string): number | undefined {
  const number = /^-?\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

function notStorable(value: unknown, cause: unknown): Error {
  const got = typeof value === 'number' ? String(value) : cause ? 'what JSON.stringify refuses' : typeof value;
  return invalidValue({ param: 'value', expected: 'what JSON can hold, or a Uint8Array', got }, cause);
}
