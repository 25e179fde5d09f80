import { CALL_AGAIN_MS } from '../guarantee/call-interval.js';
import type { Month } from '../ledger/contract.js';
import type { Call, Denied, LeaseDeps, Shared } from './contract.js';

/** How long a refusal is remembered while functions are known to be stopped, in ms. */
const STOPPED_MS = 30_000;
/** Time after a stop, in ms, from which no invocation should start any more. It allows for differences between clocks. */
const SPREAD_MS = 60_000;
type Reason = 'exhausted' | 'reserved' | 'blocked';

interface Denial extends Omit<Denied, 'wait'> {
  readonly until: number;
}

/** The mode that follows from a refusal. */
export function modeAfter(reason: Reason, { mode }: Month): Month['mode'] {
  if (reason === 'exhausted') return 'blocked';
  return reason === 'reserved' && mode === 'open' ? 'reserved' : mode;
}

/** Refusals of one month in one environment. An environment that is refused calls the guardian, which stops the functions that are refused. */
export class Denials {
  readonly #month: string;
  readonly #deps: LeaseDeps;
  readonly #shared: Shared;
  #denial: Denial | undefined;
  /** Whether this environment declared the incident, and how often it has decided whether to call the guardian. */
  #isCaller = false;
  #calls = 0;

  constructor(month: string, deps: LeaseDeps, shared: Shared) {
    this.#month = month;
    this.#deps = deps;
    this.#shared = shared;
  }

  /** The denial that still holds. */
  standing(passed: number): Denied | undefined {
    const denial = this.#denial;
    if (!denial || denial.until <= passed) return undefined;
    return { denied: denial.denied, wait: denial.until - passed, cause: denial.cause };
  }

  /** Forgets the denial, because the ledger has granted. */
  over(): void {
    this.#denial = undefined;
    this.#isCaller = false;
    this.#calls = 0;
  }

  /**
   * Records that the ledger gave no usable response, and calls the guardian. Refused invocations cost requests, so the guardian has to stop this
   * function if it goes on.
   */
  async silent(denied: 'unreachable' | 'unknown month' | 'late', known: Month | undefined, cause?: unknown): Promise<void> {
    this.#shared.failures++;
    this.#deny({ denied, ms: CALL_AGAIN_MS, cause });
    // If the number of environments is unknown, this environment calls in any case.
    await this.#call(known?.concurrency ?? 1, 'silent').catch(() => undefined);
  }

  /** Records a refusal. The environment that changes the mode declares the incident and is its caller. */
  async add(reason: Reason, month: Month): Promise<void> {
    const mode = modeAfter(reason, month);
    const isNew = mode !== month.mode;
    const isStopped = !isNew && month.stoppedAt > 0;
    // An invocation that runs long after the stop means that the function was started again, for example by a deployment.
    const isRunning = isStopped && this.#deps.clock.now() > month.stoppedAt + SPREAD_MS;
    this.#deny({ denied: reason, ms: isStopped && !isRunning ? STOPPED_MS : CALL_AGAIN_MS, cause: undefined });
    if (isStopped && !isRunning) return;
    try {
      if (isNew) {
        this.#calls = 0;
        this.#isCaller = await this.#deps.ledger.mode(month.month, mode === 'blocked' ? ['open', 'reserved'] : ['open'], mode);
      }
      await this.#call(month.concurrency, 'refused');
    } catch {
      // The refusal holds. The next attempt is in two seconds.
      this.#shared.failures++;
    }
  }

  /**
   * Calls the guardian. The declaring environment calls until functions are stopped. In case it is gone, the others call with a chance that doubles:
   * together about once, then twice, then four times.
   */
  async #call(concurrency: number, why: Call['why']): Promise<void> {
    const chance = 2 ** this.#calls++ / Math.max(1, concurrency);
    const isCalling = this.#isCaller || this.#deps.random() < chance;
    if (isCalling) await this.#deps.wake({ month: this.#month, why });
  }

  #deny({ ms, ...denial }: Omit<Denial, 'until'> & { readonly ms: number }): void {
    this.#denial = { ...denial, until: this.#shared.elapsed.at(this.#deps.clock.now()) + ms };
  }
}
