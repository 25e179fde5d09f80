/** What went wrong with a singleton, as a word that programs can rely on. */
export type SingletonErrorCode = 'FactoryCycle' | 'DisposeFailed';

/** Settings of one singleton. */
export interface SingletonOptions<T = unknown> {
  /**
   * Gives it up when it is deleted.
   * @default its own `Symbol.asyncDispose` or `Symbol.dispose`, where it has one
   */
  readonly dispose?: ((instance: T) => unknown) | undefined;
  /** Whether `relieve` may give it up when memory is short: it can be made again. @default false */
  readonly evictable?: boolean | undefined;
}

/** Settings of `relieve`. */
export interface RelieveOptions {
  /** From which share of the memory on something is done. @default 0.85 */
  readonly threshold?: number | undefined;
  /**
   * Whether to collect garbage afterwards, so that memory goes back to the system. It stops the process for about 2 ms
   * per MB of what is still alive, which is billed; without Node's `--expose-gc` (Lambda has it) nothing is collected.
   * @default false
   */
  readonly collect?: boolean | undefined;
}

/** What the process holds, in bytes. */
export interface MemoryStats {
  /** All of the process, as Lambda counts it. */
  readonly rss: number;
  /** Values of JavaScript, alive or not collected yet. */
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** What V8 gives up at. */
  readonly heapLimit: number;
  /** Outside of the heap: buffers and the like. */
  readonly external: number;
  /** The function's memory setting; `undefined` outside of Lambda. */
  readonly limit: number | undefined;
  /** What is used of what there is, 0 to 1: of the heap or of the function's memory, whichever is nearer its end. */
  readonly pressure: number;
}

/** What `relieve` did. */
export interface Relief {
  /** Names of what was given up, newest first. */
  readonly disposed: readonly string[];
  readonly before: MemoryStats;
  readonly after: MemoryStats;
}

/** What has been asked of the singletons since they were loaded. */
export interface SingletonStats {
  readonly instances: number;
  /** Times a factory ran. */
  readonly created: number;
  /** Times one was there already, or was being made. */
  readonly reused: number;
  /** Times a factory failed. */
  readonly failed: number;
  readonly disposed: number;
}

/**
 * One instance of each thing in this environment: clients, pools, parsed schemas. Names belong to the gateway; another
 * gateway has its own. What is made lives on over the freeze: a connection in it may be dead afterwards.
 */
export interface Singleton {
  /**
   * The instance; where there is none, `factory` makes it. One that gives a promise is called once for all who ask meanwhile, and
   * its promise is what all of them get. A failure is handed to all of these and not kept: the next call tries again.
   *
   * One that is not made when the invocation that began it ends is forgotten, as it may have died in the freeze: the next call
   * makes a new one. So is one begun outside of invocations, when an invocation that asked for it ends. What arrives after all
   * is disposed of when the last invocation that asked for it has ended; code outside of invocations that asked for it keeps it.
   * @throws `FactoryCycle` where a factory asks for what it is making, before its first `await`. Behind one that is not noticed:
   * asynchronous factories that wait for each other do so until their invocation ends.
   */
  get<T>(name: string, factory: () => T, options?: SingletonOptions<Awaited<T>>): T;
  /** Puts an instance in place; one that was there is forgotten, and is not disposed of. */
  set<T>(name: string, instance: T, options?: SingletonOptions<T>): void;
  /** Whether there is one, or one is being made. */
  has(name: string): boolean;
  /** Names in the order in which they were made. */
  names(): string[];
  /** Forgets one and disposes of it, once it is made; says whether there was one. What disposing throws comes through. */
  delete(name: string): Promise<boolean>;
  /**
   * Forgets all and disposes of them one after the other, the newest first; says how many there were. One that is still being
   * made is not waited for: it is disposed of when it arrives, and what that throws is not told.
   * @throws `AggregateError` with the code `DisposeFailed` when all are done, with what disposing threw
   */
  clear(): Promise<number>;
  /** What the process holds, and how near it is to its limits. */
  memory(): MemoryStats;
  /** Under pressure, disposes of the evictable ones as `clear` does; otherwise does nothing. */
  relieve(options?: RelieveOptions): Promise<Relief>;
  /** What has been asked of the singletons since they were loaded. */
  stats(): SingletonStats;
}
