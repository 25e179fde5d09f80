import type { StoreCall, StoreOutcome, StoreStats } from './contract.js';

/** One call, checked: its key with the prefix, its value as text, its time to live as a whole number of ms or `Infinity`. */
export type Command =
  | { readonly operation: 'get'; readonly key: string }
  | { readonly operation: 'set'; readonly key: string; readonly text: string; readonly bytes: number; readonly ttl: number; readonly ifAbsent: boolean }
  | { readonly operation: 'delete'; readonly key: string }
  | { readonly operation: 'increment'; readonly key: string; readonly by: number; readonly ttl: number }
  | { readonly operation: 'touch'; readonly key: string; readonly ttl: number };

/** A command of one kind. */
export type CommandOf<Operation extends StoreCall['operation']> = Extract<Command, { readonly operation: Operation }>;

/** Commands to be done as if one after the other. */
export interface CommandJob {
  readonly commands: readonly Command[];
  /** Aborted when time is over; whatever has not been settled by then has failed. */
  readonly signal: AbortSignal;
  /** When that is, in ms since the epoch. */
  readonly deadline: number;
  /** Says what became of a command; a `get` gives the value's text, or `undefined` where there is none. */
  settle(command: Command, outcome: StoreOutcome): void;
}

/** A place where values are. */
export interface Backend {
  readonly type: StoreStats['backend'];
  /** How many bytes a key and its value may have together. */
  readonly maxBytes: number;
  /** Settles every command. What it rejects with becomes the outcome of those it has not settled. */
  run(job: CommandJob): void | Promise<void>;
  stats(): Pick<StoreStats, 'requests' | 'retries' | 'unprocessed' | 'entries' | 'evictions'>;
  close(): void;
}

/** Counts what a remote backend sends. */
export class RequestCounter {
  retries = 0;
  unprocessed = 0;
  readonly requests: Record<string, number> = {};

  count(request: string): void {
    this.requests[request] = (this.requests[request] ?? 0) + 1;
  }
}
