import type { CacheStats, ComputeOptions } from './contract.js';
import type { Computations } from './in-flight-computations.js';
import { isBefore, type Kind, type Store } from './lru-store.js';
import type { Shared } from './shared-tier.js';
import { assertComputation, type Checked, entryOf } from './validation.js';

/** What is counted. */
export type Counts = { -readonly [Name in 'hits' | 'misses' | 'tooLarge' | 'joined' | 'stale' | 'refreshes' | 'failedRefreshes']: CacheStats[Name] };

/** What computing needs of the cache around it. */
interface Surroundings {
  readonly store: Store;
  readonly computations: Computations;
  readonly counts: Counts;
  readonly shared: Shared | undefined;
  /** How long a value lives where nobody says. */
  readonly ttl: number;
  put(kind: Kind, value: unknown, entry: Checked, staleFor?: number): void;
}

type Compute<T> = () => T | PromiseLike<T>;

/** What `getOrCompute` gives: what is known, what is known and out of date, what is being computed, and at last what it computes. */
export class Computing {
  readonly #around: Surroundings;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async getOrCompute<T>(key: string, compute: Compute<T>, wanted: ComputeOptions = {}): Promise<T> {
    const { store, computations, counts, ttl } = this.#around;
    // What cannot be stored is refused before the work is done.
    const entry = entryOf(key, wanted, ttl);
    assertComputation(compute, wanted);
    const known = store.peek(key);
    if (known && isBefore(known.expires)) {
      counts.hits++;
      store.use(known);
      if (known.kind === 'error') throw known.value;
      return known.value as T;
    }
    if (known?.kind === 'value' && isBefore(Math.min(known.kept, known.expires + (wanted.staleWhileRevalidate ?? 0)))) {
      counts.stale++;
      store.use(known);
      this.#refresh(entry, compute, wanted);
      return known.value as T;
    }
    if (computations.has(key)) {
      counts.joined++;
      return computations.join(key, () => this.getOrCompute(key, compute, wanted));
    }
    counts.misses++;
    return this.#compute(entry, compute, wanted);
  }

  #refresh<T>(entry: Checked, compute: Compute<T>, wanted: ComputeOptions): void {
    const { computations, counts } = this.#around;
    const work = (): void => {
      if (computations.has(entry.key)) return;
      counts.refreshes++;
      computations.holdResponse(this.#compute(entry, compute, wanted, true));
    };
    if (wanted.revalidate === 'next') computations.later(entry.key, work);
    else work();
  }

  #compute<T>(entry: Checked, compute: Compute<T>, wanted: ComputeOptions, isRefresh = false): Promise<T> {
    const { store, computations, counts, put, shared } = this.#around;
    const { negativeTtl, errorTtl, staleWhileRevalidate } = wanted;
    const round = wanted.shared === false ? undefined : shared?.round(entry, compute, { ttl: wanted.ttl, isRefresh });
    const failedRefresh = (): void => {
      if (isRefresh) counts.failedRefreshes++;
    };
    return computations.run(entry.key, round ? round.work : compute, {
      tags: entry.tags,
      done: (value) => {
        const none = value === undefined || (value === null && negativeTtl !== undefined);
        if (!none) put('value', value, round ? { ...entry, ttl: round.ttl() } : entry, staleWhileRevalidate);
        else if (negativeTtl) put('none', value, { ...entry, ttl: negativeTtl });
        else store.delete(entry.key);
        round?.keep(none ? undefined : value);
      },
      failed: (error) => {
        failedRefresh();
        // A value that is out of date is better than a failure that is remembered.
        if (errorTtl && !isRefresh) put('error', error, { ...entry, ttl: errorTtl });
      },
      abandoned: failedRefresh,
    });
  }
}
