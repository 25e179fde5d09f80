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

/** Around a month's turn both months pay, for clocks differ, in ms. */
const TURN_MS = 60_000;
/** The longest that Lambda lets a function run, in ms. */
const LONGEST_MS = 900_000;

/** What an invocation may use; to be given back. */
export interface InvocationReservation {
  readonly critical: boolean;
  /** What it will need at most (MB·ms). */
  readonly mbMs: number;
  /** When it began; a time of `ElapsedTime`. */
  readonly began: number;
  /** Absent where it runs without rights, as an emergency. */
  readonly lease?: MonthLease;
  readonly reserved?: Reservation;
  /** The same of the other month, near a turn. */
  readonly other?: InvocationReservation | undefined;
}

export interface EnvironmentLeaseDeps extends LeaseDeps {
  /** What this environment's INIT took, in ms; asked for at the first invocation. */
  readonly initMs: () => number;
  /** Ms of an INIT that are billed before the process starts. */
  readonly beforeMs: number;
  /** How many critical invocations of a month pass while the ledger cannot be reached. */
  readonly emergency: number;
  readonly failMode: 'closed' | 'open';
  /** What is billed of an invocation after its handler (extensions, a slow answer), in ms. */
  readonly afterMs: number;
  /** Told every answer about the present month, and at its turn what is known of it. */
  readonly onMonth: (month: Month | undefined) => void;
}

/** What an invocation asks for, whether it is critical, and when it began. */
interface Wish extends LeaseRequest {
  readonly critical: boolean;
  readonly began: number;
}

/** What one environment may use. Answers in the same turn wherever the ledger need not be asked. */
export class EnvironmentLease {
  readonly #parts: EnvironmentLeaseDeps;
  readonly #passed: ElapsedTime;
  readonly #shared: Shared;
  readonly #months = new Map<string, MonthLease>();
  /** When the present month begins and ends, in ms since the epoch. */
  #from = 0;
  #to = 0;
  #month = '';
  #current: MonthLease | undefined;
  #isFirst = true;
  #emergencies = 0;

  constructor(parts: EnvironmentLeaseDeps) {
    this.#parts = parts;
    this.#passed = new ElapsedTime(parts.clock);
    const onMonth = (month: Month): void => {
      if (month.month === this.#month) parts.onMonth(month);
    };
    this.#shared = {
      elapsed: this.#passed,
      size: new RequestSize(parts.memoryMb),
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

  /** The present month, what is known of it, and what is held of it. */
  state(): { readonly month: string; readonly known: Month | undefined; readonly held: Amount } {
    const now = this.#parts.clock.now();
    const lease = this.#lease(monthOf(now));
    return { month: lease.month, known: lease.known, held: lease.held(this.#passed.at(now)) };
  }

  /** @param deadline In ms since the epoch. */
  admit(critical: boolean, deadline: number | undefined): InvocationReservation | Denied | Promise<InvocationReservation | Denied> {
    const now = this.#parts.clock.now();
    if (this.#isFirst) this.#shared.init = initOf(this.#parts);
    this.#isFirst = false;
    const ms = deadline === undefined ? LONGEST_MS : Math.max(0, Math.ceil(deadline - now)) + 1;
    const began = this.#passed.at(now);
    const need: Wish = { mbMs: this.#parts.memoryMb * ms, critical, deadline, began };
    if (now < this.#from || now >= this.#to) this.#turn(now);
    const lease = this.#current as MonthLease;
    const other = now < this.#from + TURN_MS ? this.#lease(this.#nameBefore()) : now + ms + TURN_MS > this.#to ? this.#lease(monthOf(this.#to)) : undefined;
    if (other) return this.#both(lease, other, need);
    const result = lease.reserve(need, began);
    if (result && !('denied' in result)) return { critical, mbMs: need.mbMs, began, lease, reserved: result };
    return result ? this.#without(result, need) : this.#request(lease, need);
  }

  /** The invocation is over: what it did not use may be used by the next. */
  end({ mbMs, began, lease, reserved, other }: InvocationReservation): void {
    const passed = this.#passed.at(this.#parts.clock.now());
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
    // The month before may have been without a ledger.
    if (result.denied === 'unknown month' && other.month < lease.month) return reservation;
    if (reservation.reserved) lease.giveBack(reservation.reserved, need.mbMs, this.#passed.at(this.#parts.clock.now()));
    return this.#without(result, need);
  }

  /** Whether the INIT is in no lease yet: the environment was refused, or could not reach the ledger. */
  get owesInit(): boolean {
    return this.#shared.init > 0;
  }

  /** Books the INIT by itself. */
  tellInit(deadline: number | undefined): Promise<void> {
    return reportInit(this.#parts, this.#shared, { month: this.#month, deadline });
  }

  /** What an invocation is billed, from its begin (MB·ms). */
  #used(began: number, passed: number): number {
    const { memoryMb, afterMs } = this.#parts;
    return memoryMb * (Math.ceil(passed - began) + 1 + afterMs);
  }

  /** Runs without rights, if that is allowed. */
  #without(why: Denied, { mbMs, critical, began }: Wish): InvocationReservation | Denied {
    if (why.denied === 'exhausted' || why.denied === 'reserved' || why.denied === 'blocked') return why;
    // Whether it runs or not, it costs a request, which no ledger knows of yet.
    const passed = this.#passed.at(this.#parts.clock.now());
    this.#owe({ requests: 1, mbMs: 0 }, passed);
    const { failMode, emergency } = this.#parts;
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
    this.#parts.onMonth(this.#current.known);
    for (const month of this.#months.keys()) if (month !== this.#month && month !== this.#nameBefore()) this.#months.delete(month);
  }

  #nameBefore(): string {
    return monthOf(this.#from - 1);
  }

  #lease(month: string): MonthLease {
    let lease = this.#months.get(month);
    if (!lease) this.#months.set(month, (lease = new MonthLease(month, this.#parts, this.#shared)));
    return lease;
  }
}
