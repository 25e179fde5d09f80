import type { Handler, Scope } from '@suga/gateway';
import type { Totals } from '../plan/plan.js';
import type { Call, Sent } from './call.js';
import type { PendingReads } from './pending-reads.js';

/** The part of an interface that its batches use. */
export interface BatchedInterface {
  readonly name: string;
  readonly totals: Totals;
  readonly reads: PendingReads;
  /** Number of calls that ofb does not see and that may have changed data. */
  readonly passed: number;
  /** Returns the function that ofb wraps for an operation. `undefined` if the interface is not loaded. */
  beneath(operation: string): Handler | undefined;
  /** Runs work in a scope. */
  enter(scope: Scope | undefined, work: () => void): void;
}

/** The part of an interface that its queues use. */
export interface QueuedInterface extends BatchedInterface {
  readonly isShared: boolean;
  /** Number of queues that are collecting calls. */
  collecting: number;
}

/** The part of a call queue that its batches use. */
export interface BatchQueue {
  readonly batcher: BatchedInterface;
  /** Marks a call as done: it has its result, or no caller waits for it any more. */
  done(call: Call): void;
  /** Reports that all calls of a batch are settled. */
  finished(batch: Sent): void;
  /** Reports that some calls of a batch are settled. */
  lookSoon(): void;
}
