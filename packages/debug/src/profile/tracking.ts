import type { Handler, Middleware } from '@suga/gateway';
import type { Timing } from '../report-contract.js';
import { Histogram } from './histogram.js';

/** Maximum number of names. Further ones are counted together. */
const NAMES = 1_000;
const OTHERS = 'others';

/** Times functions that it wraps, by name. */
export class Timings {
  readonly #histograms = new Map<string, Histogram>();

  /** Wraps every operation. It keeps no core in memory: only the slot refers to the wrapped function. */
  readonly middleware: Middleware = {
    name: 'debug',
    bind: ({ interface: of, name }, next) => this.around(`${of}.${name}`, next),
  };

  get size(): number {
    return this.#histograms.size;
  }

  /** Wraps a function. A promise is timed until it settles, a stream until it is returned. */
  around(name: string, work: Handler): Handler {
    return (...args) => {
      const started = process.hrtime.bigint();
      const done = (failed: boolean): void => this.#of(name).add(Number(process.hrtime.bigint() - started) / 1e6, failed);
      const well = <T>(value: T): T => (done(false), value);
      const badly = (error: unknown): never => {
        done(true);
        throw error;
      };
      let given: unknown;
      try {
        given = work(...args);
      } catch (error) {
        return badly(error);
      }
      return typeof (given as PromiseLike<unknown> | undefined)?.then === 'function' ? Promise.resolve(given).then(well, badly) : well(given);
    };
  }

  list(): Readonly<Record<string, Timing>> {
    return Object.fromEntries(Array.from(this.#histograms, ([name, histogram]) => [name, histogram.read()]));
  }

  #of(name: string): Histogram {
    const known = this.#histograms.get(name);
    if (known) return known;
    if (this.#histograms.size >= NAMES && name !== OTHERS) return this.#of(OTHERS);
    const made = new Histogram();
    this.#histograms.set(name, made);
    return made;
  }
}
