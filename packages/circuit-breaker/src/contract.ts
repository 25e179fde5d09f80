/** Error codes of this interface. Codes are stable, so programs can test them. */
export type CircuitBreakerErrorCode = 'CircuitOpen' | 'SharedStateUnavailable';

/** `closed`: calls run. `open`: calls are refused. `half-open`: a few calls run as probes, to see whether the other side works again. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/**
 * How a call counts.
 *
 * `unknown` says nothing about the other side, because the call was cancelled, or refused before it was sent. It counts neither as a
 * success nor as a failure, and a probe's place goes to the next caller at once.
 */
export type CallOutcome = 'success' | 'failure' | 'unknown';

/** Condition for opening a circuit. Durations are in ms. */
export type Policy =
  /** Opens after `failures` failures in a row. */
  | { readonly type: 'consecutive'; readonly failures: number }
  /** Opens after `failures` failures among the last `window` calls. `window` is at most 10,000. */
  | { readonly type: 'count'; readonly failures: number; readonly window: number }
  /** Opens if the share of failures in the last `windowMs` reaches `rate` (above 0, up to 1) and there were at least `minimum` calls. The window moves in tenths. */
  | { readonly type: 'rate'; readonly rate: number; readonly minimum: number; readonly windowMs: number };

/** Options of one circuit, or of all circuits without their own. */
export interface CircuitOptions {
  /** Condition for opening. @default { type: 'consecutive', failures: 5 } */
  readonly policy?: Policy | undefined;
  /** How long the circuit stays open before a probe may run, in ms. @default 60_000 */
  readonly openMs?: number | undefined;
  /** Upper limit in ms. If it is above `openMs`, each failed probe doubles the open time up to this limit. @default openMs */
  readonly maxOpenMs?: number | undefined;
  /** Number of probes that must succeed, one after the other, to close the circuit. @default 2 */
  readonly successes?: number | undefined;
  /** Number of probes that may run at the same time in this environment. With shared state, one over all environments. @default 1 */
  readonly probes?: number | undefined;
  /** Time in ms after which a probe that has not ended is replaced by another one. @default 30_000 */
  readonly probeMs?: number | undefined;
  /** Whether an error of the work is a failure of the other side. If not, the outcome is unknown. @default true for every error except an `AbortError` */
  readonly isFailure?: ((error: unknown) => boolean) | undefined;
}

/** A DynamoDB value, as the client accepts and returns it. A circuit's item uses these two types. */
export interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
}

/** The part of a DynamoDB client that is used here. The SDK's aggregated client fits, or one of your own. */
export interface DynamoClient {
  getItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<{ readonly Item?: object | undefined }>;
  /** Rejects with an error named `ConditionalCheckFailedException` if the condition does not hold. */
  putItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
}

/** Options of the state that execution environments share through DynamoDB. */
export interface SharedOptions {
  /** The table's name or ARN. Its partition key must be the string `id`. */
  readonly table: string;
  /** @default the DynamoDB client of the runtime's SDK, created when it is first needed */
  readonly client?: DynamoClient | undefined;
  /** Prefix of each circuit's name in the table, so that several functions can share a table. @default '' */
  readonly prefix?: string | undefined;
  /** How long a circuit's item is cached after a read, in ms. @default 5000 */
  readonly cacheMs?: number | undefined;
  /** Time limit in ms for a request to the table. After it, the environment decides alone. Never more than the invocation's remaining time minus 100 ms. @default 1000 */
  readonly timeoutMs?: number | undefined;
  /** Time in ms after which an unchanged item expires, counted from the end of the state that it describes. @default 86_400_000 */
  readonly ttlMs?: number | undefined;
}

/** A change of state, reported after it has happened. */
export interface Transition {
  readonly name: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** Whether another environment made the change, and this one adopted it. */
  readonly elsewhere: boolean;
}

/** Options of `circuitBreaker()`: defaults for all circuits, and options of the interface. */
export interface CircuitBreakerOptions extends CircuitOptions {
  /** Maximum number of circuits. Beyond it, the least recently used closed circuits are removed first. @default 1000 */
  readonly maxBreakers?: number | undefined;
  /** State shared by all environments through DynamoDB. @default none: each environment has its own state */
  readonly shared?: SharedOptions | undefined;
  /** Whether transitions and refusals are reported to the `metrics` interface, if there is one. @default false */
  readonly metrics?: boolean | undefined;
  /** Called for every change of state. Its errors are ignored. */
  readonly onTransition?: ((transition: Transition) => unknown) | undefined;
}

/** Options of one call. */
export interface CallOptions<Fallback, T = unknown> {
  /**
   * Returns how a value of the work counts, because a response can be a failure, too.
   *
   * If it throws or returns another value (for example a promise), the outcome is unknown, and a process warning reports it.
   * @default every value is a success
   */
  readonly outcome?: ((value: T) => CallOutcome) | undefined;
  /** Returns a value instead of an error, both if the circuit refused the call and if the work failed. May throw the error again. */
  readonly fallback?: ((error: unknown) => Fallback | PromiseLike<Fallback>) | undefined;
}

/** Statistics of the shared table since the interface was loaded. */
export interface SharedStats {
  /** Number of reads. */
  readonly reads: number;
  /** Number of successful writes: one for each transition or probe. */
  readonly writes: number;
  /** Number of writes that lost against a write of another environment. */
  readonly lost: number;
  /** Number of requests to the table that failed. */
  readonly failures: number;
  /** The last failure. Undefined once the table works again. */
  readonly problem: string | undefined;
}

/** Statistics of the circuits since the interface was loaded. */
export interface CircuitBreakerStats {
  /** Number of circuits that are known now. */
  readonly circuits: number;
  /** Number of open circuits. */
  readonly open: number;
  /** Number of half-open circuits. */
  readonly halfOpen: number;
  /** Number of calls that ran. */
  readonly calls: number;
  /** Number of calls that failed. */
  readonly failures: number;
  /** Number of calls whose outcome says nothing about the other side. */
  readonly unknown: number;
  /** Number of refused calls. */
  readonly rejected: number;
  /** Number of times that this environment opened a circuit. */
  readonly opened: number;
  /** Number of circuits that were removed because there were too many. */
  readonly evicted: number;
  readonly shared: SharedStats | undefined;
}

/**
 * Circuit breakers by name. They stop calls to a service that fails, and detect when it works again.
 *
 * A name has 1 to 512 characters. A circuit is created when its name is first used.
 */
export interface CircuitBreaker {
  /**
   * Runs the work unless the circuit is open. Errors of the work are passed on unchanged; `isFailure` decides how they count.
   * @throws `CircuitOpen`, with `details.name` and `details.retryAfter` (ms; absent while the circuit is held open by `open`)
   */
  call<T, Fallback = never>(name: string, work: () => T | PromiseLike<T>, options?: CallOptions<Fallback, T>): Promise<T | Fallback>;
  /** Sets options for one circuit, in addition to the options of all circuits. Its counts restart at zero; its state stays. */
  configure(name: string, options: CircuitOptions): void;
  /** Returns the state that this environment knows. An open circuit becomes half-open when the first probe starts. */
  state(name: string): CircuitState;
  /** Returns the states of all known circuits, by name. */
  states(): Record<string, CircuitState>;
  /** Whether a call would be refused now. */
  isOpen(name: string): boolean;
  /** Counts a success, for work that cannot be wrapped in `call`. After the open time of a circuit, it counts as a successful probe. */
  recordSuccess(name: string): void;
  /** Counts a failure. An error for which `isFailure` returns false is not counted. */
  recordFailure(name: string, error?: unknown): void;
  /**
   * Opens a circuit and holds it open until it is closed or reset.
   * @throws `SharedStateUnavailable` if the change took effect in this environment, but could not be shared. The same holds for `close` and `reset`
   */
  open(name: string): Promise<void>;
  /** Closes a circuit. Its counts restart at zero. */
  close(name: string): Promise<void>;
  /** Closes a circuit and removes it. Options set with `configure` stay. */
  reset(name: string): Promise<void>;
  /** Resets all circuits that this environment knows. All are tried, even if some fail. Rejects with the first error. */
  resetAll(): Promise<void>;
  /** Returns statistics since the interface was loaded. */
  stats(): CircuitBreakerStats;
}
