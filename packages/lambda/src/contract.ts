/** What is known of the running invocation. */
export interface InvocationFacts {
  /** Lambda's request id. */
  readonly id: string;
  /** What sent the event: `sqs`, `apigw-v2` … */
  readonly source?: string;
  /** X-Ray's header, where tracing is on. */
  readonly traceId?: string;
  /** Whether it is the first one this execution environment serves. */
  readonly coldStart: boolean;
  /** Since it began, in ms. */
  readonly elapsed: number;
  /** Until Lambda ends it, in ms; absent where no deadline is known. */
  readonly remaining?: number;
}

/** How the invocations of one event source have gone. Durations are milliseconds. */
export interface SourceStats {
  /** Invocations that have ended. */
  readonly invocations: number;
  /** Those of them that failed: an error nobody caught, an `HttpError` of 500 and above, a failed record, the deadline. */
  readonly errors: number;
  /** Of all of them together. */
  readonly totalMs: number;
  /** Of the longest. */
  readonly maxMs: number;
}

/** How this execution environment's invocations have gone since the interface was loaded. */
export interface LambdaStats extends SourceStats {
  /** Running now. */
  readonly active: number;
  /** 1 if the first one is among those that have ended, else 0. */
  readonly coldStarts: number;
  /** When counting began, in ms since the epoch. */
  readonly since: number;
  /** By what sent the event. */
  readonly sources: Readonly<Record<string, SourceStats>>;
}

/** Settings of `estimateCost`. */
export interface CostOptions {
  /** The function's memory setting, in MB of which 1024 make a GB. @default what Lambda says, else 128 */
  readonly memoryMb?: number | undefined;
  /** In US dollars. @default what us-east-1 costs: 0.20 per million requests; 0.0000166667 per GB-second on x86_64, 0.0000133334 on arm64 */
  readonly prices?: { readonly perMillionRequests?: number | undefined; readonly perGbSecond?: number | undefined } | undefined;
}

/** What this environment's invocations come to. AWS bills all environments of all functions together: this is one of them. */
export interface CostEstimate {
  readonly requests: number;
  /** Every invocation rounded up to a ms, as AWS does, and INIT. */
  readonly billedMs: number;
  /** The share of INIT in it: from the start of the process to the first invocation; 0 where AWS bills it otherwise. */
  readonly initMs: number;
  readonly memoryMb: number;
  readonly gbSeconds: number;
  /** In US dollars, if the free tier were used up. */
  readonly usd: number;
  /** Beside what is free every month: 1,000,000 requests and 400,000 GB-seconds. */
  readonly freeTier: {
    readonly requestsUsedPercent: number;
    readonly gbSecondsUsedPercent: number;
    /** Whether this environment alone stays below both. */
    readonly within: boolean;
  };
}

/** What a function can ask about the invocation it serves, and about those before it. */
export interface Lambda {
  /** The running invocation; `undefined` outside of one (INIT, tests, scripts). */
  invocation(): InvocationFacts | undefined;
  /** Until Lambda ends the running invocation, in ms; never below 0, `Infinity` where there is no deadline. */
  remainingTime(): number;
  /** Whether the running invocation is the first one this environment serves; `false` outside of one. */
  isColdStart(): boolean;
  /**
   * Counts the running invocation as failed, once. `createHandler` does so for whatever fails in its hands;
   * call it for a failure of your own that it never sees.
   */
  failed(): void;
  /**
   * What the counted invocations cost. For a function on demand: Managed Instances are billed by the instance.
   * @throws `InvalidParams` for a memory setting or a price that is none
   */
  estimateCost(options?: CostOptions): CostEstimate;
  /** Counts and durations. Put `lambda` in `preload` to count from the first invocation on. */
  stats(): LambdaStats;
}
