/** What went wrong with a circuit, as a word that programs can rely on. */
export type CircuitBreakerErrorCode = 'CircuitOpen' | 'SharedStateUnavailable';

/** Calls go through; calls are refused; a few go through to see whether it works again. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/**
 * How a call counts. `unknown` says nothing about the other side (the call was cancelled, or refused before it was sent): it counts
 * neither as success nor as failure, and a probe's place goes to the next caller at once.
 */
export type CallOutcome = 'success' | 'failure' | 'unknown';

/** When a circuit opens. Durations are in ms. */
export type Policy =
  /** As many failures in a row. */
  | { readonly type: 'consecutive'; readonly failures: number }
  /** As many failures among the last `window` calls (at most 10,000). */
  | { readonly type: 'count'; readonly failures: number; readonly window: number }
  /** A share of failures, above 0 to 1, among the calls of the last `windowMs`, once there are `minimum` of them. Seen in tenths of the window. */
  | { readonly type: 'rate'; readonly rate: number; readonly minimum: number; readonly windowMs: number };

/** Settings of one circuit, or of all that have none of their own. */
export interface CircuitOptions {
  /** When it opens. @default { type: 'consecutive', failures: 5 } */
  readonly policy?: Policy | undefined;
  /** How long it stays open before a probe is let through, in ms. @default 60_000 */
  readonly openMs?: number | undefined;
  /** Where it is above `openMs`: each failed probe doubles the time up to this, in ms. @default openMs */
  readonly maxOpenMs?: number | undefined;
  /** How many probes have to succeed, one after the other, for it to close. @default 2 */
  readonly successes?: number | undefined;
  /** How many probes may run at the same time in this environment; with shared state it is one over all environments. @default 1 */
  readonly probes?: number | undefined;
  /** After what time a probe that has not ended is given up and another let through, in ms. @default 30_000 */
  readonly probeMs?: number | undefined;
  /** Whether what the work threw is the other side's failure. Any other error leaves the outcome unknown. @default every error but an `AbortError` */
  readonly isFailure?: ((error: unknown) => boolean) | undefined;
}

/** A value of DynamoDB, as its client takes and gives it; of these kinds are the attributes of a circuit. */
export interface AttributeValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
}

/** What is used of DynamoDB: the SDK's aggregated client, or one of your own. */
export interface DynamoClient {
  getItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<{ readonly Item?: object | undefined }>;
  /** Rejects with an error named `ConditionalCheckFailedException` where the condition does not hold. */
  putItem(input: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
}

/** Where environments tell each other that a circuit opened or closed. */
export interface SharedOptions {
  /** The table's name or ARN; its partition key is the text `id`. */
  readonly table: string;
  /** @default the DynamoDB client of the runtime's SDK, made when it is first needed */
  readonly client?: DynamoClient | undefined;
  /** Put before each circuit's name in the table, so that several functions can share one. @default '' */
  readonly prefix?: string | undefined;
  /** How long what was read of a circuit is relied on, in ms. @default 5000 */
  readonly cacheMs?: number | undefined;
  /** How long the table may take to answer before the environment decides alone, in ms; at most what an invocation has left, less 100. @default 1000 */
  readonly timeoutMs?: number | undefined;
  /** After what time an item that nobody changes may go, in ms, counted from the end of what it says. @default 86_400_000 */
  readonly ttlMs?: number | undefined;
}

/** A change of state, told when it has happened. */
export interface Transition {
  readonly name: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** Whether another environment made it, and this one learned of it. */
  readonly elsewhere: boolean;
}

/** Settings of the circuit breaker: those of all circuits, and its own. */
export interface CircuitBreakerOptions extends CircuitOptions {
  /** How many circuits are kept; beyond it, closed ones that were used longest ago are forgotten first. @default 1000 */
  readonly maxBreakers?: number | undefined;
  /** State shared by all environments through DynamoDB. @default none: each environment has its own */
  readonly shared?: SharedOptions | undefined;
  /** Whether transitions and refusals are told to the `metrics` interface, where there is one. @default false */
  readonly metrics?: boolean | undefined;
  /** Told of every change of state; what it throws is ignored. */
  readonly onTransition?: ((transition: Transition) => unknown) | undefined;
}

/** Settings of one call. */
export interface CallOptions<Fallback, T = unknown> {
  /**
   * How a value that the work gives counts: an answer can be a failure, too. If it throws, or returns anything else (a promise, too),
   * the call is unknown and a process warning says so. @default every value is a success
   */
  readonly outcome?: ((value: T) => CallOutcome) | undefined;
  /** Answers in place of an error, whether the circuit refused the call or the work failed; may throw it again. */
  readonly fallback?: ((error: unknown) => Fallback | PromiseLike<Fallback>) | undefined;
}

/** What was asked of the shared table since the interface was loaded. */
export interface SharedStats {
  readonly reads: number;
  /** Writes that took place; one for each transition or probe. */
  readonly writes: number;
  /** Writes that another environment was ahead of. */
  readonly lost: number;
  /** Times the table gave no answer or no right one. */
  readonly failures: number;
  /** What was wrong the last time; `undefined` once it works again. */
  readonly problem: string | undefined;
}

/** What was asked of the circuits since the interface was loaded. */
export interface CircuitBreakerStats {
  /** Circuits that are known now, and how many of them are not closed. */
  readonly circuits: number;
  readonly open: number;
  readonly halfOpen: number;
  /** Calls that were let through, and how many of them failed. */
  readonly calls: number;
  readonly failures: number;
  /** Calls whose outcome says nothing about the other side. */
  readonly unknown: number;
  readonly rejected: number;
  /** Times a circuit was opened by this environment. */
  readonly opened: number;
  /** Circuits forgotten because there were too many. */
  readonly evicted: number;
  readonly shared: SharedStats | undefined;
}

/**
 * Circuit breakers by name: stop asking what does not answer, and find out when it does again.
 * A name has 1 to 512 characters; its circuit comes into being when it is first used.
 */
export interface CircuitBreaker {
  /**
   * Runs the work unless the circuit is open. What it throws comes through unchanged, and counts as `isFailure` says.
   * @throws `CircuitOpen`, with `details.name` and `details.retryAfter` (ms; absent while it is held open by hand)
   */
  call<T, Fallback = never>(name: string, work: () => T | PromiseLike<T>, options?: CallOptions<Fallback, T>): Promise<T | Fallback>;
  /** Gives a circuit settings of its own, which add to those of all; what it has counted starts anew, its state stays. */
  configure(name: string, options: CircuitOptions): void;
  /** As this environment knows it; an open circuit becomes half-open when the first probe goes out. */
  state(name: string): CircuitState;
  /** The states of all known circuits, by name. */
  states(): Record<string, CircuitState>;
  /** Whether a call would be refused now. */
  isOpen(name: string): boolean;
  /** Counts a success, for work that cannot be wrapped in `call`. Once an open circuit's time is over, it counts as a probe's. */
  recordSuccess(name: string): void;
  /** Counts a failure. An error that is none by `isFailure` counts for nothing. */
  recordFailure(name: string, error?: unknown): void;
  /**
   * Opens a circuit and holds it open until it is closed or reset.
   * @throws `SharedStateUnavailable` where this environment knows it, and the others could not be told; so with `close` and `reset`
   */
  open(name: string): Promise<void>;
  /** Closes a circuit; what it has counted starts anew. */
  close(name: string): Promise<void>;
  /** Closes a circuit and forgets it; settings of its own stay. */
  reset(name: string): Promise<void>;
  /** Resets the circuits this environment knows. All are tried; rejects with the first failure. */
  resetAll(): Promise<void>;
  /** What was asked of the circuits since the interface was loaded. */
  stats(): CircuitBreakerStats;
}
