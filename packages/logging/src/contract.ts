/** How serious a record is, in rising order. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'critical';

/** What else belongs to a record: an error, or an object of fields (one of them may be an error). */
export type LogExtra = Error | object;

/** Settings of the log. */
export interface LoggingOptions {
  /**
   * The least serious level that is written. Lambda's own log level (`AWS_LAMBDA_LOG_LEVEL`) wins where it is stricter:
   * the platform would drop those lines anyway.
   * @default the variable `LOG_LEVEL`, else 'info'
   */
  readonly level?: LogLevel;
  /** Name of the service. @default the variables `SERVICE_NAME` or `AWS_LAMBDA_FUNCTION_NAME`, else 'unknown' */
  readonly service?: string;
  /** Fields of every record. @default {} */
  readonly keys?: object;
  /**
   * Takes each finished line, without its line break. Should it throw, the line is lost and the call goes on.
   * @default written to standard output before the call returns
   */
  readonly write?: (line: string) => void;
}

/**
 * Structured logs: one JSON object per line, with the field names of Powertools for AWS Lambda
 * (`level`, `message`, `timestamp`, `service`, `cold_start`, `function_request_id`, `xray_trace_id`, `error`),
 * so that queries written for it go on working. A line is written when the call returns: nothing is lost to a freeze.
 * Whatever is logged (circular, huge, with getters that throw), writing a record never throws, and its line stays under
 * CloudWatch's limit of 1 MB: over 262,144 characters, what does not fit becomes `[cut]`.
 */
export interface Logging {
  debug(message: string, extra?: LogExtra): void;
  info(message: string, extra?: LogExtra): void;
  warn(message: string, extra?: LogExtra): void;
  error(message: string, extra?: LogExtra): void;
  critical(message: string, extra?: LogExtra): void;
  /** Adds fields to the records of this invocation; outside of one, to all records from now on. */
  appendKeys(keys: object): void;
  /** The least serious level that is written now. */
  getLevel(): LogLevel;
  /** Sets it for this environment. @throws `InvalidParams` for a word that is no level */
  setLevel(level: LogLevel): void;
}
