import { Loading } from './loading.js';
import { unfit } from './unfit.js';

/** Where answers are kept; a `Map` is one. */
export interface LoaderCache<CacheKey, Value> {
  get(key: CacheKey): Value | undefined;
  set(key: CacheKey, value: Value): unknown;
  delete(key: CacheKey): unknown;
  clear(): unknown;
}

/** Loads many keys at once: one value, or an `Error`, for each, in the same order. */
export type BatchFunction<Key, Value> = (keys: readonly Key[]) => PromiseLike<ArrayLike<Value | Error>>;

/** How a loader works; the names and the meaning are dataloader's. */
export interface LoaderOptions<Key, Value, CacheKey = Key> {
  /** Whether keys are loaded together; without, each is loaded by itself. @default true */
  readonly batch?: boolean | undefined;
  /** How many keys are loaded at once. @default Infinity */
  readonly maxBatchSize?: number | undefined;
  /** When to load what has been collected: it calls what it is given, once. @default at the end of the tick, after all promise jobs */
  readonly batchScheduleFn?: ((load: () => void) => void) | undefined;
  /** Whether a key is loaded only once. @default true */
  readonly cache?: boolean | undefined;
  /** What a key is kept under. @default the key itself */
  readonly cacheKeyFn?: ((key: Key) => CacheKey) | undefined;
  /** Where answers are kept; `null` for nowhere. @default a new Map */
  readonly cacheMap?: LoaderCache<CacheKey, Promise<Value>> | null | undefined;
  /** For whoever measures. @default null */
  readonly name?: string | null | undefined;
}

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
  if (typeof load !== 'function') throw unfit(`A loader needs a function that loads many keys, got ${typeof load}.`);
  if (options === null) throw unfit('The options of a loader must be an object, got null.');
  return new Loading(load as BatchFunction<unknown, unknown>, options as LoaderOptions<unknown, unknown, unknown>) as unknown as Loader<Key, Value>;
}
