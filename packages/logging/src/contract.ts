/** Severity of a record, in rising order. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** Additional data of a record: an error, or an object of fields (one of them may be an error). */
export type LogExtra = Error | object;

/** Settings of the log. */
export interface LoggingOptions {
  /**
   * The least serious level that is written. If Lambda's own log level (`AWS_LAMBDA_LOG_LEVEL`) is stricter, it applies instead: the
   * platform would drop those lines anyway.
   * @default the variables `LOG_LEVEL` or `POWERTOOLS_LOG_LEVEL`, else 'info'
   */
  readonly level?: LogLevel | undefined;
  /** Name of the service. @default the variables `SERVICE_NAME`, `POWERTOOLS_SERVICE_NAME` or `AWS_LAMBDA_FUNCTION_NAME`, else 'unknown' */
  readonly service?: string | undefined;
  /** Fields of every record. @default {} */
  readonly keys?: object | undefined;
  /**
   * The share of invocations, from 0 to 1, that log all levels from debug on. The request id decides, so a retry is sampled in the same
   * way as the first try.
   * @default the variables `LOG_SAMPLE_RATE` or `POWERTOOLS_LOGGER_SAMPLE_RATE`, else 0
   */
  readonly sampleRate?: number | undefined;
  /** Buffers records below the level, in case the invocation fails; `true` for the defaults. @default false */
  readonly buffer?: boolean | BufferOptions | undefined;
  /** Secrets that are hidden; `false` hides none. @default names and patterns that the README lists */
  readonly redact?: false | RedactOptions | undefined;
  /** Whether lines are indented JSON, which is easier to read during development. @default the variable `POWERTOOLS_DEV` */
  readonly pretty?: boolean | undefined;
  /**
   * Receives each finished line, without its line break. If it throws, the line is lost and the call continues.
   * @default writes to standard output before the call returns
   */
  readonly write?: ((line: string) => void) | undefined;
}

/** Settings of the buffer, which holds the records of an invocation that are below the level. */
export interface BufferOptions {
  /** The most serious level that is buffered. @default 'debug' */
  readonly level?: LogLevel | undefined;
  /** Maximum size in bytes per invocation; the oldest lines are dropped first. @default 20480 */
  readonly maxBytes?: number | undefined;
  /** Whether an `error` or `critical` record writes the buffered lines before itself. @default true */
  readonly flushOnError?: boolean | undefined;
}

/** Secrets that are hidden in addition to the built-in names and patterns. */
export interface RedactOptions {
  /** Names whose values are hidden at any depth. A string also matches the end of a name, in any spelling (`api_key` and `x-ApiKey`). @default [] */
  readonly keys?: readonly (string | RegExp)[] | undefined;
  /** Built-in names that are shown nevertheless, like `nextToken`. They match whole names, in any spelling. @default [] */
  readonly show?: readonly string[] | undefined;
  /** Patterns that are hidden within strings, including the message. Keep them simple: they run on strings of up to 32,768 characters. @default [] */
  readonly patterns?: readonly RegExp[] | undefined;
  /** @default '[redacted]' */
  readonly replacement?: string | undefined;
}

/** Fields and level that a child adds to its records. */
export interface Bindings {
  readonly keys?: object | undefined;
  /** Level of the child, instead of the level of the log. */
  readonly level?: LogLevel | undefined;
}

/** The operations that the log and its children share. */
export interface Logger {
  debug(message: string, extra?: LogExtra): void;
  info(message: string, extra?: LogExtra): void;
  warn(message: string, extra?: LogExtra): void;
  error(message: string, extra?: LogExtra): void;
  critical(message: string, extra?: LogExtra): void;
  /** Whether a record of that level would be written or buffered now. Use it before you build a costly extra. @throws `InvalidParams` */
  isLevelEnabled(level: LogLevel): boolean;
  /** Runs the work and logs its start (debug), its success (info) or its failure (error), with the duration. It returns or throws what the work does. */
  logOperation<T>(name: string, work: () => T | PromiseLike<T>, extra?: LogExtra): Promise<T>;
  /** Creates a log that adds fields to its records, and may have its own level. It holds no reference to the log, so it may be stored permanently. */
  child(keys: object, options?: { readonly level?: LogLevel | undefined }): Logger;
}

/** Statistics of the log. */
export interface LoggingStats {
  /** Written lines by level. */
  readonly lines: Readonly<Record<LogLevel, number>>;
  /** Lines that were lost because `write` threw. */
  readonly lost: number;
  /** Lines that are buffered for running invocations. */
  readonly buffered: number;
  /** Lines that were dropped because a buffer was full. */
  readonly dropped: number;
}

/**
 * Structured logs: one JSON object per line, with the field names of Powertools for AWS Lambda
 * (`level`, `message`, `timestamp`, `service`, `cold_start`, `function_request_id`, `xray_trace_id`, `correlation_id`,
 * `sampling_rate`, `error`), so that existing queries continue to work. A line is written before the call returns, so a freeze loses
 * nothing. Writing a record never throws, even for values that are circular, huge, or have getters that throw. A line stays under
 * CloudWatch's limit of 1 MB: values that do not fit into 262,144 characters become `[cut]`.
 */
export interface Logging extends Logger {
  /** Writes a record whose level is a parameter. Children pass their `bindings`. @throws `InvalidParams` if the word is not a level */
  log(level: LogLevel, message: string, extra?: LogExtra, bindings?: Bindings): void;
  isLevelEnabled(level: LogLevel, bindings?: Bindings): boolean;
  logOperation<T>(name: string, work: () => T | PromiseLike<T>, extra?: LogExtra, bindings?: Bindings): Promise<T>;
  child(keys: object, options?: { readonly level?: LogLevel | undefined }, bindings?: Bindings): Logger;
  /** Logs (debug) that an operation starts, and stores the time. */
  operationStart(name: string, extra?: LogExtra): void;
  /** Logs (info) that it succeeded. Without `durationMs`, the duration is measured from the last open start of that name in this invocation. */
  operationSuccess(name: string, durationMs?: number, extra?: LogExtra): void;
  /** Logs (error) that it failed. */
  operationFailure(name: string, error: unknown, durationMs?: number, extra?: LogExtra): void;
  /** Adds fields to the lines of this invocation, or of this record of a batch. Outside of an invocation, it adds them to all lines from now on. */
  appendKeys(keys: object): void;
  /** Adds fields to all records from now on. */
  appendPersistentKeys(keys: object): void;
  /** Removes fields from the lines of this invocation, or of this record of a batch; outside of an invocation, from all lines. Persistent fields stay. */
  removeKeys(names: readonly string[]): void;
  /** Removes fields from all records, including those of the option `keys`. Fields of an invocation stay. */
  removePersistentKeys(names: readonly string[]): void;
  /** Removes all fields of this invocation, or of this record of a batch, including the correlation id; outside of an invocation, those added for all lines. */
  resetKeys(): void;
  /** Sets the field `correlation_id` of this invocation, or of this record of a batch; outside of an invocation, of all lines from now on. */
  setCorrelationId(id: string): void;
  getCorrelationId(): string | undefined;
  /** Returns the least serious level that is written now. */
  getLevel(): LogLevel;
  /** Sets the level for this execution environment, but not below Lambda's own. @throws `InvalidParams` if the word is not a level */
  setLevel(level: LogLevel): void;
  /** Writes the buffered lines of this invocation; in a record of a batch, those of the record and of the invocation itself. */
  flushBuffer(): void;
  /** Discards the lines that `flushBuffer` would write. */
  clearBuffer(): void;
  stats(): LoggingStats;
}
