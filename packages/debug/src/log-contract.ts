/** One error as it was recorded. */
export interface ExceptionTrace {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/** One record. All of it can be written as JSON. */
export interface LogEntry {
  /** In ms since the epoch. */
  readonly at: number;
  readonly message: string;
  /** A bounded copy. */
  readonly data?: unknown;
  /** The error and its causes, outermost first. */
  readonly errors?: readonly ExceptionTrace[];
  /** Id of the invocation it was recorded in. */
  readonly invocation?: string;
}

/** Which records; all of what is given must fit. */
export interface LogFilter {
  /** Part of the message. */
  readonly text?: string | undefined;
  /** From then on, in ms since the epoch. */
  readonly since?: number | undefined;
  /** Id of an invocation. */
  readonly invocation?: string | undefined;
  /** Errors only, or none. */
  readonly errors?: boolean | undefined;
  /** The newest so many. */
  readonly limit?: number | undefined;
}

/** A trace, in both of its spellings. */
export interface TraceContext {
  /** 32 hexadecimal digits, as in a `traceparent`. */
  readonly traceId: string;
  /** The same id as X-Ray writes it: `1-…-…`. */
  readonly xrayTraceId: string;
  /** 16 hexadecimal digits: the caller's span. */
  readonly parentId?: string;
  readonly sampled?: boolean;
  /** To be sent on as the header `traceparent`; only where there is a parent. */
  readonly traceparent?: string;
  /** To be sent on as the header `x-amzn-trace-id`. */
  readonly xrayHeader: string;
}

/** How one interface is used. */
export interface InterfaceUse {
  readonly loaded: boolean;
  readonly loads: number;
  readonly loadMs: number;
  readonly calls: number;
  readonly inFlight: number;
  readonly lastUse: number | undefined;
  /** Why letting go of it would lose something. */
  readonly heldState: string | undefined;
  /** How many of its operations are not loaded, bound straight, or bound through middleware. */
  readonly bound: { readonly cold: number; readonly direct: number; readonly wrapped: number };
}

/** How the gateway is used. */
export interface GatewayStats {
  readonly active: number;
  readonly invocations: number;
  readonly calls: number;
  readonly loadMs: number;
  readonly interfaces: Readonly<Record<string, InterfaceUse>>;
  /** The ten that are called most. */
  readonly hottest: readonly { readonly operation: string; readonly calls: number; readonly bound: string }[];
}
