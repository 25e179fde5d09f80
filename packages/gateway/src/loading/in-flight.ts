import type { Handler, Returns } from '../gateway.js';

/** Counts iterators and streams; loaded for the first operation that returns one. */
const streams = (): typeof import('./track-stream.js') => require('./track-stream.js');

/** Counts what has been handed out and is not finished yet. A counter and not a flag: invocations overlap. */
export interface Work {
  inFlight: number;
}

/**
 * Counts a call as in flight until what it returned is finished: a promise settles, an iterator or stream ends.
 * The caller gets the promise behind the count, not the one before it: a handler of ours on the original
 * would make Node believe that a rejection nobody looks at has been dealt with.
 */
export function tracked(work: Work, returns: Returns | undefined, fn: Handler): Handler {
  return (...args) => {
    let open = true;
    // Once per call, whatever calls back how often: a count that is too low lets a core go that is at work.
    const release = (): void => {
      if (open) work.inFlight--;
      open = false;
    };
    const finish = (value: unknown): unknown => (returns === 'stream' ? streams().watch(value, release) : (release(), value));
    const fail = (error: unknown): never => {
      release();
      throw error;
    };
    work.inFlight++;
    try {
      const result = fn(...args);
      return isThenable(result) ? Promise.resolve(result).then(finish, fail) : finish(result);
    } catch (error) {
      return fail(error);
    }
  };
}

/** Whether a value is a promise, of whatever make. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
