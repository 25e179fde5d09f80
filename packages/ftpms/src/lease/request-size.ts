import type { Amount } from '../contract.js';
import type { Month } from '../ledger/contract.js';

/** Requests of the first lease, and the most of any. */
const [LEAST, MOST] = [8, 512];
/**
 * An environment that goes takes its lease with it, so large leases waste rights where environments come and go: at a churn of 1 in 1,000, leases of 512
 * strand a fifth of a burst's rights. Small ones cost writes: `10 · concurrency ÷ size` a second, at most. Two for each environment, and at least
 * this many, keep that below the five that the table has.
 */
const [PER_ENVIRONMENT, FEW] = [2, 64];

/** Requests of the largest lease, by the concurrency of all functions. */
export const largestLease = (concurrency: number): number => Math.min(MOST, Math.max(FEW, PER_ENVIRONMENT * concurrency));
/** One lease takes at most this part of what is left, divided by how many may ask. */
const PART = 4;
/** What an invocation is taken to need before one has ended, in ms. */
const GUESS_MS = 100;

/**
 * How much to ask for at once. Begins small and doubles: an environment that soon goes takes little with it, one that stays asks seldom.
 * Fixed sizes stop a function of ten environments at a tenth of its allowance where they come and go.
 */
export class RequestSize {
  #requests = LEAST;
  /** What one invocation uses, as a moving mean (MB·ms). */
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
   * What to ask for.
   * @param need What must be there now.
   * @param held What is, already.
   * @param whose The month as far as it is known, and which part of it is looked at.
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

/** Of what was asked for, what is left of it; `undefined` where that is not even the least that is of use. */
export function clip(asked: Amount, least: Amount, left: Amount): Amount | undefined {
  const amount = { requests: Math.min(asked.requests, left.requests), mbMs: Math.min(asked.mbMs, left.mbMs) };
  return amount.requests >= least.requests && amount.mbMs >= least.mbMs ? amount : undefined;
}
