import type { Binding, Facts, Handler, Operation } from '../gateway.js';

/**
 * The place where an operation's current function is stored. The facade's function reads `fn` at each call, so `fn` can be replaced.
 * Middleware gets the slot as its `Operation`. Therefore the number of calls is a plain field; it is read for every operation at the end
 * of every invocation.
 */
export interface Slot extends Operation {
  fn: Handler;
  calls: number;
  bound: Binding;
  /** Overrides, in the order in which they were added. */
  overrides: readonly ((original: Handler) => Handler)[];
}

/** Creates the slot of an operation that is not loaded. */
export const createSlot = (of: string, name: string, facts: Facts): Slot => ({
  interface: of,
  name,
  facts,
  fn: () => undefined,
  calls: 0,
  bound: 'cold',
  overrides: [],
});
