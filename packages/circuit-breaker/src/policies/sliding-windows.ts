import { assertInteger, assertNumber, FINITE, MILLISECONDS } from '@suga/gateway/check';
import type { Policy } from '../contract.js';
import type { FailureCounter } from './contract.js';

type WindowPolicy = Exclude<Policy, { type: 'consecutive' }>;

/** The interface's name, for errors. */
const NAME = 'circuitBreaker';

const SLICES = 10;
const MAX_WINDOW = 10_000;

/** Creates an empty counter of the last calls, or of the calls in a time window. */
export function createWindow(policy: WindowPolicy): FailureCounter {
  return policy.type === 'count' ? new CountWindow(policy.failures, policy.window) : new RateWindow(policy);
}

/** Validates a policy and returns a copy without other properties. @throws `InvalidParams` */
export function parseWindowPolicy(policy: WindowPolicy): WindowPolicy {
  if (policy.type === 'count') {
    const { type, failures, window } = policy;
    assertCount('window', window, MAX_WINDOW);
    assertCount('failures', failures, window);
    return { type, failures, window };
  }
  const { type, rate, minimum, windowMs } = policy;
  assertNumber(NAME, 'policy.rate', rate, { above: 0, max: 1 });
  assertCount('minimum', minimum);
  assertNumber(NAME, 'policy.windowMs', windowMs, { above: 0, max: FINITE, unit: MILLISECONDS });
  return { type, rate, minimum, windowMs };
}

const assertCount = (param: string, value: number, max?: number): number => assertInteger(NAME, `policy.${param}`, value, [1, max]);

/** Counts the last calls in a ring buffer, with one byte per call. */
class CountWindow implements FailureCounter {
  #failures = 0;
  #next = 0;
  #ring: Uint8Array | undefined;
  readonly #limit: number;
  readonly #window: number;

  constructor(limit: number, window: number) {
    this.#limit = limit;
    this.#window = window;
  }

  get blank(): boolean {
    return this.#failures === 0;
  }

  record(ok: boolean): boolean {
    // Most circuits never have a failure. Until the first one, no buffer is needed.
    if (ok && this.#failures === 0) return false;
    this.#ring ??= new Uint8Array(this.#window);
    const failed = ok ? 0 : 1;
    this.#failures += failed - (this.#ring[this.#next] ?? 0);
    this.#ring[this.#next] = failed;
    this.#next = (this.#next + 1) % this.#window;
    return this.#failures >= this.#limit;
  }
}

/** Counts calls in ten slices of the window, so that a window of a million calls needs no more memory than one of ten. */
class RateWindow implements FailureCounter {
  #last = 0;
  readonly #calls: number[] = new Array(SLICES).fill(0);
  readonly #failures: number[] = new Array(SLICES).fill(0);
  readonly #policy: Policy & { type: 'rate' };

  constructor(policy: Policy & { type: 'rate' }) {
    this.#policy = policy;
  }

  get blank(): boolean {
    return this.#calls.every((calls) => calls === 0);
  }

  record(ok: boolean, now: number): boolean {
    const { rate, minimum, windowMs } = this.#policy;
    // If the clock is set back, counting continues in the present slice.
    const slice = Math.max(this.#last, Math.floor(now / (windowMs / SLICES)));
    for (let gone = Math.max(this.#last + 1, slice - SLICES + 1); gone <= slice; gone++) this.#calls[gone % SLICES] = this.#failures[gone % SLICES] = 0;
    this.#last = slice;
    this.#calls[slice % SLICES] = (this.#calls[slice % SLICES] ?? 0) + 1;
    if (ok) return false;
    this.#failures[slice % SLICES] = (this.#failures[slice % SLICES] ?? 0) + 1;
    const calls = sum(this.#calls);
    return calls >= minimum && sum(this.#failures) >= rate * calls;
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
