/** Settings of the cache. */
export interface CacheOptions {
  /** How long an entry lives when `set` does not say, in ms; `Infinity` for no limit. @default 300_000 */
  readonly ttl?: number;
  /** How many entries there are at most; beyond, the one used longest ago goes. @default 1000 */
  readonly maxEntries?: number;
}

/** Settings of one entry. */
export interface EntryOptions {
  /** How long it lives, in ms; `Infinity` for no limit. @default the cache's `ttl` */
  readonly ttl?: number;
}

/** One entry for `setMany`. */
export interface CacheEntry extends EntryOptions {
  readonly key: string;
  readonly value: unknown;
}

/** What the cache has done since it was loaded. */
export interface CacheStats {
  readonly entries: number;
  readonly maxEntries: number;
  readonly hits: number;
  readonly misses: number;
  /** Entries that had to go because there were too many. */
  readonly evictions: number;
  /** Computations that `getOrCompute` saved, because one for the same key was under way. */
  readonly joined: number;
}

/**
 * A cache in the memory of this environment. Values are kept as they are, not copied. An expired entry is gone
 * when it is next asked for: there is no timer, so time spent frozen counts.
 */
export interface Cache {
  /** The value, or `fallback` where there is none (any more). A stored `undefined` counts as none. */
  get<T = unknown>(key: string): T | undefined;
  get<T>(key: string, fallback: T): T;
  /** Stores a value; one stored before is replaced. */
  set(key: string, value: unknown, options?: EntryOptions): void;
  /** Whether there is a value; does not count as a use of it. */
  has(key: string): boolean;
  /** Removes an entry and says whether there was one. */
  delete(key: string): boolean;
  /** Removes everything and says how many entries there were. */
  clear(): number;
  /** The values of several keys, in the order of the keys; `undefined` where there is none. */
  getMany<T = unknown>(keys: readonly string[]): (T | undefined)[];
  /** Stores several values. */
  setMany(entries: readonly CacheEntry[]): void;
  /** Removes several entries and says how many there were. */
  deleteMany(keys: readonly string[]): number;
  /**
   * The value, or else what `compute` gives, which is then stored. Callers that come while it is being computed
   * share the one computation; when it fails all of them get its error, and nothing is stored. A `set`, `delete` or `clear`
   * of the key meanwhile wins: what was computed before it is handed out but not stored.
   */
  getOrCompute<T>(key: string, compute: () => T | PromiseLike<T>, options?: EntryOptions): Promise<T>;
  /** What the cache has done since it was loaded. */
  stats(): CacheStats;
}
