/** Values in this environment's memory: gone with it, and not seen by others. */
export interface MemoryOptions {
  readonly type: 'memory';
  /** How many entries there are at most; beyond, an expired one goes, else the one used longest ago. @default 10_000 */
  readonly maxEntries?: number | undefined;
}

/** What is used of DynamoDB: the SDK's aggregated client, or one of your own. */
export interface DynamoClient {
  batchGetItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<object>;
  batchWriteItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<object>;
  /** Rejects with an error named `ConditionalCheckFailedException` where the condition does not hold. */
  putItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<object>;
  updateItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<object>;
}

/** Values in a DynamoDB table whose partition key is the text `id`, without a sort key. */
export interface DynamoOptions {
  readonly type: 'dynamodb';
  /** The table's name or ARN. */
  readonly table: string;
  /** @default the DynamoDB client of the runtime's SDK, made when it is first needed */
  readonly client?: DynamoClient | undefined;
  /** Whether a read sees what was written just before; `false` halves its price. @default true */
  readonly consistent?: boolean | undefined;
  /** How many requests one call may have under way. @default 8 */
  readonly parallel?: number | undefined;
}

/** What is used of a Redis client: ioredis and iovalkey have it. */
export interface RedisClient {
  pipeline(commands: (string | number)[][]): { exec(): Promise<[error: Error | null, reply: unknown][] | null> };
}

/** Values in Redis 7 or Valkey, or later ones. */
export interface RedisOptions {
  readonly type: 'redis';
  /** `redis://…`, or `rediss://…` with TLS. The connection is made by the function's own iovalkey or ioredis when it is first needed. */
  readonly url?: string | undefined;
  /** A client of your own instead, whose connection stays yours to close. */
  readonly client?: RedisClient | undefined;
}

/** Settings of a store. */
export interface StoreOptions {
  /** Where the values are. @default { type: 'memory' } */
  readonly backend?: MemoryOptions | DynamoOptions | RedisOptions | undefined;
  /** Put before every key, so that several can share a table or server. @default '' */
  readonly prefix?: string | undefined;
  /** How long a value lives when `set` does not say, in ms. @default Infinity */
  readonly ttl?: number | undefined;
  /** How long one call may take with all its retries, in ms; never beyond 100 ms before the invocation's deadline. @default 5000 */
  readonly timeout?: number | undefined;
}

/** Settings of one `set`. */
export interface SetOptions {
  /** How long the value lives, in ms; `Infinity` for no limit. @default the store's `ttl` */
  readonly ttl?: number | undefined;
  /** Only where there is no value yet. @default false */
  readonly ifAbsent?: boolean | undefined;
}

/** Settings of one `increment`. */
export interface IncrementOptions {
  /** How long the number lives, in ms, where it has no end yet: a new one gets it, and later increments do not move it. @default no limit */
  readonly ttl?: number | undefined;
}

/** One entry for `setMany`. */
export interface StoreEntry extends SetOptions {
  readonly key: string;
  readonly value: unknown;
}

/** One call in a list for `run`: an operation's name, and its parameters by name. */
export type StoreCall =
  | { readonly operation: 'get'; readonly params: { readonly key: string } }
  | { readonly operation: 'set'; readonly params: { readonly key: string; readonly value: unknown; readonly options?: SetOptions | undefined } }
  | { readonly operation: 'delete'; readonly params: { readonly key: string } }
  | {
      readonly operation: 'increment';
      readonly params: { readonly key: string; readonly by?: number | undefined; readonly options?: IncrementOptions | undefined };
    }
  | { readonly operation: 'touch'; readonly params: { readonly key: string; readonly ttl: number } };

/** What became of one call in a list. */
export type StoreOutcome = { readonly value: unknown } | { readonly error: unknown };

/** Is told what became of the call at `index` of a list. */
export type OutcomeListener = (index: number, outcome: StoreOutcome) => void;

/** What a store has done since it was loaded. Names and numbers, never keys or values. */
export interface StoreStats {
  readonly backend: 'memory' | 'dynamodb' | 'redis';
  /** Calls of each kind, those in lists included. */
  readonly calls: Readonly<Record<StoreCall['operation'], number>>;
  /** Calls that failed. */
  readonly failures: number;
  /** Of values, as they are stored. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** What was sent, by the backend's own names: `BatchGetItem`, `pipeline`. Retries count. */
  readonly requests: Readonly<Record<string, number>>;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Keys and items that DynamoDB gave back undone. */
  readonly unprocessed: number;
  /** In memory only. */
  readonly entries?: number;
  /** In memory only: entries that had to go before their end because there were too many. */
  readonly evictions?: number;
}

/**
 * Codes of the store's errors, beside `InvalidParams` and `NotInstalled`. `TooLarge`: the backend takes no value of that size (`details.bytes`,
 * `details.limit`). `NotANumber`: `increment` of what is no whole number. `Unreadable`: something under the key that no store has written.
 * `Unavailable`: the backend gave no answer in time or refused; a write may have been done all the same.
 */
export type StoreErrorCode = 'TooLarge' | 'NotANumber' | 'Unreadable' | 'Unavailable';

/**
 * Values by key. Keys are texts of 1 to 2,048 bytes, the prefix included. Values are what JSON holds, or a `Uint8Array`: what is read is
 * a copy, changed as JSON changes it (a `Date` becomes a text). `undefined` cannot be stored: it stands for none.
 */
export interface Store {
  /** The value; `undefined` where there is none (any more). */
  get<T = unknown>(key: string): Promise<T | undefined>;
  /** Stores a value in place of any other, and says whether it did: `false` only with `ifAbsent`. */
  set(key: string, value: unknown, options?: SetOptions): Promise<boolean>;
  /** Removes a value. Whether there was one is not told: DynamoDB would need a request of its own for each. */
  delete(key: string): Promise<void>;
  /** Adds to a whole number, in one step that nobody comes between, and gives the new one. Where there is none it begins at 0. Never leaves 2^53 - 1 on either side. */
  increment(key: string, by?: number, options?: IncrementOptions): Promise<number>;
  /** Lets a value live that long from now, in ms, and says whether there is one. */
  touch(key: string, ttl: number): Promise<boolean>;
  /** The values of several keys in their order. Rejects if one of them cannot be read; with `run` the others are had all the same. */
  getMany<T = unknown>(keys: readonly string[]): Promise<(T | undefined)[]>;
  /** Stores several values in their order, and says of each whether it did. Wrong ones are found before any is sent; a failure leaves some stored. */
  setMany(entries: readonly StoreEntry[]): Promise<boolean[]>;
  /** Removes several values. */
  deleteMany(keys: readonly string[]): Promise<void>;
  /**
   * Does a list of calls as if one after the other, with as few requests as the backend allows, and gives what became of each in the same order.
   * A read sees the writes of its key before it. One that fails fails alone; only what was to be read after a failed write of the same key fails with it.
   * @param each Is told each outcome once, as soon as it is there, in any order; in memory, and for a wrong call, that is before `run` returns.
   * What `each` throws becomes a process warning.
   */
  run(calls: readonly StoreCall[], each?: OutcomeListener): Promise<StoreOutcome[]>;
  /** What the store has done since it was loaded. */
  stats(): StoreStats;
}
