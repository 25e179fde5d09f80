import { invalidParam } from '@suga/gateway/errors';
import type { AsymmetricKey, SettingReference, TokenAlgorithm } from '../contract.js';
import { type Key, type TokenKey, toTokenKey } from './key-purpose.js';

export type KeyType = 'public' | 'private';
type KeyInput = Exclude<AsymmetricKey, SettingReference>;

/** Imports a key of a key pair, in any of its forms. @throws `InvalidParams` without OpenSSL's message, which may quote the key */
export function importKey(input: KeyInput, type: KeyType): TokenKey {
  const { key, jwk } = tryImport(input, type) ?? {};
  const imported = key ? toTokenKey(key, type === 'public' ? 'verify' : 'sign', jwk) : `a ${type} key: PEM, JSON Web Key, KeyObject or CryptoKey`;
  if (typeof imported === 'string') throw invalidParam('security', `${type}Key`, undefined, imported);
  return imported;
}

/** Imports a member of a published set. Returns `undefined` unless it is a public key that can verify signatures. */
export function importMember(jwk: unknown): TokenKey | undefined {
  if (typeof jwk !== 'object' || jwk === null || !('kty' in jwk) || 'd' in jwk) return undefined;
  const { key } = tryImport(jwk as KeyInput, 'public') ?? {};
  const imported = key && toTokenKey(key, 'verify', jwk as object);
  return typeof imported === 'object' ? imported : undefined;
}

function tryImport(input: KeyInput, type: KeyType): { readonly key: Key; readonly jwk?: object } | undefined {
  const { createPrivateKey, createPublicKey } = process.getBuiltinModule('node:crypto');
  const make = type === 'public' ? createPublicKey : createPrivateKey;
  try {
    // If keys are stored as strings, a JSON Web Key is a string as well.
    const source = typeof input === 'string' && input.trimStart().startsWith('{') ? (JSON.parse(input.trim()) as KeyInput) : input;
    if (typeof source === 'string') return { key: make(source) };
    if ('kty' in source) return { key: make({ key: source as never, format: 'jwk' }), jwk: source };
    const { isCryptoKey, isKeyObject } = process.getBuiltinModule('node:util').types;
    if ((isKeyObject(source) || isCryptoKey(source)) && source.type === type) return { key: source as unknown as Key };
  } catch {
    // The caller throws an error that says which keys are valid.
  }
  return undefined;
}

/** Imports a secret. It must not be shorter than the hash (RFC 7518, 3.2), and must not be a public key: algorithm confusion attacks use a public key as a secret. */
export function importSecret(secret: unknown, algorithm: TokenAlgorithm): Key {
  const minBytes = Number(algorithm.slice(2)) / 8;
  const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret;
  const isSecret = bytes instanceof Uint8Array && bytes.length >= minBytes && !isPublicKey(Buffer.from(bytes));
  if (!isSecret)
    throw invalidParam(
      'security',
      'secret',
      undefined,
      `a secret of at least ${minBytes} bytes for ${algorithm}, and no PEM, JSON Web Key, certificate or public key`,
    );
  return process.getBuiltinModule('node:crypto').createSecretKey(bytes);
}

/** Whether bytes contain PEM, or are a JSON Web Key or set, or the DER of a SubjectPublicKeyInfo or PKCS #1 key (as bytes or in base64). */
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
