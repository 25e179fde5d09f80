import { assertObject, assertOneOf } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { DigestOptions } from '../contract.js';

type Bytes = string | Uint8Array;

const ALGORITHMS = ['sha256', 'sha384', 'sha512'] as const;
const ENCODINGS = ['hex', 'base64', 'base64url'] as const;

const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

export function hash(data: Bytes, options?: DigestOptions): string {
  const { algorithm, encoding } = withDefaults(options);
  return crypto().createHash(algorithm).update(parseBytes('data', data)).digest(encoding);
}

export function hmac(data: Bytes, key: Bytes, options?: DigestOptions): string {
  const { algorithm, encoding } = withDefaults(options);
  if (parseBytes('key', key).length === 0) throw invalidParam('security', 'key', key, 'a non-empty key');
  return crypto().createHmac(algorithm, key).update(parseBytes('data', data)).digest(encoding);
}

export const verifyHash = (data: Bytes, digest: string | undefined, options?: DigestOptions): boolean => matches(hash(data, options), digest, options);

export const verifyHmac = (data: Bytes, mac: string | undefined, key: Bytes, options?: DigestOptions): boolean =>
  matches(hmac(data, key, options), mac, options);

/** Compares digests of the two values: digests always have the same length and reveal nothing about the values. */
export function equals(a: Bytes, b: Bytes): boolean {
  const digest = (data: Bytes) => crypto().createHash('sha256').update(data).digest();
  return crypto().timingSafeEqual(digest(parseBytes('a', a)), digest(parseBytes('b', b)));
}

/** Compares a computed digest with a received value. That value comes from outside: anything but the right string does not match, and nothing throws. */
function matches(computed: string, received: unknown, { encoding = 'hex' }: DigestOptions = {}): boolean {
  if (typeof received !== 'string' || received.length !== computed.length) return false;
  return equals(computed, encoding === 'hex' ? received.toLowerCase() : received);
}

function withDefaults(options: DigestOptions = {}): Complete<DigestOptions> {
  assertObject('security', 'options', options);
  const { algorithm = 'sha256', encoding = 'hex' } = options;
  assertOneOf('security', 'algorithm', algorithm, ALGORITHMS);
  assertOneOf('security', 'encoding', encoding, ENCODINGS);
  return { algorithm, encoding };
}

function parseBytes(param: string, value: Bytes): Bytes {
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  throw invalidParam('security', param, value, 'a string or bytes');
}
