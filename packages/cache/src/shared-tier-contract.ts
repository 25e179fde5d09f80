import type { Host } from '@suga/gateway';
import type { InFlightComputations } from './in-flight-computations.js';
import type { InvalidationMarks, SharedEntry } from './shared-entry.js';

/** What is used of the store interface. Reads and removals are lists: what a list reads, nobody answers with what was read before the removal. */
export interface Store {
  getMany(keys: readonly string[]): Promise<readonly unknown[]>;
  set(key: string, value: unknown, options: { readonly ttl: number }): Promise<unknown>;
  run(calls: readonly object[]): Promise<readonly ({ readonly value: unknown } | { readonly error: unknown })[]>;
  increment(key: string): Promise<unknown>;
}

/** What the store answered when a key was looked up. */
export interface StoreAnswer {
  /** The shared value; `undefined` if there is none, or if it has been removed or invalidated. */
  readonly found: SharedEntry | undefined;
  readonly marks: InvalidationMarks;
}

/** How one value is computed. */
export interface ComputationOptions {
  /** How long it lives, in ms, where the call says so: then in the store too. */
  readonly ttl: number | undefined;
  /** Whether there is one already, which is out of date. */
  readonly isRefresh: boolean;
}

/** What the shared tier needs of the cache. */
export interface SharedTierDeps {
  readonly host: Host;
  /** How long memory keeps a value where nobody says, in ms. */
  readonly ttl: number;
  readonly computations: Pick<InFlightComputations, 'holdResponse'>;
}

/** One computation, with the store asked first. */
export interface SharedComputation<T> {
  /** What the store has, or else what is computed. */
  get(): Promise<T>;
  /** How long memory may keep it, in ms: no longer than the store. */
  ttl(): number;
  /** Puts what was computed into the store, `undefined` where it is nothing; does nothing with what came from there. */
  put(value: T | undefined): void;
}
