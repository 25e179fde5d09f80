import type { Method, QueryParams, RequestOptions } from './options.js';

export type * from './options.js';

/** Codes of the errors of this interface. It also throws `InvalidParams` and `NotInstalled`, and a circuit breaker throws `CircuitOpen`. */
export type HttpErrorCode =
  /** A time limit has passed: that of the attempt, the request or the invocation (`details.limit`). */
  | 'Timeout'
  /** No complete response arrived: there was no connection, it was reset, or the body was cut short. */
  | 'NetworkError'
  /** The body is longer than `maxBytes`, as sent or after decompression. */
  | 'TooLarge'
  /** There are more redirects than allowed, or they form a loop. */
  | 'TooManyRedirects'
  /** The address or the scheme of the URL must not be called. */
  | 'AddressRefused'
  /** The response is not valid HTTP, or its body does not match its content type. */
  | 'InvalidResponse'
  /** The status is not 2xx, and `throwOnError` is set. */
  | 'BadStatus'
  /** The addresses that this process's `fetch` connects to cannot be checked. */
  | 'Unsupported';

/** A response that has been read to its end. It is plain data and keeps no connection open. */
export interface HttpResponse<T = unknown> {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  /** URL of the response, after redirects. */
  readonly url: string;
  /** Headers by name in lower case. Several values of one name are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Values of the `Set-Cookie` headers. */
  readonly cookies: readonly string[];
  /**
   * Body as parsed JSON, a string or bytes, by its content type or by the option `as`. `undefined` if there is no body.
   * The type `T` is stated by the caller and not checked. If the response is not `ok`, the body may have any type.
   */
  readonly body: T;
  /** Number of attempts; 0 if no request was sent. */
  readonly attempts: number;
  /** Whether the body comes from the cache, either directly or after the server has confirmed it. */
  readonly cached: boolean;
}

/** Parameters of `buildHeaders`. */
export interface HeaderParts {
  /** Becomes `Authorization: Bearer …`. */
  readonly token?: string | undefined;
  /** Becomes `Authorization: Basic …`. */
  readonly basic?: { readonly user: string; readonly password: string } | undefined;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
}

/** Statistics of one origin. */
export interface OriginStats {
  readonly requests: number;
  /** Number of requests that threw an error or ended with 5xx. */
  readonly errors: number;
  /** Number of attempts after the first of each request. */
  readonly retries: number;
  /** Number of requests whose response came from the cache. */
  readonly cached: number;
  /** Total duration of all requests in ms, including the waits between attempts. */
  readonly totalMs: number;
  /** Duration of the longest request in ms. */
  readonly maxMs: number;
}

/** Statistics of the client since it was loaded or reset. */
export interface HttpStats extends OriginStats {
  /** Statistics of the first hundred origins. All further origins are counted under `other`. */
  readonly origins: Readonly<Record<string, OriginStats>>;
}

/**
 * An HTTP client on top of the built-in `fetch`. When the promise of a request settles, the body has been read, and at most an idle
 * connection stays open. A status that is not a success is still a response, unless `throwOnError` is set.
 */
export interface Http {
  /** Sends a request with `options.method`. The default is GET. */
  request<T = unknown>(url: string | URL, options?: RequestOptions & { readonly method?: Method | undefined }): Promise<HttpResponse<T>>;
  get<T = unknown>(url: string | URL, options?: RequestOptions): Promise<HttpResponse<T>>;
  head(url: string | URL, options?: RequestOptions): Promise<HttpResponse<undefined>>;
  /** Sends a body with POST. It is retried only with an `idempotencyKey`, or if `retry.methods` contains POST. */
  post<T = unknown>(url: string | URL, body?: unknown, options?: RequestOptions): Promise<HttpResponse<T>>;
  put<T = unknown>(url: string | URL, body?: unknown, options?: RequestOptions): Promise<HttpResponse<T>>;
  /** Sends a body with PATCH. It is retried under the same conditions as `post`. */
  patch<T = unknown>(url: string | URL, body?: unknown, options?: RequestOptions): Promise<HttpResponse<T>>;
  delete<T = unknown>(url: string | URL, options?: RequestOptions): Promise<HttpResponse<T>>;
  /** Returns the URL with the parameters added to its query, encoded. */
  buildUrl(base: string | URL, params?: URLSearchParams | QueryParams): string;
  /** Returns headers by name in lower case. */
  buildHeaders(parts?: HeaderParts): Record<string, string>;
  stats(): HttpStats;
  /** Clears the statistics, refills the retry budgets, and closes idle connections. */
  reset(): void;
}
