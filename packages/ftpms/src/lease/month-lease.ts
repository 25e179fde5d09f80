import { withDeadline } from '@suga/gateway/deadline';
import { SingleFlight } from '@suga/gateway/single-flight';
import type { Amount } from '../contract.js';
import { CALL_AGAIN_MS } from '../guarantee/call-interval.js';
import type { GrantRequest, GrantResult, Month } from '../ledger/contract.js';
import { minus, plus } from '../ledger/month-balance.js';
import type { Denied, LeaseDeps, LeaseRequest, Shared } from './contract.js';
import { Denials, modeAfter } from './denials.js';
import { HeldGrants, type Reservation } from './held-grants.js';
import { clip } from './request-size.js';

/** Requests to the ledger for one grant. Epochs rarely change, so another epoch at each of them means that something is wrong. */
const TRIES = 4;

/** Milliseconds after which the guardian has read a debt from CloudWatch: more than longest timeout, margin and the guardian's period together. */
const MEASURED_MS = 3_600_000;

/** The lease of one month in one environment. */
export class MonthLease {
  readonly month: string;
  readonly #deps: LeaseDeps;
  readonly #shared: Shared;
  readonly #grants: HeldGrants;
  readonly #waiting = new Set<LeaseRequest>();
  #known: Month | undefined;
  readonly #denials: Denials;
  #asking: SingleFlight<void> | undefined;

  constructor(month: string, deps: LeaseDeps, shared: Shared) {
    this.month = month;
    this.#deps = deps;
    this.#shared = shared;
    this.#grants = new HeldGrants(() => shared.size.expired());
    this.#denials = new Denials(month, deps, shared);
  }

  get known(): Month | undefined {
    return this.#known;
  }

  held(passed: number): Amount {
    return this.#grants.held(passed);
  }

  /** Reserves from the amount that is held. Returns the denial if one still holds, and `undefined` if the ledger has to be asked. */
  reserve({ mbMs }: LeaseRequest, passed: number): Reservation | Denied | undefined {
    // An amount that was leased before the rest was kept for critical work must not be used for other work.
    if (this.#deps.hasCritical || this.#known?.mode === 'open') {
      const reserved = this.#grants.reserve(mbMs, passed);
      if (reserved) return reserved;
    }
    return this.#denials.standing(passed);
  }

  giveBack(reservation: Reservation, unused: number, passed: number): void {
    this.#grants.giveBack(reservation, unused, passed);
  }

  /** Asks the ledger, or waits for a request in flight. There is one request at a time, for all invocations that wait by then. */
  async request(need: LeaseRequest): Promise<Reservation | Denied> {
    this.#waiting.add(need);
    // Half of the time that is left, so that a refused invocation can still respond in time. `SingleFlight` uses the process's clock.
    const patience = need.deadline === undefined ? undefined : (need.deadline - this.#deps.clock.now()) / 2;
    const until = patience && Date.now() + patience;
    try {
      for (;;) {
        const reserved = this.reserve(need, this.#now());
        if (reserved) return reserved;
        if (!this.#asking || this.#asking.isCancelled) this.#asking = this.#begin();
        const asking = this.#asking;
        if (await asking.wait(until, () => true)) return await this.#late(asking, until && until + (patience ?? 0) / 2);
      }
    } finally {
      this.#waiting.delete(need);
    }
  }

  /** The last invocation that waits calls the guardian before it responds, because Lambda freezes the process after that. */
  async #late(asking: SingleFlight<void>, until: number | undefined): Promise<Denied> {
    if (asking.isCancelled) await withDeadline(this.#denials.silent('late', this.#known), until, () => undefined);
    return { denied: 'late', wait: CALL_AGAIN_MS };
  }

  #begin(): SingleFlight<void> {
    const flight: SingleFlight<void> = new SingleFlight(async (signal) => {
      // Invocations that start in the same turn of the event loop are included in the request.
      await undefined;
      try {
        await this.#requestGrant(signal);
      } catch (cause) {
        if (!signal.aborted) await this.#denials.silent('unreachable', this.#known, cause);
      } finally {
        if (this.#asking === flight) this.#asking = undefined;
      }
    });
    return flight;
  }

  async #requestGrant(signal: AbortSignal): Promise<void> {
    let amount = this.#amount();
    for (let tries = 1; tries <= TRIES; tries++) {
      const sent = this.#now();
      const result = await this.#askLedger(amount, signal);
      if (!('month' in result)) return this.#denials.silent('unknown month', this.#known);
      if (result.granted) return this.#granted(amount, sent);
      if (result.reason === 'epoch') amount = this.#amount();
      else {
        const rest = tries < TRIES ? this.#lessThan(amount, result.month) : undefined;
        if (!rest) return this.#refused(result.reason, result.month);
        amount = rest;
      }
    }
    throw new Error('ftpms: the ledger has another epoch at every request.');
  }

  #amount(): Amount {
    return this.#shared.size.next(this.#needed(), this.#grants.held(this.#now()), { month: this.#known, critical: this.#deps.hasCritical });
  }

  /** The largest part of the amount that is still available. */
  #lessThan(amount: Amount, { mode, left, free }: Month): Amount | undefined {
    const { hasCritical } = this.#deps;
    const isClosed = mode === 'blocked' || (mode === 'reserved' && !hasCritical);
    const { debt, init } = this.#shared;
    return isClosed ? undefined : clip(amount, this.#least(), minus(hasCritical ? left : free, { requests: debt.requests, mbMs: debt.mbMs + init }));
  }

  async #askLedger(amount: Amount, signal: AbortSignal): Promise<GrantResult> {
    const shared = this.#shared;
    if (this.#now() - shared.owedAt > MEASURED_MS) shared.debt = { requests: 0, mbMs: 0 };
    const { init, debt } = shared;
    const ask: GrantRequest = { month: this.month, epoch: this.#known?.epoch ?? 0, amount: plus(amount, debt), init, critical: this.#deps.hasCritical };
    shared.leases++;
    const result = await this.#deps.ledger.grant(ask, signal);
    if ('month' in result) this.#learn(result.month);
    if (result.granted) {
      shared.init -= init;
      shared.debt = minus(shared.debt, debt);
    }
    return result;
  }

  #learn(month: Month): void {
    this.#known = month;
    this.#shared.onMonth(month);
  }

  #granted(amount: Amount, sent: number): void {
    this.#grants.add(amount, sent + this.#deps.ttlMs, this.#now());
    this.#shared.size.granted();
    this.#denials.over();
  }

  #refused(reason: 'exhausted' | 'reserved' | 'blocked', month: Month): Promise<void> {
    const mode = modeAfter(reason, month);
    // Known here at once, without waiting for the ledger's next response.
    if (mode !== month.mode) this.#learn({ ...month, mode, stoppedAt: 0 });
    return this.#denials.add(reason, month);
  }

  #now(): number {
    return this.#shared.elapsed.at(this.#deps.clock.now());
  }

  /** The amount that all waiting invocations need together. */
  #needed(): Amount {
    let mbMs = 0;
    for (const need of this.#waiting) mbMs += need.mbMs;
    return { requests: this.#waiting.size, mbMs };
  }

  /** The smallest amount with which one of the waiting invocations can run. */
  #least(): Amount {
    const held = this.#grants.held(this.#now());
    let mbMs = Number.POSITIVE_INFINITY;
    for (const need of this.#waiting) mbMs = Math.min(mbMs, need.mbMs);
    return { requests: held.requests > 0 ? 0 : 1, mbMs: Math.max(0, mbMs - held.mbMs) };
  }
}
