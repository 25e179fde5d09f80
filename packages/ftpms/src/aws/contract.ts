import type { AwsUse } from '../contract.js';

/** A function in the list of its region. */
export interface Described {
  readonly name: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
}

/** A query for sums of one metric of `AWS/Lambda`. Times are in ms since the epoch and whole periods. A point has the time at which its period begins. */
export interface SumsQuery {
  readonly metric: 'Invocations' | 'Duration';
  /** Name of the function. Without it, all functions of the region together. */
  readonly function?: string;
  readonly from: number;
  readonly to: number;
  /** CloudWatch returns at most 1,440 points. */
  readonly periodMs: 60_000 | 3_600_000;
}

export interface Point {
  readonly at: number;
  readonly value: number;
  /** Number of values in the sum. For `Duration` it is the number of invocations that have ended. */
  readonly count: number;
}

/** A function's settings before it was stopped or lowered. They are written on the function itself, because a table can be lost. */
export interface Marked {
  /** Reserved concurrency; `null` if there was none. */
  readonly concurrency: number | null;
  /** The reserved concurrency that was set instead. */
  readonly set: number | null;
  /** Ids of the event-source mappings that were enabled. */
  readonly mappings: readonly string[];
  /** Number of further mappings that were enabled, but for which the function's tags have no room. */
  readonly unlisted?: number;
  /** Time of a stop because the ledger did not respond, in ms since the epoch. Undefined if the stop had another reason. */
  readonly silentAt?: number;
  /** Whether the function was stopped by command, until a restore by command. */
  readonly isHeld?: boolean;
}

/** A rule of EventBridge that invokes a function by a schedule. */
export interface Rule {
  readonly name: string;
  /** Schedule expression: `rate(1 minute)` or `cron(…)`. */
  readonly expression: string;
  readonly isEnabled: boolean;
}

/** The calls that the guardian makes to an AWS account, in one region. The simulator is the second implementation. */
export interface Account {
  /** Returns every function of the region. */
  functions(): Promise<readonly Described[]>;
  /** Returns the reserved concurrency, or `undefined` if there is none. */
  concurrency(name: string): Promise<number | undefined>;
  setConcurrency(name: string, concurrency: number | undefined): Promise<void>;
  /** Returns the event-source mappings (queues, streams) of a function. */
  mappings(name: string): Promise<readonly { readonly id: string; readonly enabled: boolean }[]>;
  setMapping(id: string, enabled: boolean): Promise<void>;
  /** Writes a function's earlier settings on the function, or removes them. */
  mark(name: string, had: Marked | undefined): Promise<void>;
  marked(name: string): Promise<Marked | undefined>;
  /** Returns the rules whose schedule invokes a function. */
  rules(name: string): Promise<readonly Rule[]>;
  /** Changes a rule's schedule, and nothing else. */
  setRule(rule: Rule): Promise<void>;
  /** Returns the points of a metric. A missing point means a period without use. */
  sums(query: SumsQuery): Promise<readonly Point[]>;
  /**
   * Publishes custom metrics of the namespace FTPMS, in one call.
   * @param untilMs time until the next run, in ms; `Heartbeat` is published in advance for this time
   */
  publish(gauges: Readonly<Record<string, number>>, untilMs: number): Promise<void>;
  notify(subject: string, message: string): Promise<void>;
  /** Returns AWS's own figures of the month, or `undefined` without permission, or if there are none. */
  freeTier(): Promise<AwsUse | undefined>;
}
