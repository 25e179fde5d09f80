/** A response for API Gateway (both versions), an ALB or a function URL. */
export interface HttpResponse {
  readonly statusCode: number;
  /** Headers, whose names are in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** Settings of `successResponse`. */
export interface SuccessResponseOptions {
  /** @default 200 */
  readonly statusCode?: number | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Settings of `errorResponse`. */
export interface ErrorResponseOptions {
  /** @default 500 */
  readonly statusCode?: number | undefined;
  /** A code that programs can rely on. @default `code` of the error, if that is a string */
  readonly code?: string | undefined;
  /** More members of the problem details, which the caller may see. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Settings of `renderTemplate`. */
export interface TemplateOptions {
  /** Treatment of a placeholder without a value: throw an error, insert nothing, or keep it. @default 'error' */
  readonly missing?: 'error' | 'empty' | 'keep' | undefined;
}

/** The argument that `retry` passes to the work. */
export interface RetryAttempt {
  /** Number of the attempt, from 1. */
  readonly attempt: number;
  /** Aborts with the invocation or with the caller's `signal`. */
  readonly signal: AbortSignal | undefined;
}

/** Settings of `retry`. */
export interface RetryOptions {
  /** Maximum number of attempts, including the first. @default 3 */
  readonly attempts?: number | undefined;
  /** Upper limit in ms of the wait before the second attempt. It doubles with each further attempt. @default 100 */
  readonly delay?: number | undefined;
  /** Upper limit in ms of every wait. @default 5000 */
  readonly maxDelay?: number | undefined;
  /** Whether another attempt could succeed. @default always */
  readonly shouldRetry?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** Ends the retries early, between attempts. The work gets the signal too, and decides what to do with it. */
  readonly signal?: AbortSignal | undefined;
}

/** Settings of `formatBytes`. */
export interface FormatBytesOptions {
  /** Digits after the decimal point. @default 1 */
  readonly digits?: number | undefined;
  /** Whether units are powers of 1000 (kB, MB) instead of 1024 (KiB, MiB). @default false */
  readonly decimal?: boolean | undefined;
}

/** An error as data that JSON can represent. */
export interface ErrorDetails {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: ErrorDetails;
  /** Errors of an `AggregateError`. */
  readonly errors?: readonly ErrorDetails[];
}

/** Small functions that most Lambda functions need. All except `retry` return new values and do not change their arguments. */
export interface Utility {
  /**
   * Creates a response to an HTTP event: bytes in base64, a string unchanged, everything else as JSON. A `content-type` in `headers`
   * replaces the default.
   * @throws `InvalidParams` for an invalid status, or a header with a line break
   */
  formatResponse(statusCode: number, body?: unknown, headers?: Readonly<Record<string, string | undefined>>): HttpResponse;
  /** Creates a response with the body `{ "data": … }`. */
  successResponse(data: unknown, options?: SuccessResponseOptions): HttpResponse;
  /**
   * Creates a response with problem details (RFC 9457): `{ "type", "title", "status", "detail", "code", … }`.
   * For an `Error` and a status from 500 on, it leaves out the message: that belongs in the log.
   */
  errorResponse(error: unknown, options?: ErrorResponseOptions): HttpResponse;
  /**
   * Parses JSON, without keys that would reach a prototype in a merge (`__proto__`, `constructor.prototype`).
   * Returns `fallback`, if there is one, for invalid JSON. @throws `InvalidParams` with the position, but not the text
   */
  parseJson<T = unknown>(text: string): T;
  parseJson<T, Fallback>(text: string, fallback: Fallback): T | Fallback;
  /**
   * Converts any value to JSON, including circular objects, BigInt, Map, Set and errors. If an object is circular, or has more than
   * 1,000,000 values, only its first 10,000 values are written; the rest becomes `[cut]`.
   */
  toJson(value: unknown, indent?: number): string;
  /**
   * Merges plain objects into a new one, at every depth. Later objects win; arrays and all other values are replaced as a whole.
   * Keys that would reach a prototype are left out. @throws `InvalidParams` for circular objects
   */
  deepMerge<T extends object, U extends object>(first: T, second: U): T & U;
  deepMerge(...objects: readonly object[]): Record<string, unknown>;
  /** Returns the value at a path (`user.roles[0]`, or an array of keys), or `fallback` if there is none. Only own properties are read. */
  safeGet<T = unknown>(source: unknown, path: string | readonly (string | number)[]): T | undefined;
  safeGet<T, Fallback>(source: unknown, path: string | readonly (string | number)[], fallback: Fallback): T | Fallback;
  /** Flattens nested objects and arrays to one object: `{ 'user.roles.0': 'admin' }`. @throws `InvalidParams` for circular objects, and if two values have the same path */
  flatten(source: object, separator?: string): Record<string, unknown>;
  /** Splits items into arrays of `size`. The last one may be shorter. */
  chunk<T>(items: readonly T[], size: number): T[][];
  /** Creates a UUID: random (version 4), or sortable by time (version 7, RFC 9562). */
  uuid(version?: 4 | 7): string;
  /** Formats a time as ISO 8601, in UTC or with the offset of a time zone (`Europe/Berlin`). `at` is in ms since the epoch, or a date. @default now */
  timestamp(at?: number | Date, timeZone?: string): string;
  /** Replaces placeholders (`Hello {{ user.name }}`) by values, unescaped. @throws `InvalidParams` with the name of a placeholder without a value */
  renderTemplate(template: string, data: object, options?: TemplateOptions): string;
  /**
   * Calls the work until it succeeds, at most `attempts` times. It waits a random time before each further attempt (full jitter), but
   * does not start a wait that would end after the invocation. @throws the error of the last attempt, unchanged, or the signal's reason
   */
  retry<T>(work: (attempt: RetryAttempt) => T | PromiseLike<T>, options?: RetryOptions): Promise<T>;
  /** Formats a number of bytes, such as `1.5 MiB`. */
  formatBytes(bytes: number, options?: FormatBytesOptions): string;
  /** Converts an error, or any other value that was thrown, to data that JSON can represent: at most five causes deep and 1,000 errors. */
  errorDetails(error: unknown, options?: { readonly stack?: boolean | undefined }): ErrorDetails;
}
