import type { CacheStats, ComputeOptions } from './contract.js';
import type { InFlightComputations } from './in-flight-computations.js';
import { type EntryKind, isFuture, type LruStore } from './lru-store.js';
import type { SharedTier } from './shared-tier.js';
import { assertComputation, type EntrySettings, parseEntry } from './validation.js';

/** Counters of the cache that change, in `stats`. */
export type Counters = { -readonly [Name in 'hits' | 'misses' | 'tooLarge' | 'joined' | 'stale' | 'refreshes' | 'failedRefreshes']: CacheStats[Name] };

/** Dependencies of `GetOrCompute`. */
interface GetOrComputeDeps {
  readonly store: LruStore;
  readonly computations: InFlightComputations;
  readonly counts: Counters;
  readonly shared: SharedTier | undefined;
  /** Time to live in ms of a value whose call has no `ttl`. */
  readonly ttl: number;
  put(kind: EntryKind, value: unknown, settings: EntrySettings, staleFor?: number): void;
}

type Compute<T> = () => T | PromiseLike<T>;

/** Implements `getOrCompute`: it returns a valid entry, else a stale one, else joins a computation in flight, else computes. */
export class GetOrCompute {
  readonly #deps: GetOrComputeDeps;

  constructor(deps: GetOrComputeDeps) {
    this.#deps = deps;
  }

  async run<T>(key: string, compute: Compute<T>, options: ComputeOptions = {}): Promise<T> {
    const { store, computations, counts, ttl } = this.#deps;
    // Wrong settings are rejected before the value is computed.
    const settings = parseEntry(key, options, ttl);
    assertComputation(compute, options);
    const entry = store.peek(key);
    if (entry && isFuture(entry.expires)) {
      counts.hits++;
      store.touch(entry);
      if (entry.kind === 'error') throw entry.value;
      return entry.value as T;
    }
    if (entry?.kind === 'value' && isFuture(Math.min(entry.staleUntil, entry.expires + (options.staleWhileRevalidate ?? 0)))) {
      counts.stale++;
      store.touch(entry);
      this.#refresh(settings, compute, options);
      return entry.value as T;
    }
    if (computations.has(key)) {
      counts.joined++;
      return computations.join(key, () => this.run(key, compute, options));
    }
    counts.misses++;
    return this.#compute(settings, compute, options);
  }

  #refresh<T>(settings: EntrySettings, compute: Compute<T>, options: ComputeOptions): void {
    const { computations, counts } = this.#deps;
    const work = (): void => {
      if (computations.has(settings.key)) return;
      counts.refreshes++;
      computations.holdResponse(this.#compute(settings, compute, options, true));
    };
    if (options.revalidate === 'next') computations.defer(settings.key, work);
    else work();
  }

  #compute<T>(settings: EntrySettings, compute: Compute<T>, options: ComputeOptions, isRefresh = false): Promise<T> {
    const { store, computations, counts, put, shared } = this.#deps;
    const { negativeTtl, errorTtl, staleWhileRevalidate } = options;
    const sharedComputation = options.shared === false ? undefined : shared?.computation(settings, compute, { ttl: options.ttl, isRefresh });
    const failedRefresh = (): void => {
      if (isRefresh) counts.failedRefreshes++;
    };
    return computations.run(settings.key, sharedComputation ? sharedComputation.get : compute, {
      tags: settings.tags,
      done: (value) => {
        const isNothing = value === undefined || (value === null && negativeTtl !== undefined);
        if (!isNothing) put('value', value, sharedComputation ? { ...settings, ttl: sharedComputation.ttl() } : settings, staleWhileRevalidate);
        else if (negativeTtl) put('none', value, { ...settings, ttl: negativeTtl });
        else store.delete(settings.key);
        sharedComputation?.put(isNothing ? undefined : value);
      },
      failed: (error) => {
        failedRefresh();
        // A stale value is more useful than a cached error.
        if (errorTtl && !isRefresh) put('error', error, { ...settings, ttl: errorTtl });
      },
      abandoned: failedRefresh,
    });
  }
}
