import { onTestFinished, vi } from 'vitest';

/** A clock that stands still until the test lets time pass. */
export interface Clock {
  /**
   * Lets `ms` pass: what is due runs in its order, each when everything before it has come to rest.
   * @param waiting A promise that this time settles; it may reject meanwhile.
   * @returns The value of `waiting`
   */
  pass<T = void>(ms: number, waiting?: Promise<T>): Promise<T>;
}

/**
 * Gives the test a clock of its own until it ends, for `Date`, `setTimeout` and `clearTimeout`.
 * Sockets, files, `setImmediate` and the monotonic clocks go on as ever.
 */
export function ownClock(): Clock {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  return {
    async pass<T>(ms: number, waiting?: Promise<T>): Promise<T> {
      // Whoever listens first decides that a rejection is not unhandled.
      waiting?.catch(() => undefined);
      let isOver = false;
      setTimeout(() => (isOver = true), ms);
      for (await settled(); !isOver; await settled()) vi.advanceTimersToNextTimer();
      return waiting as Promise<T>;
    },
  };
}

/** Lets everything go on that is ready to: some turns of the event loop, in no time. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}
