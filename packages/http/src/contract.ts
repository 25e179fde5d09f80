import type { Method, QueryParams, RequestOptions } from './options.js';

export type * from './options.js';

/** `code` of the errors of this interface; beside them `InvalidParams`, `NotInstalled` and, from a breaker, `CircuitOpen`. */
export type HttpErrorCode =
  /** Time is up: the attempt's, the request's or the invocation's (`details.limit`). */
  | 'Timeout'
  /** No complete response came: no connection, a reset, a body cut short. */
  | 'NetworkError'
  /** The body is longer than `maxBytes`, as sent or once decompressed. */
  | 'TooLarge'
  /** More redirects than allowed, or a loop of them. */
  | 'TooManyRedirects'
  /** The address, or the scheme, is one that is not to be called. */
  | 'AddressRefused'
  /** The response breaks HTTP, or its body is not what its type says. */
  | 'InvalidResponse'
  /** With `throwOnError`: a status that is not 2xx. */
  | 'BadStatus'
  /** This process's `fetch` cannot have its addresses checked. */
  | 'Unsupported';

/** A response, read to its end: a plain value with nothing open behind it. */
export interface HttpResponse<T = unknown> {
  readonly status: number;
  /** Whether the status is 2xx. */
  readonly ok: boolean;
  /** Where it came from, after redirects. */
  readonly url: string;
  /** By lower-case name; several of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `Set-Cookie` headers, one by one. */
  readonly cookies: readonly string[];
  /**
   * Parsed JSON, text or bytes, by the content type or as `as` says; `undefined` where there is none.
   * `T` is the caller's word for it and not checked. Of a response that is not `ok` it may be anything.
   */
  readonly body: T;
  /** How many attempts it took; 0 where nothing was sent. */
  readonly attempts: number;
  /** Whether the body is from the cache, as it is or confirmed by the server. */
  readonly cached: boolean;
}

/** What `buildHeaders` puts in. */
export interface HeaderParts {
  /** Becomes `Authorization: Bearer …`. */
  readonly token?: string | undefined;
  /** Becomes `Authorization: Basic …`. */
  readonly basic?: { readonly user: string; readonly password: string } | undefined;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
}

/** What has been asked of one origin. */
export interface OriginStats {
  readonly requests: number;
  /** Requests that threw, or ended with 5xx. */
  readonly errors: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Requests answered from the cache. */
  readonly cached: number;
  /** Of all requests together, waiting between attempts included, in ms. */
  readonly totalMs: number;
  readonly maxMs: number;
}

/** What the client has done since it was loaded or reset. */
export interface HttpStats extends OriginStats {
  /** By origin, the first hundred; all others under `other`. */
  readonly origins: Readonly<Record<string, OriginStats>>;
}

/**
 * An HTTP client over the built-in `fetch`. A request is over when its promise settles: the body is read, nothing stays open
 * but an idle connection. A status that is no success is a response like any other unless `throwOnError` is set.
 */
export interface Http {
  /** Sends a request; GET unless `options.method` says otherwise. */
  request<T = unknown>(url: string | URL, options?: RequestOptions & { readonly method?: Method | undefined }): Promise<HttpResponse<T>>;
  get<T = unknown>(url: string | URL, options?: RequestOptions): Promise<HttpResponse<T>>;
  head(url: string | URL, options?: RequestOptions): Promise<HttpResponse<undefined>>;
  /** Is not retried unless an `idempotencyKey` or `retry.methods` says that it may be. */
  post<T = unknown>(url: string | URL, body?: unknown, options?: RequestOptions): Promise<HttpResponse<T>>;
  put<T = unknown>(url: string | URL, body?: unknown, options?: RequestOptions): Promise<HttpResponse<T>>;
  /** Is not retried, like `post`. */
  patch<T = unknown>(url: string | URL, body?: unknown, options?: RequestOptions): Promise<HttpResponse<T>>;
  delete<T = unknown>(url: string | URL, options?: RequestOptions): Promise<HttpResponse<T>>;
  /** The URL with the parameters added to its query, encoded. */
  buildUrl(base: string | URL, params?: URLSearchParams | QueryParams): string;
  /** Headers by lower-case name. */
  buildHeaders(parts?: HeaderParts): Record<string, string>;
  stats(): HttpStats;
  /** Forgets the statistics and what was spent on retries, and closes idle connections. */
  reset(): void;
}
