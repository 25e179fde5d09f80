import type { KeyObject } from 'node:crypto';
import type { Host } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { AsymmetricKey, JwksOptions, TokenAlgorithm, TokenOptions, VerifyOptions } from './contract.js';
import { notSet } from './errors.js';
import { RemoteKeys } from './jwks.js';
import { isReference, resolve } from './references.js';

/** How many keys and sets are remembered: settings have a few, calls may bring some for each tenant. */
const MAX_KEPT = 50;

type Secret = NonNullable<VerifyOptions['secret']>;
type Key = KeyObject | CryptoKey;

export const isShared = (algorithm: TokenAlgorithm): boolean => algorithm.startsWith('HS');

/** Keys by where they come from, each read and parsed once. */
export class TokenKeys {
  readonly #host: Host;
  readonly #settings: JwksOptions | undefined;
  readonly #remote = new Map<string, RemoteKeys>();
  readonly #local = new WeakMap<object, JWTVerifyGetKey>();
  readonly #pairs = new Map<unknown, Key>();
  /** By sets that are no longer remembered. */
  #fetched = 0;

  constructor(host: Host, settings: JwksOptions | undefined) {
    this.#host = host;
    this.#settings = settings;
  }

  get fetches(): number {
    return [...this.#remote.values()].reduce((sum, { fetches }) => sum + fetches, this.#fetched);
  }

  /** How many fetched sets are fit for use. */
  get held(): number {
    return [...this.#remote.values()].filter(({ isHeld }) => isHeld).length;
  }

  /** What finds the key a token was signed with. */
  async verifying({ jwks, publicKey, secret }: VerifyOptions, algorithms: readonly TokenAlgorithm[]): Promise<JWTVerifyGetKey> {
    if (algorithms.every(isShared)) {
      if (!secret) throw notSet('verifyToken', `a "secret" for ${algorithms.join(', ')}`);
      return async ({ alg }) => this.#shared(secret, alg as TokenAlgorithm);
    }
    if (jwks) return this.#set(jwks);
    if (!publicKey) throw notSet('verifyToken', `"jwks" or a "publicKey" for ${algorithms.join(', ')}`);
    const key = await this.#pair(publicKey, 'public');
    return async () => key;
  }

  async signing({ privateKey, secret }: Pick<TokenOptions, 'privateKey' | 'secret'>, algorithm: TokenAlgorithm): Promise<Key> {
    if (isShared(algorithm) && secret) return this.#shared(secret, algorithm);
    if (!isShared(algorithm) && privateKey) return this.#pair(privateKey, 'private');
    throw notSet('signToken', `a "${isShared(algorithm) ? 'secret' : 'privateKey'}" for ${algorithm}`);
  }

  #set(jwks: NonNullable<VerifyOptions['jwks']>): JWTVerifyGetKey {
    if (typeof jwks === 'string' || jwks instanceof URL) {
      const url = urlOf(jwks);
      const keys = this.#remote.get(url.href) ?? new RemoteKeys(url, this.#host, this.#settings);
      this.#fetched += keep(this.#remote, url.href, keys)?.fetches ?? 0;
      return keys.find;
    }
    const find = this.#local.get(jwks) ?? localSet(jwks);
    this.#local.set(jwks, find);
    return find;
  }

  async #pair(source: AsymmetricKey, side: 'public' | 'private'): Promise<Key> {
    const given = isReference(source) ? await resolve(source, this.#host, `${side}Key`) : source;
    // By side: a private key's PEM will do for the public one, too.
    const id = typeof given === 'string' ? side + given : given;
    const key = this.#pairs.get(id) ?? toPairKey(given, side);
    keep(this.#pairs, id, key);
    return key;
  }

  async #shared(source: Secret, algorithm: TokenAlgorithm): Promise<Key> {
    return toSecretKey(isReference(source) ? await resolve(source, this.#host, 'secret') : source, algorithm);
  }
}

function localSet(jwks: object): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(jwks as JSONWebKeySet);
  } catch {
    throw invalidParam('security', 'jwks', undefined, "the URL of an issuer's keys, or { keys }");
  }
}

/** Puts an entry last; gives the one that has to go, the one used longest ago. */
function keep<K, V>(map: Map<K, V>, key: K, value: V): V | undefined {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_KEPT) return undefined;
  const [oldest] = map.entries();
  if (oldest) map.delete(oldest[0]);
  return oldest?.[1];
}

function urlOf(jwks: string | URL): URL {
  if (!URL.canParse(String(jwks))) throw invalidParam('security', 'jwks', jwks, "the URL of an issuer's keys, or { keys }");
  return new URL(jwks);
}

function toPairKey(given: Exclude<AsymmetricKey, { config: string }>, side: 'public' | 'private'): Key {
  const expected = `a ${side} key: PEM, JSON Web Key, KeyObject or CryptoKey`;
  const { createPrivateKey, createPublicKey } = process.getBuiltinModule('node:crypto');
  const make = side === 'public' ? createPublicKey : createPrivateKey;
  try {
    if (typeof given === 'string') return make(given);
    if ('kty' in given) return make({ key: given as never, format: 'jwk' });
  } catch {
    // What OpenSSL says of a key may quote it.
    throw invalidParam('security', `${side}Key`, undefined, expected);
  }
  if ((given as Partial<Key>).type === side) return given as unknown as Key;
  throw invalidParam('security', `${side}Key`, undefined, expected);
}

/** RFC 7518, 3.2: no shorter than the hash. A public key taken for a secret is what algorithm confusion lives on. */
function toSecretKey(given: unknown, algorithm: TokenAlgorithm): Key {
  const least = Number(algorithm.slice(2)) / 8;
  const bytes = typeof given === 'string' ? Buffer.from(given) : given;
  const ok = bytes instanceof Uint8Array && bytes.length >= least && !isPublicKey(Buffer.from(bytes));
  if (!ok) throw invalidParam('security', 'secret', undefined, `a secret of at least ${least} bytes for ${algorithm}, and no PEM, certificate or public key`);
  return process.getBuiltinModule('node:crypto').createSecretKey(bytes);
}

/** PEM anywhere, or the DER of a SubjectPublicKeyInfo or PKCS #1 key. */
function isPublicKey(bytes: Buffer): boolean {
  if (bytes.includes('-----BEGIN')) return true;
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
