/** Settings of the cache. */
export interface CacheOptions {
  /** How long an entry lives when `set` does not say, in ms; `Infinity` for no limit. @default 300_000 */
  readonly ttl?: number | undefined;
  /** How many entries there are at most; beyond, an expired one goes, else the one used longest ago. @default 1000 */
  readonly maxEntries?: number | undefined;
  /** How many bytes the values may take together; beyond, expired ones go, then those used longest ago. Without it nothing is measured. @default Infinity */
  readonly maxBytes?: number | undefined;
  /**
   * What a value takes, in bytes. Only asked where there is `maxBytes`.
   * @default an estimate: texts by their length, binary data by its own, objects by what they hold
   */
  readonly sizeOf?: ((value: unknown, key: string) => number) | undefined;
  /**
   * How long the end of an invocation may wait for refreshes that it started, in ms; never beyond its deadline.
   * What is not done by then is given up, and the stale value stays. @default 5000
   */
  readonly refreshTimeout?: number | undefined;
  /**
   * A second tier behind memory, which environments have in common: `getOrCompute` asks the `store` interface of the same gateway
   * before it computes, and puts there what it computed. Loading the cache fails where the gateway has no such interface. @default none
   */
  readonly shared?: true | SharedOptions | undefined;
}

/** How values are shared through the store. */
export interface SharedOptions {
  /**
   * How long the store keeps a value whose call names no `ttl`, and the longest for any, in ms. Memory keeps what it found there no longer than that.
   * @default as long as memory
   */
  readonly ttl?: number | undefined;
  /** Put before each key in the store. @default 'cache:' */
  readonly prefix?: string | undefined;
  /** How long an answer is waited for before a value is computed without it, in ms. For a second after that, or after `Unavailable`, the store is not asked. @default 250 */
  readonly timeout?: number | undefined;
}

/** Settings of one entry. */
export interface EntryOptions {
  /** How long it lives, in ms, shared or not; `Infinity` for no limit. @default the cache's `ttl` */
  readonly ttl?: number | undefined;
  /** Under which it can be invalidated together with others. @default none */
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
   * How long after its end a value may still be handed out, in ms, while a new one is computed: the caller does not wait.
   * @default 0
   */
  readonly staleWhileRevalidate?: number | undefined;
  /**
   * When that new one is computed. Lambda freezes the process after the response, so it never happens behind it:
   * `now` begins at once, and the response waits for its end; `next` begins together with the next invocation, whose
   * response waits for it. @default 'now'
   */
  readonly revalidate?: 'now' | 'next' | undefined;
  /** How long it is remembered that there is nothing (`undefined` or `null`), in ms. @default `undefined` is not remembered, `null` is as any value */
  readonly negativeTtl?: number | undefined;
  /** How long a failure is remembered, in ms: until then all callers get the same error. @default 0, not at all */
  readonly errorTtl?: number | undefined;
  /** `false` leaves the shared tier out for this one. @default true, where there is one */
  readonly shared?: boolean | undefined;
}

/** What is known of an entry. Times are in ms since the epoch. */
export interface EntryMetadata {
  readonly createdAt: number;
  /** `Infinity` where it has no limit. */
  readonly expiresAt: number;
  /** How often it was handed out. */
  readonly hits: number;
  /** What it takes; 0 where the cache has no `maxBytes` and nothing is measured. */
  readonly bytes: number;
  readonly tags: readonly string[];
}

/** What the cache has done since it was loaded. */
export interface CacheStats {
  readonly entries: number;
  readonly maxEntries: number;
  /** Of all values together; 0 where nothing is measured. */
  readonly bytes: number;
  /** `Infinity` where there is no limit. */
  readonly maxBytes: number;
  readonly hits: number;
  readonly misses: number;
  /** Entries that had to go because there were too many, or too much, and that were still good or could be handed out stale. */
  readonly evictions: number;
  /** Values that were not stored because each alone is more than `maxBytes`. */
  readonly tooLarge: number;
  /** Computations that `getOrCompute` saved, because one for the same key was under way. */
  readonly joined: number;
  /** Values that were handed out past their time. */
  readonly stale: number;
  /** New values computed for those. */
  readonly refreshes: number;
  /** Of these, the ones that failed or were given up. */
  readonly failedRefreshes: number;
  /** What came of the shared tier, where there is one. */
  readonly shared?: SharedStats;
}

/** What came of asking the store before computing. */
export interface SharedStats {
  readonly hits: number;
  readonly misses: number;
  /** Values that were put there. */
  readonly writes: number;
  /** Answers that did not come or not in time, and writes and removals that did not succeed. */
  readonly failures: number;
}

/**
 * A cache in the memory of this environment. Values are kept as they are, not copied. An expired entry is gone
 * when it is next asked for: there is no timer, so time spent frozen counts.
 */
export interface Cache {
  /** The value, or `fallback` where there is none (any more). A stored `undefined` counts as none. */
  get<T = unknown>(key: string): T | undefined;
  get<T>(key: string, fallback: T): T;
  /** Stores a value in memory; one stored before is replaced, and its tags with it. A shared one of that key is removed. */
  set(key: string, value: unknown, options?: EntryOptions): void;
  /** Whether there is a value; does not count as a use of it. */
  has(key: string): boolean;
  /**
   * Removes an entry and says whether there was one in memory. The shared one is removed too: that is sent at the end of the tick, the response
   * waits for it, and what this environment asks of the key meanwhile waits as well. What another one was computing then is not shared either.
   * Other environments' memory keeps theirs to its end.
   */
  delete(key: string): boolean;
  /** Removes everything from memory, the shared tier keeps what it has, and says how many entries there were. */
  clear(): number;
  /** The values of several keys, in the order of the keys; `undefined` where there is none. */
  getMany<T = unknown>(keys: readonly string[]): (T | undefined)[];
  /** Stores several values: all, or with an error none. */
  setMany(entries: readonly CacheEntry[]): void;
  /** Removes several entries and says how many there were. */
  deleteMany(keys: readonly string[]): number;
  /**
   * The value, or else what `compute` gives, which is then stored. Callers that come while it is being computed
   * share the one computation; when it fails all of them get its error, and nothing is stored unless `errorTtl` says so.
   * A `set`, `delete`, `clear` or invalidation of the key meanwhile wins: what was computed before it is handed out but not stored.
   * An invocation that has joined another one's computation computes for itself when that one ends first, or is cut off by its deadline.
   * What an invocation leaves behind unfinished is not joined by later ones: it may have died in the freeze.
   */
  getOrCompute<T>(key: string, compute: () => T | PromiseLike<T>, options?: ComputeOptions): Promise<T>;
  /**
   * Removes every entry that has one of these tags, stops computations with them from being stored, and says how many entries there were.
   * In the shared tier each loses its force, whoever put it there.
   */
  invalidateTags(tags: readonly string[]): number;
  /** What is known of an entry; does not count as a use of it. */
  metadata(key: string): EntryMetadata | undefined;
  /** The keys of all live entries that begin with `prefix`, those used longest ago first. */
  keys(prefix?: string): string[];
  /** Removes what has expired, to have its memory back before it is asked for; says how many entries it was. */
  prune(): number;
  /** What the cache has done since it was loaded. */
  stats(): CacheStats;
}
