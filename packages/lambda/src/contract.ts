/** Facts about the running invocation. */
export interface InvocationFacts {
  /** Lambda's request id. */
  readonly id: string;
  /** Kind of the event: `sqs`, `apigw-v2` … */
  readonly source?: string;
  /** Trace header of X-Ray, if tracing is on. */
  readonly traceId?: string;
  /** Whether it is the first invocation of this execution environment. */
  readonly coldStart: boolean;
  /** Milliseconds since the invocation started. */
  readonly elapsed: number;
  /** Milliseconds until Lambda stops the invocation. Absent if there is no deadline. */
  readonly remaining?: number;
}

/** Statistics of the invocations of one event source. */
export interface SourceStats {
  /** Number of invocations that have ended. */
  readonly invocations: number;
  /** Number of failed invocations: uncaught errors, `HttpError` with status 500 or above, failed records, deadlines. */
  readonly errors: number;
  /** Total duration of the invocations that have ended, in ms. */
  readonly totalMs: number;
  /** Duration of the longest invocation, in ms. */
  readonly maxMs: number;
}

/** Statistics of all invocations of this execution environment since the interface was loaded. */
export interface LambdaStats extends SourceStats {
  /** Number of invocations that are running now. */
  readonly active: number;
  /** 1 if the environment's first invocation was counted and has ended, else 0. */
  readonly coldStarts: number;
  /** Start of counting, in ms since the epoch. */
  readonly since: number;
  /** Statistics by event source: `sqs`, `apigw-v2` … */
  readonly sources: Readonly<Record<string, SourceStats>>;
}

/** Options of `estimateCost`. */
export interface CostOptions {
  /** Memory setting of the function in MB (1024 MB are 1 GB). @default the setting that Lambda reports, else 128 */
  readonly memoryMb?: number | undefined;
  /** Prices in US dollars. @default those of us-east-1: 0.20 per million requests; 0.0000166667 per GB-second on x86_64, 0.0000133334 on arm64 */
  readonly prices?: { readonly perMillionRequests?: number | undefined; readonly perGbSecond?: number | undefined } | undefined;
}

/** Estimated cost of the invocations of this execution environment. AWS bills all environments of all functions together. */
export interface CostEstimate {
  readonly requests: number;
  /** Billed milliseconds: every invocation rounded up to a full one, as AWS does, and INIT. */
  readonly billedMs: number;
  /** Milliseconds of INIT within `billedMs`: from the start of the process to the first invocation. 0 if AWS bills INIT in another way. */
  readonly initMs: number;
  readonly memoryMb: number;
  readonly gbSeconds: number;
  /** Cost in US dollars if the free tier is used up already. */
  readonly usd: number;
  /** Comparison with the monthly free tier: 1,000,000 requests and 400,000 GB-seconds. */
  readonly freeTier: {
    readonly requestsUsedPercent: number;
    readonly gbSecondsUsedPercent: number;
    /** Whether this environment alone stays within both limits. */
    readonly within: boolean;
  };
}

/** Operations of the interface `lambda`: the running invocation, and statistics of all invocations. */
export interface Lambda {
  /** Returns facts about the running invocation, or `undefined` outside an invocation (INIT, tests, scripts). */
  invocation(): InvocationFacts | undefined;
  /** Milliseconds until Lambda stops the running invocation. Never below 0; `Infinity` if there is no deadline. */
  remainingTime(): number;
  /** Whether the running invocation is the first of this execution environment. `false` outside an invocation. */
  isColdStart(): boolean;
  /**
   * Counts the running invocation as failed. Further calls in the same invocation change nothing.
   * `createHandler` calls it for every error that reaches it. Call it yourself for a failure that your code handles.
   */
  failed(): void;
  /**
   * Estimates the cost of the counted invocations. It applies to functions on demand; Lambda Managed Instances are billed by the instance.
   * @throws `InvalidParams` for a memory setting or a price that is not valid
   */
  estimateCost(options?: CostOptions): CostEstimate;
  /** Returns counts and durations. Put `lambda` in `preload` to count from the first invocation on. */
  stats(): LambdaStats;
}
