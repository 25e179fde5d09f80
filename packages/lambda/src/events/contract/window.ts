import type { BatchResponse } from './batch.js';

/** A tumbling window of a stream. Lambda keeps its state between the batches of the window. */
export interface StreamWindow<State extends object = Record<string, unknown>> {
  /** Result so far. Change it, or assign another object. It must be an object that JSON can represent, up to 1 MB. A new window starts with `{}`. */
  state: State;
  /** Start of the window in ISO 8601. */
  readonly start: string;
  /** End of the window in ISO 8601. */
  readonly end: string;
  readonly shardId: string;
  /** Whether this is the last invocation of the window. */
  readonly isFinal: boolean;
  /** Whether Lambda ended the window before its time, because the state was too large. */
  readonly isTerminatedEarly: boolean;
}

/** The response for a batch of a tumbling window. */
export interface WindowResponse extends BatchResponse {
  readonly state: unknown;
}
