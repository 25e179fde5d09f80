/** A recorded error. */
export interface ExceptionTrace {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/** One log entry. All of it can be written as JSON. */
export interface LogEntry {
  /** Time of the entry, in ms since the epoch. */
  readonly at: number;
  readonly message: string;
  /** A bounded copy of the data. */
  readonly data?: unknown;
  /** The error and its causes, outermost first. */
  readonly errors?: readonly ExceptionTrace[];
  /** Id of the invocation in which it was recorded. */
  readonly invocation?: string;
}

/** A filter for log entries. An entry must match all of its fields. */
export interface LogFilter {
  /** A part of the message. */
  readonly text?: string | undefined;
  /** Earliest time of an entry, in ms since the epoch. */
  readonly since?: number | undefined;
  /** Id of the invocation. */
  readonly invocation?: string | undefined;
  /** Whether only errors are returned (true), or only other entries (false). */
  readonly errors?: boolean | undefined;
  /** Maximum number of entries; the newest are returned. */
  readonly limit?: number | undefined;
}

/** A trace context, in the formats of W3C and X-Ray. */
export interface TraceContext {
  /** 32 hexadecimal digits, as in a `traceparent`. */
  readonly traceId: string;
  /** The same id in X-Ray's format: `1-…-…`. */
  readonly xrayTraceId: string;
  /** Id of the caller's span: 16 hexadecimal digits. */
  readonly parentId?: string;
  readonly sampled?: boolean;
  /** Value of the header `traceparent` for requests to others; only if there is a parent. */
  readonly traceparent?: string;
  /** Value of the header `x-amzn-trace-id` for requests to others. */
  readonly xrayHeader: string;
}

/** Usage of one interface. */
export interface InterfaceUse {
  readonly loaded: boolean;
  readonly loads: number;
  /** Load time in ms. */
  readonly loadMs: number;
  readonly calls: number;
  readonly inFlight: number;
  /** Time of the last use, in ms since the epoch. */
  readonly lastUse: number | undefined;
  /** State that an unload would lose, in words. */
  readonly heldState: string | undefined;
  /** Numbers of operations that are not loaded, bound directly, or bound through middleware. */
  readonly bound: { readonly cold: number; readonly direct: number; readonly wrapped: number };
}

/** Usage of the gateway. */
export interface GatewayStats {
  readonly active: number;
  readonly invocations: number;
  readonly calls: number;
  readonly loadMs: number;
  readonly interfaces: Readonly<Record<string, InterfaceUse>>;
  /** The ten operations with the most calls. */
  readonly hottest: readonly { readonly operation: string; readonly calls: number; readonly bound: string }[];
}
