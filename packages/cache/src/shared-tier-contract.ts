import type { Host } from '@suga/gateway';
import type { InFlightComputations } from './in-flight-computations.js';
import type { InvalidationMarks, SharedEntry } from './shared-entry.js';

/**
 * The part of the store interface that is used. Reads and removals are sent as lists: a list is never joined to another caller's read,
 * so a read after a removal cannot return a value from before it.
 */
export interface Store {
  getMany(keys: readonly string[]): Promise<readonly unknown[]>;
  set(key: string, value: unknown, options: { readonly ttl: number }): Promise<unknown>;
  run(calls: readonly object[]): Promise<readonly ({ readonly value: unknown } | { readonly error: unknown })[]>;
  increment(key: string): Promise<unknown>;
}

/** Result of a read from the store. */
export interface SharedRead {
  /** The shared value; `undefined` if there is none, or if it has been removed or invalidated. */
  readonly found: SharedEntry | undefined;
  readonly marks: InvalidationMarks;
}

/** Settings of one computation. */
export interface ComputationOptions {
  /** The `ttl` of the call in ms, if it has one. It then also applies in the store. */
  readonly ttl: number | undefined;
  /** Whether the computation replaces a stale value. */
  readonly isRefresh: boolean;
}

/** Dependencies of the shared tier. */
export interface SharedTierDeps {
  readonly host: Host;
  /** Default time to live of a value in memory, in ms. */
  readonly ttl: number;
  readonly computations: Pick<InFlightComputations, 'holdResponse'>;
}

/** One computation that reads the store first. */
export interface SharedComputation<T> {
  /** Returns the value from the store, or else computes it. */
  get(): Promise<T>;
  /** Time to live of the value in memory, in ms: no longer than in the store. */
  ttl(): number;
  /** Writes a computed value to the store; `undefined` if there is none. A value that came from the store is not written again. */
  put(value: T | undefined): void;
}
