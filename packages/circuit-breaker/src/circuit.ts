import type { CallOutcome, CircuitState } from './contract.js';
import type { FailureCounter } from './policies/contract.js';
import { createCounter } from './policies/failure-counter.js';
import type { Settings } from './settings.js';

/** Permission for one call, released once with the call's outcome. The outcome counts only in the state in which the call began. */
export interface CallPermit {
  readonly epoch: number;
  /** When it is given up, where it is a probe; 0 otherwise. */
  readonly expires: number;
}

/** What environments tell each other of a circuit. */
export interface CircuitSnapshot {
  readonly state: CircuitState;
  /** Open: when the first probe may go out, or `Infinity`. Half-open: until when a probe is out. In ms since the epoch. */
  readonly until: number;
  /** How often it opened since it was last closed. */
  readonly openings: number;
  /** Probes that succeeded since it was last open. */
  readonly successes: number;
}

/** One circuit: states and counting. Knows neither clock nor others. */
export class Circuit implements CircuitSnapshot {
  state: CircuitState = 'closed';
  until = 0;
  openings = 0;
  successes = 0;
  /** Another one for every state it gets into. */
  epoch = 0;
  readonly name: string;
  /** Of this environment; of others there is only `until`. */
  readonly #probes = new Set<CallPermit>();
  /** States it left by itself that have not been reported. */
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

  /** Whether forgetting it would change nothing. */
  get blank(): boolean {
    return this.state === 'closed' && this.#counter.blank;
  }

  /** Lets a call through, or not. The first one after the time of an open circuit makes it half-open. */
  admit(now: number): CallPermit | undefined {
    if (this.state === 'closed') return { epoch: this.epoch, expires: 0 };
    if (this.refuses(now)) return undefined;
    for (const probe of this.#probes) if (probe.expires <= now) this.#probes.delete(probe);
    if (this.state === 'open') this.#move('half-open');
    const probe = { epoch: this.epoch, expires: now + this.#settings.probeMs };
    this.#probes.add(probe);
    return probe;
  }

  /** Whether a call would not be let through. */
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
   * Takes a permit back with the call's outcome. An unknown outcome changes nothing; a probe's place is free again at once.
   * Says whether the circuit took note: it ignores outcomes from an earlier state.
   */
  release(permit: CallPermit, outcome: CallOutcome, now: number): boolean {
    if (permit.expires > 0) return this.#probes.delete(permit) && (outcome === 'unknown' || this.#probed(outcome === 'success', now));
    if (outcome === 'unknown' || permit.epoch !== this.epoch) return false;
    if (this.#counter.record(outcome === 'success', now)) this.#open(now);
    return true;
  }

  /** Takes note of an outcome that no permit was given for. */
  record(ok: boolean, now: number): boolean {
    if (this.state === 'closed') return this.release({ epoch: this.epoch, expires: 0 }, ok ? 'success' : 'failure', now);
    if (now < this.until) return false;
    if (this.state === 'open') this.#move('half-open');
    return this.#probed(ok, now);
  }

  /** Says whether it was not held open before. */
  holdOpen(): boolean {
    if (this.state === 'open' && this.until === Number.POSITIVE_INFINITY) return false;
    this.#move('open', Number.POSITIVE_INFINITY);
    return true;
  }

  /** Says whether it was not closed before; what has been counted is forgotten in any case. */
  close(): boolean {
    const before = this.state;
    this.openings = 0;
    this.#move('closed');
    return before !== 'closed';
  }

  /**
   * Takes over what another environment says; gives the state that was last reported. Times are believed only as far as
   * this environment would have set them: clocks differ.
   */
  adopt({ state, until, openings, successes }: CircuitSnapshot, now: number): CircuitState {
    const from = this.#unreported[0] ?? this.state;
    this.openings = openings;
    this.#enter(state, until === Number.POSITIVE_INFINITY ? until : Math.min(until, now + (state === 'open' ? this.#openFor() : this.#settings.probeMs)));
    this.successes = successes;
    this.#unreported = [];
    return from;
  }

  /** What it has to tell others. */
  snapshot(): CircuitSnapshot {
    const { state, openings, successes } = this;
    const until = state === 'half-open' ? [...this.#probes].reduce((latest, { expires }) => Math.max(latest, expires), 0) : this.until;
    return { state, until, openings, successes };
  }

  /** The states it left by itself since this was last called, oldest first. */
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
