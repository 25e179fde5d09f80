/** Settings of the cache. */
export interface CacheOptions {
  /** Time to live in ms of an entry that is stored without its own `ttl`; `Infinity` for no limit. @default 300_000 */
  readonly ttl?: number | undefined;
  /** Maximum number of entries. When it is exceeded, an expired entry is removed, or else the least recently used one. @default 1000 */
  readonly maxEntries?: number | undefined;
  /**
   * Maximum size in bytes of all values together. When it is exceeded, expired entries are removed first, then the least recently used
   * ones. Without this option, values are not measured. @default Infinity
   */
  readonly maxBytes?: number | undefined;
  /**
   * Returns the size of a value in bytes. Called only if `maxBytes` is set.
   * @default an estimate: strings and binary data by their length, objects by their contents
   */
  readonly sizeOf?: ((value: unknown, key: string) => number) | undefined;
  /**
   * Time limit in ms. The response waits this long for refreshes that its invocation started, but never beyond the deadline.
   * Unfinished refreshes are then abandoned, and the stale value stays. @default 5000
   */
  readonly refreshTimeout?: number | undefined;
  /**
   * A second tier behind memory, shared by all execution environments. `getOrCompute` reads from the `store` interface of the same
   * gateway before it computes, and writes computed values there. If the gateway has no such interface, loading the cache fails.
   * @default none
   */
  readonly shared?: true | SharedOptions | undefined;
}

/** Settings of the shared tier. */
export interface SharedOptions {
  /**
   * Time to live in ms of a value in the store if the call has no `ttl`, and the upper limit if it has one. Memory keeps a value from
   * the store no longer than this.
   * @default the same time as in memory
   */
  readonly ttl?: number | undefined;
  /** Prefix of each key in the store. @default 'cache:' */
  readonly prefix?: string | undefined;
  /**
   * Time limit of a read in ms. When it has passed, the value is computed. For one second after a timeout or `Unavailable`, the store is
   * not read. @default 250
   */
  readonly timeout?: number | undefined;
}

/** Settings of one entry. */
export interface EntryOptions {
  /** Time to live in ms, in memory and in the shared tier; `Infinity` for no limit. @default the cache's `ttl` */
  readonly ttl?: number | undefined;
  /** Tags. All entries with a tag can be invalidated together. @default none */
  readonly tags?: readonly string[] | undefined;
}

/** One entry for `setMany`. */
export interface CacheEntry extends EntryOptions {
  readonly key: string;
  readonly value: unknown;
}

/** Settings of one computation. */
export interface ComputeOptions extends EntryOptions {
  /**
   * Time in ms after its expiry in which a value is still returned. The caller does not wait while a new value is computed.
   * @default 0
   */
  readonly staleWhileRevalidate?: number | undefined;
  /**
   * Time at which the new value for a stale one is computed. Lambda freezes the process after the response, so a refresh never runs after it.
   * `now` starts the refresh at once, and the response waits for it. `next` starts it together with the next invocation, and the
   * response of that invocation waits for it. @default 'now'
   */
  readonly revalidate?: 'now' | 'next' | undefined;
  /** Time in ms for which a missing value (`undefined` or `null`) is cached. @default `undefined` is not cached, `null` is cached like any value */
  readonly negativeTtl?: number | undefined;
  /** Time in ms for which an error is cached; until it expires, all callers get the same error. @default 0, errors are not cached */
  readonly errorTtl?: number | undefined;
  /** Whether the shared tier is used for this value. @default true, if there is a shared tier */
  readonly shared?: boolean | undefined;
}

/** Metadata of an entry. Times are in ms since the epoch. */
export interface EntryMetadata {
  readonly createdAt: number;
  /** `Infinity` if the entry has no limit. */
  readonly expiresAt: number;
  /** How often the entry was returned. */
  readonly hits: number;
  /** Size of the value; 0 if the cache has no `maxBytes`, because values are not measured then. */
  readonly bytes: number;
  readonly tags: readonly string[];
}

/** Statistics of the cache since it was loaded. */
export interface CacheStats {
  readonly entries: number;
  readonly maxEntries: number;
  /** Size of all values together; 0 if values are not measured. */
  readonly bytes: number;
  /** `Infinity` if there is no limit. */
  readonly maxBytes: number;
  readonly hits: number;
  readonly misses: number;
  /** Entries that were removed to respect a limit, although they were still valid or could be returned as stale values. */
  readonly evictions: number;
  /** Values that were not stored because a single one exceeds `maxBytes`. */
  readonly tooLarge: number;
  /** Calls of `getOrCompute` that joined a computation in flight for the same key. */
  readonly joined: number;
  /** Stale values that were returned. */
  readonly stale: number;
  /** Computations that were started to replace stale values. */
  readonly refreshes: number;
  /** Refreshes that failed or were abandoned. */
  readonly failedRefreshes: number;
  /** Statistics of the shared tier, if there is one. */
  readonly shared?: SharedStats;
}

/** Statistics of the shared tier. */
export interface SharedStats {
  readonly hits: number;
  readonly misses: number;
  /** Values that were written to the store. */
  readonly writes: number;
  /** Reads that failed or timed out, and writes and removals that failed. */
  readonly failures: number;
}

/**
 * A cache in the memory of this execution environment. Values are kept as they are, not copied. An expired entry is removed when it
 * is next read: there is no timer, so time spent frozen counts.
 */
export interface Cache {
  /** Returns the value, or `fallback` if there is none or if it has expired. A stored `undefined` counts as no value. */
  get<T = unknown>(key: string): T | undefined;
  get<T>(key: string, fallback: T): T;
  /** Stores a value in memory. It replaces an earlier value and the tags of that value. A shared value of the key is removed. */
  set(key: string, value: unknown, options?: EntryOptions): void;
  /** Whether there is a value; this does not count as a use of the entry. */
  has(key: string): boolean;
  /**
   * Removes an entry and returns whether there was one in memory. The shared value is removed, too: the removal is sent at the end of
   * the tick, and the response waits for it. Until it is done, this environment's reads of the key wait. A value that another
   * environment was computing at that time is not shared either. The memory of other environments keeps its value until it expires.
   */
  delete(key: string): boolean;
  /** Removes all entries from memory and returns their number. The shared tier keeps its values. */
  clear(): number;
  /** Returns the values of several keys, in the order of the keys; `undefined` for a key without a value. */
  getMany<T = unknown>(keys: readonly string[]): (T | undefined)[];
  /** Stores several values: all of them, or none if it throws. */
  setMany(entries: readonly CacheEntry[]): void;
  /** Removes several entries and returns how many there were. */
  deleteMany(keys: readonly string[]): number;
  /**
   * Returns the stored value, or else calls `compute` and stores its result. Callers that come during the computation share it. If it
   * fails, all of them get its error, and the error is stored only if `errorTtl` is set.
   * A `set`, `delete`, `clear` or invalidation of the key during the computation wins: the computed value is returned but not stored.
   * If an invocation has joined the computation of another invocation, and that one ends first or is cut off by its deadline, the
   * joined invocation computes the value itself. Later invocations do not join an unfinished computation of an ended invocation: it may
   * have died in the freeze.
   */
  getOrCompute<T>(key: string, compute: () => T | PromiseLike<T>, options?: ComputeOptions): Promise<T>;
  /**
   * Removes every entry that has one of these tags, and returns how many there were. Results of running computations with these tags
   * are not stored. Shared values with these tags become invalid, whichever environment wrote them.
   */
  invalidateTags(tags: readonly string[]): number;
  /** Returns the metadata of an entry; this does not count as a use of it. */
  metadata(key: string): EntryMetadata | undefined;
  /** Returns the keys of all live entries that begin with `prefix`, least recently used first. */
  keys(prefix?: string): string[];
  /** Removes all expired entries, so that their memory is freed before they are read again. Returns how many there were. */
  prune(): number;
  /** Returns the statistics of the cache since it was loaded. */
  stats(): CacheStats;
}
