/** How well something is. `degraded` still does its work; `failing` does not. */
export type HealthState = 'healthy' | 'degraded' | 'failing';

/** How well one part is, and why it is not better. */
export interface ComponentHealth {
  readonly state: HealthState;
  /** Empty where it is healthy. */
  readonly reasons: readonly string[];
  /** What a check took, in ms. */
  readonly durationMs?: number;
}

/** How well everything is: the worst of its parts. */
export interface Health {
  readonly state: HealthState;
  readonly gateway: ComponentHealth;
  /** Those that the gateway has looked at; with `probe`, all that are installed. */
  readonly interfaces: Readonly<Record<string, ComponentHealth>>;
  /** The checks that were added, by their names. */
  readonly checks: Readonly<Record<string, ComponentHealth>>;
}

/** Something in a definition, or in what it loads, that does not hold. */
export interface Finding {
  /** An `error` makes calls fail or go wrong; a `warning` may be meant. */
  readonly severity: 'error' | 'warning';
  readonly interface: string;
  readonly operation?: string;
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** What `verify` found. */
export interface Verification {
  /** Whether there is no error among the findings. */
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

/** What loading one interface took. */
export interface LoadCost {
  /** In ms. */
  readonly loadMs: number;
  /** By how much the heap grew, in bytes. */
  readonly heapUsed: number;
  /** Why it could not be loaded. */
  readonly error?: string;
}

/** Memory before and after some work. */
export interface MemoryProfile {
  /** Whether garbage was collected before each reading; if not, the numbers hold garbage too. */
  readonly collected: boolean;
  readonly before: MemoryUse;
  /** While what the work gave is still held. */
  readonly after: MemoryUse;
  readonly delta: MemoryUse;
  readonly durationMs: number;
  /** Without work: what each interface that was not loaded takes. */
  readonly interfaces?: Readonly<Record<string, LoadCost>>;
}

/** How long something took, in ms. */
export interface Timing {
  readonly count: number;
  /** Calls that threw or rejected; they are counted and timed like the others. */
  readonly failures: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** A work done many times. */
export interface TimingProfile extends Timing {
  readonly min: number;
  /** Whether all runs were done; if not, the time limit came first. */
  readonly complete: boolean;
}

/** A snapshot of the heap, for the Memory panel of Chrome's developer tools. It holds every string of the process: secrets too. */
export interface HeapSnapshot {
  readonly path: string;
  readonly bytes: number;
  /** For how long it blocked the process. */
  readonly durationMs: number;
}

/** Where the process runs and what it has. Of the environment only what is named here, never other variables. */
export interface SystemInfo {
  readonly node: {
    readonly version: string;
    readonly v8: string;
    readonly platform: string;
    readonly architecture: string;
    /** Of the command line and `NODE_OPTIONS`; values only where they are numbers. */
    readonly flags: readonly string[];
    /** Whether garbage can be collected on demand (`--expose-gc`). */
    readonly gc: boolean;
    readonly mainThread: boolean;
    readonly uptimeMs: number;
  };
  readonly memory: MemoryUse & {
    /** V8's limit, in bytes. */
    readonly heapLimit: number;
    /** The function's memory setting, in bytes; `undefined` outside of Lambda. */
    readonly limit: number | undefined;
  };
  readonly cpu: {
    readonly available: number;
    /** The function's share of vCPUs by its memory setting (1,769 MB is one); `undefined` outside of Lambda. */
    readonly share: number | undefined;
    /** Used by the process, in ms. */
    readonly userMs: number;
    readonly systemMs: number;
  };
  /** The folder for temporary files, in bytes; sizes are `undefined` where the system does not tell. */
  readonly tmp: { readonly path: string; readonly free: number | undefined; readonly total: number | undefined };
  /** As Lambda's reserved variables say; what is not set is left out. */
  readonly lambda: Readonly<Record<string, string>>;
}
