/** Values in the memory of this execution environment. They end with it, and other environments do not see them. */
export interface MemoryOptions {
  readonly type: 'memory';
  /** Maximum number of entries. When it is exceeded, an expired entry is removed, or else the least recently used one. @default 10_000 */
  readonly maxEntries?: number | undefined;
}

/** The methods of a DynamoDB client that are used. The SDK's aggregated client has them. */
export interface DynamoClient {
  batchGetItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<object>;
  batchWriteItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<object>;
  /** Rejects with an error named `ConditionalCheckFailedException` if the condition does not hold. */
  putItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<object>;
  updateItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<object>;
}

/** Values in a DynamoDB table. Its partition key is `id` of type string; it has no sort key. */
export interface DynamoOptions {
  readonly type: 'dynamodb';
  /** The table's name or ARN. */
  readonly table: string;
  /** @default the DynamoDB client of the runtime's SDK, created on first use */
  readonly client?: DynamoClient | undefined;
  /** Whether reads are strongly consistent; `false` halves their price. @default true */
  readonly consistent?: boolean | undefined;
  /** Maximum number of requests that one call has in flight. @default 8 */
  readonly parallel?: number | undefined;
}

/** The method of a Redis client that is used. ioredis and iovalkey have it. */
export interface RedisClient {
  pipeline(commands: (string | number)[][]): { exec(): Promise<[error: Error | null, reply: unknown][] | null> };
}

/** Values in Redis 7 or later, or Valkey. */
export interface RedisOptions {
  readonly type: 'redis';
  /** `redis://…`, or `rediss://…` with TLS. The function's own iovalkey or ioredis opens the connection on first use. */
  readonly url?: string | undefined;
  /** Your own client, instead of `url`. The store does not close its connection. */
  readonly client?: RedisClient | undefined;
}

/** Settings of a store. */
export interface StoreOptions {
  /** The place where values are stored. @default { type: 'memory' } */
  readonly backend?: MemoryOptions | DynamoOptions | RedisOptions | undefined;
  /** Prefix of every key, so that several stores can share a table or server. @default '' */
  readonly prefix?: string | undefined;
  /** Time to live in ms of a value that is set without its own `ttl`. @default Infinity */
  readonly ttl?: number | undefined;
  /** Time limit in ms of one call with all its retries. The call always ends 100 ms before the invocation's deadline. @default 5000 */
  readonly timeout?: number | undefined;
}

/** Settings of one `set`. */
export interface SetOptions {
  /** Time to live in ms; `Infinity` for no limit. @default the store's `ttl` */
  readonly ttl?: number | undefined;
  /** Whether to store the value only if the key has none. @default false */
  readonly ifAbsent?: boolean | undefined;
}

/** Settings of one `increment`. */
export interface IncrementOptions {
  /** Time to live in ms, if the number has no expiry yet. A new number gets it, and later increments do not change it. @default no limit */
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

/** Outcome of one call in a list. */
export type StoreOutcome = { readonly value: unknown } | { readonly error: unknown };

/** Receives the outcome of the call at `index` of a list. */
export type OutcomeListener = (index: number, outcome: StoreOutcome) => void;

/** Statistics of the store since it was loaded. They hold names and numbers, never keys or values. */
export interface StoreStats {
  readonly backend: 'memory' | 'dynamodb' | 'redis';
  /** Calls of each operation, including calls in lists. */
  readonly calls: Readonly<Record<StoreCall['operation'], number>>;
  /** Calls that failed. */
  readonly failures: number;
  /** Size of the values in their stored form. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  /** Requests that were sent, including retries, by the backend's names: `BatchGetItem`, `pipeline`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Requests that were sent again. */
  readonly retries: number;
  /** Keys and items that DynamoDB returned as unprocessed. */
  readonly unprocessed: number;
  /** Present only in memory. */
  readonly entries?: number;
  /** Present only in memory: entries that were removed before their expiry, because there were too many. */
  readonly evictions?: number;
}

/**
 * Codes of the store's errors, besides `InvalidParams` and `NotInstalled`. `TooLarge`: the value exceeds the backend's limit
 * (`details.bytes`, `details.limit`). `NotANumber`: `increment` of a value that is not an integer, or beyond the range. `Unreadable`: the
 * value of the key was not written by this package. `Unavailable`: the backend did not respond in time, or rejected the request; a write
 * may have been done all the same.
 */
export type StoreErrorCode = 'TooLarge' | 'NotANumber' | 'Unreadable' | 'Unavailable';

/**
 * Values by key. Keys are strings of 1 to 2,048 bytes, including the prefix. A value is a JSON value or a `Uint8Array`. Reads return a
 * copy, changed as JSON changes it (a `Date` becomes a string). `undefined` cannot be stored: it means that there is no value.
 */
export interface Store {
  /** Returns the value; `undefined` if there is none or if it has expired. */
  get<T = unknown>(key: string): Promise<T | undefined>;
  /** Stores a value in place of any other, and returns whether it was stored: `false` only with `ifAbsent`. */
  set(key: string, value: unknown, options?: SetOptions): Promise<boolean>;
  /** Removes a value. It does not return whether there was one: DynamoDB would need a separate request for each. */
  delete(key: string): Promise<void>;
  /** Adds to an integer atomically and returns the new one. A missing number counts as 0. The result stays within 2^53 - 1 on both sides of 0. */
  increment(key: string, by?: number, options?: IncrementOptions): Promise<number>;
  /** Sets the time to live of a value, in ms from now, and returns whether there is one. */
  touch(key: string, ttl: number): Promise<boolean>;
  /** Returns the values of several keys in their order. It rejects if one of them cannot be read; `run` returns the others nevertheless. */
  getMany<T = unknown>(keys: readonly string[]): Promise<(T | undefined)[]>;
  /**
   * Stores several values in their order, and returns for each whether it was stored. All are checked before the first is sent. After a
   * failure, some may be stored.
   */
  setMany(entries: readonly StoreEntry[]): Promise<boolean[]>;
  /** Removes several values. */
  deleteMany(keys: readonly string[]): Promise<void>;
  /**
   * Runs a list of calls as if one after the other, with as few requests as the backend allows. Returns the outcomes in the same order.
   * A read sees earlier writes of its key. A failed call does not affect others, except for reads of the same key after a failed write.
   * @param each Receives each outcome once, as soon as it is known, in any order. In memory, and for an invalid call, that is before `run`
   * returns. An error that `each` throws becomes a process warning.
   */
  run(calls: readonly StoreCall[], each?: OutcomeListener): Promise<StoreOutcome[]>;
  /** Returns the statistics of the store since it was loaded. */
  stats(): StoreStats;
}
