import type { Bound, Handler, Operation } from './gateway.js';

/** Where an operation's calls go: `fn`, exchanged behind the function that the facade hands out. */
export interface Slot {
  readonly operation: Operation;
  fn: Handler;
  calls: number;
  bound: Bound;
  /** Replacements, in the order they were made. */
  overrides: readonly ((original: Handler) => Handler)[];
}

/** A cold one. */
export const createSlot = (operation: Operation): Slot => ({ operation, fn: () => undefined, calls: 0, bound: 'cold', overrides: [] });
