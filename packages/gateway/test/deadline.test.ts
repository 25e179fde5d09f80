import { cancellable, MAX_TIMER, RESPONSE_MARGIN, withDeadline, withTimeout } from '@suga/gateway/deadline';
import { type Clock, ownClock } from '@suga/vitest/clock';
import { beforeEach, describe, expect, it, vi } from 'vitest';

let clock: Clock;
beforeEach(() => {
  clock = ownClock();
});

const never = new Promise<never>(() => undefined);
const late = (): string => 'late';

describe('a wait with a time limit', () => {
  it('returns the result of the work, and leaves no timer behind', async () => {
    await expect(withTimeout(Promise.resolve('done'), 10, late)).resolves.toBe('done');
    await expect(withTimeout(Promise.reject(new Error('failed')), 10, late)).rejects.toThrow('failed');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends when the time is over', async () => {
    const wait = withTimeout(never, 10, late);
    await clock.pass(9);
    expect(vi.getTimerCount()).toBe(1);
    await expect(clock.pass(1, wait)).resolves.toBe('late');
  });

  it('rejects with what `late` throws', async () => {
    const wait = withTimeout(never, 10, () => {
      throw new Error('too late');
    });
    await expect(clock.pass(10, wait)).rejects.toThrow('too late');
  });

  it('ends at once without time, and not at once with endless time', async () => {
    await expect(clock.pass(0, withTimeout(never, -5, late))).resolves.toBe('late');
    const endless = withTimeout(never, Number.POSITIVE_INFINITY, late);
    await clock.pass(MAX_TIMER - 1);
    expect(vi.getTimerCount()).toBe(1);
    await expect(clock.pass(1, endless)).resolves.toBe('late');
  });

  it('keeps some time before a deadline for the response', async () => {
    const wait = withDeadline(never, Date.now() + RESPONSE_MARGIN + 10, late);
    await clock.pass(9);
    expect(vi.getTimerCount()).toBe(1);
    await expect(clock.pass(1, wait)).resolves.toBe('late');
  });

  it('takes as long as the work without a deadline', async () => {
    await expect(withDeadline(Promise.resolve('done'), undefined, late)).resolves.toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('cancellable work', () => {
  const toError = (reason: string): Error => new Error(reason);

  it('returns its result, and leaves neither timer nor listener behind', async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    await expect(cancellable({ ms: 10, signal, toError }, async () => 'done')).resolves.toBe('done');
    await expect(cancellable({ ms: 10, signal, toError }, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect([vi.getTimerCount(), remove.mock.calls.length]).toEqual([0, 2]);
  });

  it('is cancelled when the time is over, even if it ignores its signal', async () => {
    let own: AbortSignal | undefined;
    const work = cancellable({ ms: 10, toError }, (signal) => {
      own = signal;
      return never;
    });
    await expect(clock.pass(10, work)).rejects.toThrow('timeout');
    expect(own?.aborted).toBe(true);
  });

  it('is cancelled by a signal', async () => {
    const abort = new AbortController();
    const work = cancellable({ ms: 10, signal: abort.signal, toError }, () => never);
    abort.abort();
    await expect(work).rejects.toThrow('aborted');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not start if its signal is aborted already', async () => {
    const start = vi.fn(() => never);
    await expect(cancellable({ ms: 10, signal: AbortSignal.abort(), toError }, start)).rejects.toThrow('aborted');
    expect(start).not.toHaveBeenCalled();
  });
});
