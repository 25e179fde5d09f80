import type { Host } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { AsymmetricKey, JwksOptions, TokenAlgorithm, TokenOptions, VerifyOptions } from '../contract.js';
import { notSet } from '../errors.js';
import { isReference, resolve } from '../setting-references.js';
import { importKey, importSecret, type Side } from './key-import.js';
import type { Key, TokenKey } from './key-purpose.js';
import { type FindKeys, KeySet } from './key-set.js';
import { RemoteKeys } from './remote-keys.js';

/** How many keys and sets are remembered: settings have a few, calls may bring some for each tenant. */
const MAX_KEPT = 50;

type Secret = NonNullable<VerifyOptions['secret']>;

export const isShared = (algorithm: TokenAlgorithm): boolean => algorithm.startsWith('HS');

/** Keys by where they come from, each read and parsed once. */
export class TokenKeys {
  readonly #host: Host;
  readonly #settings: JwksOptions | undefined;
  readonly #remote = new Map<string, RemoteKeys>();
  readonly #local = new WeakMap<object, KeySet>();
  readonly #pairs = new Map<unknown, TokenKey>();
  /** Shared secrets given as texts, by algorithm and text. */
  readonly #secrets = new Map<string, Key>();
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

  /** Finds the keys that a token may have been signed with. */
  async verifying({ jwks, publicKey, secret }: VerifyOptions, algorithms: readonly TokenAlgorithm[]): Promise<FindKeys> {
    if (algorithms.every(isShared)) {
      if (secret === undefined) throw notSet('verifyToken', `a "secret" for ${algorithms.join(', ')}`);
      return async ({ alg }) => [await this.#shared(secret, alg as TokenAlgorithm)];
    }
    if (jwks !== undefined) return this.#set(jwks);
    if (publicKey === undefined) throw notSet('verifyToken', `"jwks" or a "publicKey" for ${algorithms.join(', ')}`);
    const { key, algorithms: fitting } = await this.#pair(publicKey, 'public', algorithms);
    return async ({ alg }) => (fitting.some((each) => each === alg) ? [key] : []);
  }

  async signing({ privateKey, secret }: Pick<TokenOptions, 'privateKey' | 'secret'>, algorithm: TokenAlgorithm): Promise<Key> {
    if (isShared(algorithm) && secret !== undefined) return this.#shared(secret, algorithm);
    if (!isShared(algorithm) && privateKey !== undefined) return (await this.#pair(privateKey, 'private', [algorithm])).key;
    throw notSet('signToken', `a "${isShared(algorithm) ? 'secret' : 'privateKey'}" for ${algorithm}`);
  }

  #set(jwks: NonNullable<VerifyOptions['jwks']>): FindKeys {
    if (typeof jwks === 'string' || jwks instanceof URL) {
      const url = urlOf(jwks);
      const keys = this.#remote.get(url.href) ?? new RemoteKeys(url, this.#host, this.#settings);
      this.#fetched += keep(this.#remote, url.href, keys)?.fetches ?? 0;
      return keys.find;
    }
    const set = this.#local.get(jwks) ?? localSet(jwks);
    this.#local.set(jwks, set);
    return async (header) => set.find(header);
  }

  /** @throws `InvalidParams` for a key that goes with none of the algorithms: no token could ever be verified with it */
  async #pair(source: AsymmetricKey, side: Side, algorithms: readonly TokenAlgorithm[]): Promise<TokenKey> {
    const given = isReference(source) ? await resolve(source, this.#host, `${side}Key`) : source;
    // By side: a private key's PEM will do for the public one, too.
    const id = typeof given === 'string' ? side + given : given;
    const made = this.#pairs.get(id) ?? importKey(given, side);
    keep(this.#pairs, id, made);
    if (algorithms.some((each) => made.algorithms.includes(each))) return made;
    throw invalidParam('security', `${side}Key`, undefined, `a key for ${algorithms.join(', ')}; this one is for ${made.algorithms.join(', ')}`);
  }

  async #shared(source: Secret, algorithm: TokenAlgorithm): Promise<Key> {
    const given = isReference(source) ? await resolve(source, this.#host, 'secret') : source;
    // Bytes may be changed in place.
    if (typeof given !== 'string') return importSecret(given, algorithm);
    const id = `${algorithm} ${given}`;
    const made = this.#secrets.get(id) ?? importSecret(given, algorithm);
    keep(this.#secrets, id, made);
    return made;
  }
}

function localSet(jwks: object): KeySet {
  try {
    return new KeySet(jwks);
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
