import type { Bound, Facts, Handler, Operation } from '../gateway.js';

/**
 * Where an operation's calls go: `fn`, exchanged behind the function that the facade hands out. It is itself what middleware
 * sees as the operation, so that its count of calls is a plain field: read for every operation at the end of every invocation.
 */
export interface Slot extends Operation {
  fn: Handler;
  calls: number;
  bound: Bound;
  /** Replacements, in the order they were made. */
  overrides: readonly ((original: Handler) => Handler)[];
}

/** A cold one. */
export const createSlot = (of: string, name: string, facts: Facts): Slot => ({
  interface: of,
  name,
  facts,
  fn: () => undefined,
  calls: 0,
  bound: 'cold',
  overrides: [],
});
