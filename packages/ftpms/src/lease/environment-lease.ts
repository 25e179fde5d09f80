import type { Amount } from '../contract.js';
import { beginOf, endOf, monthOf } from '../guarantee/calendar.js';
import type { Month } from '../ledger/contract.js';
import { added } from '../ledger/month-balance.js';
import type { Denied, LeaseParts, Need, Shared } from './contract.js';
import { Passed } from './elapsed-time.js';
import type { Taken } from './held-grants.js';
import { initOf, tellInit } from './init-usage.js';
import { MonthLease } from './month-lease.js';
import { Size } from './request-size.js';

/** Around a month's turn both months pay, for clocks differ, in ms. */
const TURN_MS = 60_000;
/** The longest that Lambda lets a function run, in ms. */
const LONGEST_MS = 900_000;

/** What an invocation may use; to be given back. */
export interface Ticket {
  readonly critical: boolean;
  /** What it will need at most (MB·ms). */
  readonly mbMs: number;
  /** When it began; a time of `Passed`. */
  readonly began: number;
  /** Absent where it runs without rights, as an emergency. */
  readonly lease?: MonthLease;
  readonly taken?: Taken;
  /** The same of the other month, near a turn. */
  readonly other?: Ticket | undefined;
}

export interface EnvironmentParts extends LeaseParts {
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
interface Wish extends Need {
  readonly critical: boolean;
  readonly began: number;
}

/** What one environment may use. Answers in the same turn wherever the ledger need not be asked. */
export class Lease {
  readonly #parts: EnvironmentParts;
  readonly #passed: Passed;
  readonly #shared: Shared;
  readonly #months = new Map<string, MonthLease>();
  /** When the present month begins and ends, in ms since the epoch. */
  #from = 0;
  #to = 0;
  #month = '';
  #current: MonthLease | undefined;
  #isFirst = true;
  #emergencies = 0;

  constructor(parts: EnvironmentParts) {
    this.#parts = parts;
    this.#passed = new Passed(parts.clock);
    const onMonth = (month: Month): void => {
      if (month.month === this.#month) parts.onMonth(month);
    };
    this.#shared = {
      passed: this.#passed,
      size: new Size(parts.memoryMb),
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
  admit(critical: boolean, deadline: number | undefined): Ticket | Denied | Promise<Ticket | Denied> {
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
    const taken = lease.take(need, began);
    if (taken && !('denied' in taken)) return { critical, mbMs: need.mbMs, began, lease, taken };
    return taken ? this.#without(taken, need) : this.#ask(lease, need);
  }

  /** The invocation is over: what it did not use may be used by the next. */
  end({ mbMs, began, lease, taken, other }: Ticket): void {
    const passed = this.#passed.at(this.#parts.clock.now());
    const used = this.#used(began, passed);
    const unused = Math.max(0, mbMs - used);
    this.#shared.size.used(used);
    if (lease && taken) lease.giveBack(taken, unused, passed);
    else this.#owe({ requests: 0, mbMs: used }, passed);
    if (other?.lease && other.taken) other.lease.giveBack(other.taken, unused, passed);
  }

  async #ask(lease: MonthLease, need: Wish): Promise<Ticket | Denied> {
    const taken = await lease.ask(need);
    const { critical, mbMs, began } = need;
    return 'denied' in taken ? this.#without(taken, need) : { critical, mbMs, began, lease, taken };
  }

  async #both(lease: MonthLease, other: MonthLease, need: Wish): Promise<Ticket | Denied> {
    const ticket = await this.#ask(lease, need);
    if ('denied' in ticket || !ticket.lease) return ticket;
    const taken = await other.ask(need);
    if (!('denied' in taken)) return { ...ticket, other: { ...ticket, lease: other, taken } };
    // The month before may have been without a ledger.
    if (taken.denied === 'unknown month' && other.month < lease.month) return ticket;
    if (ticket.taken) lease.giveBack(ticket.taken, need.mbMs, this.#passed.at(this.#parts.clock.now()));
    return this.#without(taken, need);
  }

  /** Whether the INIT is in no lease yet: the environment was refused, or could not reach the ledger. */
  get owesInit(): boolean {
    return this.#shared.init > 0;
  }

  /** Books the INIT by itself. */
  tellInit(deadline: number | undefined): Promise<void> {
    return tellInit(this.#parts, this.#shared, { month: this.#month, deadline });
  }

  /** What an invocation is billed, from its begin (MB·ms). */
  #used(began: number, passed: number): number {
    const { memoryMb, afterMs } = this.#parts;
    return memoryMb * (Math.ceil(passed - began) + 1 + afterMs);
  }

  /** Runs without rights, if that is allowed. */
  #without(why: Denied, { mbMs, critical, began }: Wish): Ticket | Denied {
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
    this.#shared.debt = added(this.#shared.debt, amount);
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
