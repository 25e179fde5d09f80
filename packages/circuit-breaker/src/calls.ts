import type { Host, Invocation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { Announcing } from './announcing.js';
import type { Circuit, Ticket } from './circuit.js';
import type { CallOptions, CallOutcome, CircuitBreakerErrorCode } from './contract.js';
import { Judge, quote } from './outcome.js';
import type { Outcome, Shared } from './shared/shared.js';

/** What calls need of what is around them. */
export interface Surroundings {
  readonly host: Host;
  readonly announcing: Announcing;
  /** The state shared with other environments, where it is wanted. */
  shared(): Shared | undefined;
}

interface Release {
  readonly ticket: Ticket;
  readonly outcome: CallOutcome;
  /** The invocation that made the call. */
  readonly by: Invocation | undefined;
}

/** Calls through circuits, and what is told of their outcome. */
export class Calls {
  calls = 0;
  failures = 0;
  unknown = 0;
  rejected = 0;
  opened = 0;
  readonly judge: Judge = new Judge();
  readonly #around: Surroundings;
  readonly #probes = new Map<Ticket, { readonly circuit: Circuit; readonly by: Invocation }>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  async run<T>(circuit: Circuit, work: () => T | PromiseLike<T>, valued?: CallOptions<unknown, T>['outcome']): Promise<T> {
    const by = this.#around.host.invocation();
    const shared = this.#around.shared();
    const ticket = shared ? await this.#admitShared(circuit, shared, by) : this.#admit(circuit, by);
    if (!ticket) throw this.#refused(circuit);
    this.calls++;
    let outcome: CallOutcome = 'unknown';
    try {
      const value = await work();
      outcome = this.judge.ofValue(circuit, value, valued);
      return value;
    } catch (error) {
      outcome = this.judge.ofError(circuit, error);
      throw error;
    } finally {
      if (outcome === 'failure') this.failures++;
      if (outcome === 'unknown') this.unknown++;
      this.#release(circuit, { ticket, outcome, by });
    }
  }

  /** Counts an outcome of work that was not called here. */
  record(circuit: Circuit, ok: boolean): void {
    const shared = this.#around.shared();
    const reading = shared?.refresh(circuit);
    if (reading) shared?.pending.hold(reading);
    const { state, epoch } = circuit;
    if (circuit.record(ok, Date.now()) && (state !== 'closed' || epoch !== circuit.epoch)) void this.#tell(circuit);
  }

  /** Changes a circuit by hand. `change` says whether there is something to tell others. */
  async change(circuit: Circuit, change: () => boolean): Promise<void> {
    const shared = this.#around.shared();
    const isKnown = shared ? await shared.read(circuit) : true;
    const isNews = change();
    const outcome = isNews ? await this.#tell(circuit, true) : 'written';
    if (shared && (!isKnown || outcome === 'unavailable')) throw shared.untold(circuit.name);
  }

  /** Gives the invocation's probes back: its outcomes no longer count. Waits until what it has to tell is told. */
  end(invocation: Invocation): void | Promise<void> {
    for (const [ticket, { circuit, by }] of this.#probes) if (by === invocation) this.#release(circuit, { ticket, outcome: 'unknown', by });
    return this.#around.shared()?.pending.settled(invocation);
  }

  #admit(circuit: Circuit, by: Invocation | undefined): Ticket | undefined {
    const ticket = circuit.admit(Date.now());
    if (!ticket?.expires) return ticket;
    if (by) this.#probes.set(ticket, { circuit, by });
    if (!this.#around.shared()) void this.#tell(circuit);
    return ticket;
  }

  async #admitShared(circuit: Circuit, shared: Shared, by: Invocation | undefined): Promise<Ticket | undefined> {
    const reading = shared.refresh(circuit);
    if (reading) await reading;
    let ticket = this.#admit(circuit, by);
    // A probe of another environment may have been given back since it was last looked at; only the table knows.
    if (!ticket && !reading && circuit.isProbedElsewhere(Date.now())) {
      await shared.refresh(circuit, 0);
      ticket = this.#admit(circuit, by);
    }
    if (!ticket?.expires) return ticket;
    const outcome = await this.#tell(circuit);
    if (outcome !== 'lost') return circuit.isProbing(ticket) ? ticket : undefined;
    this.#probes.delete(ticket);
    return circuit.state === 'closed' ? circuit.admit(Date.now()) : undefined;
  }

  /** Takes a ticket back. What ends after its invocation counts as unknown, since the freeze may have broken it. */
  #release(circuit: Circuit, { ticket, outcome, by }: Release): void {
    this.#probes.delete(ticket);
    const counted = by && this.#around.host.hasEnded(by) ? 'unknown' : outcome;
    if (circuit.release(ticket, counted, Date.now()) && (ticket.expires > 0 || ticket.epoch !== circuit.epoch)) void this.#tell(circuit);
  }

  /** Tells the other environments, which the response waits for, and then everyone here. */
  #tell(circuit: Circuit, insist = false): Promise<Outcome> | undefined {
    const shared = this.#around.shared();
    if (!shared) {
      this.#announce(circuit);
      return undefined;
    }
    const told = shared.publish(circuit, insist).then((outcome) => {
      this.#announce(circuit);
      return outcome;
    });
    shared.pending.hold(told);
    return told;
  }

  #announce(circuit: Circuit): void {
    const left = circuit.takeLeft();
    if (left.length === 0) return;
    const states = [...left, circuit.state];
    this.opened += states.slice(1).filter((state) => state === 'open').length;
    this.#around.announcing.moved(circuit.name, states);
  }

  #refused(circuit: Circuit): Error {
    this.rejected++;
    this.#around.announcing.rejected(circuit.name);
    const { name, state } = circuit;
    const retryAfter = circuit.remaining(Date.now());
    const isHeld = retryAfter === Number.POSITIVE_INFINITY;
    const why = isHeld ? 'held open by hand' : state === 'open' ? `open for another ${Math.ceil(retryAfter / 1000)} s` : 'half-open, and its probe is out';
    return new SugaError<CircuitBreakerErrorCode>('CircuitOpen', `circuitBreaker: the circuit ${quote(name)} is ${why}. Try later, or pass a fallback.`, {
      details: isHeld ? { name } : { name, retryAfter },
    });
  }
}
