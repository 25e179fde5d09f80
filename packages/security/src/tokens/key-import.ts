import { invalidParam } from '@suga/gateway/errors';
import type { AsymmetricKey, Reference, TokenAlgorithm } from '../contract.js';
import { type Key, purposeOf, type TokenKey } from './key-purpose.js';

export type Side = 'public' | 'private';
type Given = Exclude<AsymmetricKey, Reference>;

/** Imports a key of a key pair, whatever it came as. @throws `InvalidParams`, which says nothing of the key itself: OpenSSL's words may quote it */
export function importKey(given: Given, side: Side): TokenKey {
  const { key, jwk } = imported(given, side) ?? {};
  const made = key ? purposeOf(key, side === 'public' ? 'verify' : 'sign', jwk) : `a ${side} key: PEM, JSON Web Key, KeyObject or CryptoKey`;
  if (typeof made === 'string') throw invalidParam('security', `${side}Key`, undefined, made);
  return made;
}

/** A member of a published set: `undefined` unless it is a public key that signatures can be verified with. */
export function importMember(jwk: unknown): TokenKey | undefined {
  if (typeof jwk !== 'object' || jwk === null || !('kty' in jwk) || 'd' in jwk) return undefined;
  const { key } = imported(jwk as Given, 'public') ?? {};
  const made = key && purposeOf(key, 'verify', jwk as object);
  return typeof made === 'object' ? made : undefined;
}

function imported(given: Given, side: Side): { readonly key: Key; readonly jwk?: object } | undefined {
  const { createPrivateKey, createPublicKey } = process.getBuiltinModule('node:crypto');
  const make = side === 'public' ? createPublicKey : createPrivateKey;
  try {
    // Where keys are kept as text, a JSON Web Key is text, too.
    const source = typeof given === 'string' && given.trimStart().startsWith('{') ? (JSON.parse(given.trim()) as Given) : given;
    if (typeof source === 'string') return { key: make(source) };
    if ('kty' in source) return { key: make({ key: source as never, format: 'jwk' }), jwk: source };
    const { isCryptoKey, isKeyObject } = process.getBuiltinModule('node:util').types;
    if ((isKeyObject(source) || isCryptoKey(source)) && source.type === side) return { key: source as unknown as Key };
  } catch {
    // The caller says what it has to be.
  }
  return undefined;
}

/** RFC 7518, 3.2: no shorter than the hash. A public key taken for a secret is what algorithm confusion lives on. */
export function importSecret(given: unknown, algorithm: TokenAlgorithm): Key {
  const least = Number(algorithm.slice(2)) / 8;
  const bytes = typeof given === 'string' ? Buffer.from(given) : given;
  const ok = bytes instanceof Uint8Array && bytes.length >= least && !isPublicKey(Buffer.from(bytes));
  if (!ok)
    throw invalidParam(
      'security',
      'secret',
      undefined,
      `a secret of at least ${least} bytes for ${algorithm}, and no PEM, JSON Web Key, certificate or public key`,
    );
  return process.getBuiltinModule('node:crypto').createSecretKey(bytes);
}

/** PEM anywhere, a JSON Web Key or set, or the DER of a SubjectPublicKeyInfo or PKCS #1 key, as bytes or in base64. */
function isPublicKey(bytes: Buffer): boolean {
  return bytes.includes('-----BEGIN') || isJwk(bytes.toString().trim()) || [bytes, Buffer.from(bytes.toString('latin1'), 'base64')].some(isDer);
}

function isJwk(text: string): boolean {
  try {
    return text.startsWith('{') && Object.keys(JSON.parse(text) as object).some((name) => name === 'kty' || name === 'keys');
  } catch {
    return false;
  }
}

function isDer(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30) return false;
  const { createPublicKey } = process.getBuiltinModule('node:crypto');
  return (['spki', 'pkcs1'] as const).some((type) => {
    try {
      return createPublicKey({ key: bytes, format: 'der', type }) !== undefined;
    } catch {
      return false;
    }
  });
}
