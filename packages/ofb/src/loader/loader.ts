import { BatchLoader } from './batch-loader.js';
import type { BatchFunction, LoaderOptions } from './contract.js';
import { loaderError } from './loader-error.js';

export type { BatchFunction, LoaderCache, LoaderOptions } from './contract.js';

/** A drop-in for dataloader. Create one per invocation: it caches every value and does not check who may see it. */
export interface Loader<Key, Value> {
  readonly name: string | null;
  /** Resolves with the key's value. Rejects with the key's own error (cached, as a value is) or with the error of the whole batch (not cached). @throws `TypeError` without a key */
  load(key: Key): Promise<Value>;
  /** Resolves with the values of several keys, and with an `Error` for each key that failed. @throws `TypeError` if `keys` is not an array */
  loadMany(keys: ArrayLike<Key>): Promise<(Value | Error)[]>;
  /** Removes a key from the cache. */
  clear(key: Key): this;
  /** Removes all keys from the cache. */
  clearAll(): this;
  /** Caches a value or an `Error` for a key that is not cached yet. */
  prime(key: Key, value: Value | PromiseLike<Value> | Error): this;
}

/**
 * Creates a loader as dataloader has it: keys that are requested in one tick are loaded by one call.
 * @throws `TypeError` (code `InvalidParams`) that names the option
 */
export function createLoader<Key, Value, CacheKey = Key>(
  load: BatchFunction<Key, Value>,
  options: LoaderOptions<Key, Value, CacheKey> = {},
): Loader<Key, Value> {
  if (typeof load !== 'function') throw loaderError(`A loader needs a function that loads many keys, got ${typeof load}.`);
  if (options === null) throw loaderError('The options of a loader must be an object, got null.');
  return new BatchLoader(load as BatchFunction<unknown, unknown>, options as LoaderOptions<unknown, unknown, unknown>) as unknown as Loader<Key, Value>;
}
