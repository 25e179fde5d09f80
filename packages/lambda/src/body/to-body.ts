import type { Body } from './contract.js';
import { isStream } from './stream.js';

const BYTES = 'application/octet-stream';

/** Returns a body that is sent as it is, with its content type, or `undefined` for a value that becomes JSON. */
export function toBody(body: object): readonly [body: Body, type: string] | undefined {
  if (body instanceof Uint8Array) return [body, BYTES];
  if (body instanceof Uint8ClampedArray || body instanceof DataView) return [new Uint8Array(body.buffer, body.byteOffset, body.byteLength), BYTES];
  if (body instanceof ArrayBuffer || body instanceof SharedArrayBuffer) return [new Uint8Array(body), BYTES];
  if (isStream(body)) return [body, BYTES];
  const tag = Object.prototype.toString.call(body);
  if (tag === '[object URLSearchParams]') return [String(body), 'application/x-www-form-urlencoded;charset=UTF-8'];
  return tag === '[object Blob]' || tag === '[object File]' ? [(body as Blob).stream() as Body, (body as Blob).type || BYTES] : undefined;
}
