/** Error codes of singletons, in addition to the gateway's own. */
export type SingletonErrorCode = 'FactoryCycle' | 'DisposeFailed';

/** Options of one singleton. */
export interface SingletonOptions<T = unknown> {
  /**
   * Disposes of the instance when it is deleted.
   * @default its own `Symbol.asyncDispose` or `Symbol.dispose`, if it has one
   */
  readonly dispose?: ((instance: T) => unknown) | undefined;
  /** Whether `relieve` may dispose of it under memory pressure, because it can be created again. @default false */
  readonly evictable?: boolean | undefined;
}

/** Options of `relieve`. */
export interface RelieveOptions {
  /** Share of used memory, 0 to 1, from which on instances are disposed of. @default 0.85 */
  readonly threshold?: number | undefined;
  /**
   * Whether garbage is collected afterwards, so that memory is returned to the system. A collection stops the process for about 2 ms per MB
   * of live heap, which is billed. Without Node's `--expose-gc` (Lambda has it) nothing is collected.
   * @default false
   */
  readonly collect?: boolean | undefined;
}

/** Memory of the process, in bytes. */
export interface MemoryStats {
  /** Memory of the whole process, as Lambda counts it. */
  readonly rss: number;
  /** Memory of JavaScript values that are alive or not collected yet. */
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** Heap size at which V8 ends the process. */
  readonly heapLimit: number;
  /** Memory outside of the heap, such as buffers. */
  readonly external: number;
  /** The function's memory setting; `undefined` outside of Lambda. */
  readonly limit: number | undefined;
  /** Used share of the heap limit or of the function's memory, whichever is larger, 0 to 1. */
  readonly pressure: number;
}

/** The result of `relieve`. */
export interface Relief {
  /** Names of the instances that were disposed of, newest first. */
  readonly disposed: readonly string[];
  readonly before: MemoryStats;
  readonly after: MemoryStats;
}

/** Statistics since the interface was loaded. */
export interface SingletonStats {
  /** Number of present instances. */
  readonly instances: number;
  /** Number of factory calls that returned. */
  readonly created: number;
  /** Number of calls for an instance that existed or was being created. */
  readonly reused: number;
  /** Number of factories that threw or rejected. */
  readonly failed: number;
  /** Number of instances that were disposed of. */
  readonly disposed: number;
}

/**
 * One instance per name in this execution environment: clients, pools, parsed schemas. Each gateway has its own names. An instance survives
 * a freeze, but a connection in it may be dead afterwards.
 */
export interface Singleton {
  /**
   * Returns the instance. If there is none, `factory` creates it. An asynchronous factory is called once for all concurrent callers, and all
   * of them get its promise. A failure rejects for all of them and is not kept: the next call tries again.
   *
   * If an instance is not created when the invocation that started it ends, it is removed, because Lambda may have cut its work off in the
   * freeze. The next call creates a new one. An instance that was started outside of invocations is removed when an invocation that
   * requested it ends. If it is created after all, it is disposed of when the last invocation that requested it has ended. Code outside of
   * invocations that requested it keeps it.
   * @throws `FactoryCycle` if a factory requests the instance that it is creating, before its first `await`. A later request is not
   * noticed: asynchronous factories that wait for each other do so until their invocation ends.
   */
  get<T>(name: string, factory: () => T, options?: SingletonOptions<Awaited<T>>): T;
  /** Sets an instance. An earlier one of this name is removed, but not disposed of. */
  set<T>(name: string, instance: T, options?: SingletonOptions<T>): void;
  /** Whether there is an instance of this name, or one is being created. */
  has(name: string): boolean;
  /** Returns all names, in the order in which the instances were created. */
  names(): string[];
  /** Removes an instance and disposes of it, once it is created. Resolves to whether it existed. @throws the error of its disposal */
  delete(name: string): Promise<boolean>;
  /**
   * Removes all instances and disposes of them one after the other, newest first. Resolves to their number. It does not wait for an instance
   * that is still being created: this is disposed of later, and an error of that disposal is ignored.
   * @throws `AggregateError` with the code `DisposeFailed` and the errors of failed disposals, when all are done
   */
  clear(): Promise<number>;
  /** Returns the memory of the process, and how close it is to its limits. */
  memory(): MemoryStats;
  /** Disposes of evictable instances under memory pressure, as `clear` does. Otherwise does nothing. */
  relieve(options?: RelieveOptions): Promise<Relief>;
  /** Returns statistics since the interface was loaded. */
  stats(): SingletonStats;
}
