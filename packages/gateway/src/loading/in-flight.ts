import type { Handler, ReturnKind } from '../gateway.js';

/** Tracks iterators and streams. Loaded for the first operation that returns one. */
const streamTracker = (): typeof import('./track-stream.js') => require('./track-stream.js');

/** Number of returned promises, iterators and streams that are not finished. It is a counter and not a flag because invocations overlap. */
export interface InFlightCounter {
  inFlight: number;
}

/**
 * Counts a call as in flight until its result is finished: until the promise settles, or the iterator or stream ends.
 * The caller gets the derived promise, not the original. If the caller got the original, our handler on it would make Node treat
 * an unhandled rejection as handled.
 */
export function tracked(counter: InFlightCounter, returns: ReturnKind | undefined, fn: Handler): Handler {
  return (...args) => {
    let open = true;
    // Once per call, however often it is called. A count that is too low would unload a core that has calls in flight.
    const release = (): void => {
      if (open) counter.inFlight--;
      open = false;
    };
    const finish = (value: unknown): unknown => (returns === 'stream' ? streamTracker().trackStream(value, release) : (release(), value));
    const fail = (error: unknown): never => {
      release();
      throw error;
    };
    counter.inFlight++;
    try {
      const result = fn(...args);
      return isThenable(result) ? Promise.resolve(result).then(finish, fail) : finish(result);
    } catch (error) {
      return fail(error);
    }
  };
}

/** Whether a value is a promise of any kind. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> => typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
