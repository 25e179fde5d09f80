import type { Handler, Middleware } from '@suga/gateway';
import type { DispatcherStats } from './contract.js';

const MAX_OPERATIONS = 1000;

interface Timing {
  calls: number;
  totalMs: number;
  maxMs: number;
}

/** What operations of the gateway take, by `interface.operation`. */
export class Dispatcher {
  readonly #timings = new Map<string, Timing>();

  add(operation: string, ms: number): void {
    const known = this.#timings.get(operation);
    const timing = known ?? { calls: 0, totalMs: 0, maxMs: 0 };
    if (!known && this.#timings.size < MAX_OPERATIONS) this.#timings.set(operation, timing);
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

  /** Times every call but those of one interface, which would time itself. */
  middleware(except: string): Middleware {
    return {
      name: `${except}-timings`,
      bind: (operation, next) => (operation.interface === except ? next : this.#timed(`${operation.interface}.${operation.name}`, next)),
    };
  }

  #timed(name: string, next: Handler): Handler {
    return (...args) => {
      const started = process.hrtime.bigint();
      const end = (): void => this.add(name, Number(process.hrtime.bigint() - started) / 1e6);
      let promised = false;
      try {
        const result = next(...args);
        promised = result instanceof Promise;
        if (promised) (result as Promise<unknown>).then(end, end);
        return result;
      } finally {
        if (!promised) end();
      }
    };
  }
}
