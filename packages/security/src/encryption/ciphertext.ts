import type { KeyObject } from 'node:crypto';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { SecurityErrorCode } from '../contract.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type Context = Readonly<Record<string, string>>;

/** The parts of what `encrypt` gives: `suga1.key.<key id>.<body>` or `suga1.kms.<encrypted data key>.<body>`. */
export interface Ciphertext {
  readonly kind: 'key' | 'kms';
  /** The key's id, or the data key as KMS has encrypted it, in base64url. */
  readonly key: string;
  readonly body: string;
}

/** @throws `Tampered` for what has another form */
export function parseCiphertext(text: string): Ciphertext {
  // No expression over the body: it may have megabytes, and `open` looks at it anyway.
  const [version, kind, key = '', body = '', ...rest] = text.split('.', 5);
  if (version !== 'suga1' || (kind !== 'key' && kind !== 'kms') || !/^[\w-]{1,10000}$/.test(key) || rest.length > 0) throw tampered();
  return { kind, key, body };
}

/** Encrypts under a random nonce. The header and the context are authenticated with it. */
export function seal(key: KeyObject, header: string, data: string | Uint8Array, context: Context): string {
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
  // The last character of base64url may hold bits that decoding drops: of all that mean the same, one will do.
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

/** One answer to all that is wrong with it: which part it was is nobody's business. */
export function tampered(cause?: unknown): SugaError<SecurityErrorCode> {
  const message = 'security: this cannot be decrypted: it was changed, belongs to another context, or was not encrypted here.';
  return new SugaError<SecurityErrorCode>('Tampered', message, cause === undefined ? {} : { cause });
}

export function unknownKey(keyId: string, cause?: unknown): SugaError<SecurityErrorCode> {
  const message = `security: this was encrypted with the key "${keyId}", which is not among the settings: keep a key until nothing is encrypted with it any more.`;
  return new SugaError<SecurityErrorCode>('UnknownKey', message, { details: { keyId }, ...(cause !== undefined && { cause }) });
}

/** @throws `InvalidParams` unless it is names and texts */
export function parseContext(value: unknown): Context {
  if (value === undefined) return {};
  const isContext = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === 'string');
  if (!isContext) throw invalidParam('security', 'context', value, 'an object of texts');
  return value as Context;
}

/** The header has three parts and JSON begins with a bracket: no two pairs of them give the same bytes. */
function additionalData(header: string, context: Context): Buffer {
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(`${header}.${JSON.stringify(entries)}`);
}
