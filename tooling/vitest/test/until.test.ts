import { describe, expect, it, TestRunner, vi } from 'vitest';
import { until } from '../src/until.ts';

describe('until', () => {
  it('returns the value when the condition no longer throws or returns false', async () => {
    let checks = 0;
    expect(await until(() => ++checks > 3 && `after ${checks}`)).toBe('after 4');
    await until(() => expect(++checks).toBe(7));
    expect(await until(async () => (++checks < 10 ? Promise.reject(new Error('not yet')) : 0))).toBe(0);
  });

  it('waits in real time if the test’s clock does not move', async () => {
    vi.useFakeTimers();
    try {
      let checks = 0;
      await until(() => ++checks === 3);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends with the test, whose timeout error then has the last failure as its cause', async () => {
    const test = new AbortController();
    const current = vi.spyOn(TestRunner, 'getCurrentTest').mockReturnValue({ context: test } as never);
    const [thrown, untrue] = [until(() => Promise.reject(new Error('still not'))), until(() => false)];
    const both = Promise.allSettled([thrown, untrue]);
    current.mockRestore();
    let checks = 0;
    await until(() => ++checks === 3);
    const timeout = new Error('Test timed out');
    test.abort(timeout);
    expect(timeout.cause).toMatchObject({ message: 'still not' });
    expect(await both).toMatchObject([{ reason: { message: 'still not' } }, { reason: { message: 'This did not become true: () => false' } }]);
  });
});
