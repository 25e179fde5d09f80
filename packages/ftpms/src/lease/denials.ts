import type { Month } from '../ledger/contract.js';
import type { Call, Denied, LeaseDeps, Shared } from './contract.js';

/**
 * How long an environment waits between two calls of the guardian, in ms. For so long it remembers a refusal while functions are not known to be
 * stopped, and leaves a ledger alone that was out of reach: an invocation that is refused should not be billed for waiting.
 */
export const CALL_AGAIN_MS = 2000;
/** How long a refusal is remembered while functions are known to be stopped, in ms. */
const STOPPED_MS = 30_000;
/** So long after functions were stopped nobody should come any more, whatever the clocks say, in ms. */
const SPREAD_MS = 60_000;
type Reason = 'exhausted' | 'reserved' | 'blocked';

interface Denial extends Omit<Denied, 'wait'> {
  readonly until: number;
}

/** The mode that a refusal asks for. */
export function modeAfter(reason: Reason, { mode }: Month): Month['mode'] {
  if (reason === 'exhausted') return 'blocked';
  return reason === 'reserved' && mode === 'open' ? 'reserved' : mode;
}

/** What one environment has been refused of one month. Whoever is refused sees to it that the guardian stops what is refused. */
export class Denials {
  readonly #month: string;
  readonly #parts: LeaseDeps;
  readonly #shared: Shared;
  #denial: Denial | undefined;
  /** Whether this environment declared the incident, and how often the guardian should have been called for it. */
  #isCaller = false;
  #calls = 0;

  constructor(month: string, parts: LeaseDeps, shared: Shared) {
    this.#month = month;
    this.#parts = parts;
    this.#shared = shared;
  }

  /** The refusal that still holds. */
  standing(passed: number): Denied | undefined {
    const denial = this.#denial;
    if (!denial || denial.until <= passed) return undefined;
    return { denied: denial.denied, wait: denial.until - passed, cause: denial.cause };
  }

  /** Rights were given after all. */
  over(): void {
    this.#denial = undefined;
    this.#isCaller = false;
    this.#calls = 0;
  }

  /** The ledger said nothing, or nothing of use. Where that goes on, the guardian is to stop this function: what is refused costs requests. */
  async silent(denied: 'unreachable' | 'unknown month' | 'late', known: Month | undefined, cause?: unknown): Promise<void> {
    this.#shared.failures++;
    this.#deny({ denied, ms: CALL_AGAIN_MS, cause });
    // Who does not even know how many there are calls by himself.
    await this.#call(known?.concurrency ?? 1, 'silent').catch(() => undefined);
  }

  /** An incident has one caller, who made it one. */
  async add(reason: Reason, month: Month): Promise<void> {
    const mode = modeAfter(reason, month);
    const isNew = mode !== month.mode;
    const isStopped = !isNew && month.stoppedAt > 0;
    // Whoever runs long after the stop has been started again, by a deployment perhaps.
    const isRunning = isStopped && this.#parts.clock.now() > month.stoppedAt + SPREAD_MS;
    const deny = (ms: number): void => this.#deny({ denied: reason, ms, cause: undefined });
    deny(isStopped && !isRunning ? STOPPED_MS : CALL_AGAIN_MS);
    if (isStopped && !isRunning) return;
    try {
      if (isNew) {
        this.#calls = 0;
        this.#isCaller = await this.#parts.ledger.mode(month.month, mode === 'blocked' ? ['open', 'reserved'] : ['open'], mode);
      }
      const isCalled = await this.#call(month.concurrency, 'refused');
      if (isRunning && isCalled) deny(STOPPED_MS);
    } catch {
      // What was refused stays refused, and in two seconds it is tried again.
      this.#shared.failures++;
    }
  }

  /** Who declared it calls the guardian until it is done. Should he be gone, others do: together about once, then twice, four times … */
  async #call(concurrency: number, why: Call['why']): Promise<boolean> {
    const chance = 2 ** this.#calls++ / Math.max(1, concurrency);
    const isCalling = this.#isCaller || this.#parts.random() < chance;
    if (isCalling) await this.#parts.wake({ month: this.#month, why });
    return isCalling;
  }

  #deny({ ms, ...denial }: Omit<Denial, 'until'> & { readonly ms: number }): void {
    this.#denial = { ...denial, until: this.#shared.elapsed.at(this.#parts.clock.now()) + ms };
  }
}
