import type { GatewayStats, LogEntry, LogFilter, TraceContext } from './log-contract.js';
import type { ComponentHealth, Health, HealthState, HeapSnapshot, MemoryProfile, SystemInfo, Timing, TimingProfile, Verification } from './report-contract.js';

export type * from './log-contract.js';
export type * from './report-contract.js';

/** What went wrong while looking into things, as a word that programs can rely on. */
export type DebugErrorCode = 'Disabled' | 'NoSpace' | 'NoMemory' | 'NotWritable' | 'UnknownComponent';

/** Settings of the diagnostics. */
export interface DebugOptions {
  /** Whether it begins switched on. @default whether the variable `SUGA_DEBUG` is `1` or `true` */
  readonly enabled?: boolean | undefined;
  /** How many log entries are kept; beyond it, the oldest go. @default 500 */
  readonly maxEntries?: number | undefined;
  /** How many bytes of log entries are kept, as JSON; beyond it, the oldest go. @default 262_144 */
  readonly maxBytes?: number | undefined;
  /** How long a health check may take, in ms, if it does not say so itself. @default 1_000 */
  readonly checkTimeout?: number | undefined;
}

/** What a check says. Nothing or `true` is healthy, `false` is failing; what it throws is the reason why it fails. */
export type CheckResult = boolean | HealthState | Partial<Pick<ComponentHealth, 'state' | 'reasons'>> | undefined;

/** Looks whether something outside of the gateway is well. The signal is aborted when nobody waits for the answer any more. */
// biome-ignore lint/suspicious/noConfusingVoidType: a check that says nothing is one
export type HealthCheck = (signal: AbortSignal) => CheckResult | void | PromiseLike<CheckResult | void>;

export interface CheckOptions {
  /** How long it may take, in ms; over half of it is `degraded`. @default the option `checkTimeout` */
  readonly timeout?: number | undefined;
}

export interface ProbeOptions {
  /** Loads what is not loaded yet, to see whether it can be; it stays loaded. @default false */
  readonly probe?: boolean | undefined;
}

export interface VerifyOptions {
  /** Also loads what is not loaded, and lets it go again if nothing would be lost; otherwise that part is checked by its facts alone. @default true */
  readonly load?: boolean | undefined;
}

export interface TimingOptions {
  /** How often the work is timed, up to 100,000. @default 100 */
  readonly runs?: number | undefined;
  /** How often it is done before, untimed. @default 10 */
  readonly warmup?: number | undefined;
  /** When to stop, in ms, however many runs are left. Running work is waited for. @default 5_000 */
  readonly limit?: number | undefined;
}

export interface SnapshotOptions {
  /** The file to write; it must not exist. @default a new name in the folder for temporary files */
  readonly path?: string | undefined;
}

/**
 * Looks into a running gateway. Off by default: then nothing is recorded, nothing is bound, and what it would have done
 * costs one call. What is asked for (`health`, `verify`, `system`, profiles, stats, trace context) is answered all the same.
 */
export interface Debug {
  /** Switches on recording, tracking and snapshots, for this environment. */
  enable(): void;
  /** Switches them off and undoes `track`. What has been recorded can still be read. */
  disable(): void;
  isEnabled(): boolean;
  /** Records a message, with a bounded copy of the data in which secrets are replaced by their key's name. Does nothing while off. */
  log(message: string, data?: unknown): void;
  /** Records an error with its causes, whatever was thrown, and gives what was recorded; `undefined` while off. */
  traceException(error: unknown, context?: unknown): LogEntry | undefined;
  /** What has been recorded, oldest first. */
  logs(filter?: LogFilter): readonly LogEntry[];
  /** Forgets it; how many entries there were. */
  clearLogs(): number;
  /** How well the gateway, its interfaces and the added checks are. All checks run at the same time. */
  health(options?: ProbeOptions): Promise<Health>;
  /** How well one interface or check is; the worse of both where they share a name. @throws `UnknownComponent` */
  checkComponent(name: string, options?: ProbeOptions): Promise<ComponentHealth>;
  /** How well the gateway itself is: what memory is left, and whether operations reach their functions. */
  checkGateway(): ComponentHealth;
  /** Adds a check to `health`; one of that name is replaced. */
  addCheck(name: string, check: HealthCheck, options?: CheckOptions): void;
  /** Takes a check out; whether there was one. */
  removeCheck(name: string): boolean;
  /** Whether every operation of every interface exists and fits its facts, and whether all can be loaded. */
  verify(options?: VerifyOptions): Verification;
  /** Where the process runs and what it has. */
  system(): SystemInfo;
  /** How the gateway's operations are bound and used. Loads nothing. */
  gatewayStats(): GatewayStats;
  /**
   * What a work leaves on the heap; without work, what loading each interface takes that is not loaded yet.
   * Work of other invocations at the same time is measured too. @throws what the work throws
   */
  memoryProfile(work?: () => unknown): Promise<MemoryProfile>;
  /** How long a work takes, done many times, one after the other. @throws what the work throws */
  timingProfile(work: () => unknown, options?: TimingOptions): Promise<TimingProfile>;
  /** Does a work and hands back what it gives; while on, its time is added to `timings` under the name. */
  measure<T>(name: string, work: () => T): T;
  /** Times every operation of every interface from now on, or no longer. Starting begins anew. Whether it is on; while off, it stays off. */
  track(on?: boolean): boolean;
  /** What `track` and `measure` have timed, by `interface.operation` or name; within 12.5 %, up to the longest exactly. */
  timings(): Readonly<Record<string, Timing>>;
  /**
   * Writes the heap to a file. Blocks the process (0.5 s for 12 MB of heap, 13 s for 112, measured), and needs some 12 times the heap
   * in memory and 2.5 times on disk.
   * @throws `Disabled` while off, `NoSpace`, `NoMemory`, `NotWritable`
   */
  heapSnapshot(options?: SnapshotOptions): HeapSnapshot;
  /** The trace this code is part of: as set, else as the invocation says. */
  traceContext(): TraceContext | undefined;
  /** Sets it for this invocation, outside of one for code outside: a `traceparent`, an X-Ray header or id. @throws `InvalidParams` */
  setTraceContext(context: string): TraceContext;
  /** Takes back what was set. */
  clearTraceContext(): void;
  /** A new trace id: 32 hexadecimal digits, or X-Ray's `1-…` with the time in it. */
  traceId(format?: 'w3c' | 'xray'): string;
}
