import type { CallOutcome, CircuitState } from './contract.js';
import type { FailureCounter } from './policies/contract.js';
import { createCounter } from './policies/failure-counter.js';
import type { Settings } from './settings.js';

/** Permission for one call, released once with the call's outcome. The outcome counts only if the circuit has not changed its state since. */
export interface CallPermit {
  readonly epoch: number;
  /** Time at which a probe expires, in ms since the epoch. 0 for other calls. */
  readonly expires: number;
}

/** The state of a circuit, as execution environments share it. */
export interface CircuitSnapshot {
  readonly state: CircuitState;
  /** Milliseconds since the epoch. Open: time of the first probe, or `Infinity`. Half-open: time at which the running probe expires. */
  readonly until: number;
  /** Number of times that the circuit opened since it was last closed. */
  readonly openings: number;
  /** Number of successful probes since the circuit was last open. */
  readonly successes: number;
}

/** The state machine of one circuit. It reads no clock and does not communicate; callers pass the time and other environments' states. */
export class Circuit implements CircuitSnapshot {
  state: CircuitState = 'closed';
  until = 0;
  openings = 0;
  successes = 0;
  /** Number that changes with every change of state. */
  epoch = 0;
  readonly name: string;
  /** Running probes of this environment. A probe of another environment is only known through `until`. */
  readonly #probes = new Set<CallPermit>();
  /** States that the circuit left by its own decision, and that are not reported yet. */
  #unreported: CircuitState[] = [];
  #settings: Settings;
  #counter: FailureCounter;

  constructor(name: string, settings: Settings) {
    this.name = name;
    this.#settings = settings;
    this.#counter = createCounter(settings.policy);
  }

  get settings(): Settings {
    return this.#settings;
  }

  set settings(settings: Settings) {
    this.#settings = settings;
    this.#counter = createCounter(settings.policy);
  }

  /** Whether the circuit can be removed without losing information. */
  get blank(): boolean {
    return this.state === 'closed' && this.#counter.blank;
  }

  /** Returns a permit for a call, or `undefined` if the call is refused. The first call after the open time makes the circuit half-open. */
  admit(now: number): CallPermit | undefined {
    if (this.state === 'closed') return { epoch: this.epoch, expires: 0 };
    if (this.refuses(now)) return undefined;
    for (const probe of this.#probes) if (probe.expires <= now) this.#probes.delete(probe);
    if (this.state === 'open') this.#move('half-open');
    const probe = { epoch: this.epoch, expires: now + this.#settings.probeMs };
    this.#probes.add(probe);
    return probe;
  }

  /** Whether a call would be refused. */
  refuses(now: number): boolean {
    if (this.state === 'closed') return false;
    return now < this.until || this.#running(now).length >= this.#settings.probes;
  }

  /** How long at most until a probe may go out, in ms. */
  remaining(now: number): number {
    const free = this.#running(now).reduce((least, { expires }) => Math.min(least, expires), Number.POSITIVE_INFINITY);
    return Math.max(0, this.until - now, Number.isFinite(free) ? free - now : 0);
  }

  isProbing(permit: CallPermit): boolean {
    return this.#probes.has(permit);
  }

  /** Whether another environment's probe is out, as far as this one knows. */
  isProbedElsewhere(now: number): boolean {
    return this.state === 'half-open' && now < this.until;
  }

  /**
   * Releases a permit with the call's outcome. An unknown outcome changes nothing, and a probe's place is free again at once.
   * @returns whether the outcome counted; outcomes of calls from an earlier state are ignored
   */
  release(permit: CallPermit, outcome: CallOutcome, now: number): boolean {
    if (permit.expires > 0) return this.#probes.delete(permit) && (outcome === 'unknown' || this.#probed(outcome === 'success', now));
    if (outcome === 'unknown' || permit.epoch !== this.epoch) return false;
    if (this.#counter.record(outcome === 'success', now)) this.#open(now);
    return true;
  }

  /** Counts an outcome without a permit. Returns whether it counted. */
  record(ok: boolean, now: number): boolean {
    if (this.state === 'closed') return this.release({ epoch: this.epoch, expires: 0 }, ok ? 'success' : 'failure', now);
    if (now < this.until) return false;
    if (this.state === 'open') this.#move('half-open');
    return this.#probed(ok, now);
  }

  /** Opens the circuit until it is closed explicitly. Returns false if it was held open already. */
  holdOpen(): boolean {
    if (this.state === 'open' && this.until === Number.POSITIVE_INFINITY) return false;
    this.#move('open', Number.POSITIVE_INFINITY);
    return true;
  }

  /** Closes the circuit and discards all counts. Returns false if it was closed already. */
  close(): boolean {
    const before = this.state;
    this.openings = 0;
    this.#move('closed');
    return before !== 'closed';
  }

  /**
   * Adopts the state of another environment and returns the state that was last reported.
   *
   * Clocks differ, so times are limited to what this environment would have set itself.
   */
  adopt({ state, until, openings, successes }: CircuitSnapshot, now: number): CircuitState {
    const from = this.#unreported[0] ?? this.state;
    this.openings = openings;
    this.#enter(state, until === Number.POSITIVE_INFINITY ? until : Math.min(until, now + (state === 'open' ? this.#openFor() : this.#settings.probeMs)));
    this.successes = successes;
    this.#unreported = [];
    return from;
  }

  /** Returns the state to share with other environments. */
  snapshot(): CircuitSnapshot {
    const { state, openings, successes } = this;
    const until = state === 'half-open' ? [...this.#probes].reduce((latest, { expires }) => Math.max(latest, expires), 0) : this.until;
    return { state, until, openings, successes };
  }

  /** Returns the states that the circuit left by its own decision since the last call of this method, oldest first. */
  takeUnreported(): readonly CircuitState[] {
    return this.#unreported.splice(0);
  }

  #probed(ok: boolean, now: number): true {
    if (!ok) this.#open(now);
    else if (++this.successes >= this.#settings.successes) this.close();
    return true;
  }

  #open(now: number): void {
    this.openings++;
    this.#move('open', now + this.#openFor());
  }

  #openFor(): number {
    const { openMs, maxOpenMs } = this.#settings;
    return Math.min(Math.max(openMs, maxOpenMs), openMs * 2 ** Math.max(0, this.openings - 1));
  }

  #running(now: number): CallPermit[] {
    return [...this.#probes].filter(({ expires }) => expires > now);
  }

  #move(state: CircuitState, until = 0): void {
    if (state !== this.state) this.#unreported.push(this.state);
    this.#enter(state, until);
  }

  #enter(state: CircuitState, until: number): void {
    this.state = state;
    this.until = until;
    this.successes = 0;
    this.epoch++;
    this.#probes.clear();
    this.#counter = createCounter(this.#settings.policy);
  }
}
