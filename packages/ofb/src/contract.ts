import type { Middleware } from '@suga/gateway';

/** Codes of the errors that this middleware adds. All other errors come from the interface. */
export type OfbErrorCode = 'DeadlineExceeded' | 'InvalidDefinition';

/** Options of prefetching: reads that usually follow another read are fetched together with it. */
export interface SequenceOptions {
  /** Largest share of prefetched reads that may remain unused, 0 to 1. A read is prefetched if it followed in at least `1 - maxWaste` of the cases. @default 0.2 */
  readonly maxWaste?: number | undefined;
  /** Number of invocations of a request type that must contain a read before its followers are prefetched. @default 10 */
  readonly minObservations?: number | undefined;
  /** Maximum number of reads that are prefetched because of one read. @default 8 */
  readonly maxFollowers?: number | undefined;
}

/** Options of `ofb()`. */
export interface OfbOptions {
  /** Whether operations are fused. @default OFB_ENABLED, else true */
  readonly enabled?: boolean | undefined;
  /** How long calls are collected after the end of the tick, in ms. A full batch, a near deadline or the invocation's end stops it earlier. @default 0 */
  readonly window?: number | undefined;
  /** Whether sequences of reads are learned and prefetched. @default false */
  readonly sequences?: boolean | SequenceOptions | undefined;
}

/** An operation whose calls may share a batch. */
export interface FusedOperation {
  readonly fused: true;
  readonly batch: string;
  readonly form: 'list' | 'record' | 'calls';
  readonly effect: 'read' | 'write';
  /** Whether one batch may contain calls of several invocations. */
  readonly shared: boolean;
  readonly calls: number;
  /** Calls that shared a batch with others. */
  readonly batched: number;
  /** Calls that received the result of an identical read that was in flight. */
  readonly deduplicated: number;
  /** Calls that received a prefetched result. */
  readonly prefetched: number;
  /** Calls that were sent alone. */
  readonly single: number;
  /** Calls that were sent a second time because their whole batch failed. */
  readonly retried: number;
  /** Number of calls that could not join a batch, by reason. */
  readonly notBatched: {
    /** The batch was full. */
    readonly limit: number;
    /** An earlier call used, or might have used, the same key. */
    readonly order: number;
    /** Other invocations collected calls in the same tick, and the interface is not shared. */
    readonly invocation: number;
    /** The calls have parameters that the batch does not accept. */
    readonly parameters: number;
  };
}

/** An operation whose calls are not fused, and the reason. */
export interface UnfusedOperation {
  readonly fused: false;
  readonly reason: string;
}

/** Gain and waste of prefetching. */
export interface SequencesReport {
  /** Statistics per request type. */
  readonly requests: Readonly<
    Record<
      string,
      {
        readonly fetched: number;
        readonly used: number;
        /** Prefetched results that were not used, or became outdated by a write. */
        readonly wasted: number;
        /** Total ms saved: for each used result, the time between its prefetch and the call that used it. */
        readonly gainedMs: number;
        /** Whether prefetching is paused because the waste exceeded `maxWaste`. */
        readonly paused: boolean;
      }
    >
  >;
}

/** A report of the operations that were fused, how often, and why others were not. JSON-serialisable. */
export interface OfbReport {
  readonly enabled: boolean;
  /** Number of calls of operations that may be fused. */
  readonly calls: number;
  /** Number of calls that were sent to the interfaces for them. */
  readonly batchCalls: number;
  /** `calls` minus `batchCalls`. */
  readonly saved: number;
  /** Number of calls in the largest batch. */
  readonly largest: number;
  /** The operations of all loaded interfaces, by interface and operation (`store.get`). */
  readonly operations: Readonly<Record<string, FusedOperation | UnfusedOperation>>;
  readonly sequences?: SequencesReport;
}

/** OFB (Operation Fusion & Batching): a middleware that sends calls of the same tick as one call. */
export interface Ofb extends Middleware {
  /** Returns a copy of all counters, with a reason for each operation that is not fused. */
  explain(): OfbReport;
}
