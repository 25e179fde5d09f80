import { afterPromiseJobs } from '../queue/end-of-tick.js';
import type { BatchFunction, LoaderCache, LoaderOptions } from './contract.js';
import { loaderError } from './loader-error.js';

/** Keys that will be loaded together, and the callers that wait for their values. */
interface Gathered {
  hasLeft: boolean;
  readonly keys: unknown[];
  readonly resolve: ((value: unknown) => void)[];
  /** Callers whose value is cached. They resolve together with the callers of this batch. */
  hits: (() => void)[] | undefined;
}

let resolveNext: (value: unknown) => void;
/** One executor for all promises; see `Waiter`. */
const take = (resolve: (value: unknown) => void): void => {
  resolveNext = resolve;
};

/** The implementation of `Loader`, without its type parameters. */
export class BatchLoader {
  readonly name: string | null;
  readonly #load: BatchFunction<unknown, unknown>;
  readonly #maxBatchSize: number;
  readonly #schedule: (load: () => void) => void;
  readonly #keyOf: ((key: unknown) => unknown) | undefined;
  readonly #cache: LoaderCache<unknown, Promise<unknown>> | null;
  #gathered: Gathered | undefined;

  constructor(load: BatchFunction<unknown, unknown>, options: LoaderOptions<unknown, unknown, unknown>) {
    const { batch = true, cache = true, cacheKeyFn, cacheMap, name } = options;
    this.#load = load;
    this.#maxBatchSize = batch === false ? 1 : size(options.maxBatchSize);
    this.#schedule = callable('batchScheduleFn', options.batchScheduleFn) ?? afterPromiseJobs;
    this.#keyOf = callable('cacheKeyFn', cacheKeyFn);
    this.#cache = cache === false ? null : cacheMap === undefined ? new Map() : complete(cacheMap);
    this.name = name || null;
  }

  load(key: unknown): Promise<unknown> {
    if (key === null || key === undefined) throw loaderError(`loader.load() needs a key, got ${key}.`);
    const gathered = this.#open();
    const cache = this.#cache;
    if (!cache) return this.#gather(gathered, key);
    const kept = this.#keyOf === undefined ? key : this.#keyOf(key);
    const known = cache.get(kept);
    if (known) return hit(gathered, known);
    const promise = this.#gather(gathered, key);
    cache.set(kept, promise);
    return promise;
  }

  loadMany(keys: ArrayLike<unknown>): Promise<unknown[]> {
    if (!isList(keys)) throw loaderError(`loader.loadMany() needs an array of keys, got ${typeof keys}.`);
    return Promise.all(Array.prototype.map.call(keys, (key) => this.load(key).catch((error: unknown) => error)));
  }

  clear(key: unknown): this {
    if (this.#cache) this.#cache.delete(this.#keyOf ? this.#keyOf(key) : key);
    return this;
  }

  clearAll(): this {
    this.#cache?.clear();
    return this;
  }

  prime(key: unknown, value: unknown): this {
    const kept = this.#keyOf ? this.#keyOf(key) : key;
    if (!this.#cache || this.#cache.get(kept) !== undefined) return this;
    const promise = value instanceof Error ? Promise.reject(value) : Promise.resolve(value);
    // The error was stored on purpose, so it must not become an unhandled rejection.
    if (value instanceof Error) promise.catch(() => undefined);
    this.#cache.set(kept, promise);
    return this;
  }

  #open(): Gathered {
    const open = this.#gathered;
    if (open && !open.hasLeft && open.keys.length < this.#maxBatchSize) return open;
    const gathered: Gathered = { hasLeft: false, keys: [], resolve: [], hits: undefined };
    this.#gathered = gathered;
    this.#schedule(() => this.#leave(gathered));
    return gathered;
  }

  #gather({ keys, resolve }: Gathered, key: unknown): Promise<unknown> {
    const promise = new Promise(take);
    keys.push(key);
    resolve.push(resolveNext);
    return promise;
  }

  #leave(gathered: Gathered): void {
    gathered.hasLeft = true;
    const { keys } = gathered;
    if (keys.length === 0) {
      goOn(gathered);
      return;
    }
    try {
      const loaded = this.#load.call(this, keys);
      if (typeof loaded?.then !== 'function') throw loaderError(`it returned ${typeof loaded} instead of a promise`);
      loaded.then(
        (values) => {
          try {
            this.#handOut(gathered, values);
          } catch (error) {
            this.#fail(gathered, error);
          }
        },
        (error: unknown) => this.#fail(gathered, error),
      );
    } catch (error) {
      this.#fail(gathered, loaderError(`A loader's function must resolve with an array: ${error instanceof Error ? error.message : String(error)}.`, error));
    }
  }

  #handOut(gathered: Gathered, values: unknown): void {
    const { keys, resolve } = gathered;
    assertAnswers(values, keys.length);
    goOn(gathered);
    for (let at = 0; at < keys.length; at++) {
      const value = values[at];
      (resolve[at] as (value: unknown) => void)(value instanceof Error ? Promise.reject(value) : value);
    }
  }

  /** Rejects a whole batch. Its keys are removed from the cache, so that they can be loaded again. */
  #fail(gathered: Gathered, error: unknown): void {
    goOn(gathered);
    for (const [at, key] of gathered.keys.entries()) {
      this.clear(key);
      gathered.resolve[at]?.(Promise.reject(error));
    }
  }
}

function hit(gathered: Gathered, known: Promise<unknown>): Promise<unknown> {
  const promise = new Promise(take);
  const resolve = resolveNext;
  (gathered.hits ??= []).push(() => resolve(known));
  return promise;
}

function goOn({ hits }: Gathered): void {
  if (hits) for (const go of hits) go();
}

const isList = (value: unknown): value is ArrayLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as ArrayLike<unknown>).length === 'number';

function assertAnswers(values: unknown, count: number): asserts values is ArrayLike<unknown> {
  if (!isList(values)) throw loaderError(`A loader's function must resolve with an array, got ${typeof values}.`);
  if (values.length !== count) throw loaderError(`A loader's function must return one value for each key: got ${values.length} for ${count} keys.`);
}

function size(given: number | undefined): number {
  if (given === undefined) return Number.POSITIVE_INFINITY;
  if (typeof given !== 'number' || !(given >= 1))
    throw loaderError(`maxBatchSize must be a number from 1, got ${typeof given === 'number' ? given : typeof given}.`);
  return given;
}

function callable<Given>(name: string, given: Given | undefined): Given | undefined {
  if (given !== undefined && typeof given !== 'function') throw loaderError(`${name} must be a function, got ${typeof given}.`);
  return given;
}

function complete(cache: LoaderCache<unknown, Promise<unknown>> | null): LoaderCache<unknown, Promise<unknown>> | null {
  if (cache === null) return null;
  const missing = (['get', 'set', 'delete', 'clear'] as const).filter((name) => typeof cache[name] !== 'function');
  if (missing.length > 0) throw loaderError(`cacheMap has no ${missing.join(', ')}.`);
  return cache;
}
