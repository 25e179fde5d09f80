import type { Host } from '@suga/gateway';
import { assertNumber, MILLISECONDS } from '@suga/gateway/check';
import { isSugaError } from '@suga/gateway/errors';
import type { ReadOptions, StoreStats } from '../contract.js';
import { type RemoteStore, RequestBatcher } from './request-batcher.js';
import { type Entry, ValueCache } from './value-cache.js';

/** For how long a store that was unavailable is left alone where a stale value can be served, in ms. */
const REST = 5000;

export interface Limits {
  /** Asked anew for every read: a preset may change it. */
  ttl(): number;
  maxEntries(): number;
  readonly staleIfError: number;
  readonly timeout: number;
}

/** Reads through what is kept. */
export class CachedReader {
  readonly #cache: ValueCache;
  readonly #batcher: RequestBatcher;
  readonly #limits: Limits;
  readonly #host: Host;
  #hits = 0;
  #misses = 0;
  #failures = 0;
  #stale = 0;

  constructor(limits: Limits, host: Host) {
    this.#limits = limits;
    this.#host = host;
    const cache = new ValueCache(limits.maxEntries);
    this.#cache = cache;
    this.#batcher = new RequestBatcher({
      timeout: limits.timeout,
      previous: (key) => cache.get(key)?.content,
      onAnswer: ({ key, number }, content) => {
        for (const [part, value] of content.parts ?? []) cache.set(part, { value }, number);
        return cache.set(key, content, number);
      },
    });
  }

  async read(store: RemoteStore, key: string, name: string, { ttl, refresh = false }: ReadOptions): Promise<Entry> {
    const entry = refresh ? undefined : this.#cache.get(key);
    const maxAge = this.#ttlOf(entry, ttl);
    const now = Date.now();
    if (entry && isWithin(now - entry.readAt, maxAge)) return (this.#hits++, entry);
    this.#misses++;
    const servable = entry && isWithin(now - entry.readAt, maxAge + this.#limits.staleIfError) ? entry : undefined;
    if (servable && now < servable.restUntil) return (this.#stale++, servable);
    const signal = this.#host.invocation()?.signal;
    try {
      return await this.#batcher.join(store, key, name, { refresh, signal });
    } catch (error) {
      this.#failures++;
      // A revoked permission or a deleted value must take effect: only silence is bridged.
      if (!servable || signal?.aborted || !isSugaError<string>(error, 'Unavailable')) throw error;
      servable.restUntil = Date.now() + REST;
      this.#stale++;
      return servable;
    }
  }

  /** How many values are kept. */
  get size(): number {
    return this.#cache.size;
  }

  stats(): StoreStats {
    const { calls, joined } = this.#batcher;
    return { cached: this.#cache.list(), hits: this.#hits, misses: this.#misses, joined, calls, failures: this.#failures, stale: this.#stale };
  }

  /** Forgets everything; what is under way is still handed to who waits for it. */
  clear(): void {
    this.#cache.clear(this.#batcher.leave());
  }

  close(): void {
    this.#batcher.close();
    this.clear();
  }

  #ttlOf(entry: Entry | undefined, ttl: number | undefined): number {
    if (ttl !== undefined) assertNumber('config', 'ttl', ttl, { min: 0, unit: MILLISECONDS });
    const storeTtl = entry?.content.ttl;
    return storeTtl === undefined ? (ttl ?? this.#limits.ttl()) : Math.max(ttl ?? 0, storeTtl);
  }
}

/** A clock that was set back makes a value old. */
const isWithin = (age: number, limit: number): boolean => age >= 0 && age < limit;
