/** A cache for loaded values. A `Map` fits. */
export interface LoaderCache<CacheKey, Value> {
  get(key: CacheKey): Value | undefined;
  set(key: CacheKey, value: Value): unknown;
  delete(key: CacheKey): unknown;
  clear(): unknown;
}

/** Loads several keys at once. Resolves with a value or an `Error` for each key, in the same order. */
export type BatchFunction<Key, Value> = (keys: readonly Key[]) => PromiseLike<ArrayLike<Value | Error>>;

/** Options of a loader. Names and meanings are those of dataloader. */
export interface LoaderOptions<Key, Value, CacheKey = Key> {
  /** Whether keys are loaded together. If false, each key is loaded by its own call. @default true */
  readonly batch?: boolean | undefined;
  /** Maximum number of keys per call. @default Infinity */
  readonly maxBatchSize?: number | undefined;
  /** Schedules a batch: it must call `load` once, when the collected keys should be loaded. @default at the end of the tick, after all promise jobs */
  readonly batchScheduleFn?: ((load: () => void) => void) | undefined;
  /** Whether a key is loaded only once. @default true */
  readonly cache?: boolean | undefined;
  /** Returns the cache key for a key. @default the key itself */
  readonly cacheKeyFn?: ((key: Key) => CacheKey) | undefined;
  /** Cache for the promises of loaded values. `null` disables caching. @default a new Map */
  readonly cacheMap?: LoaderCache<CacheKey, Promise<Value>> | null | undefined;
  /** A name for metrics and traces. @default null */
  readonly name?: string | null | undefined;
}
