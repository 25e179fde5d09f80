/** What went wrong with a metric, as a word that programs can rely on. */
export type MetricsErrorCode = 'MetricLimit';

type Size = 'Bytes' | 'Kilobytes' | 'Megabytes' | 'Gigabytes' | 'Terabytes' | 'Bits' | 'Kilobits' | 'Megabits' | 'Gigabits' | 'Terabits';

/** CloudWatch's units. */
export type MetricUnit = 'Seconds' | 'Milliseconds' | 'Microseconds' | 'Percent' | 'Count' | 'None' | Size | `${Size}/Second` | 'Count/Second';

/** What tells metrics of one name apart; each combination of values is a metric of its own, and billed as one. */
export type Dimensions = Readonly<Record<string, string>>;

/** A metric that the account has. */
export interface DeclaredMetric {
  readonly name: string;
  /** @default the settings' `namespace` */
  readonly namespace?: string | undefined;
  /** @default the settings' `dimensions` */
  readonly dimensions?: Dimensions | undefined;
}

/** Groups of `record…` helpers, as `publish` names them. */
export type Family = 'operation' | 'error' | 'cache' | 'api' | 'response' | 'http' | 'circuit';

/** Settings of the metrics. */
export interface MetricsOptions {
  /** 1 to 255 printable ASCII characters. @default the variables `METRICS_NAMESPACE` or `POWERTOOLS_METRICS_NAMESPACE`, else the service's name */
  readonly namespace?: string | undefined;
  /** @default the variables `SERVICE_NAME`, `POWERTOOLS_SERVICE_NAME` or `AWS_LAMBDA_FUNCTION_NAME`, else 'unknown' */
  readonly service?: string | undefined;
  /** Of every metric that has none of its own. @default `{ service }` */
  readonly dimensions?: Dimensions | undefined;
  /** How many custom metrics there may be: a name in one namespace with one combination of dimension values is one. @default 10, which are free */
  readonly limit?: number | undefined;
  /** Metrics that count from the start, also those of the account's other functions: the limit is the account's. @default [] */
  readonly declared?: readonly DeclaredMetric[] | undefined;
  /**
   * What becomes of a metric beyond the limit: its values go into the same log line as a plain field, from where Logs Insights reads them
   * and CloudWatch makes no metric; or an error. Either way it is told once. @default 'fold'
   */
  readonly overflow?: 'fold' | 'refuse' | undefined;
  /** Whether a cold start is counted, as `ColdStart` with the function's name as dimension; loads the interface at the end of the first invocation. @default false */
  readonly coldStart?: boolean | undefined;
  /** Which `record…` helpers make metrics, and not only fields of the log line. @default [] */
  readonly publish?: readonly Family[] | undefined;
  /** Takes each finished line, without its line break. Should it throw, the line is lost. @default written to standard output */
  readonly write?: ((line: string) => void) | undefined;
}

/** Settings of one value. */
export interface MetricOptions {
  /** @default the invocation's, else the settings' */
  readonly dimensions?: Dimensions | undefined;
  /** In seconds: 1 for high resolution, which CloudWatch keeps for three hours. @default 60 */
  readonly resolution?: 1 | 60 | undefined;
}

/** What a metric's values came to since the interface was loaded. */
export interface MetricSummary {
  readonly unit: MetricUnit;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

export interface OperationRecord {
  readonly operation: string;
  readonly success: boolean;
  readonly durationMs?: number | undefined;
  readonly errorType?: string | undefined;
}

export interface ErrorRecord {
  readonly type: string;
  readonly severity?: 'low' | 'medium' | 'high' | 'critical' | undefined;
  readonly category?: string | undefined;
}

export interface CacheRecord {
  readonly operation: string;
  readonly hit: boolean;
  readonly durationMs?: number | undefined;
}

export interface ApiRecord {
  readonly api: string;
  readonly endpoint: string;
  readonly success: boolean;
  readonly durationMs?: number | undefined;
  readonly status?: number | undefined;
}

export interface ResponseRecord {
  readonly type: string;
  readonly success: boolean;
  readonly errorType?: string | undefined;
}

export interface HttpRecord {
  readonly method: string;
  /** Only its origin is kept: paths and queries hold ids and secrets. */
  readonly url: string;
  /** Absent where no answer came. */
  readonly status?: number | undefined;
  readonly durationMs?: number | undefined;
  /** Of the answer's body. */
  readonly bytes?: number | undefined;
}

export interface CircuitRecord {
  readonly circuit: string;
  readonly event: 'opened' | 'half-open' | 'closed' | 'rejected';
}

/** What one group of helpers saw since the interface was loaded, by what was recorded (an operation, an origin, a circuit …). */
export interface FamilyStats {
  readonly count: number;
  readonly failures: number;
  /** Of those that told a duration, in ms. */
  readonly durationMs: { readonly count: number; readonly sum: number; readonly max: number };
  /** How often each outcome was (`404`, `TypeError`, `hit` …). */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** What an operation of the gateway took, in ms. */
export interface DispatcherStats {
  readonly calls: number;
  readonly totalMs: number;
  readonly averageMs: number;
  readonly maxMs: number;
}

/** What stands out. */
export interface PerformanceReport {
  /** Operations of the gateway whose average is above the threshold, slowest first. */
  readonly slow: readonly (DispatcherStats & { readonly operation: string })[];
  /** What failed at least once, by family and name, the highest share first. */
  readonly failing: readonly { readonly family: Family; readonly name: string; readonly failures: number; readonly share: number }[];
  readonly families: Readonly<Partial<Record<Family, Readonly<Record<string, FamilyStats>>>>>;
}

/** How the metrics themselves are. */
export interface MetricsStats {
  /** Custom metrics of which this environment knows, the declared ones included. */
  readonly metrics: number;
  readonly limit: number;
  /** Names of those beyond it. */
  readonly folded: readonly string[];
  /** Values taken. */
  readonly values: number;
  /** Lines written. */
  readonly lines: number;
}

/**
 * CloudWatch metrics as lines of the log, in the embedded metric format: no call to AWS, nothing to wait for. Values of an invocation
 * are written together before its response is given; those from outside of invocations with the next one that ends, or with `flush`.
 */
export interface Metrics {
  /** Takes a value. @throws `InvalidParams` for what CloudWatch would not take; `MetricLimit` where `overflow` is 'refuse' */
  record(name: string, value: number, unit?: MetricUnit, options?: MetricOptions): void;
  /** Adds to a counter, which is written as one value per invocation. */
  increment(name: string, by?: number, options?: MetricOptions): void;
  /** Does the work and takes its duration in ms, with `…Errors` counted where it fails. Its outcome is that of the work. */
  measure<T>(name: string, work: () => T | PromiseLike<T>, options?: MetricOptions): Promise<T>;
  /** Dimensions beside the settings' ones of this invocation's metrics, or of this record's of a batch; outside of an invocation, of all from now on. */
  addDimensions(dimensions: Dimensions): void;
  /** A field of the lines of this invocation, or of this record of a batch, to look for in the log: for what has too many values for a dimension (ids). */
  addMetadata(key: string, value: unknown): void;
  /** What a metric's values came to; of all its dimensions together. */
  get(name: string): MetricSummary | undefined;
  /** A counter's sum; 0 where nothing was counted. */
  getCounter(name: string): number;
  /** What all of them came to. */
  getAll(): Readonly<Record<string, MetricSummary>>;
  /** An operation of your own. The helpers make fields of the log line; metrics only where `publish` names their family. */
  recordOperation(record: OperationRecord): void;
  recordError(record: ErrorRecord): void;
  recordCache(record: CacheRecord): void;
  /** A call of another service. */
  recordApi(record: ApiRecord): void;
  /** An answer of this function. */
  recordResponse(record: ResponseRecord): void;
  recordHttp(record: HttpRecord): void;
  recordCircuitBreaker(record: CircuitRecord): void;
  /** What an operation of the gateway took, in ms. */
  recordDispatcherTiming(interfaceName: string, operation: string, durationMs: number): void;
  /** Whether every call through this gateway is timed from now on. That costs each of them about 0.1 µs; off again, nothing. */
  trackOperations(on: boolean): void;
  /** By `interface.operation`. */
  dispatcherStats(): Readonly<Record<string, DispatcherStats>>;
  /** What stands out: operations slower than the threshold (100 ms), and what fails. */
  performanceReport(slowThresholdMs?: number): PerformanceReport;
  /** Writes what the running invocation has now, or outside of one what none that runs has taken; says how many lines it was. */
  flush(): number;
  stats(): MetricsStats;
  /**
   * Forgets what has been taken and not written, all summaries, and dimensions and metadata that were added outside of invocations. What runs
   * keeps its own. The limit keeps counting: CloudWatch has those metrics.
   */
  reset(): void;
}
