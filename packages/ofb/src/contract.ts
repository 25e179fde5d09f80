import type { Middleware } from '@suga/gateway';

/** What a call may fail with because of the middleware; everything else is the interface's own. */
export type OfbErrorCode = 'DeadlineExceeded' | 'InvalidDefinition';

/** How reads are fetched ahead that so far followed others. */
export interface SequenceOptions {
  /** Which share of what is fetched ahead may be for nothing, 0 to 1; what followed less surely than the rest of it is not fetched. @default 0.2 */
  readonly maxWaste?: number | undefined;
  /** How often a read must have been seen in invocations of a request type before anything is fetched because of it. @default 10 */
  readonly minObservations?: number | undefined;
  /** How many reads one read may lead to. @default 8 */
  readonly maxFollowers?: number | undefined;
}

/** How operations are fused. */
export interface OfbOptions {
  /** Whether anything is fused. @default OFB_ENABLED, else true */
  readonly enabled?: boolean | undefined;
  /** How long calls are collected beyond the end of the tick, in ms; ended early by a full batch, a near deadline, and the invocation's end. @default 0 */
  readonly window?: number | undefined;
  /** Whether sequences of reads are learned, and fetched ahead. @default false */
  readonly sequences?: boolean | SequenceOptions | undefined;
}

/** An operation whose calls may travel together. */
export interface FusedOperation {
  readonly fused: true;
  readonly batch: string;
  readonly form: 'list' | 'record' | 'calls';
  readonly effect: 'read' | 'write';
  /** Whether calls of several invocations may be in one batch. */
  readonly shared: boolean;
  readonly calls: number;
  /** Calls that travelled with others. */
  readonly batched: number;
  /** Calls that got the answer of a read that was under way. */
  readonly deduplicated: number;
  /** Calls that got an answer fetched ahead. */
  readonly prefetched: number;
  /** Calls that travelled by themselves. */
  readonly single: number;
  /** Calls that were sent a second time, because the batch failed as a whole. */
  readonly retried: number;
  /** How many calls were kept from a batch, and why. */
  readonly notBatched: {
    /** It was full. */
    readonly limit: number;
    /** What they are about, or may be about, was in use by a call before them. */
    readonly order: number;
    /** Other invocations were collecting, too, and may not be mixed with. */
    readonly invocation: number;
    /** They have parameters that the batch does not take. */
    readonly parameters: number;
  };
}

/** One whose calls go straight through, and why. */
export interface UnfusedOperation {
  readonly fused: false;
  readonly because: string;
}

/** What fetching ahead gained and wasted. */
export interface SequencesReport {
  /** By request type. */
  readonly requests: Readonly<
    Record<
      string,
      {
        readonly fetched: number;
        readonly used: number;
        /** Ended unused, or out of date because of a write. */
        readonly wasted: number;
        /** How long the answers that were used had been under way when they were asked for, together, in ms. */
        readonly gainedMs: number;
        /** Whether it waits because it wasted more than it may. */
        readonly paused: boolean;
      }
    >
  >;
}

/** What was fused, how often, and why not. JSON. */
export interface OfbReport {
  readonly enabled: boolean;
  /** Calls of operations that may be fused. */
  readonly calls: number;
  /** Calls of the interfaces that were made for them. */
  readonly batchCalls: number;
  /** The difference. */
  readonly saved: number;
  /** Calls in the largest batch. */
  readonly largest: number;
  /** By interface and operation (`store.get`), those that have been loaded. */
  readonly operations: Readonly<Record<string, FusedOperation | UnfusedOperation>>;
  readonly sequences?: SequencesReport;
}

/** OFB, Operation Fusion & Batching: one middleware for what is called together. */
export interface Ofb extends Middleware {
  explain(): OfbReport;
}
