import type { Host, Invocation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { CallPermit, Circuit } from './circuit.js';
import type { CallOptions, CallOutcome, CircuitBreakerErrorCode } from './contract.js';
import { Judge, quote } from './outcome.js';
import type { PublishOutcome, SharedState } from './shared/shared-state.js';
import type { TransitionEvents } from './transition-events.js';

/** Dependencies of guarded calls. */
export interface GuardedCallsDeps {
  readonly host: Host;
  readonly events: TransitionEvents;
  /** Returns the state shared with other environments. Undefined if the option `shared` is not set. */
  shared(): SharedState | undefined;
}

interface Release {
  readonly permit: CallPermit;
  readonly outcome: CallOutcome;
  /** The invocation that made the call. */
  readonly by: Invocation | undefined;
}

/** Runs calls through circuits and publishes the changes that follow from their outcomes. */
export class GuardedCalls {
  calls = 0;
  failures = 0;
  unknown = 0;
  rejected = 0;
  opened = 0;
  readonly judge: Judge = new Judge();
  readonly #deps: GuardedCallsDeps;
  readonly #probes = new Map<CallPermit, { readonly circuit: Circuit; readonly by: Invocation }>();

  constructor(deps: GuardedCallsDeps) {
    this.#deps = deps;
  }

  async run<T>(circuit: Circuit, work: () => T | PromiseLike<T>, valued?: CallOptions<unknown, T>['outcome']): Promise<T> {
    const by = this.#deps.host.invocation();
    const shared = this.#deps.shared();
    const permit = shared ? await this.#admitShared(circuit, shared, by) : this.#admit(circuit, by);
    if (!permit) throw this.#refusal(circuit);
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
      this.#release(circuit, { permit, outcome, by });
    }
  }

  /** Counts an outcome of work that did not run through `run`. */
  record(circuit: Circuit, ok: boolean): void {
    const shared = this.#deps.shared();
    const reading = shared?.refresh(circuit);
    if (reading) shared?.response.hold(reading);
    const { state, epoch } = circuit;
    if (circuit.record(ok, Date.now()) && (state !== 'closed' || epoch !== circuit.epoch)) void this.#publish(circuit);
  }

  /** Makes a change that the user requested. @param change Changes the circuit and returns whether the change has to be published */
  async change(circuit: Circuit, change: () => boolean): Promise<void> {
    const shared = this.#deps.shared();
    const isKnown = shared ? await shared.read(circuit) : true;
    const isNews = change();
    const outcome = isNews ? await this.#publish(circuit, true) : 'written';
    if (shared && (!isKnown || outcome === 'unavailable')) throw shared.publishError(circuit.name);
  }

  /** Releases the probes of an ended invocation, because its outcomes no longer count. Waits until its changes are published. */
  end(invocation: Invocation): void | Promise<void> {
    for (const [permit, { circuit, by }] of this.#probes) if (by === invocation) this.#release(circuit, { permit, outcome: 'unknown', by });
    return this.#deps.shared()?.response.settled(invocation);
  }

  #admit(circuit: Circuit, by: Invocation | undefined): CallPermit | undefined {
    const permit = circuit.admit(Date.now());
    if (!permit?.expires) return permit;
    if (by) this.#probes.set(permit, { circuit, by });
    if (!this.#deps.shared()) void this.#publish(circuit);
    return permit;
  }

  async #admitShared(circuit: Circuit, shared: SharedState, by: Invocation | undefined): Promise<CallPermit | undefined> {
    const reading = shared.refresh(circuit);
    if (reading) await reading;
    let permit = this.#admit(circuit, by);
    // A probe of another environment may have been released since the last read. Only the table knows.
    if (!permit && !reading && circuit.isProbedElsewhere(Date.now())) {
      await shared.refresh(circuit, 0);
      permit = this.#admit(circuit, by);
    }
    if (!permit?.expires) return permit;
    const outcome = await this.#publish(circuit);
    if (outcome !== 'lost') return circuit.isProbing(permit) ? permit : undefined;
    this.#probes.delete(permit);
    return circuit.state === 'closed' ? circuit.admit(Date.now()) : undefined;
  }

  /** Releases a permit. A call that ends after its invocation is unknown, because the freeze may have broken it. */
  #release(circuit: Circuit, { permit, outcome, by }: Release): void {
    this.#probes.delete(permit);
    const counted = by && this.#deps.host.hasEnded(by) ? 'unknown' : outcome;
    if (circuit.release(permit, counted, Date.now()) && (permit.expires > 0 || permit.epoch !== circuit.epoch)) void this.#publish(circuit);
  }

  /** Shares a change with the other environments, then reports it in this one. The response waits for both. */
  #publish(circuit: Circuit, insist = false): Promise<PublishOutcome> | undefined {
    const shared = this.#deps.shared();
    if (!shared) {
      this.#report(circuit);
      return undefined;
    }
    const published = shared.publish(circuit, insist).then((outcome) => {
      this.#report(circuit);
      return outcome;
    });
    shared.response.hold(published);
    return published;
  }

  #report(circuit: Circuit): void {
    const past = circuit.takeUnreported();
    if (past.length === 0) return;
    const states = [...past, circuit.state];
    this.opened += states.slice(1).filter((state) => state === 'open').length;
    this.#deps.events.moved(circuit.name, states);
  }

  #refusal(circuit: Circuit): Error {
    this.rejected++;
    this.#deps.events.rejected(circuit.name);
    const { name, state } = circuit;
    const retryAfter = circuit.remaining(Date.now());
    const isHeld = retryAfter === Number.POSITIVE_INFINITY;
    const why = isHeld
      ? 'held open by open()'
      : state === 'open'
        ? `open for another ${Math.ceil(retryAfter / 1000)} s`
        : 'half-open, and its probe is still running';
    return new SugaError<CircuitBreakerErrorCode>('CircuitOpen', `circuitBreaker: the circuit ${quote(name)} is ${why}. Try later, or pass a fallback.`, {
      details: isHeld ? { name } : { name, retryAfter },
    });
  }
}
