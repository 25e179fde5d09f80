import type { Amount } from '../contract.js';
import type { Month } from '../ledger/contract.js';

/** Requests of the first lease, and of the largest. */
const [LEAST, MOST] = [8, 512];
/**
 * A lease is lost with its environment, so large leases waste much if environments come and go: at a churn of 1 in 1,000, leases of 512 strand a
 * fifth of a burst's grants. Small leases cost writes, at most `10 · concurrency ÷ size` a second. Two requests per environment, and at least this
 * many, keep that below the five writes a second of the table.
 */
const [PER_ENVIRONMENT, FEW] = [2, 64];

/** Requests of the largest lease, by the concurrency of all functions. */
export const largestLease = (concurrency: number): number => Math.min(MOST, Math.max(FEW, PER_ENVIRONMENT * concurrency));
/** One lease takes at most this part of what is left, divided by the number of environments that may ask. */
const PART = 4;
/** Assumed duration of an invocation before one has ended, in ms. */
const GUESS_MS = 100;

/**
 * The amount to ask for at once. It begins small and doubles: an environment that soon ends takes little with it, and one that stays asks rarely. If
 * environments come and go, fixed sizes stop a function of ten environments at a tenth of its allowance.
 */
export class RequestSize {
  #requests = LEAST;
  /** Compute of one invocation, as a moving mean (MB·ms). */
  #mean: number;

  constructor(memoryMb: number) {
    this.#mean = memoryMb * GUESS_MS;
  }

  used(mbMs: number): void {
    this.#mean += (mbMs - this.#mean) / 8;
  }

  granted(): void {
    this.#requests = Math.min(MOST, this.#requests * 2);
  }

  expired(): void {
    this.#requests = Math.max(LEAST, this.#requests / 2);
  }

  /**
   * Returns the amount to ask for.
   * @param need the amount that the waiting invocations need now
   * @param held the amount that is already held
   * @param whose the month as far as it is known, and whether `left` (critical) or `free` applies
   */
  next(need: Amount, held: Amount, { month, critical }: { readonly month: Month | undefined; readonly critical: boolean }): Amount {
    const left = month && (critical ? month.left : month.free);
    const among = PART * Math.max(1, month?.concurrency ?? 1);
    const share = (of = Number.POSITIVE_INFINITY): number => Math.max(0, Math.floor(of / among));
    const most = month ? largestLease(month.concurrency) : FEW;
    const requests = Math.max(need.requests, Math.min(this.#requests, most, share(left?.requests)));
    const more = Math.ceil((requests - need.requests) * this.#mean);
    const mbMs = need.mbMs + Math.min(more, share(left?.mbMs));
    return { requests: Math.max(0, requests - held.requests), mbMs: Math.max(0, mbMs - held.mbMs) };
  }
}

/** Limits the requested amount to what is left. Returns `undefined` if that is less than the least useful amount. */
export function clip(asked: Amount, least: Amount, left: Amount): Amount | undefined {
  const amount = { requests: Math.min(asked.requests, left.requests), mbMs: Math.min(asked.mbMs, left.mbMs) };
  return amount.requests >= least.requests && amount.mbMs >= least.mbMs ? amount : undefined;
}
