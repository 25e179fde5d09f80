import type { HttpStats, OriginStats } from './contract.js';

type Counts = { -readonly [Name in keyof OriginStats]: OriginStats[Name] };

/** Statistics and retry budget of one origin. */
export interface Origin {
  readonly counts: Counts;
  readonly budget: Budget;
}

/** How a request ended, for the statistics. */
export interface RequestOutcome {
  readonly failed: boolean;
  readonly attempts: number;
  readonly cached: boolean;
  readonly ms: number;
}

const MOST = 100;
const zero = (): Counts => ({ requests: 0, errors: 0, retries: 0, cached: 0, totalMs: 0, maxMs: 0 });

/**
 * Retry budget of an origin: a retry costs five units, and a success returns one (as in the AWS SDKs).
 * So an origin that is down gets twenty retries and then only single attempts, however many invocations overlap.
 */
export class Budget {
  #left = 100;

  take(): boolean {
    if (this.#left < 5) return false;
    this.#left -= 5;
    return true;
  }

  refund(): void {
    if (this.#left < 100) this.#left++;
  }
}

/** Statistics and retry budgets by origin. The number of origins is limited, because URLs may come from outside. */
export class Origins {
  #all = zero();
  readonly #origins = new Map<string, Origin>();

  of(url: URL): Origin {
    const name = this.#origins.has(url.origin) || this.#origins.size < MOST ? url.origin : 'other';
    let origin = this.#origins.get(name);
    if (!origin) this.#origins.set(name, (origin = { counts: zero(), budget: new Budget() }));
    return origin;
  }

  record({ counts, budget }: Origin, ending: RequestOutcome): void {
    if (!ending.failed && !ending.cached) budget.refund();
    for (const each of [this.#all, counts]) {
      each.requests++;
      each.errors += Number(ending.failed);
      each.retries += Math.max(0, ending.attempts - 1);
      each.cached += Number(ending.cached);
      each.totalMs += ending.ms;
      each.maxMs = Math.max(each.maxMs, ending.ms);
    }
  }

  stats(): HttpStats {
    return { ...this.#all, origins: Object.fromEntries([...this.#origins].map(([name, { counts }]) => [name, { ...counts }])) };
  }

  reset(): void {
    this.#all = zero();
    this.#origins.clear();
  }
}
