import type { Account } from '../aws/contract.js';
import type { Amount, ProtectedFunction, Thresholds } from '../contract.js';
import type { Ledger } from '../ledger/contract.js';
import type { Records } from '../ledger/records.js';

/** Settings of the guardian. */
export interface GuardianSettings {
  readonly scope: string;
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  /** Names of protected functions, and whether they are critical. */
  readonly functions: ReadonlyMap<string, boolean>;
  readonly stopLatencyMs: number;
  /** Number of critical invocations that each environment may run without the ledger. */
  readonly emergency: number;
  /** Milliseconds that are billed after the handler of each invocation. */
  readonly afterMs: number;
  /** Name of the guardian's own function. It is never stopped. */
  readonly self: string | undefined;
}

/** Dependencies of the guardian: everything that it reads or changes, so that a simulator can replace the account and the clock. */
export interface GuardianDeps {
  readonly account: Account;
  readonly ledger: Ledger;
  readonly records: Records;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly settings: GuardianSettings;
  /** Waits, in ms. @default a timer */
  readonly pause?: (ms: number) => Promise<unknown>;
}

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** A protected function: its present state, and its state before the guardian changed it. */
export interface Watched extends ProtectedFunction {
  /** The present reserved concurrency. `concurrency` is the one without the guardian's changes. */
  readonly present: number | undefined;
  readonly saved: Saved | undefined;
  /**
   * The error that kept its tags from being read, if no record says what it had. The function is then not changed, because its earlier settings would
   * be lost.
   */
  readonly unread?: Error | undefined;
}

/** The settings that a function had before the guardian changed it. */
export interface Saved {
  /** `null` if there was no reserved concurrency. */
  readonly concurrency: number | null;
  /** Ids of the event-source mappings that were enabled. */
  readonly mappings: readonly string[];
  /** Number of further mappings that were enabled, if this was read from the function's tags and they had no room for all. */
  readonly unlisted?: number;
  /** Time of a stop because the ledger did not respond to the function, in ms since the epoch. Undefined if the stop had another reason. */
  readonly silentAt?: number;
  /** Every reserved concurrency that the guardian has set since. Undefined if it set only 0. Any other value was set by the function's owner. */
  readonly set?: readonly (number | null)[];
  /** The concurrency that is written in the function's tags as set by the guardian. Undefined if these settings are not in the tags. */
  readonly markedWith?: number | null;
}

export const givenTo = ({ set = [0] }: Saved): readonly (number | null)[] => set;

export const pause = (guard: GuardianDeps, ms: number): Promise<unknown> => (guard.pause ?? process.getBuiltinModule('node:timers/promises').setTimeout)(ms);

export const savedKey = (name: string): string => `saved#${name}`;

/** Key of the names that were protected when a change began. The record exists while any function may be changed. */
export const TOUCHED = 'touched';
/** Key of the record that exists while a stop by command holds. */
export const HOLD = 'hold';

/** Records that functions are about to be changed. */
export async function touch(records: Records, names: readonly string[]): Promise<void> {
  const touched = (await records.get<readonly string[]>(TOUCHED)) ?? [];
  if (!names.every((name) => touched.includes(name))) await records.put(TOUCHED, [...new Set([...touched, ...names])]);
}

/** Runs work for ten items at a time, because AWS throttles more calls at once. */
export async function inGroups<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += 10) results.push(...(await Promise.all(all.slice(at, at + 10).map(work))));
  return results;
}
