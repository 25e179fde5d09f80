import type { Amount, Thresholds } from '../contract.js';

/** How long a grant may be used, in ms. Counted from the time before the request was sent. */
export const TTL_MS = 120_000;

/**
 * One month of one scope in the ledger. `total = cap − left` is compared with the cap: it is what CloudWatch has measured, plus what has been granted
 * since. Every method is one conditional update of one item, so the table serialises them.
 */
export interface Month {
  /** Name in UTC: `2026-11`. */
  readonly month: string;
  /**
   * `reserved`: only critical work is granted anything, and other functions are being stopped. `blocked`: nothing is granted, and all functions are
   * being stopped.
   */
  readonly mode: 'open' | 'reserved' | 'blocked';
  /** The current epoch: its start by the guardian's clock, in ms. Only the guardian sets it. Each grant is booked to the epoch in which it was handed out. */
  readonly epoch: number;
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  readonly cap: Amount;
  /** The amount that may still be granted to critical work. */
  readonly left: Amount;
  /** The amount that may still be granted to other work: `left` without the part that is reserved for critical work. */
  readonly free: Amount;
  /** Compute of all INITs so far, as environments reported it (MB·ms). */
  readonly init: number;
  /** Sum of the reserved concurrency of all protected functions. */
  readonly concurrency: number;
  /** Granted amounts that are not settled yet, by epoch. */
  readonly open: ReadonlyMap<number, Amount>;
  /** Time by which all functions had been stopped as `mode` requires, by the guardian's clock (ms since the epoch). 0 if they have not. */
  readonly stoppedAt: number;
}

/** A request for a grant. */
export interface GrantRequest {
  readonly month: string;
  /** The epoch as far as the environment knows. The ledger's response has the current one. */
  readonly epoch: number;
  readonly amount: Amount;
  /** Compute of this environment's INIT (MB·ms). Reported once, then 0. */
  readonly init: number;
  readonly critical: boolean;
}

/**
 * The response to a request for a grant. `month` is the state after the request. `epoch`: the request had another epoch. `exhausted`: less is left
 * than was requested. `reserved`: the rest is kept for critical work. `unknown month`: the ledger has no item for this month.
 */
export type GrantResult =
  | { readonly granted: true; readonly month: Month }
  | { readonly granted: false; readonly reason: 'epoch' | 'exhausted' | 'reserved' | 'blocked'; readonly month: Month }
  | { readonly granted: false; readonly reason: 'unknown month' };

/** Settings with which a month begins, and which the guardian may change. */
export type MonthSettings = Pick<Month, 'limit' | 'thresholds' | 'cap' | 'concurrency'> & {
  /** The part of the cap that is kept for critical work. */
  readonly reserve: Amount;
};

/** Use of a month before its item is created. It is above 0 if the item is not created at the month's turn. */
export interface AlreadyUsed {
  /** The use that CloudWatch has measured. */
  readonly measured: Amount;
  /** An estimate of the use that is not measured yet. It counts as granted until everything of that time is measured. */
  readonly unseen: Amount;
}

/**
 * The ledger. If it is unreachable, its methods reject with the error of the connection. Nothing is half done then, but a grant may have been booked
 * and lost.
 */
export interface Ledger {
  /** Grants all of the requested amount, or nothing. The signal cancels the wait, for an invocation that has no time left. */
  grant(ask: GrantRequest, signal?: AbortSignal): Promise<GrantResult>;
  /** Books the INIT (MB·ms) of an environment that was refused. No metric of AWS contains it, so it would never be measured. */
  reportInit(month: string, init: number): Promise<void>;
  /** Returns the latest state of a month (a consistent read), or `undefined` if there is no such month. */
  read(month: string): Promise<Month | undefined>;
  /** Creates a month; does nothing if it exists. @param already use before the item was created; undefined at a month's turn */
  begin(month: string, epoch: number, settings: MonthSettings, already?: AlreadyUsed): Promise<void>;
  /**
   * Sets the total to what was measured. The difference to `seen.left` is added, so that amounts granted meanwhile stay counted. Forgets the open
   * epochs in `settled`. Returns false, and changes nothing, if the month has another epoch than `seen`.
   */
  settle(
    seen: Month,
    next: { readonly epoch: number; readonly total: Amount; readonly settled: readonly number[]; readonly settings: MonthSettings },
  ): Promise<boolean>;
  /** Changes the mode. Returns true for the one caller that changed it. Only the guardian may use `to: 'open'`. */
  mode(month: string, from: readonly Month['mode'][], to: Month['mode']): Promise<boolean>;
  /**
   * Records that functions have been stopped as `mode` requires. Does nothing if the mode has changed meanwhile, because more functions have to be
   * stopped then.
   */
  stopped(month: string, mode: Month['mode'], at: number): Promise<void>;
}
