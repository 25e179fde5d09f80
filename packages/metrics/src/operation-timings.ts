import type { Handler, Middleware } from '@suga/gateway';
import type { DispatcherStats } from './contract.js';

const MAX_OPERATIONS = 1000;

interface Timing {
  calls: number;
  totalMs: number;
  maxMs: number;
}

/** Durations of the gateway's operations, by `interface.operation`. */
export class OperationTimings {
  readonly #timings = new Map<string, Timing>();

  add(operation: string, ms: number): void {
    const existing = this.#timings.get(operation);
    const timing = existing ?? { calls: 0, totalMs: 0, maxMs: 0 };
    if (!existing && this.#timings.size < MAX_OPERATIONS) this.#timings.set(operation, timing);
    timing.calls++;
    timing.totalMs += ms;
    timing.maxMs = Math.max(timing.maxMs, ms);
  }

  stats(): Record<string, DispatcherStats> {
    return Object.fromEntries(Array.from(this.#timings, ([name, timing]) => [name, { ...timing, averageMs: timing.totalMs / timing.calls }]));
  }

  clear(): void {
    this.#timings.clear();
  }

  /** Creates middleware that times every call. @param excluded The interface whose calls are not timed, because it would time itself */
  middleware(excluded: string): Middleware {
    return {
      name: `${excluded}-timings`,
      bind: (operation, next) => (operation.interface === excluded ? next : this.#wrap(`${operation.interface}.${operation.name}`, next)),
    };
  }

  #wrap(name: string, next: Handler): Handler {
    return (...args) => {
      const startedAt = process.hrtime.bigint();
      const stop = (): void => this.add(name, Number(process.hrtime.bigint() - startedAt) / 1e6);
      let isPromise = false;
      try {
        const result = next(...args);
        isPromise = result instanceof Promise;
        if (isPromise) (result as Promise<unknown>).then(stop, stop);
        return result;
      } finally {
        if (!isPromise) stop();
      }
    };
  }
}
