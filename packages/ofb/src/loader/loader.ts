import { BatchLoader } from './batch-loader.js';
import type { BatchFunction, LoaderOptions } from './contract.js';
import { loaderError } from './loader-error.js';

export type { BatchFunction, LoaderCache, LoaderOptions } from './contract.js';

/** What dataloader's users know. Make one for each invocation: it keeps every answer, whoever may see it. */
export interface Loader<Key, Value> {
  readonly name: string | null;
  /** A key's value. Rejects with the key's own error, which is kept as a value is; or with the batch's, which is not. @throws `TypeError` without a key */
  load(key: Key): Promise<Value>;
  /** The values of several keys; an `Error` in the place of one that failed. @throws `TypeError` for what is no list */
  loadMany(keys: ArrayLike<Key>): Promise<(Value | Error)[]>;
  /** Forgets a key. */
  clear(key: Key): this;
  clearAll(): this;
  /** Keeps a value, or an `Error`, for a key that has none. */
  prime(key: Key, value: Value | PromiseLike<Value> | Error): this;
}

/**
 * A loader as dataloader has it: keys that are asked for in one tick are loaded by one call.
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
