import type { StoreCall, StoreOutcome, StoreStats } from './contract.js';

/** A checked call: its key has the prefix, its value is a string, its time to live is an integer in ms or `Infinity`. */
export type Command =
  | { readonly operation: 'get'; readonly key: string }
  | { readonly operation: 'set'; readonly key: string; readonly text: string; readonly bytes: number; readonly ttl: number; readonly ifAbsent: boolean }
  | { readonly operation: 'delete'; readonly key: string }
  | { readonly operation: 'increment'; readonly key: string; readonly by: number; readonly ttl: number }
  | { readonly operation: 'touch'; readonly key: string; readonly ttl: number };

/** A command of one kind. */
export type CommandOf<Operation extends StoreCall['operation']> = Extract<Command, { readonly operation: Operation }>;

/** Commands that are run as if one after the other. */
export interface CommandJob {
  readonly commands: readonly Command[];
  /** Aborted at the deadline. A command that is not settled by then has failed. */
  readonly signal: AbortSignal;
  /** Time at which the job ends, in ms since the epoch. */
  readonly deadline: number;
  /** Reports the outcome of a command. The outcome of `get` is the serialized value, or `undefined` if there is none. */
  settle(command: Command, outcome: StoreOutcome): void;
}

/** A place where values are stored. */
export interface Backend {
  readonly type: StoreStats['backend'];
  /** Maximum size in bytes of a key and its value together. */
  readonly maxBytes: number;
  /** Settles every command. If it rejects, its error becomes the outcome of all commands that are not settled. */
  run(job: CommandJob): void | Promise<void>;
  stats(): Pick<StoreStats, 'requests' | 'retries' | 'unprocessed' | 'entries' | 'evictions'>;
  close(): void;
}

/** Counts the requests of a remote backend. */
export class RequestCounter {
  retries = 0;
  unprocessed = 0;
  readonly requests: Record<string, number> = {};

  count(request: string): void {
    this.requests[request] = (this.requests[request] ?? 0) + 1;
  }
}
