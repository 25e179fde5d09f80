import { parseJson } from '../json.js';

/** What a producer wrote, in the forms one may want it. */
export interface Payload {
  bytes(): Uint8Array;
  text(): string;
  /** Parsed, without any `__proto__`; throws for what is not JSON. */
  json<T = unknown>(): T;
}

/** Decodes base64 when it is asked to. */
export const toPayload = (data: string): Payload => {
  const text = (): string => fromBase64(data).toString('utf8');
  return { bytes: () => fromBase64(data), text, json: <T>() => parseJson(text()) as T };
};

export const fromBase64 = (data: string): Buffer => Buffer.from(data, 'base64');
