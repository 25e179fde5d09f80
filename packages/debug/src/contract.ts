import type { GatewayStats, LogEntry, LogFilter, TraceContext } from './log-contract.js';
import type { ComponentHealth, Health, HealthState, HeapSnapshot, MemoryProfile, SystemInfo, Timing, TimingProfile, Verification } from './report-contract.js';

export type * from './log-contract.js';
export type * from './report-contract.js';

/** Error codes of diagnostics, in addition to the gateway's own. */
export type DebugErrorCode = 'Disabled' | 'NoSpace' | 'NoMemory' | 'NotWritable' | 'UnknownComponent';

/** Options of the debug interface. */
export interface DebugOptions {
  /** Whether diagnostics are on from the start. @default whether the variable `SUGA_DEBUG` is `1`, `true`, `yes` or `on` */
  readonly enabled?: boolean | undefined;
  /** Maximum number of log entries. Beyond it, the oldest are removed. @default 500 */
  readonly maxEntries?: number | undefined;
  /** Maximum size in bytes of all log entries, as JSON. Beyond it, the oldest are removed. @default 262_144 */
  readonly maxBytes?: number | undefined;
  /** Time limit in ms of a health check that has none of its own. @default 1_000 */
  readonly checkTimeout?: number | undefined;
}

/** The result of a check. `undefined` and `true` mean healthy, `false` means failing. If a check throws, the error is the reason for failing. */
export type CheckResult = boolean | HealthState | Partial<Pick<ComponentHealth, 'state' | 'reasons'>> | undefined;

/** Checks the health of something outside of the gateway. The signal aborts when no caller waits for the result any more. */
// biome-ignore lint/suspicious/noConfusingVoidType: a check may return nothing
export type HealthCheck = (signal: AbortSignal) => CheckResult | void | PromiseLike<CheckResult | void>;

export interface CheckOptions {
  /** Time limit in ms. A check that takes over half of it is `degraded`. @default the option `checkTimeout` */
  readonly timeout?: number | undefined;
}

export interface ProbeOptions {
  /** Whether interfaces that are not loaded yet are loaded, to see whether that works. They stay loaded. @default false */
  readonly probe?: boolean | undefined;
}

export interface VerifyOptions {
  /**
   * Whether interfaces that are not loaded are loaded for the check. They are unloaded again if no state would be lost. If false, such
   * interfaces are checked by their facts alone. @default true
   */
  readonly load?: boolean | undefined;
}

export interface TimingOptions {
  /** Number of timed runs, up to 100,000. @default 100 */
  readonly runs?: number | undefined;
  /** Number of runs before them that are not timed. @default 10 */
  readonly warmup?: number | undefined;
  /** Time limit in ms of all runs together. A run that has started is finished. @default 5_000 */
  readonly limit?: number | undefined;
}

export interface SnapshotOptions {
  /** Path of the file to write, which must not exist. @default a new name in the folder for temporary files */
  readonly path?: string | undefined;
}

/**
 * Diagnostics of a running gateway. They are off by default: then nothing is recorded and no operation is bound differently. Operations that
 * report on request (`health`, `verify`, `system`, profiles, statistics, trace context) work while diagnostics are off, too.
 */
export interface Debug {
  /** Switches on recording, tracking and snapshots in this execution environment. */
  enable(): void;
  /** Switches them off and undoes `track`. Recorded entries can still be read. */
  disable(): void;
  /** Whether diagnostics are on. */
  isEnabled(): boolean;
  /** Records a message with a bounded copy of the data, in which values under names of secrets are replaced. Does nothing while off. */
  log(message: string, data?: unknown): void;
  /** Records any thrown value with its causes, and returns the entry; `undefined` while off. */
  traceException(error: unknown, context?: unknown): LogEntry | undefined;
  /** Returns the recorded entries, oldest first. */
  logs(filter?: LogFilter): readonly LogEntry[];
  /** Removes all entries, and returns their number. */
  clearLogs(): number;
  /** Reports the health of the gateway, its interfaces and the added checks. All checks run at the same time. */
  health(options?: ProbeOptions): Promise<Health>;
  /** Reports the health of one interface or check; the worse of both if they share a name. @throws `UnknownComponent` */
  checkComponent(name: string, options?: ProbeOptions): Promise<ComponentHealth>;
  /** Reports the health of the gateway itself: how close the process is to its memory limits, and whether there are interfaces. */
  checkGateway(): ComponentHealth;
  /** Adds a check to `health`, or replaces the one of this name. */
  addCheck(name: string, check: HealthCheck, options?: CheckOptions): void;
  /** Removes a check. Returns whether it existed. */
  removeCheck(name: string): boolean;
  /** Checks whether all interfaces can be loaded, and whether every operation exists and fits its facts. */
  verify(options?: VerifyOptions): Verification;
  /** Reports on the process: Node, memory, CPU, disk, and Lambda's variables. */
  system(): SystemInfo;
  /** Reports how the gateway's operations are bound and used. Loads nothing. */
  gatewayStats(): GatewayStats;
  /**
   * Measures how much a work leaves on the heap. Without work, measures the load of each interface that is not loaded yet.
   * Work of other invocations at the same time is measured too. @throws the error of the work
   */
  memoryProfile(work?: () => unknown): Promise<MemoryProfile>;
  /** Measures how long a work takes: runs it many times, one after the other. @throws the error of the work */
  timingProfile(work: () => unknown, options?: TimingOptions): Promise<TimingProfile>;
  /** Runs `work` and returns its result. While tracking is on, adds the duration to `timings`. */
  measure<T>(name: string, work: () => T): T;
  /** Starts or stops timing every operation of every interface. Starting removes earlier times. Returns whether tracking is on; never while off. */
  track(on?: boolean): boolean;
  /** Returns the times of `track` and `measure`, by `interface.operation` or name. Percentiles are within 12.5 %; `max` is exact. */
  timings(): Readonly<Record<string, Timing>>;
  /**
   * Writes the heap to a file. This blocks the process (measured: 0.5 s for 12 MB of heap, 13 s for 112 MB). It needs about 12 times the heap
   * in memory and 2.5 times on disk.
   * @throws `Disabled` while off, `NoSpace`, `NoMemory`, `NotWritable`
   */
  heapSnapshot(options?: SnapshotOptions): HeapSnapshot;
  /** Returns the trace that the running code belongs to: the one that was set, else that of the invocation. */
  traceContext(): TraceContext | undefined;
  /**
   * Sets the trace of this invocation or record; outside of invocations, that of code outside. Takes a `traceparent`, an X-Ray header, or one
   * of their trace ids. @throws `InvalidParams`
   */
  setTraceContext(context: string): TraceContext;
  /** Removes the trace that was set. */
  clearTraceContext(): void;
  /** Creates a trace id: 32 hexadecimal digits, or X-Ray's `1-…`, which contains the time. */
  traceId(format?: 'w3c' | 'xray'): string;
}
