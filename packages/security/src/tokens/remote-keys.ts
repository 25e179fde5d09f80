import type { Host } from '@suga/gateway';
import { assertBoolean, assertNumber, MILLISECONDS } from '@suga/gateway/check';
import { MAX_TIMER } from '@suga/gateway/deadline';
import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import { SingleFlight } from '@suga/gateway/single-flight';
import type { JwksOptions } from '../contract.js';
import { keysUnavailable } from '../errors.js';
import { fetchJson } from './fetch-json.js';
import { type FindKeys, KeySet } from './key-set.js';

const FIRST_RETRY_DELAY = 1000;

/**
 * Keys that an issuer publishes. They are cached for a time, and fetched again when a token names an unknown key. In addition to jose's
 * `createRemoteJWKSet`:
 * - The limit for fetches that unknown ids cause also holds while fetches fail.
 * - Old keys stay in use for a time if they cannot be fetched again.
 * - The size of a response is limited.
 * - A fetch that started before the process was frozen is not waited for afterwards.
 */
export class RemoteKeys {
  /** Number of fetches. */
  fetches = 0;
  readonly #host: Host;
  readonly #url: URL;
  readonly #options: Complete<Omit<JwksOptions, 'allowInsecure'>>;
  #keys: KeySet | undefined;
  #fetchedAt = 0;
  #triedAt = 0;
  #failures = 0;
  #pending: SingleFlight<void> | undefined;

  constructor(url: URL, host: Host, options: JwksOptions = {}) {
    const { allowInsecure = false, timeout = 5000, maxAge = 600_000, cooldown = 30_000, staleFor = 3_600_000 } = options;
    assertUrl(url, allowInsecure);
    this.#host = host;
    this.#url = url;
    this.#options = { timeout, maxAge, cooldown, staleFor };
    for (const [name, value] of Object.entries(this.#options)) {
      const range = name === 'timeout' ? { min: 1, max: MAX_TIMER } : { min: 0, max: Number.MAX_SAFE_INTEGER };
      assertNumber('security', `keySets.${name}`, value, { ...range, unit: MILLISECONDS });
    }
  }

  /** Whether there are keys that may be used, including old ones that may be used only if a fetch fails. */
  get isHeld(): boolean {
    return this.#keys !== undefined && Math.abs(Date.now() - this.#fetchedAt) < this.#options.maxAge + this.#options.staleFor;
  }

  readonly find: FindKeys = async (header) => {
    const keys = await this.#current();
    const found = keys.find(header);
    // Another call may have fetched new keys meanwhile.
    if (found.length > 0 || (this.#keys === keys && !this.#mayFetch())) return found;
    if (this.#keys === keys) await this.#refresh();
    return (this.#keys ?? keys).find(header);
  };

  /** Returns keys that are not older than `maxAge`, or old ones if new ones cannot be fetched. */
  async #current(): Promise<KeySet> {
    if (this.#keys && Math.abs(Date.now() - this.#fetchedAt) < this.#options.maxAge) return this.#keys;
    const stale = this.isHeld ? this.#keys : undefined;
    if (!this.#mayFetch()) return stale ?? this.#unavailable();
    await this.#refresh().catch((error: unknown) => stale ?? Promise.reject(error));
    return this.#keys as KeySet;
  }

  /** Fetches keys. Concurrent callers share the fetch, unless it is older than its time limit: then the process was frozen meanwhile. */
  #refresh(): Promise<void> {
    if (!this.#pending || this.#pending.isCancelled || Date.now() - this.#triedAt > this.#options.timeout) this.#pending = this.#start();
    return this.#pending.wait(this.#host.invocation()?.deadline, () => {
      throw keysUnavailable(`the keys of ${this.#url.host} did not arrive in the time that the invocation has left.`);
    });
  }

  #start(): SingleFlight<void> {
    this.#triedAt = Date.now();
    const fetch = new SingleFlight((signal) =>
      this.#fetch(signal).finally(() => {
        if (this.#pending !== fetch) return;
        this.#pending = undefined;
        // The fetch was cancelled because no caller had time to wait. This says nothing about the issuer, so the next caller may fetch.
        if (signal.aborted) this.#triedAt = 0;
      }),
    );
    return fetch;
  }

  async #fetch(signal: AbortSignal): Promise<void> {
    this.fetches++;
    try {
      this.#keys = new KeySet(await fetchJson(this.#url, this.#options.timeout, signal));
      this.#fetchedAt = Date.now();
      this.#failures = 0;
    } catch (cause) {
      if (!signal.aborted) this.#failures++;
      this.#unavailable(cause);
    }
  }

  #mayFetch(): boolean {
    return this.#pending !== undefined || this.fetches === 0 || Math.abs(Date.now() - this.#triedAt) >= this.#retryDelay();
  }

  /** Minimum time in ms until the next fetch: the cooldown after a success; one second after a failure, which doubles with each further failure. */
  #retryDelay(): number {
    const { cooldown } = this.#options;
    return this.#failures === 0 ? cooldown : Math.min(cooldown, FIRST_RETRY_DELAY * 2 ** (this.#failures - 1));
  }

  #unavailable(cause?: unknown): never {
    const retryAfter = Math.max(0, this.#triedAt + this.#retryDelay() - Date.now());
    throw keysUnavailable(`the keys of ${this.#url.host} could not be fetched.`, { details: { retryAfter }, ...(cause !== undefined && { cause }) });
  }
}

function assertUrl({ protocol, hostname }: URL, allowInsecure: boolean): void {
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
  assertBoolean('security', 'keySets.allowInsecure', allowInsecure);
  if (protocol === 'https:' || (protocol === 'http:' && (isHere || allowInsecure))) return;
  throw invalidParam('security', 'jwks', protocol, 'an https: URL, because an attacker who changes the keys in transit can sign any token');
}
