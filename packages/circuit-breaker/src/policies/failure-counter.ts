import type { Policy } from '../contract.js';
import type { FailureCounter } from './contract.js';

/** Loaded for the first circuit with a policy other than the default. */
const slidingWindows = (): typeof import('./sliding-windows.js') => require('./sliding-windows.js');

/** Creates an empty counter for the policy. */
export function createCounter(policy: Policy): FailureCounter {
  return policy.type === 'consecutive' ? new ConsecutiveFailures(policy.failures) : slidingWindows().createWindow(policy);
}

class ConsecutiveFailures implements FailureCounter {
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
