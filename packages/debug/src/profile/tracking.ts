import type { Handler, Middleware } from '@suga/gateway';
import type { Timing } from '../report-contract.js';
import { Histogram } from './histogram.js';

/** From this many names on, further ones are counted together. */
const NAMES = 1_000;
const OTHERS = 'others';

/** Times what it is put around, by name. */
export class Timings {
  readonly #histograms = new Map<string, Histogram>();

  /** Puts it around every operation. It keeps no core alive: what it is put around, the slot holds. */
  readonly middleware: Middleware = {
    name: 'debug',
    bind: ({ interface: of, name }, next) => this.around(`${of}.${name}`, next),
  };

  get size(): number {
    return this.#histograms.size;
  }

  /** A promise is timed until it settles, a stream until it is handed out. */
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
