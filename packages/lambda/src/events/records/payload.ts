import { parseJson } from '../../json/json.js';
import type { Payload } from '../contract/payload.js';

/** Creates a payload from base64. The data is decoded at each call. */
export const toPayload = (data: string): Payload => {
  const text = (): string => fromBase64(data).toString('utf8');
  return { bytes: () => fromBase64(data), text, json: <T>() => parseJson(text()) as T };
};

export const fromBase64 = (data: string): Buffer => Buffer.from(data, 'base64');
