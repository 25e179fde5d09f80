/** Error code of this interface. Codes are stable, so programs can test them. */
export type MetricsErrorCode = 'MetricLimit';

type Size = 'Bytes' | 'Kilobytes' | 'Megabytes' | 'Gigabytes' | 'Terabytes' | 'Bits' | 'Kilobits' | 'Megabits' | 'Gigabits' | 'Terabits';

/** A unit of CloudWatch. */
export type MetricUnit = 'Seconds' | 'Milliseconds' | 'Microseconds' | 'Percent' | 'Count' | 'None' | Size | `${Size}/Second` | 'Count/Second';

/** Dimensions distinguish metrics of one name. CloudWatch bills each combination of values as a metric of its own. */
export type Dimensions = Readonly<Record<string, string>>;

/** A metric that exists in the account already. */
export interface DeclaredMetric {
  readonly name: string;
  /** @default the option `namespace` */
  readonly namespace?: string | undefined;
  /** @default the option `dimensions` */
  readonly dimensions?: Dimensions | undefined;
}

/** A group of `record…` helpers. The option `publish` contains these names. */
export type Family = 'operation' | 'error' | 'cache' | 'api' | 'response' | 'http' | 'circuit';

/** Options of `metrics()`. */
export interface MetricsOptions {
  /** 1 to 255 printable ASCII characters. @default the variables `METRICS_NAMESPACE` or `POWERTOOLS_METRICS_NAMESPACE`, else the service's name */
  readonly namespace?: string | undefined;
  /** @default the variables `SERVICE_NAME`, `POWERTOOLS_SERVICE_NAME` or `AWS_LAMBDA_FUNCTION_NAME`, else 'unknown' */
  readonly service?: string | undefined;
  /** Dimensions of every metric that sets none itself. @default `{ service }` */
  readonly dimensions?: Dimensions | undefined;
  /** Maximum number of custom metrics. A name in one namespace with one combination of dimension values counts as one. @default 10, which are free */
  readonly limit?: number | undefined;
  /** Metrics that count from the start. Include those of the account's other functions, because the free metrics are per account. @default [] */
  readonly declared?: readonly DeclaredMetric[] | undefined;
  /**
   * Handling of a metric beyond the limit. `'fold'`: its values become a plain field of the same log line, which Logs Insights can read and
   * from which CloudWatch makes no metric; one warning per name reports it. `'refuse'`: the call throws `MetricLimit`. @default 'fold'
   */
  readonly overflow?: 'fold' | 'refuse' | undefined;
  /** Whether cold starts are counted, as `ColdStart` with the function's name as a dimension. If true, the interface is loaded at the end of the first invocation. @default false */
  readonly coldStart?: boolean | undefined;
  /** Groups of `record…` helpers that create metrics as well as fields of the log line. @default [] */
  readonly publish?: readonly Family[] | undefined;
  /** Receives each finished line, without a line break. If it throws, the line is lost. @default writes to standard output */
  readonly write?: ((line: string) => void) | undefined;
}

/** Options of one value. */
export interface MetricOptions {
  /** @default the dimensions of the invocation, else those of the options */
  readonly dimensions?: Dimensions | undefined;
  /** Seconds: 1 means high resolution, which CloudWatch retains for three hours. @default 60 */
  readonly resolution?: 1 | 60 | undefined;
}

/** Summary of a metric's values since the interface was loaded. */
export interface MetricSummary {
  readonly unit: MetricUnit;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/** The outcome of an operation of your own. */
export interface OperationRecord {
  readonly operation: string;
  readonly success: boolean;
  readonly durationMs?: number | undefined;
  readonly errorType?: string | undefined;
}

/** An error that occurred. */
export interface ErrorRecord {
  readonly type: string;
  readonly severity?: 'low' | 'medium' | 'high' | 'critical' | undefined;
  readonly category?: string | undefined;
}

/** A read of a cache. */
export interface CacheRecord {
  readonly operation: string;
  readonly hit: boolean;
  readonly durationMs?: number | undefined;
}

/** A call of another service. */
export interface ApiRecord {
  readonly api: string;
  readonly endpoint: string;
  readonly success: boolean;
  readonly durationMs?: number | undefined;
  readonly status?: number | undefined;
}

/** A response of this function. */
export interface ResponseRecord {
  readonly type: string;
  readonly success: boolean;
  readonly errorType?: string | undefined;
}

/** An HTTP request to another server. */
export interface HttpRecord {
  readonly method: string;
  /** Only the origin is recorded, because paths and queries contain ids and secrets. */
  readonly url: string;
  /** Status of the response. Undefined if there was no response. */
  readonly status?: number | undefined;
  readonly durationMs?: number | undefined;
  /** Size of the response body in bytes. */
  readonly bytes?: number | undefined;
}

/** An event of a circuit breaker. */
export interface CircuitRecord {
  readonly circuit: string;
  readonly event: 'opened' | 'half-open' | 'closed' | 'rejected';
}

/** Statistics of one recorded name (an operation, an origin, a circuit …) since the interface was loaded. */
export interface FamilyStats {
  readonly count: number;
  readonly failures: number;
  /** Milliseconds, over the records that contain a duration. */
  readonly durationMs: { readonly count: number; readonly sum: number; readonly max: number };
  /** Number of records per outcome (`404`, `TypeError`, `hit` …). */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Durations of one operation of the gateway, in ms. */
export interface DispatcherStats {
  readonly calls: number;
  readonly totalMs: number;
  readonly averageMs: number;
  readonly maxMs: number;
}

/** Slow operations and failures. */
export interface PerformanceReport {
  /** Operations of the gateway whose average is above the threshold, slowest first. */
  readonly slow: readonly (DispatcherStats & { readonly operation: string })[];
  /** Everything that failed at least once, by family and name, the highest failure share first. */
  readonly failing: readonly { readonly family: Family; readonly name: string; readonly failures: number; readonly share: number }[];
  readonly families: Readonly<Partial<Record<Family, Readonly<Record<string, FamilyStats>>>>>;
}

/** Statistics about the metrics themselves. */
export interface MetricsStats {
  /** Number of custom metrics that this execution environment knows, including the declared ones. */
  readonly metrics: number;
  readonly limit: number;
  /** Names of the metrics beyond the limit. */
  readonly folded: readonly string[];
  /** Number of recorded values. */
  readonly values: number;
  /** Number of written lines. */
  readonly lines: number;
}

/**
 * CloudWatch metrics as log lines in the embedded metric format, without calls to AWS.
 *
 * The values of an invocation are written together before its response is returned. Values recorded outside of invocations are written
 * when the next invocation ends, or by `flush`.
 */
export interface Metrics {
  /** Records a value. @throws `InvalidParams` for parameters that CloudWatch would reject; `MetricLimit` if `overflow` is 'refuse' */
  record(name: string, value: number, unit?: MetricUnit, options?: MetricOptions): void;
  /** Adds to a counter, which is written as one value per invocation. */
  increment(name: string, by?: number, options?: MetricOptions): void;
  /** Runs the work and records its duration in ms. If it fails, `<name>Errors` is counted. Settles as the work does. */
  measure<T>(name: string, work: () => T | PromiseLike<T>, options?: MetricOptions): Promise<T>;
  /** Adds dimensions to the metrics of this invocation, or of this record of a batch. Outside of invocations, adds them to all metrics from now on. */
  addDimensions(dimensions: Dimensions): void;
  /** Adds a log field to the lines of this invocation, or of this record of a batch. Use it for ids and the like, which have too many values for a dimension. */
  addMetadata(key: string, value: unknown): void;
  /** Returns the summary of a metric, over all its dimensions. */
  get(name: string): MetricSummary | undefined;
  /** Returns the sum of a counter; 0 if there is none. */
  getCounter(name: string): number;
  /** Returns the summaries of all metrics. */
  getAll(): Readonly<Record<string, MetricSummary>>;
  /** Records an operation of your own. The `record…` helpers add fields to the log line. They create metrics only if `publish` names their family. */
  recordOperation(record: OperationRecord): void;
  /** Records an error. */
  recordError(record: ErrorRecord): void;
  /** Records a cache hit or miss. */
  recordCache(record: CacheRecord): void;
  /** Records a call of another service. */
  recordApi(record: ApiRecord): void;
  /** Records a response of this function. */
  recordResponse(record: ResponseRecord): void;
  /** Records an HTTP request to another server. */
  recordHttp(record: HttpRecord): void;
  /** Records an event of a circuit breaker. */
  recordCircuitBreaker(record: CircuitRecord): void;
  /** Records how long an operation of the gateway took, in ms. */
  recordDispatcherTiming(interfaceName: string, operation: string, durationMs: number): void;
  /** Starts or stops timing every call through this gateway. While on, it costs about 0.1 µs per call; while off, nothing. */
  trackOperations(on: boolean): void;
  /** Returns the recorded durations, by `interface.operation`. */
  dispatcherStats(): Readonly<Record<string, DispatcherStats>>;
  /** Reports operations whose average exceeds the threshold (100 ms), and everything that failed. */
  performanceReport(slowThresholdMs?: number): PerformanceReport;
  /** Writes the values of the running invocation now. Outside of invocations, writes all values that belong to no running invocation. Returns the number of lines. */
  flush(): number;
  /** Returns statistics about the metrics themselves. */
  stats(): MetricsStats;
  /**
   * Discards unwritten values, all summaries, and the dimensions and metadata that were added outside of invocations. Running invocations
   * keep their dimensions and metadata. The limit keeps counting, because CloudWatch has these metrics already.
   */
  reset(): void;
}
