import { parseJson } from '../json.js';

/** Data of a producer, in the form that is asked for. */
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
