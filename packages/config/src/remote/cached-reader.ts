import type { Host } from '@suga/gateway';
import { assertNumber, MILLISECONDS } from '@suga/gateway/check';
import { isSugaError } from '@suga/gateway/errors';
import type { ReadOptions, StoreStats } from '../contract.js';
import type { RemoteStore } from '../stores/contract.js';
import { RequestBatcher } from './request-batcher.js';
import { type Entry, ValueCache } from './value-cache.js';

/** Time in ms after a failure during which an unavailable store is not asked again, if a stale value can be returned. */
const REST = 5000;

export interface Limits {
  /** Returns the time to live in ms. Called for every read, because a preset may change it. */
  ttl(): number;
  maxEntries(): number;
  readonly staleIfError: number;
  readonly timeout: number;
}

/** Reads values from the cache, or else from their store. */
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
      onContent: ({ key, number }, content) => {
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
      // A revoked permission or a deleted value must take effect. A stale value only replaces a missing response.
      if (!servable || signal?.aborted || !isSugaError<string>(error, 'Unavailable')) throw error;
      servable.restUntil = Date.now() + REST;
      this.#stale++;
      return servable;
    }
  }

  /** Number of cached values. */
  get size(): number {
    return this.#cache.size;
  }

  stats(): StoreStats {
    const { calls, joined } = this.#batcher;
    return { cached: this.#cache.list(), hits: this.#hits, misses: this.#misses, joined, calls, failures: this.#failures, stale: this.#stale };
  }

  /** Removes all cached values. Callers that wait for a read in flight still get its value. */
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

/** Whether an age is below a limit. A negative age, after the clock was set back, counts as too old. */
const isWithin = (age: number, limit: number): boolean => age >= 0 && age < limit;
