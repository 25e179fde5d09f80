import { SingleFlight, withDeadline } from '@suga/gateway/single-flight';
import { type Clock, ownClock } from '@suga/vitest/clock';
import { beforeEach, describe, expect, it, vi } from 'vitest';

let clock: Clock;
beforeEach(() => {
  clock = ownClock();
});

/** A deadline that leaves work so long, in ms. */
const soon = (ms: number): number => Date.now() + 100 + ms;

describe('work that several wait for', () => {
  it('gives each what it gives, and who has less time something of his own', async () => {
    let finish: (value: string) => void = () => undefined;
    const flight = new SingleFlight(() => new Promise<string>((resolve) => (finish = resolve)));
    const [patient, hurried] = [flight.wait(undefined, () => 'late'), flight.wait(soon(5), () => 'late')];
    expect(await clock.pass(5, hurried)).toBe('late');
    expect(flight.isCancelled).toBe(false);
    finish('done');
    expect(await patient).toBe('done');
    expect(flight.isCancelled).toBe(false);
  });

  it('is given up when the last one has left', async () => {
    let aborted = false;
    const flight = new SingleFlight((signal) => new Promise<never>(() => signal.addEventListener('abort', () => (aborted = true))));
    const [last, first] = [flight.wait(soon(5), () => 1), flight.wait(soon(1), () => 2)];
    expect(await clock.pass(1, first)).toBe(2);
    expect([flight.isCancelled, aborted]).toEqual([false, false]);
    expect(await clock.pass(4, last)).toBe(1);
    expect([flight.isCancelled, aborted]).toEqual([true, true]);
  });

  it('that fails does so for all, and is not given up', async () => {
    const flight = new SingleFlight(() => Promise.reject(new Error('down')));
    const outcomes = await Promise.allSettled([flight.wait(undefined, () => 1), flight.wait(soon(1000), () => 2)]);
    expect(outcomes.map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['down', 'down']);
    expect(flight.isCancelled).toBe(false);
  });
});

describe('a deadline', () => {
  const never = new Promise<never>(() => undefined);

  it('is kept with 100 ms to spare', async () => {
    let outcome: unknown;
    void withDeadline(never, Date.now() + 1000, () => 'late').then((value) => (outcome = value));
    await clock.pass(899);
    expect(outcome).toBeUndefined();
    await clock.pass(1);
    expect(outcome).toBe('late');
  });

  it('that there is none of is waited for, and one that is over waits no more', async () => {
    expect(await withDeadline(Promise.resolve(1), undefined, () => 2)).toBe(1);
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    expect(
      await clock.pass(
        1,
        withDeadline(never, Date.now() - 1000, () => 'late'),
      ),
    ).toBe('late');
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('may be further away than a timer reaches', async () => {
    let outcome: unknown;
    let finish: (value: string) => void = () => undefined;
    const work = new Promise<string>((resolve) => (finish = resolve));
    void withDeadline(work, Number.MAX_SAFE_INTEGER, () => 'late').then((value) => (outcome = value));
    await clock.pass(60_000);
    expect(outcome).toBeUndefined();
    finish('far');
    await clock.pass(1);
    expect(outcome).toBe('far');
  });

  it('leaves no timer behind', async () => {
    await withDeadline(Promise.resolve(1), soon(1000), () => 2);
    expect(vi.getTimerCount()).toBe(0);
  });
});
