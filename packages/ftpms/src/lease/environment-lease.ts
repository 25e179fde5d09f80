import type { Amount } from '../contract.js';
import { beginOf, endOf, monthOf } from '../guarantee/calendar.js';
import type { Month } from '../ledger/contract.js';
import { plus } from '../ledger/month-balance.js';
import type { Denied, LeaseDeps, LeaseRequest, Shared } from './contract.js';
import { ElapsedTime } from './elapsed-time.js';
import type { Reservation } from './held-grants.js';
import { initOf, reportInit } from './init-usage.js';
import { MonthLease } from './month-lease.js';
import { RequestSize } from './request-size.js';

/** Milliseconds before and after a month's turn in which use is booked to both months, because clocks differ. */
const TURN_MS = 60_000;
/** Lambda's longest timeout, in ms. */
const LONGEST_MS = 900_000;

/** The amount that an invocation may use. Unused compute is returned when it ends. */
export interface InvocationReservation {
  readonly critical: boolean;
  /** The largest compute of the invocation (MB·ms). */
  readonly mbMs: number;
  /** Start of the invocation, as a time of `ElapsedTime`. */
  readonly began: number;
  /** Undefined if the invocation runs without a lease, as an emergency. */
  readonly lease?: MonthLease;
  readonly reserved?: Reservation;
  /** Reservation of the other month, near a month's turn. */
  readonly other?: InvocationReservation | undefined;
}

export interface EnvironmentLeaseDeps extends LeaseDeps {
  /** Duration of this environment's INIT, in ms. Called at the first invocation. */
  readonly initMs: () => number;
  /** Milliseconds of an INIT that are billed before the process starts. */
  readonly beforeMs: number;
  /** Number of critical invocations per month that are admitted while the ledger is unreachable. */
  readonly emergency: number;
  readonly failMode: 'closed' | 'open';
  /** Milliseconds that are billed after an invocation's handler has ended (extensions, a slow response). */
  readonly afterMs: number;
  /** Called with each response of the ledger about the current month, and at a month's turn with the state that is known. */
  readonly onMonth: (month: Month | undefined) => void;
}

/** The request of an invocation, whether it is critical, and when it started. */
interface Wish extends LeaseRequest {
  readonly critical: boolean;
  readonly began: number;
}

/** The leases of one environment. Decides in the same turn of the event loop unless the ledger has to be asked. */
export class EnvironmentLease {
  readonly #deps: EnvironmentLeaseDeps;
  readonly #passed: ElapsedTime;
  readonly #shared: Shared;
  readonly #months = new Map<string, MonthLease>();
  /** Start and end of the current month, in ms since the epoch. */
  #from = 0;
  #to = 0;
  #month = '';
  #current: MonthLease | undefined;
  #isFirst = true;
  #emergencies = 0;

  constructor(deps: EnvironmentLeaseDeps) {
    this.#deps = deps;
    this.#passed = new ElapsedTime(deps.clock);
    const onMonth = (month: Month): void => {
      if (month.month === this.#month) deps.onMonth(month);
    };
    this.#shared = {
      elapsed: this.#passed,
      size: new RequestSize(deps.memoryMb),
      init: 0,
      debt: { requests: 0, mbMs: 0 },
      owedAt: 0,
      leases: 0,
      failures: 0,
      onMonth,
    };
  }

  get counts(): { readonly leases: number; readonly failures: number } {
    return this.#shared;
  }

  /** The current month: its name, its last known state, and the amount that is held. */
  state(): { readonly month: string; readonly known: Month | undefined; readonly held: Amount } {
    const now = this.#deps.clock.now();
    const lease = this.#lease(monthOf(now));
    return { month: lease.month, known: lease.known, held: lease.held(this.#passed.at(now)) };
  }

  /** Reserves the worst case of an invocation. @param deadline in ms since the epoch */
  admit(critical: boolean, deadline: number | undefined): InvocationReservation | Denied | Promise<InvocationReservation | Denied> {
    const now = this.#deps.clock.now();
    if (this.#isFirst) this.#shared.init = initOf(this.#deps);
    this.#isFirst = false;
    const ms = deadline === undefined ? LONGEST_MS : Math.max(0, Math.ceil(deadline - now)) + 1;
    const began = this.#passed.at(now);
    const need: Wish = { mbMs: this.#deps.memoryMb * ms, critical, deadline, began };
    if (now < this.#from || now >= this.#to) this.#turn(now);
    const lease = this.#current as MonthLease;
    const other = now < this.#from + TURN_MS ? this.#lease(this.#nameBefore()) : now + ms + TURN_MS > this.#to ? this.#lease(monthOf(this.#to)) : undefined;
    if (other) return this.#both(lease, other, need);
    const result = lease.reserve(need, began);
    if (result && !('denied' in result)) return { critical, mbMs: need.mbMs, began, lease, reserved: result };
    return result ? this.#without(result, need) : this.#request(lease, need);
  }

  /** Ends an invocation. The compute that it did not use returns to the lease. */
  end({ mbMs, began, lease, reserved, other }: InvocationReservation): void {
    const passed = this.#passed.at(this.#deps.clock.now());
    const used = this.#used(began, passed);
    const unused = Math.max(0, mbMs - used);
    this.#shared.size.used(used);
    if (lease && reserved) lease.giveBack(reserved, unused, passed);
    else this.#owe({ requests: 0, mbMs: used }, passed);
    if (other?.lease && other.reserved) other.lease.giveBack(other.reserved, unused, passed);
  }

  async #request(lease: MonthLease, need: Wish): Promise<InvocationReservation | Denied> {
    const result = await lease.request(need);
    const { critical, mbMs, began } = need;
    return 'denied' in result ? this.#without(result, need) : { critical, mbMs, began, lease, reserved: result };
  }

  async #both(lease: MonthLease, other: MonthLease, need: Wish): Promise<InvocationReservation | Denied> {
    const reservation = await this.#request(lease, need);
    if ('denied' in reservation || !reservation.lease) return reservation;
    const result = await other.request(need);
    if (!('denied' in result)) return { ...reservation, other: { ...reservation, lease: other, reserved: result } };
    // The ledger may have begun with this month, so an earlier month may be missing.
    if (result.denied === 'unknown month' && other.month < lease.month) return reservation;
    if (reservation.reserved) lease.giveBack(reservation.reserved, need.mbMs, this.#passed.at(this.#deps.clock.now()));
    return this.#without(result, need);
  }

  /** Whether the ledger has not booked the INIT yet: the environment was refused, or could not reach the ledger. */
  get owesInit(): boolean {
    return this.#shared.init > 0;
  }

  /** Books the INIT by itself. */
  tellInit(deadline: number | undefined): Promise<void> {
    return reportInit(this.#deps, this.#shared, { month: this.#month, deadline });
  }

  /** The billed compute of an invocation from its start until now (MB·ms). */
  #used(began: number, passed: number): number {
    const { memoryMb, afterMs } = this.#deps;
    return memoryMb * (Math.ceil(passed - began) + 1 + afterMs);
  }

  /** Admits an invocation without a lease, if that is allowed. */
  #without(why: Denied, { mbMs, critical, began }: Wish): InvocationReservation | Denied {
    if (why.denied === 'exhausted' || why.denied === 'reserved' || why.denied === 'blocked') return why;
    // The invocation costs a request whether it runs or not, and the ledger does not know of it yet.
    const passed = this.#passed.at(this.#deps.clock.now());
    this.#owe({ requests: 1, mbMs: 0 }, passed);
    const { failMode, emergency } = this.#deps;
    if (failMode === 'closed' && !(critical && this.#emergencies < emergency)) {
      this.#owe({ requests: 0, mbMs: this.#used(began, passed) }, passed);
      return why;
    }
    this.#emergencies++;
    return { critical, mbMs, began };
  }

  #owe(amount: Amount, passed: number): void {
    this.#shared.debt = plus(this.#shared.debt, amount);
    this.#shared.owedAt = passed;
  }

  #turn(now: number): void {
    this.#month = monthOf(now);
    [this.#from, this.#to] = [beginOf(this.#month), endOf(this.#month)];
    this.#current = this.#lease(this.#month);
    this.#emergencies = 0;
    this.#deps.onMonth(this.#current.known);
    for (const month of this.#months.keys()) if (month !== this.#month && month !== this.#nameBefore()) this.#months.delete(month);
  }

  #nameBefore(): string {
    return monthOf(this.#from - 1);
  }

  #lease(month: string): MonthLease {
    let lease = this.#months.get(month);
    if (!lease) this.#months.set(month, (lease = new MonthLease(month, this.#deps, this.#shared)));
    return lease;
  }
}
