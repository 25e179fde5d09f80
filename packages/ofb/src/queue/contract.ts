import type { Handler, Scope } from '@suga/gateway';
import type { Totals } from '../plan/plan.js';
import type { Call, Sent } from './call.js';
import type { Reads } from './reads.js';

/** An interface, as its batches use it. */
export interface BatchFamily {
  readonly name: string;
  readonly totals: Totals;
  readonly reads: Reads;
  /** How many calls that may have changed something went past unseen. */
  readonly passed: number;
  /** The function that an operation is bound to beneath, as long as the interface is loaded. */
  beneath(operation: string): Handler | undefined;
  /** Runs work in a scope. */
  enter(scope: Scope | undefined, work: () => void): void;
}

/** An interface, as its lanes use it. */
export interface LaneFamily extends BatchFamily {
  readonly isShared: boolean;
  /** How many lanes are collecting. */
  collecting: number;
}

/** A lane, as its batches use it. */
export interface BatchLane {
  readonly family: BatchFamily;
  /** A call has its answer, or needs none. */
  done(call: Call): void;
  /** A batch has been answered altogether. */
  finished(batch: Sent): void;
  /** Some calls of a batch have been answered. */
  lookSoon(): void;
}
