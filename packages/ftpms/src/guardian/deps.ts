import type { Account } from '../aws/contract.js';
import type { Amount, ProtectedFunction, Thresholds } from '../contract.js';
import type { Ledger } from '../ledger/contract.js';
import type { Records } from '../ledger/records.js';

/** What the guardian is to guard. */
export interface GuardianSettings {
  readonly scope: string;
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  /** Protected functions by name, and whether they are critical. */
  readonly functions: ReadonlyMap<string, boolean>;
  readonly stopLatencyMs: number;
  /** Critical invocations that each environment may serve without the ledger. */
  readonly emergency: number;
  /** What is billed after the handler of each invocation, in ms. */
  readonly afterMs: number;
  /** The guardian's own function: never stopped. */
  readonly self: string | undefined;
}

/** The guardian's world: everything it touches, so that a simulated account and clock can stand in. */
export interface GuardianDeps {
  readonly account: Account;
  readonly ledger: Ledger;
  readonly records: Records;
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly settings: GuardianSettings;
  /** Waits, in ms; by a timer unless it is given. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** A protected function as it is at present, and as it was before it was touched. */
export interface Watched extends ProtectedFunction {
  /** Reserved concurrency at present; `concurrency` is what it has when nothing is wrong. */
  readonly present: number | undefined;
  readonly saved: Saved | undefined;
  /** The reason why its tags could not be read, if nothing else says what it had: then it is not changed, or its old setting would be lost. */
  readonly unread?: Error | undefined;
}

/** What a function had before the guardian changed it. */
export interface Saved {
  /** `null`: no reserved concurrency. */
  readonly concurrency: number | null;
  /** Event-source mappings that were enabled. */
  readonly mappings: readonly string[];
  /** Number of further mappings that were enabled, if this was read from the function's tags and these had no room for all. */
  readonly unlisted?: number;
  /** When it was stopped because the ledger did not answer it, in ms since the epoch; absent where it was stopped for anything else. */
  readonly silentAt?: number;
  /** Every reserved concurrency that the guardian has set since, absent if that is 0 alone; any other is its owner's wish. */
  readonly set?: readonly (number | null)[];
  /** The same is written on the function, in case the table is lost, with this concurrency as the one that the guardian gave it. */
  readonly markedWith?: number | null;
}

export const givenTo = ({ set = [0] }: Saved): readonly (number | null)[] => set;

export const pause = (guard: GuardianDeps, ms: number): Promise<unknown> => (guard.pause ?? process.getBuiltinModule('node:timers/promises').setTimeout)(ms);

export const savedKey = (name: string): string => `saved#${name}`;

/** There while any function may be changed: the names that were protected when the change began. */
export const TOUCHED = 'touched';
/** There while a stop by command holds. */
export const HOLD = 'hold';

/** Notes that functions are about to be changed. */
export async function touch(records: Records, names: readonly string[]): Promise<void> {
  const touched = (await records.get<readonly string[]>(TOUCHED)) ?? [];
  if (!names.every((name) => touched.includes(name))) await records.put(TOUCHED, [...new Set([...touched, ...names])]);
}

/** Ten at a time: AWS throttles who asks for more. */
export async function inGroups<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += 10) results.push(...(await Promise.all(all.slice(at, at + 10).map(work))));
  return results;
}
