import type { Middleware } from '@suga/gateway';

/** How loading and unloading go. Options win over the variables named beside them. */
export interface LmmsOptions {
  /** Whether interfaces wait for their first call; otherwise all are loaded at once, in INIT. @default LAZY_LOADING_ENABLED, else true */
  readonly lazyLoading?: boolean | undefined;
  /** Interfaces that are loaded in INIT. @default PRELOAD_CRITICAL_MODULES (names, separated by commas), else none */
  readonly preload?: readonly string[] | undefined;
  /** Interfaces that are loaded when a request of that type begins: a route's key (`GET /admin`) or an event source (`sqs`). @default {} */
  readonly preloadFor?: Readonly<Record<string, readonly string[]>> | undefined;
  /** What earlier environments learned (`profile()`), or the path of a file with it. @default LMMS_PROFILE, else none */
  readonly profile?: Profile | string | undefined;
  /** The folder with what `suga bake` left; code that fits this Node is loaded faster, everything else as ever. @default LMMS_BAKED, else none */
  readonly baked?: string | undefined;
  /** Whether idle interfaces are unloaded. @default ENABLE_MODULE_UNLOADING, else true */
  readonly unloading?: boolean | undefined;
  /** What makes an interface idle: not used for `gracePeriod`, or not in `unloadThreshold` invocations. @default 'time' */
  readonly unloadPolicy?: 'time' | 'count' | undefined;
  /** How long an interface must not have been used, in ms. @default UNLOAD_GRACE_PERIOD (in seconds), else 30_000 */
  readonly gracePeriod?: number | undefined;
  /** How many interfaces stay loaded at least. @default MIN_RESIDENT_MODULES, else 8 */
  readonly minResident?: number | undefined;
  /** With the policy 'count': in how many invocations an interface must not have been used. @default UNLOAD_THRESHOLD, else 100 */
  readonly unloadThreshold?: number | undefined;
  /** With the policy 'count': every how many invocations that is looked at. @default UNLOAD_CHECK_FREQUENCY, else 50 */
  readonly unloadCheckFrequency?: number | undefined;
  /** Whether hot operations are found. @default ENABLE_FAST_PATH, else true */
  readonly fastPath?: boolean | undefined;
  /** From how many calls on, between two looks, an operation may be hot. @default FAST_PATH_THRESHOLD, else 10 */
  readonly fastPathThreshold?: number | undefined;
  /** Whether interfaces with a hot operation are never unloaded. @default HOT_PATH_PROTECTION, else true */
  readonly hotPathProtection?: boolean | undefined;
  /** From which share of the heap's limit or the function's memory on interfaces go that an invocation has not used, whatever grace they have. @default 0.85 */
  readonly pressure?: number | undefined;
  /**
   * Whether garbage is collected then, at most once a minute, so that memory goes back to the system. It stops the process for about 2 ms
   * per MB of what is alive, which is billed; the report says what it took. @default false
   */
  readonly collect?: boolean | undefined;
}

/** What nearly every cold start uses, as one deployment learns it for the next. JSON. */
export interface Profile {
  readonly version: 1;
  /** How many cold starts it was learned from. */
  readonly coldStarts: number;
  /** Interfaces to load in INIT. */
  readonly preload: readonly string[];
}

/** What requests of one type used. */
export interface RequestUsage {
  readonly invocations: number;
  readonly coldStarts: number;
  /** In how many of these invocations each interface was used. */
  readonly interfaces: Readonly<Record<string, number>>;
  /** The same of the cold starts alone. */
  readonly cold: Readonly<Record<string, number>>;
  /** The same of operations (`cache.get`). */
  readonly operations: Readonly<Record<string, number>>;
  /** In how many invocations two interfaces were used together (`cache+http`, in the order of the alphabet). */
  readonly together: Readonly<Record<string, number>>;
}

/** What an environment, or several together, saw. JSON. */
export interface Usage {
  readonly version: 1;
  /** How many environments it comes from. */
  readonly environments: number;
  /** By request type: a route's key, or an event source. */
  readonly requests: Readonly<Record<string, RequestUsage>>;
  /** How often interfaces were loaded, and what that took altogether, in ms. */
  readonly loads: Readonly<Record<string, { readonly count: number; readonly totalMs: number }>>;
}

/** How one interface was loaded the last time. */
export interface LoadRecord {
  /** The request type of the invocation that needed it, `preload`, or `outside` of invocations. */
  readonly by: string;
  /** In ms since the epoch. */
  readonly at: number;
  readonly loadMs: number;
  /** By how much the heap grew meanwhile, in bytes; may be negative where garbage was collected. Absent for what was there before lmms. */
  readonly heapDelta?: number;
}

/** Why an interface is still there. By count, only those have one that were not used for long. */
export type UnloadRefusal = 'in flight' | `holds ${string}` | 'hot' | 'grace period' | 'minimum resident';

/** What was decided of an interface when it was last looked at. */
export interface UnloadDecision {
  /** In ms since the epoch. */
  readonly at: number;
  /** Why it stayed; absent where it was unloaded. */
  readonly refused?: UnloadRefusal;
  /** Whether its code is gone, too: in a single-file bundle only its state is. */
  readonly code?: 'dropped' | 'kept';
}

/** A hot operation. */
export interface HotOperation {
  readonly operation: string;
  /** 1 for the three hottest, 2 for the seven after them. */
  readonly tier: 1 | 2;
  /** Of all calls between the last two looks, 0 to 1. */
  readonly share: number;
}

/** What it is doing, for people and programs. */
export interface LmmsReport {
  readonly invocations: number;
  readonly loaded: Readonly<Record<string, LoadRecord>>;
  readonly decisions: Readonly<Record<string, UnloadDecision>>;
  readonly unloads: number;
  readonly hot: readonly HotOperation[];
  readonly memory: { readonly heapUsed: number; readonly rss: number; readonly pressure: number };
  /** Last-resort collections, and what they took altogether, in ms. */
  readonly collections: { readonly count: number; readonly totalMs: number };
  /** What became of baked code, where there is to be some. */
  readonly baked?: {
    /** In the pack for this Node. */
    readonly files: number;
    /** Loaded from it. */
    readonly used: number;
    /** Refused by V8, and compiled instead. */
    readonly rejected: number;
    /** Why none is used at all. */
    readonly unused?: string;
  };
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Advice, with the numbers behind it in words. */
export interface Recommendation {
  readonly action: 'preload' | 'leave lazy' | 'preload for' | 'unload early';
  readonly interface: string;
  /** With 'preload for'. */
  readonly request?: string;
  readonly reason: string;
}

/** LMMS, the Lambda Memory Management System: one middleware for loading, unloading and hot paths. */
export interface Lmms extends Middleware {
  report(): LmmsReport;
  /** What this environment saw so far, to be merged with what others saw. */
  usage(): Usage;
  /** What the next deployment should load in INIT, as far as this environment knows. */
  profile(memoryMb?: number): Profile;
}
