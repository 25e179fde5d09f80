/** A state of health. A `degraded` part still works; a `failing` one does not. */
export type HealthState = 'healthy' | 'degraded' | 'failing';

/** The health of one part, with reasons. */
export interface ComponentHealth {
  readonly state: HealthState;
  /** Reasons why the part is not healthy. Empty if it is. */
  readonly reasons: readonly string[];
  /** Duration of a check in ms. */
  readonly durationMs?: number;
}

/** The health of all parts. Its state is the worst of theirs. */
export interface Health {
  readonly state: HealthState;
  readonly gateway: ComponentHealth;
  /** Interfaces that the gateway has already resolved; with `probe`, all that are installed. */
  readonly interfaces: Readonly<Record<string, ComponentHealth>>;
  /** The added checks, by their names. */
  readonly checks: Readonly<Record<string, ComponentHealth>>;
}

/** A mistake in a definition or in the core that it loads. */
export interface Finding {
  /** An `error` makes calls fail or return wrong results. A `warning` may be intended. */
  readonly severity: 'error' | 'warning';
  readonly interface: string;
  readonly operation?: string;
  readonly problem: string;
  /** How to fix it. */
  readonly remedy: string;
}

/** The result of `verify`. */
export interface Verification {
  /** Whether no finding has the severity `error`. */
  readonly ok: boolean;
  readonly interfaces: number;
  readonly operations: number;
  /** Interfaces that are known by name but not installed. */
  readonly notInstalled: readonly string[];
  readonly findings: readonly Finding[];
}

/** Sizes in bytes. */
export interface MemoryUse {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

/** The cost of loading one interface. */
export interface LoadCost {
  /** Load time in ms. */
  readonly loadMs: number;
  /** Heap growth in bytes. */
  readonly heapUsed: number;
  /** Reason why it could not be loaded. Absent if it could. */
  readonly error?: string;
}

/** Memory before and after some work. */
export interface MemoryProfile {
  /** Whether garbage was collected before each measurement. If not, the numbers include garbage. */
  readonly collected: boolean;
  readonly before: MemoryUse;
  /** Measured while the result of the work is still referenced. */
  readonly after: MemoryUse;
  readonly delta: MemoryUse;
  readonly durationMs: number;
  /** The cost of loading each interface that was not loaded; only if no work is passed. */
  readonly interfaces?: Readonly<Record<string, LoadCost>>;
}

/** Measured times, in ms. */
export interface Timing {
  readonly count: number;
  /** Number of calls that threw or rejected. They are counted and timed like the others. */
  readonly failures: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Measured times of a work that ran many times. */
export interface TimingProfile extends Timing {
  readonly min: number;
  /** Whether all runs were done before the time limit. */
  readonly complete: boolean;
}

/** A snapshot of the heap, for the Memory panel of Chrome's developer tools. It contains every string of the process, including secrets. */
export interface HeapSnapshot {
  readonly path: string;
  readonly bytes: number;
  /** Time in ms for which it blocked the process. */
  readonly durationMs: number;
}

/** Facts about the process. They contain no environment variables except those named here. */
export interface SystemInfo {
  readonly node: {
    readonly version: string;
    readonly v8: string;
    readonly platform: string;
    readonly architecture: string;
    /** Flags of the command line and `NODE_OPTIONS`. Their values are included only if they are numbers. */
    readonly flags: readonly string[];
    /** Whether garbage can be collected on demand (`--expose-gc`). */
    readonly gc: boolean;
    readonly mainThread: boolean;
    readonly uptimeMs: number;
  };
  readonly memory: MemoryUse & {
    /** V8's heap limit, in bytes. */
    readonly heapLimit: number;
    /** The function's memory setting, in bytes; `undefined` outside of Lambda. */
    readonly limit: number | undefined;
  };
  readonly cpu: {
    readonly available: number;
    /** The function's share of vCPUs by its memory setting (1,769 MB is one); `undefined` outside of Lambda. */
    readonly share: number | undefined;
    /** CPU time in ms that the process spent in its own code. */
    readonly userMs: number;
    /** CPU time in ms that the system spent for the process. */
    readonly systemMs: number;
  };
  /** The folder for temporary files. Sizes are in bytes; `undefined` if the system does not report them. */
  readonly tmp: { readonly path: string; readonly free: number | undefined; readonly total: number | undefined };
  /** Lambda's reserved variables, without those that are not set. */
  readonly lambda: Readonly<Record<string, string>>;
}
