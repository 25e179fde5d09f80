/** Methods that can be sent. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** A value of a query parameter. An array repeats the parameter; `null` and `undefined` leave it out. */
export type QueryValue = string | number | bigint | boolean | null | undefined;

/** Query parameters by name. */
export type QueryParams = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** Rules for retries. */
export interface RetryOptions {
  /** Maximum number of attempts, including the first one. @default 3 */
  readonly attempts?: number | undefined;
  /** Methods that are retried. By default, these are the idempotent ones (RFC 9110). @default GET, HEAD, OPTIONS, PUT, DELETE */
  readonly methods?: readonly Method[] | undefined;
  /** Statuses that cause a retry. @default 408, 429, 500, 502, 503, 504 */
  readonly statuses?: readonly number[] | undefined;
  /** Upper limit of the wait before the second attempt, in ms. It doubles for each further attempt. @default 100 */
  readonly baseDelay?: number | undefined;
  /** Upper limit of any wait, in ms. A longer `Retry-After` ends the attempts. @default 5_000 */
  readonly maxDelay?: number | undefined;
}

/** Rules for caching responses. */
export interface ResponseCacheOptions {
  /** How long a response is fresh if it has neither `Cache-Control` nor `Expires`, in ms. @default 0 */
  readonly ttl?: number | undefined;
  /** Maximum length of a body in bytes. Longer bodies are not cached. @default 262_144 */
  readonly maxBytes?: number | undefined;
}

/** Options of one request. The options of `http()` apply to those that it leaves out. */
export interface RequestOptions {
  /**
   * Headers by name. `null` removes a header that the options of `http()` add. Headers of the connection (`host`, `content-length`,
   * `transfer-encoding`, `connection` …) are refused, because they follow from the URL and the body.
   */
  readonly headers?: Headers | Readonly<Record<string, string | null | undefined>> | undefined;
  /** Parameters to add to the query of the URL, as by `buildUrl`. */
  readonly query?: URLSearchParams | QueryParams | undefined;
  /**
   * Body of the request. Strings, bytes, `URLSearchParams`, `FormData` and `Blob` are sent as they are, all other values as JSON.
   * `null` and `undefined` mean no body. Streams are refused, because they cannot be sent twice.
   */
  readonly body?: unknown;
  /** How to read the body of the response. @default by its content type */
  readonly as?: 'json' | 'text' | 'bytes' | undefined;
  /** Time limit of the whole request with all its attempts, in ms. Never more than the invocation has left. @default 30_000 */
  readonly timeout?: number | undefined;
  /** Time limit of one attempt with its redirects and its body, in ms. @default 10_000 */
  readonly attemptTimeout?: number | undefined;
  /**
   * Cancels the request. The request then rejects with the reason of the signal. For a time limit use `timeout`, which a circuit breaker
   * counts as a failure. If the invocation's deadline aborted the signal, the request rejects with `Timeout`, as it does without a signal.
   */
  readonly signal?: AbortSignal | undefined;
  /** Retries: `false` for none, a number for the maximum number of attempts, or rules. */
  readonly retry?: RetryOptions | number | false | undefined;
  /** Value of the header `Idempotency-Key`, which allows a request of any method to be retried. `true` generates one. */
  readonly idempotencyKey?: string | true | undefined;
  /** Maximum number of redirects to follow. With 0, a redirect is the response. @default 5 */
  readonly redirects?: number | undefined;
  /** Maximum length of the body after decompression, in bytes. @default 5_242_880 */
  readonly maxBytes?: number | undefined;
  /** Whether a status that is not 2xx throws `BadStatus`, with the response in `details`. @default false */
  readonly throwOnError?: boolean | undefined;
  /**
   * Sends each attempt through the interface `circuitBreaker`. The name of the circuit is `http:<origin>`, or this string. A time limit that
   * ends a wait is a failure. Attempts that a signal cancelled, or that were refused before they were sent, do not count. @default false
   */
  readonly breaker?: boolean | string | undefined;
  /** Whether responses to GET are cached in the interface `cache`, or rules for it. @default false */
  readonly cache?: boolean | ResponseCacheOptions | undefined;
}

/** A function that resolves a host name, like `dns.lookup`. */
export type Lookup = (
  hostname: string,
  options: object,
  callback: (error: Error | null, address: string | readonly { readonly address: string; readonly family: number }[], family?: number) => void,
) => void;

/** Options of `http()`: defaults for all requests, and options of the client itself. */
export interface HttpOptions extends Omit<RequestOptions, 'body' | 'signal' | 'query' | 'idempotencyKey'> {
  /**
   * Targets that may be called although they are not public: addresses, ranges (`10.0.0.0/8`, `fd12::/16`), and host names. The addresses of
   * these host names are not checked. @default none
   */
  readonly allow?: readonly string[] | undefined;
  /** Whether loopback and private networks may be called. Link-local addresses, such as the metadata endpoint, also need `allow`. @default false */
  readonly allowPrivate?: boolean | undefined;
  /** How long an idle connection is kept, in ms by the wall clock, including the time in which the process is frozen. @default 4_000 */
  readonly keepAlive?: number | undefined;
  /** How long before the invocation's deadline requests end, in ms. @default 200 */
  readonly margin?: number | undefined;
  /** Resolves host names. The addresses that it returns are checked. @default dns.lookup */
  readonly lookup?: Lookup | undefined;
  /**
   * A dispatcher of undici (a proxy, a mock) through which all requests are sent. Then only addresses in URLs are checked; the addresses
   * of host names are the responsibility of the dispatcher.
   */
  readonly dispatcher?: object | undefined;
  /** Whether every request is reported to the interface `metrics`, if the gateway has it. @default false */
  readonly metrics?: boolean | undefined;
}
