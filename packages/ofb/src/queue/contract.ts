import type { Handler, Scope } from '@suga/gateway';
import type { Totals } from '../plan/plan.js';
import type { Call, Sent } from './call.js';
import type { PendingReads } from './pending-reads.js';

/** An interface, as its batches use it. */
export interface BatchedInterface {
  readonly name: string;
  readonly totals: Totals;
  readonly reads: PendingReads;
  /** How many calls that may have changed something went past unseen. */
  readonly passed: number;
  /** The function that an operation is bound to beneath, as long as the interface is loaded. */
  beneath(operation: string): Handler | undefined;
  /** Runs work in a scope. */
  enter(scope: Scope | undefined, work: () => void): void;
}

/** An interface, as its queues use it. */
export interface QueuedInterface extends BatchedInterface {
  readonly isShared: boolean;
  /** How many queues are collecting. */
  collecting: number;
}

/** A queue, as its batches use it. */
export interface BatchQueue {
  readonly batcher: BatchedInterface;
  /** A call has its answer, or needs none. */
  done(call: Call): void;
  /** A batch has been answered altogether. */
  finished(batch: Sent): void;
  /** Some calls of a batch have been answered. */
  lookSoon(): void;
}
