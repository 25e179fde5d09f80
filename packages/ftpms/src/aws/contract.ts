import type { AwsUse } from '../contract.js';

/** A function as its region's list has it. */
export interface Described {
  readonly name: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

/** Sums of one metric of `AWS/Lambda`. Times are ms since the epoch, whole periods; a point is at the begin of its period. */
export interface SumsQuery {
  readonly metric: 'Invocations' | 'Duration';
  /** Without it the region's functions together. */
  readonly function?: string;
  readonly from: number;
  readonly to: number;
  /** At most 1,440 points are given. */
  readonly periodMs: 60_000 | 3_600_000;
}

export interface Point {
  readonly at: number;
  readonly value: number;
  /** How many values the sum is of: with `Duration`, invocations that have ended. */
  readonly count: number;
}

/** A function's settings before it was stopped or lowered, written on the function itself: a table can be lost. */
export interface Marked {
  /** Reserved concurrency; `null`: none. */
  readonly concurrency: number | null;
  /** The reserved concurrency that it was given instead. */
  readonly set: number | null;
  /** Event-source mappings that were enabled, by id. */
  readonly mappings: readonly string[];
  /** Number of further mappings that were enabled, for which the function's tags have no room. */
  readonly unlisted?: number;
  /** When it was stopped because the ledger did not answer it, in ms since the epoch; absent if it was stopped for anything else. */
  readonly silentAt?: number;
  /** Stopped by command, until a restore by command. */
  readonly isHeld?: boolean;
}

/** A rule of EventBridge that invokes a function by a schedule. */
export interface Rule {
  readonly name: string;
  /** `rate(1 minute)` or `cron(…)`. */
  readonly expression: string;
  readonly isEnabled: boolean;
}

/** What the guardian asks of an AWS account, in one region. The simulator is the second implementation. */
export interface Account {
  /** Every function of the region. */
  functions(): Promise<readonly Described[]>;
  /** Reserved concurrency; `undefined` where there is none. */
  concurrency(name: string): Promise<number | undefined>;
  setConcurrency(name: string, concurrency: number | undefined): Promise<void>;
  /** Event-source mappings (queues, streams) of a function. */
  mappings(name: string): Promise<readonly { readonly id: string; readonly enabled: boolean }[]>;
  setMapping(id: string, enabled: boolean): Promise<void>;
  /** Writes on a function what it had, or removes that. */
  mark(name: string, had: Marked | undefined): Promise<void>;
  marked(name: string): Promise<Marked | undefined>;
  /** The rules whose schedule invokes a function. */
  rules(name: string): Promise<readonly Rule[]>;
  /** Changes a rule's schedule, and nothing else of it. */
  setRule(rule: Rule): Promise<void>;
  /** Missing points are periods without use. */
  sums(query: SumsQuery): Promise<readonly Point[]>;
  /**
   * Custom metrics of the namespace FTPMS, in one call.
   * @param untilMs How long `Heartbeat` is good for, in ms: it is published for that time at once, since the next run is that far away.
   */
  publish(gauges: Readonly<Record<string, number>>, untilMs: number): Promise<void>;
  notify(subject: string, message: string): Promise<void>;
  /** AWS's own figure of the month; `undefined` where it may not be read or there is none. */
  freeTier(): Promise<AwsUse | undefined>;
}
