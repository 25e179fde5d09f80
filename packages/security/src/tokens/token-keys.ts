import type { Host } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { AsymmetricKey, JwksOptions, TokenAlgorithm, TokenOptions, VerifyOptions } from '../contract.js';
import { missingSetting } from '../errors.js';
import { isReference, resolveReference } from '../setting-references.js';
import { importKey, importSecret, type KeyType } from './key-import.js';
import type { Key, TokenKey } from './key-purpose.js';
import { type FindKeys, KeySet } from './key-set.js';
import { RemoteKeys } from './remote-keys.js';

/** Maximum number of cached keys and sets. Settings have a few; calls may pass some for each tenant. */
const MAX_CACHED = 50;

type Secret = NonNullable<VerifyOptions['secret']>;

export const usesSecret = (algorithm: TokenAlgorithm): boolean => algorithm.startsWith('HS');

/** Keys by their source. Each is read and parsed once. */
export class TokenKeys {
  readonly #host: Host;
  readonly #settings: JwksOptions | undefined;
  readonly #remote = new Map<string, RemoteKeys>();
  readonly #local = new WeakMap<object, KeySet>();
  readonly #pairs = new Map<unknown, TokenKey>();
  /** Shared secrets that are strings, by algorithm and string. */
  readonly #secrets = new Map<string, Key>();
  /** Number of fetches by sets that are no longer cached. */
  #evictedFetches = 0;

  constructor(host: Host, settings: JwksOptions | undefined) {
    this.#host = host;
    this.#settings = settings;
  }

  get fetches(): number {
    return [...this.#remote.values()].reduce((sum, { fetches }) => sum + fetches, this.#evictedFetches);
  }

  /** Number of fetched sets that may be used. */
  get held(): number {
    return [...this.#remote.values()].filter(({ isHeld }) => isHeld).length;
  }

  /** Finds the keys that a token may have been signed with. */
  async findVerificationKeys({ jwks, publicKey, secret }: VerifyOptions, algorithms: readonly TokenAlgorithm[]): Promise<FindKeys> {
    if (algorithms.every(usesSecret)) {
      if (secret === undefined) throw missingSetting('verifyToken', `a "secret" for ${algorithms.join(', ')}`);
      return async ({ alg }) => [await this.#secretKey(secret, alg as TokenAlgorithm)];
    }
    if (jwks !== undefined) return this.#keySet(jwks);
    if (publicKey === undefined) throw missingSetting('verifyToken', `"jwks" or a "publicKey" for ${algorithms.join(', ')}`);
    const { key, algorithms: fitting } = await this.#keyOfPair(publicKey, 'public', algorithms);
    return async ({ alg }) => (fitting.some((each) => each === alg) ? [key] : []);
  }

  async signingKey({ privateKey, secret }: Pick<TokenOptions, 'privateKey' | 'secret'>, algorithm: TokenAlgorithm): Promise<Key> {
    if (usesSecret(algorithm) && secret !== undefined) return this.#secretKey(secret, algorithm);
    if (!usesSecret(algorithm) && privateKey !== undefined) return (await this.#keyOfPair(privateKey, 'private', [algorithm])).key;
    throw missingSetting('signToken', `a "${usesSecret(algorithm) ? 'secret' : 'privateKey'}" for ${algorithm}`);
  }

  #keySet(jwks: NonNullable<VerifyOptions['jwks']>): FindKeys {
    if (typeof jwks === 'string' || jwks instanceof URL) {
      const url = parseUrl(jwks);
      const keys = this.#remote.get(url.href) ?? new RemoteKeys(url, this.#host, this.#settings);
      this.#evictedFetches += cache(this.#remote, url.href, keys)?.fetches ?? 0;
      return keys.find;
    }
    const set = this.#local.get(jwks) ?? parseKeySet(jwks);
    this.#local.set(jwks, set);
    return async (header) => set.find(header);
  }

  /** @throws `InvalidParams` for a key that fits none of the algorithms: it could never verify a token */
  async #keyOfPair(source: AsymmetricKey, type: KeyType, algorithms: readonly TokenAlgorithm[]): Promise<TokenKey> {
    const input = isReference(source) ? await resolveReference(source, this.#host, `${type}Key`) : source;
    // The id contains the type, because the PEM of a private key is also accepted as the public key.
    const id = typeof input === 'string' ? type + input : input;
    const key = this.#pairs.get(id) ?? importKey(input, type);
    cache(this.#pairs, id, key);
    if (algorithms.some((each) => key.algorithms.includes(each))) return key;
    throw invalidParam('security', `${type}Key`, undefined, `a key for ${algorithms.join(', ')}; this one is for ${key.algorithms.join(', ')}`);
  }

  async #secretKey(source: Secret, algorithm: TokenAlgorithm): Promise<Key> {
    const secret = isReference(source) ? await resolveReference(source, this.#host, 'secret') : source;
    // Bytes are not cached: they may be changed in place.
    if (typeof secret !== 'string') return importSecret(secret, algorithm);
    const id = `${algorithm} ${secret}`;
    const key = this.#secrets.get(id) ?? importSecret(secret, algorithm);
    cache(this.#secrets, id, key);
    return key;
  }
}

function parseKeySet(jwks: object): KeySet {
  try {
    return new KeySet(jwks);
  } catch {
    throw invalidParam('security', 'jwks', undefined, "the URL of an issuer's keys, or { keys }");
  }
}

/** Puts an entry last. Returns the least recently used value if that had to be removed. */
function cache<K, V>(map: Map<K, V>, key: K, value: V): V | undefined {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_CACHED) return undefined;
  const [oldest] = map.entries();
  if (oldest) map.delete(oldest[0]);
  return oldest?.[1];
}

function parseUrl(jwks: string | URL): URL {
  if (!URL.canParse(String(jwks))) throw invalidParam('security', 'jwks', jwks, "the URL of an issuer's keys, or { keys }");
  return new URL(jwks);
}
