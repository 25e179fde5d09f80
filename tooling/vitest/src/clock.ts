import { onTestFinished, vi } from 'vitest';

/** A clock that does not move until the test lets time pass. */
export interface Clock {
  /**
   * Lets `ms` pass. Due timers run in order. Each one waits until the work of the previous timer is done.
   * @param waiting A promise that settles during this time. It may reject during this time.
   * @returns The value of `waiting`
   */
  pass<T = void>(ms: number, waiting?: Promise<T>): Promise<T>;
}

/**
 * Gives the test its own clock for `Date`, `setTimeout` and `clearTimeout`, until the test ends.
 * Sockets, files, `setImmediate` and the monotonic clocks are not affected.
 */
export function ownClock(): Clock {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  return {
    async pass<T>(ms: number, waiting?: Promise<T>): Promise<T> {
      // A handler must be attached before the promise rejects. Otherwise the rejection counts as unhandled.
      waiting?.catch(() => undefined);
      let isOver = false;
      setTimeout(() => (isOver = true), ms);
      for (await settled(); !isOver; await settled()) vi.advanceTimersToNextTimer();
      return waiting as Promise<T>;
    },
  };
}

/** Lets all pending work that is ready run: some turns of the event loop, without time passing. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
