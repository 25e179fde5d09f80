import type { Middleware } from '@suga/gateway';

/** Settings of loading and unloading. An option takes precedence over the environment variable in its `@default`. */
export interface LmmsOptions {
  /** Whether an interface is loaded at its first call. If false, all are loaded in INIT. @default LAZY_LOADING_ENABLED, else true */
  readonly lazyLoading?: boolean | undefined;
  /** Names of interfaces that are loaded in INIT. @default PRELOAD_CRITICAL_MODULES (names, separated by commas), else none */
  readonly preload?: readonly string[] | undefined;
  /** Names of interfaces that are loaded when a request of a type begins. A type is a route's key (`GET /admin`) or an event source (`sqs`). @default {} */
  readonly preloadFor?: Readonly<Record<string, readonly string[]>> | undefined;
  /** A profile that earlier environments learned (the result of `profile()`), or the path of its file. @default LMMS_PROFILE, else none */
  readonly profile?: Profile | string | undefined;
  /** The folder that `suga bake` wrote. Code that fits this Node loads faster, all other code as usual. @default LMMS_BAKED, else none */
  readonly baked?: string | undefined;
  /** Whether idle interfaces are unloaded. @default ENABLE_MODULE_UNLOADING, else true */
  readonly unloading?: boolean | undefined;
  /** The test of whether an interface is idle: it was not used for `gracePeriod` ('time'), or in `unloadThreshold` invocations ('count'). @default 'time' */
  readonly unloadPolicy?: 'time' | 'count' | undefined;
  /** Time in ms that an interface must be unused before it is unloaded, with the policy 'time'. @default UNLOAD_GRACE_PERIOD (in seconds), else 30_000 */
  readonly gracePeriod?: number | undefined;
  /** Minimum number of interfaces that stay loaded. @default MIN_RESIDENT_MODULES, else 8 */
  readonly minResident?: number | undefined;
  /** Number of invocations in which an interface must be unused, with the policy 'count'. @default UNLOAD_THRESHOLD, else 100 */
  readonly unloadThreshold?: number | undefined;
  /** Number of invocations between two checks, with the policy 'count'. @default UNLOAD_CHECK_FREQUENCY, else 50 */
  readonly unloadCheckFrequency?: number | undefined;
  /** Whether hot operations are detected. @default ENABLE_FAST_PATH, else true */
  readonly fastPath?: boolean | undefined;
  /** Minimum number of calls between two checks that makes an operation hot. @default FAST_PATH_THRESHOLD, else 10 */
  readonly fastPathThreshold?: number | undefined;
  /** Whether interfaces with a hot operation are never unloaded. @default HOT_PATH_PROTECTION, else true */
  readonly hotPathProtection?: boolean | undefined;
  /**
   * Share of the heap limit or of the function's memory from which on memory is under pressure. Interfaces that the ending invocation has
   * not used are then unloaded without a grace period. @default 0.85
   */
  readonly pressure?: number | undefined;
  /**
   * Whether garbage is collected under pressure, at most once a minute, so that memory is returned to the system. A collection stops the
   * process for about 2 ms per MB of live heap, and this time is billed. `report().collections` has the total. @default false
   */
  readonly collect?: boolean | undefined;
}

/** Interfaces that are worth loading in INIT. One deployment learns them for the next. JSON. */
export interface Profile {
  readonly version: 1;
  /** Number of cold starts that the profile was learned from. */
  readonly coldStarts: number;
  /** Names of interfaces to load in INIT. */
  readonly preload: readonly string[];
}

/** Usage by the requests of one type. */
export interface RequestUsage {
  readonly invocations: number;
  readonly coldStarts: number;
  /** Number of these invocations that used an interface, by its name. */
  readonly interfaces: Readonly<Record<string, number>>;
  /** Number of cold starts that used an interface, by its name. */
  readonly cold: Readonly<Record<string, number>>;
  /** Number of these invocations that used an operation, by its name (`cache.get`). */
  readonly operations: Readonly<Record<string, number>>;
  /** Number of these invocations that used two interfaces together, by both names in alphabetical order (`cache+http`). */
  readonly together: Readonly<Record<string, number>>;
}

/** Usage in one execution environment, or in several after `mergeUsage`. JSON. */
export interface Usage {
  readonly version: 1;
  /** Number of environments that the usage comes from. */
  readonly environments: number;
  /** Usage by request type: a route's key, or an event source. */
  readonly requests: Readonly<Record<string, RequestUsage>>;
  /** Number of loads and their total time in ms, by interface. */
  readonly loads: Readonly<Record<string, { readonly count: number; readonly totalMs: number }>>;
}

/** The last load of an interface. */
export interface LoadRecord {
  /** The request type of the invocation that needed it; `preload`; or `outside` if there was no invocation. */
  readonly by: string;
  /** Time of the load, in ms since the epoch. */
  readonly at: number;
  /** Duration of the load in ms. */
  readonly loadMs: number;
  /** Heap growth in bytes during the load; negative if garbage was collected. Absent if the interface was loaded before lmms was attached. */
  readonly heapDelta?: number;
}

/** The reason why an interface stayed loaded. With the policy 'count', only interfaces that were unused for long have one. */
export type UnloadRefusal = 'in flight' | `holds ${string}` | 'hot' | 'grace period' | 'minimum resident';

/** The decision of the last check about an interface. */
export interface UnloadDecision {
  /** Time of the check, in ms since the epoch. */
  readonly at: number;
  /** The reason why the interface stayed; absent if it was unloaded. */
  readonly refused?: UnloadRefusal;
  /** Whether the code of an unloaded interface was dropped as well. In a single-file bundle only its state is dropped. */
  readonly code?: 'dropped' | 'kept';
}

/** A hot operation. */
export interface HotOperation {
  readonly operation: string;
  /** 1 for the three hottest, 2 for the seven after them. */
  readonly tier: 1 | 2;
  /** Share of all calls between the last two checks, 0 to 1. */
  readonly share: number;
}

/** The state of one middleware, for people and programs. */
export interface LmmsReport {
  readonly invocations: number;
  readonly loaded: Readonly<Record<string, LoadRecord>>;
  readonly decisions: Readonly<Record<string, UnloadDecision>>;
  readonly unloads: number;
  readonly hot: readonly HotOperation[];
  readonly memory: { readonly heapUsed: number; readonly rss: number; readonly pressure: number };
  /** Number of garbage collections under pressure, and their total time in ms. */
  readonly collections: { readonly count: number; readonly totalMs: number };
  /** Use of baked code; absent if no folder is set. */
  readonly baked?: {
    /** Number of files in the pack for this Node. */
    readonly files: number;
    /** Number of files that were loaded from the pack. */
    readonly used: number;
    /** Number of files whose code V8 rejected and compiled from source. */
    readonly rejected: number;
    /** The reason why no baked code is used; absent if the pack was read. */
    readonly unused?: string;
  };
  readonly settings: Readonly<Record<string, unknown>>;
}

/** One piece of advice, with its numbers in words. */
export interface Recommendation {
  readonly action: 'preload' | 'leave lazy' | 'preload for' | 'unload early';
  readonly interface: string;
  /** The request type, for the action 'preload for'. */
  readonly request?: string;
  readonly reason: string;
}

/** LMMS, the Lambda Memory Management System: one middleware for loading, unloading and hot paths. */
export interface Lmms extends Middleware {
  /** Returns what is loaded, hot or unloaded, and why. */
  report(): LmmsReport;
  /** Returns the usage of this environment so far. Merge it with the usage of others by `mergeUsage`. */
  usage(): Usage;
  /** Returns what the next deployment should load in INIT, judged by this environment alone. `memoryMb` defaults to the function's setting, else 128. */
  profile(memoryMb?: number): Profile;
}
