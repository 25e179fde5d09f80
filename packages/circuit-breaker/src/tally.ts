import type { Policy } from './contract.js';
import { windows } from './lazy.js';

/** Counts outcomes while a circuit is closed. */
export interface Tally {
  /** Whether nothing has been counted that a new one would not know. */
  readonly blank: boolean;
  /** Counts one outcome; says whether the circuit has to open. */
  record(ok: boolean, now: number): boolean;
}

/** An empty tally for the policy. */
export function tallyFor(policy: Policy): Tally {
  return policy.type === 'consecutive' ? new Consecutive(policy.failures) : windows().windowed(policy);
}

class Consecutive implements Tally {
  #failures = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get blank(): boolean {
    return this.#failures === 0;
  }

  record(ok: boolean): boolean {
    this.#failures = ok ? 0 : this.#failures + 1;
    return this.#failures >= this.#limit;
  }
}
