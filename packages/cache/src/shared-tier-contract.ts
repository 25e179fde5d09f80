import type { Host } from '@suga/gateway';
import type { Computations } from './in-flight-computations.js';

/** What is used of the store interface. Reads and removals are lists: what a list reads, nobody answers with what was read before the removal. */
export interface Store {
  getMany(keys: readonly string[]): Promise<readonly unknown[]>;
  set(key: string, value: unknown, options: { readonly ttl: number }): Promise<unknown>;
  run(calls: readonly object[]): Promise<readonly ({ readonly value: unknown } | { readonly error: unknown })[]>;
  increment(key: string): Promise<unknown>;
}

/** How one value is computed. */
export interface Way {
  /** How long it lives, in ms, where the call says so: then in the store too. */
  readonly ttl: number | undefined;
  /** Whether there is one already, which is out of date. */
  readonly isRefresh: boolean;
}

/** Where values that are shared come from and go to. */
export interface Place {
  readonly host: Host;
  /** How long memory keeps a value where nobody says, in ms. */
  readonly ttl: number;
  readonly computations: Pick<Computations, 'holdResponse'>;
}

/** One computation, with the store asked first. */
export interface Round<T> {
  /** What the store has, or else what is computed. */
  work(): Promise<T>;
  /** How long memory may keep it, in ms: no longer than the store. */
  ttl(): number;
  /** Puts what was computed into the store, `undefined` where it is nothing; does nothing with what came from there. */
  keep(value: T | undefined): void;
}
