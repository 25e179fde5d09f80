/** What an API Gateway (both versions), an ALB or a function URL takes for an answer. */
export interface HttpResponse {
  readonly statusCode: number;
  /** Names in lower case. */
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
  /** A word that programs can rely on. @default the error's own `code`, if that is a word */
  readonly code?: string | undefined;
  /** Whatever else the caller may know. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Settings of `renderTemplate`. */
export interface TemplateOptions {
  /** What becomes of a placeholder without a value. @default 'error' */
  readonly missing?: 'error' | 'empty' | 'keep' | undefined;
}

/** What `retry` tells the work. */
export interface RetryAttempt {
  /** From 1. */
  readonly attempt: number;
  /** Aborted with the invocation, or as the caller wished. */
  readonly signal: AbortSignal | undefined;
}

/** Settings of `retry`. Times are in ms. */
export interface RetryOptions {
  /** How often at most, the first time included. @default 3 */
  readonly attempts?: number | undefined;
  /** The longest wait before the second attempt; it doubles with each further one. @default 100 */
  readonly delay?: number | undefined;
  /** No wait is longer. @default 5000 */
  readonly maxDelay?: number | undefined;
  /** Whether another attempt could help. @default always */
  readonly shouldRetry?: ((error: unknown, attempt: number) => boolean) | undefined;
  /** Ends it early, between attempts; what the work does with it is the work's. */
  readonly signal?: AbortSignal | undefined;
}

/** Settings of `formatBytes`. */
export interface FormatBytesOptions {
  /** Digits behind the point. @default 1 */
  readonly digits?: number | undefined;
  /** Steps of 1000 (kB, MB) instead of 1024 (KiB, MiB). @default false */
  readonly decimal?: boolean | undefined;
}

/** An error as data that JSON can hold. */
export interface ErrorDetails {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: ErrorDetails;
  /** Of an `AggregateError`. */
  readonly errors?: readonly ErrorDetails[];
}

/** Small things that most functions need. All but `retry` are pure, give new values and leave what they are given alone. */
export interface Utility {
  /**
   * An answer to an HTTP event: bytes in base64, a text as it is, everything else as JSON. A `content-type` of the caller's is kept.
   * @throws `InvalidParams` for a status that is none, or a header with a line break in it
   */
  formatResponse(statusCode: number, body?: unknown, headers?: Readonly<Record<string, string | undefined>>): HttpResponse;
  /** An answer with `{ "data": … }`. */
  successResponse(data: unknown, options?: SuccessResponseOptions): HttpResponse;
  /**
   * An answer with problem details as of RFC 9457: `{ "type", "title", "status", "detail", "code", … }`.
   * From an `Error` and 500 on it does not tell the message: that belongs into the log.
   */
  errorResponse(error: unknown, options?: ErrorResponseOptions): HttpResponse;
  /**
   * JSON as a value, without keys that would reach a prototype when merged (`__proto__`, `constructor.prototype`).
   * Where it is no JSON, `fallback` if one is given. @throws `InvalidParams` that says where, and not what
   */
  parseJson<T = unknown>(text: string): T;
  parseJson<T, Fallback>(text: string, fallback: Fallback): T | Fallback;
  /**
   * A value as JSON, whatever it is: circles, BigInt, Map, Set and errors are put into words. What is circular, or over
   * 1,000,000 values, is told up to 10,000 values; what is beyond becomes `[cut]`.
   */
  toJson(value: unknown, indent?: number): string;
  /**
   * Plain objects merged into a new one, at every depth; later ones win, arrays and everything else are replaced whole.
   * Keys that would reach a prototype are left out. @throws `InvalidParams` for circles
   */
  deepMerge<T extends object, U extends object>(first: T, second: U): T & U;
  deepMerge(...objects: readonly object[]): Record<string, unknown>;
  /** What is at a path (`user.roles[0]`, or an array of keys), own properties only; `fallback` where there is nothing. */
  safeGet<T = unknown>(source: unknown, path: string | readonly (string | number)[]): T | undefined;
  safeGet<T, Fallback>(source: unknown, path: string | readonly (string | number)[], fallback: Fallback): T | Fallback;
  /** Nested objects and arrays as one object: `{ 'user.roles.0': 'admin' }`. @throws `InvalidParams` for circles, and for two values of one path */
  flatten(source: object, separator?: string): Record<string, unknown>;
  /** The items in arrays of `size`, the last one maybe shorter. */
  chunk<T>(items: readonly T[], size: number): T[][];
  /** A UUID: random (version 4), or with version 7 one that sorts by time (RFC 9562). */
  uuid(version?: 4 | 7): string;
  /** ISO 8601: in UTC, or with the offset of a time zone (`Europe/Berlin`). `at` is in ms since the epoch, or a date. @default now */
  timestamp(at?: number | Date, timeZone?: string): string;
  /** `Hello {{ user.name }}` with the values put in as text, unescaped. @throws `InvalidParams` that names a placeholder without a value */
  renderTemplate(template: string, data: object, options?: TemplateOptions): string;
  /**
   * Does the work until it succeeds, at most `attempts` times, waiting a random time before each further one (full jitter).
   * Does not begin to wait where the invocation would end meanwhile. @throws what the last attempt threw, unchanged; the signal's reason
   */
  retry<T>(work: (attempt: RetryAttempt) => T | PromiseLike<T>, options?: RetryOptions): Promise<T>;
  /** `1.5 MiB`. */
  formatBytes(bytes: number, options?: FormatBytesOptions): string;
  /** What is known of an error or whatever else was thrown, five causes deep and at most 1,000 errors, as data that JSON can hold. */
  errorDetails(error: unknown, options?: { readonly stack?: boolean | undefined }): ErrorDetails;
}
