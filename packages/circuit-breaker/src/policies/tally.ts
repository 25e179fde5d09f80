import type { Policy } from '../contract.js';
import type { Tally } from './contract.js';

/** Loaded for the first circuit with a policy that is not the default. */
const windows = (): typeof import('./windows.js') => require('./windows.js');

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
