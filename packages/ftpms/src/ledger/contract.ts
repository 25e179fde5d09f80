import type { Amount, Thresholds } from '../contract.js';

/** How long rights may be used after they were asked for, in ms. */
export const TTL_MS = 120_000;

/**
 * One month of one scope, as the ledger has it. `total = cap − left` is what is compared with the cap: what CloudWatch has measured and
 * what has been handed out since. Every method is one conditional update of one item, so they are serialised by the table.
 */
export interface Month {
  /** UTC: `2026-11`. */
  readonly month: string;
  /** `reserved`: only critical work gets rights, others are being stopped; `blocked`: nobody does, and all are. */
  readonly mode: 'open' | 'reserved' | 'blocked';
  /** Set by the guardian alone, from its clock (ms); rights carry the epoch in which they were handed out. */
  readonly epoch: number;
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  readonly cap: Amount;
  /** What may still be handed out to critical work. */
  readonly left: Amount;
  /** The same for all other work: `left` without what is reserved for critical work. */
  readonly free: Amount;
  /** Compute of INITs so far, as environments told it (MB·ms). */
  readonly init: number;
  /** Sum of the reserved concurrency of all protected functions. */
  readonly concurrency: number;
  /** Rights handed out by epoch, those that are not settled. */
  readonly open: ReadonlyMap<number, Amount>;
  /** When functions had been stopped as `mode` asks, by the guardian's clock; 0 while they have not. */
  readonly stoppedAt: number;
}

/** What an environment asks for. */
export interface GrantRequest {
  readonly month: string;
  /** As far as it knows; the ledger says which it is. */
  readonly epoch: number;
  readonly amount: Amount;
  /** Compute of this environment's INIT, told once (MB·ms). */
  readonly init: number;
  readonly critical: boolean;
}

/**
 * What it gets. `month` is the state afterwards; absent where there is no such month in the ledger. `reserved`: what is left is kept for
 * critical work; `exhausted`: as much as is asked for is not left.
 */
export type GrantResult =
  | { readonly granted: true; readonly month: Month }
  | { readonly granted: false; readonly reason: 'epoch' | 'exhausted' | 'reserved' | 'blocked'; readonly month: Month }
  | { readonly granted: false; readonly reason: 'unknown month' };

/** How a month begins, and what the guardian sets anew. */
export type MonthSettings = Pick<Month, 'limit' | 'thresholds' | 'cap' | 'concurrency'> & {
  /** How much of the cap is kept for critical work. */
  readonly reserve: Amount;
};

/** Use of a month before its item is made: more than nothing if that is not at its turn. */
export interface AlreadyUsed {
  /** As measured. */
  readonly measured: Amount;
  /** An estimate of what is not measured yet. It counts as handed out until everything of that time is measured. */
  readonly unseen: Amount;
}

/** The ledger. Whatever cannot be reached rejects, with whatever error; nothing is half done then, but a right may have been handed out and lost. */
export interface Ledger {
  /** Hands out rights: all that is asked for, or none. The signal ends the wait, for who has no time left. */
  grant(ask: GrantRequest, signal?: AbortSignal): Promise<GrantResult>;
  /** Books the INIT (MB·ms) of an environment that was refused: no metric of AWS has it, so it would never be measured. */
  reportInit(month: string, init: number): Promise<void>;
  /** `undefined` where there is no such month. Consistent. */
  read(month: string): Promise<Month | undefined>;
  /** Begins a month; does nothing if it exists. @param already What was used before there was an item; nothing at a month's turn. */
  begin(month: string, epoch: number, settings: MonthSettings, already?: AlreadyUsed): Promise<void>;
  /**
   * Brings the total in line with what was measured. The change is added (`left` by what `read` gave), so that rights handed out meanwhile
   * stay counted. Forgets the open epochs named in `settled`. Refused (false) where the month has a later epoch than `seen`.
   */
  settle(
    seen: Month,
    next: { readonly epoch: number; readonly total: Amount; readonly settled: readonly number[]; readonly settings: MonthSettings },
  ): Promise<boolean>;
  /** Changes the mode; true for the one caller who did. `to: 'open'` only by the guardian. */
  mode(month: string, from: readonly Month['mode'][], to: Month['mode']): Promise<boolean>;
  /** Notes that functions have been stopped as that mode asks; nothing where it has changed meanwhile, and more of them are to be stopped. */
  stopped(month: string, mode: Month['mode'], at: number): Promise<void>;
}
