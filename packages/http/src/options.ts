/** Methods that can be sent. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** A value of a query parameter; a list repeats the parameter, `null` and `undefined` leave it out. */
export type QueryValue = string | number | bigint | boolean | null | undefined;

/** Query parameters by name. */
export type QueryParams = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** When a request is sent again. */
export interface RetryOptions {
  /** How often at most, the first attempt included. @default 3 */
  readonly attempts?: number | undefined;
  /** Of which methods; the default are those that are idempotent (RFC 9110). @default GET, HEAD, OPTIONS, PUT, DELETE */
  readonly methods?: readonly Method[] | undefined;
  /** After which statuses. @default 408, 429, 500, 502, 503, 504 */
  readonly statuses?: readonly number[] | undefined;
  /** Upper bound of the wait before the second attempt, in ms; doubled for each further one. @default 100 */
  readonly baseDelay?: number | undefined;
  /** Upper bound of any wait, in ms. A `Retry-After` beyond it ends the attempts. @default 5_000 */
  readonly maxDelay?: number | undefined;
}

/** Which responses to keep. */
export interface ResponseCacheOptions {
  /** How long a response is fresh that says nothing of it (no `Cache-Control`, no `Expires`), in ms. @default 0 */
  readonly ttl?: number | undefined;
  /** Longer bodies are not kept. @default 262_144 */
  readonly maxBytes?: number | undefined;
}

/** Settings of one request; those it leaves out are the interface's. */
export interface RequestOptions {
  /**
   * A `null` takes out one that the interface's settings put in. Those of the connection (`host`, `content-length`,
   * `transfer-encoding`, `connection` …) are refused: they follow from the URL and the body.
   */
  readonly headers?: Headers | Readonly<Record<string, string | null | undefined>> | undefined;
  /** Added to the URL's query, as by `buildUrl`. */
  readonly query?: URLSearchParams | QueryParams | undefined;
  /**
   * Text, bytes, `URLSearchParams`, `FormData` and `Blob` are sent as they are, all else as JSON;
   * `null` and `undefined` are no body. No streams: they cannot be sent twice.
   */
  readonly body?: unknown;
  /** How to read the body. @default by its content type */
  readonly as?: 'json' | 'text' | 'bytes' | undefined;
  /** For the whole request with all its attempts, in ms; never more than the invocation has left. @default 30_000 */
  readonly timeout?: number | undefined;
  /** For one attempt, its redirects and its body, in ms. @default 10_000 */
  readonly attemptTimeout?: number | undefined;
  /**
   * Ends the request with the signal's own reason. For a time limit take `timeout`, which a circuit breaker counts. If the invocation's
   * deadline aborted the signal, the request ends with `Timeout`, as it does without it.
   */
  readonly signal?: AbortSignal | undefined;
  /** `false` for none, a number for so many attempts. */
  readonly retry?: RetryOptions | number | false | undefined;
  /** Sent as `Idempotency-Key`, which allows any method to be retried; `true` makes one. */
  readonly idempotencyKey?: string | true | undefined;
  /** How many to follow; with 0 a redirect is the response. @default 5 */
  readonly redirects?: number | undefined;
  /** How long a body may be, decompressed, in bytes. @default 5_242_880 */
  readonly maxBytes?: number | undefined;
  /** Whether a status that is not 2xx throws `BadStatus`, with the response in `details`. @default false */
  readonly throwOnError?: boolean | undefined;
  /**
   * Sends each attempt through the `circuitBreaker` interface, as `http:<origin>` or under this name. Attempts that a signal
   * ended or that were refused before they were sent count for nothing; time limits that ended a wait are failures. @default false
   */
  readonly breaker?: boolean | string | undefined;
  /** Responses to GET are kept in the `cache` interface. @default false */
  readonly cache?: boolean | ResponseCacheOptions | undefined;
}

/** Looks a name up, as `dns.lookup` does. */
export type Lookup = (
  hostname: string,
  options: object,
  callback: (error: Error | null, address: string | readonly { readonly address: string; readonly family: number }[], family?: number) => void,
) => void;

/** Settings of the client: those of each request, and its own. */
export interface HttpOptions extends Omit<RequestOptions, 'body' | 'signal' | 'query' | 'idempotencyKey'> {
  /**
   * What may be called although it is not public: addresses, ranges (`10.0.0.0/8`, `fd12::/16`), and names of hosts,
   * whose addresses are then not looked at. @default none
   */
  readonly allow?: readonly string[] | undefined;
  /** Allows loopback and private networks. Link-local addresses, the metadata endpoint among them, stay refused unless `allow` has them. @default false */
  readonly allowPrivate?: boolean | undefined;
  /** How long an idle connection is kept, in ms by the wall clock, frozen time included. @default 4_000 */
  readonly keepAlive?: number | undefined;
  /** How much of the invocation's time is left untouched, in ms. @default 200 */
  readonly margin?: number | undefined;
  /** Looks names up; what it gives is checked. @default dns.lookup */
  readonly lookup?: Lookup | undefined;
  /**
   * A dispatcher of undici's (a proxy, a mock) to send everything through. Only addresses that stand
   * in URLs are checked then; what a name resolves to is the dispatcher's business.
   */
  readonly dispatcher?: object | undefined;
  /** Every request is told to the `metrics` interface, if there is one. @default false */
  readonly metrics?: boolean | undefined;
}
