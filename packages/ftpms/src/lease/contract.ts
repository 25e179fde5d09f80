import type { Amount } from '../contract.js';
import type { Ledger, Month } from '../ledger/contract.js';
import type { Clock, ElapsedTime } from './elapsed-time.js';
import type { RequestSize } from './request-size.js';

/** What an environment's leases are made of. */
export interface LeaseDeps {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly random: () => number;
  /** Calls the guardian, which stops what is to be stopped. */
  readonly wake: (call: Call) => Promise<void>;
  readonly memoryMb: number;
  /** Whether any of this function's invocations are critical. Then all its rights are of what is left, so that also who is shed has one for his request. */
  readonly hasCritical: boolean;
  /** How long rights may be used after they were asked for, in ms. */
  readonly ttlMs: number;
}

/** Why the guardian is called: work was refused for want of rights, or because the ledger says nothing. */
export interface Call {
  readonly month: string;
  readonly why: 'refused' | 'silent';
}

/** What the leases of one environment share. */
export interface Shared {
  readonly elapsed: ElapsedTime;
  readonly size: RequestSize;
  /** Compute of this environment's INIT (MB·ms), until the ledger has been told. */
  init: number;
  /** What was used without rights while the ledger said nothing, until it has been told; and when that was last. */
  debt: Amount;
  owedAt: number;
  leases: number;
  failures: number;
  /** Told every answer. */
  readonly onMonth: (month: Month) => void;
}

/** Why there are no rights, and for how long that is settled, in ms. */
export interface Denied {
  readonly denied: 'exhausted' | 'reserved' | 'blocked' | 'unknown month' | 'unreachable' | 'late';
  readonly wait: number;
  readonly cause?: unknown;
}

/** Who asks. `deadline` in ms since the epoch. */
export interface LeaseRequest {
  readonly mbMs: number;
  readonly deadline: number | undefined;
}
