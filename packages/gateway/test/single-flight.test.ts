import { SingleFlight } from '@suga/gateway/single-flight';
import { type Clock, ownClock } from '@suga/vitest/clock';
import { beforeEach, describe, expect, it } from 'vitest';

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

  it('is cancelled when the last one has left', async () => {
    let aborted = false;
    const flight = new SingleFlight((signal) => new Promise<never>(() => signal.addEventListener('abort', () => (aborted = true))));
    const [last, first] = [flight.wait(soon(5), () => 1), flight.wait(soon(1), () => 2)];
    expect(await clock.pass(1, first)).toBe(2);
    expect([flight.isCancelled, aborted]).toEqual([false, false]);
    expect(await clock.pass(4, last)).toBe(1);
    expect([flight.isCancelled, aborted]).toEqual([true, true]);
  });

  it('that fails does so for all, and is not cancelled', async () => {
    const flight = new SingleFlight(() => Promise.reject(new Error('down')));
    const outcomes = await Promise.allSettled([flight.wait(undefined, () => 1), flight.wait(soon(1000), () => 2)]);
    expect(outcomes.map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['down', 'down']);
    expect(flight.isCancelled).toBe(false);
  });
});
