/** How serious a record is, in rising order. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** What else belongs to a record: an error, or an object of fields (one of them may be an error). */
export type LogExtra = Error | object;

/** Settings of the log. */
export interface LoggingOptions {
  /**
   * The least serious level that is written. Lambda's own log level (`AWS_LAMBDA_LOG_LEVEL`) wins where it is stricter:
   * the platform would drop those lines anyway.
   * @default the variables `LOG_LEVEL` or `POWERTOOLS_LOG_LEVEL`, else 'info'
   */
  readonly level?: LogLevel | undefined;
  /** Name of the service. @default the variables `SERVICE_NAME`, `POWERTOOLS_SERVICE_NAME` or `AWS_LAMBDA_FUNCTION_NAME`, else 'unknown' */
  readonly service?: string | undefined;
  /** Fields of every record. @default {} */
  readonly keys?: object | undefined;
  /**
   * The share of invocations, from 0 to 1, that log from debug on. Which ones follows from the request id: a retry is sampled
   * as the first try was.
   * @default the variables `LOG_SAMPLE_RATE` or `POWERTOOLS_LOGGER_SAMPLE_RATE`, else 0
   */
  readonly sampleRate?: number | undefined;
  /** Keeps what is below the level, in case the invocation fails; `true` for the defaults. @default false */
  readonly buffer?: boolean | BufferOptions | undefined;
  /** What must not get into the log; `false` for no protection. @default names and patterns that the README lists */
  readonly redact?: false | RedactOptions | undefined;
  /** Indented over several lines, for the eyes of who develops. @default the variable `POWERTOOLS_DEV` */
  readonly pretty?: boolean | undefined;
  /**
   * Takes each finished line, without its line break. Should it throw, the line is lost and the call goes on.
   * @default written to standard output before the call returns
   */
  readonly write?: ((line: string) => void) | undefined;
}

/** What is kept of an invocation's records that are not serious enough to be written. */
export interface BufferOptions {
  /** The most serious level that is kept. @default 'debug' */
  readonly level?: LogLevel | undefined;
  /** For each invocation; the oldest lines go first. @default 20480 */
  readonly maxBytes?: number | undefined;
  /** Whether an `error` or `critical` record writes what is kept, before itself. @default true */
  readonly flushOnError?: boolean | undefined;
}

/** What is put out of sight, in addition to the built-in names and patterns. */
export interface RedactOptions {
  /** Names whose values are hidden at any depth: a text also matches as the end of a name, in any spelling (`api_key` and `x-ApiKey`). @default [] */
  readonly keys?: readonly (string | RegExp)[] | undefined;
  /** Built-in names that are shown nevertheless, like `nextToken`; whole names, in any spelling. @default [] */
  readonly show?: readonly string[] | undefined;
  /** What is hidden within texts, the message included. Keep them simple: they see texts of up to 32,768 characters. @default [] */
  readonly patterns?: readonly RegExp[] | undefined;
  /** @default '[redacted]' */
  readonly replacement?: string | undefined;
}

/** What a child adds to its records. */
export interface Bindings {
  readonly keys?: object | undefined;
  /** In place of the log's own. */
  readonly level?: LogLevel | undefined;
}

/** What may be logged with: the log itself, or a child of it. */
export interface Logger {
  debug(message: string, extra?: LogExtra): void;
  info(message: string, extra?: LogExtra): void;
  warn(message: string, extra?: LogExtra): void;
  error(message: string, extra?: LogExtra): void;
  critical(message: string, extra?: LogExtra): void;
  /** Whether a record of that level would be written or kept now: to spare the making of a costly extra. @throws `InvalidParams` */
  isLevelEnabled(level: LogLevel): boolean;
  /** Runs the work and logs its start (debug), its success (info) or its failure (error), with the duration. The outcome is the work's own. */
  logOperation<T>(name: string, work: () => T | PromiseLike<T>, extra?: LogExtra): Promise<T>;
  /** A log that adds fields to its records, and may have a level of its own. Holds nothing of the log: it may be kept for good. */
  child(keys: object, options?: { readonly level?: LogLevel | undefined }): Logger;
}

/** What the log did so far. */
export interface LoggingStats {
  readonly lines: Readonly<Record<LogLevel, number>>;
  /** Lines that `write` threw at. */
  readonly lost: number;
  /** Lines kept by invocations that are running. */
  readonly buffered: number;
  /** Lines that found no room in a buffer. */
  readonly dropped: number;
}

/**
 * Structured logs: one JSON object per line, with the field names of Powertools for AWS Lambda
 * (`level`, `message`, `timestamp`, `service`, `cold_start`, `function_request_id`, `xray_trace_id`, `correlation_id`,
 * `sampling_rate`, `error`), so that queries written for it go on working. A line is written when the call returns:
 * nothing is lost to a freeze. Whatever is logged (circular, huge, with getters that throw), writing a record never throws,
 * and its line stays under CloudWatch's limit of 1 MB: over 262,144 characters, what does not fit becomes `[cut]`.
 */
export interface Logging extends Logger {
  /** A record whose level is data. `bindings` are what children pass. @throws `InvalidParams` for a word that is no level */
  log(level: LogLevel, message: string, extra?: LogExtra, bindings?: Bindings): void;
  isLevelEnabled(level: LogLevel, bindings?: Bindings): boolean;
  logOperation<T>(name: string, work: () => T | PromiseLike<T>, extra?: LogExtra, bindings?: Bindings): Promise<T>;
  child(keys: object, options?: { readonly level?: LogLevel | undefined }, bindings?: Bindings): Logger;
  /** Logs (debug) that something begins, and remembers when. */
  operationStart(name: string, extra?: LogExtra): void;
  /** Logs (info) that it succeeded. Without `durationMs`, counted from the last open start of that name in this invocation. */
  operationSuccess(name: string, durationMs?: number, extra?: LogExtra): void;
  /** Logs (error) that it failed. */
  operationFailure(name: string, error: unknown, durationMs?: number, extra?: LogExtra): void;
  /** Adds fields to the lines of this invocation, or of this record of a batch; outside of an invocation, to all lines from now on. */
  appendKeys(keys: object): void;
  /** Adds fields to all records from now on. */
  appendPersistentKeys(keys: object): void;
  /** Removes fields from the lines of this invocation, or of this record of a batch; outside of an invocation, from all. Persistent fields stay. */
  removeKeys(names: readonly string[]): void;
  /** Takes fields off all records, the option's too; an invocation's own stay. */
  removePersistentKeys(names: readonly string[]): void;
  /** Forgets the fields of this invocation, or of this record of a batch, the correlation id too; outside of an invocation, those that were added for all. */
  resetKeys(): void;
  /** The field `correlation_id` of this invocation, or of this record of a batch; outside of an invocation, of all lines from now on. */
  setCorrelationId(id: string): void;
  getCorrelationId(): string | undefined;
  /** The least serious level that is written now. */
  getLevel(): LogLevel;
  /** Sets it for this environment; not below Lambda's own. @throws `InvalidParams` for a word that is no level */
  setLevel(level: LogLevel): void;
  /** Writes the lines that are kept of this invocation; in a record of a batch, its own and the invocation's. */
  flushBuffer(): void;
  /** Forgets these lines. */
  clearBuffer(): void;
  stats(): LoggingStats;
}
