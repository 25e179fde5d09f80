// This is not the global `setTimeout`, so a test with its own clock still waits in real time.
import { setTimeout } from 'node:timers';
import { TestRunner } from 'vitest';

const INTERVAL = 5;

/**
 * Waits until `condition` holds. It is checked every 5 ms while it throws or returns `false`.
 *
 * The only deadline is the test's own. If the test ends first, the last failure becomes the cause of its timeout error.
 * Use it instead of a fixed pause, and instead of `vi.waitFor`, which fails after one second.
 * @param condition A comparison (`() => calls.length === 2`) or assertions (`() => expect(calls).toHaveLength(2)`); may be async.
 * @returns The value that `condition` returned.
 */
export async function until<T>(condition: () => T | Promise<T>): Promise<T> {
  let failure: unknown;
  const signal = TestRunner.getCurrentTest()?.context.signal;
  const explain = (): void => {
    if (signal?.reason instanceof Error) signal.reason.cause ??= failure;
  };
  signal?.addEventListener('abort', explain);
  try {
    while (!signal?.aborted) {
      try {
        const value = await condition();
        if (value !== false) return value;
        failure = new Error(`This did not become true: ${condition}`);
      } catch (error) {
        failure = error;
      }
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
    throw failure;
  } finally {
    signal?.removeEventListener('abort', explain);
  }
}
