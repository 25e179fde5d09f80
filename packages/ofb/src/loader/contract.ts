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
