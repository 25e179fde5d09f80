/** Data about an invocation, passed to `run` by the code that received it from Lambda. */
export interface InvocationDetails {
  /** Request id. */
  readonly id: string;
  /** Kind of event (`sqs`, `apigw-v2` …). */
  readonly source?: string | undefined;
  /** Time at which Lambda will stop the invocation, in ms since the epoch. */
  readonly deadline?: number | undefined;
  /** Aborted shortly before the deadline. */
  readonly signal?: AbortSignal | undefined;
  readonly traceId?: string | undefined;
}

/** One invocation. The object stays the same until the invocation ends. Use it as the key for state of the whole invocation (`WeakMap<Invocation, …>`). */
export interface Invocation extends InvocationDetails {
  /**
   * Whether a client waited for the execution environment to start. True for the gateway's first invocation if the environment was started
   * on demand. Under provisioned concurrency, SnapStart and Managed Instances (`AWS_LAMBDA_INITIALIZATION_TYPE`) it is always false.
   */
  readonly coldStart: boolean;
  /** Start time, in ms since the epoch. */
  readonly startedAt: number;
  /** The request type, once it is known: a route such as `GET /devices/{id}`. There are few different ones, and none contains an id. */
  readonly request?: string | undefined;
}

/** A part of an invocation that has its own request state, such as one record of a batch. Deadline, signal and hooks are those of the invocation. */
export interface ChildScope {
  readonly invocation: Invocation;
  /** The enclosing scope. Request state starts as a copy of the parent's. Changes in the child do not affect the parent. */
  readonly parent: Scope;
}

/** The owner of request state: an invocation, or a part of one. Use it as the key for such state (`WeakMap<Scope, …>`). */
export type Scope = Invocation | ChildScope;
