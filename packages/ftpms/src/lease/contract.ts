import type { Amount } from '../contract.js';
import type { Ledger, Month } from '../ledger/contract.js';
import type { Clock, ElapsedTime } from './elapsed-time.js';
import type { RequestSize } from './request-size.js';

/** Dependencies of an environment's leases. */
export interface LeaseDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: () => number;
  /** Calls the guardian, which then stops functions. */
  readonly wake: (call: Call) => Promise<void>;
  readonly memoryMb: number;
  /**
   * Whether any of this function's invocations are critical. If so, all its grants come from `left` and not from `free`. Then an invocation that is
   * shed also has a grant for its request.
   */
  readonly hasCritical: boolean;
  /** How long a grant may be used, in ms. Counted from the time before the request was sent. */
  readonly ttlMs: number;
}

/** A call of the guardian, and its reason: an invocation was refused because nothing was granted, or because the ledger did not respond. */
export interface Call {
  readonly month: string;
  readonly why: 'refused' | 'silent';
}

/** State that the leases of one environment share. */
export interface Shared {
  readonly elapsed: ElapsedTime;
  readonly size: RequestSize;
  /** Compute of this environment's INIT (MB·ms) until the ledger has booked it, then 0. */
  init: number;
  /** Use without a lease while the ledger was unreachable, until the ledger has booked it. `owedAt`: time of the latest such use. */
  debt: Amount;
  owedAt: number;
  leases: number;
  failures: number;
  /** Called with the month in each response of the ledger. */
  readonly onMonth: (month: Month) => void;
}

/** The reason why nothing was granted. `wait`: milliseconds that this denial still holds. */
export interface Denied {
  readonly denied: 'exhausted' | 'reserved' | 'blocked' | 'unknown month' | 'unreachable' | 'late';
  readonly wait: number;
  readonly cause?: unknown;
}

/** The largest compute of one invocation, and its deadline in ms since the epoch. */
export interface LeaseRequest {
  readonly mbMs: number;
  readonly deadline: number | undefined;
}
