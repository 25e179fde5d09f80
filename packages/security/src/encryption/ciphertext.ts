import type { KeyObject } from 'node:crypto';
import { isObject } from '@suga/gateway/check';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { SecurityErrorCode } from '../contract.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type Context = Readonly<Record<string, string>>;

/** The parts of a result of `encrypt`: `suga1.key.<key id>.<body>` or `suga1.kms.<encrypted data key>.<body>`. */
export interface Ciphertext {
  readonly kind: 'key' | 'kms';
  /** Id of the key, or the data key encrypted by KMS, in base64url. */
  readonly key: string;
  readonly body: string;
}

/** @throws `Tampered` for a string of another form */
export function parseCiphertext(text: string): Ciphertext {
  // No regular expression tests the body: it may have megabytes, and `open` checks it anyway.
  const [version, kind, key = '', body = '', ...rest] = text.split('.', 5);
  if (version !== 'suga1' || (kind !== 'key' && kind !== 'kms') || !/^[\w-]{1,10000}$/.test(key) || rest.length > 0) throw tampered();
  return { kind, key, body };
}

/** Encrypts data with a random nonce. The header and the context are authenticated with the data. */
export function toCiphertext(key: KeyObject, header: string, data: string | Uint8Array, context: Context): string {
  const { createCipheriv, randomBytes } = process.getBuiltinModule('node:crypto');
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(header, context));
  const body = Buffer.concat([nonce, typeof data === 'string' ? cipher.update(data, 'utf8') : cipher.update(data), cipher.final(), cipher.getAuthTag()]);
  return `${header}.${body.toString('base64url')}`;
}

/** @throws `Tampered` */
export function open(key: KeyObject, { kind, key: id, body }: Ciphertext, context: Context): Buffer {
  const bytes = Buffer.from(body, 'base64url');
  // The last character of base64url can hold bits that decoding drops. Of all strings for the same bytes, only one is accepted.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== body) throw tampered();
  const { createDecipheriv } = process.getBuiltinModule('node:crypto');
  const end = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData(`suga1.${kind}.${id}`, context)).setAuthTag(bytes.subarray(end));
  const data = decipher.update(bytes.subarray(NONCE_BYTES, end));
  try {
    return Buffer.concat([data, decipher.final()]);
  } catch {
    throw tampered();
  }
}

/** Creates the one error for all ways in which a ciphertext can be wrong. It does not say which part failed, because that would help an attacker. */
export function tampered(cause?: unknown): SugaError<SecurityErrorCode> {
  const message = 'security: the data cannot be decrypted: it was changed, belongs to another context, or was not encrypted here.';
  return new SugaError<SecurityErrorCode>('Tampered', message, cause === undefined ? {} : { cause });
}

/** @param keyId - the name of a key in the settings. Without it, the key is one of KMS, whose name the data does not have. */
export function unknownKey(keyId?: string): SugaError<SecurityErrorCode> {
  const key = keyId === undefined ? 'a key of KMS' : `the key "${keyId}"`;
  const message = `security: the data was encrypted with ${key}, which is not in the settings. Keep a key until no data is encrypted with it.`;
  return new SugaError<SecurityErrorCode>('UnknownKey', message, keyId === undefined ? {} : { details: { keyId } });
}

/** @throws `InvalidParams` unless the value is an object whose values are strings */
export function parseContext(value: unknown): Context {
  if (value === undefined) return {};
  const isContext = isObject(value) && Object.values(value).every((text) => typeof text === 'string');
  if (!isContext) throw invalidParam('security', 'context', value, 'an object of strings');
  return value as Context;
}

/** Combines header and context. The header always has three parts and JSON begins with a bracket, so two different pairs never give the same bytes. */
function additionalData(header: string, context: Context): Buffer {
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(`${header}.${JSON.stringify(entries)}`);
}
