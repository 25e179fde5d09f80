import { inTime, Joint } from '@suga/gateway/joint';
import { describe, expect, it } from 'vitest';

const soon = (ms: number): number => Date.now() + 100 + ms;

describe('work that several wait for', () => {
  it('gives each what it gives, and who has less time something of his own', async () => {
    let finish: (value: string) => void = () => undefined;
    const joint = new Joint(() => new Promise<string>((resolve) => (finish = resolve)));
    const [patient, hurried] = [joint.wait(undefined, () => 'late'), joint.wait(soon(5), () => 'late')];
    expect(await hurried).toBe('late');
    expect(joint.isGivenUp).toBe(false);
    finish('done');
    expect(await patient).toBe('done');
  });

  it('is given up when the last one has left', async () => {
    let aborted = false;
    const joint = new Joint((signal) => new Promise<never>(() => signal.addEventListener('abort', () => (aborted = true))));
    expect(await Promise.all([joint.wait(soon(5), () => 1), joint.wait(soon(1), () => 2)])).toEqual([1, 2]);
    expect([joint.isGivenUp, aborted]).toEqual([true, true]);
  });

  it('that fails does so for all, and is not given up', async () => {
    const joint = new Joint(() => Promise.reject(new Error('down')));
    const outcomes = await Promise.allSettled([joint.wait(undefined, () => 1), joint.wait(soon(1000), () => 2)]);
    expect(outcomes.map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['down', 'down']);
    expect(joint.isGivenUp).toBe(false);
  });

  it('without a deadline is waited for, and one that is over waits no more', async () => {
    expect(await inTime(Promise.resolve(1), undefined, () => 2)).toBe(1);
    expect(await inTime(new Promise(() => undefined), Date.now() - 1000, () => 'late')).toBe('late');
    expect(await inTime(Promise.resolve('far'), Number.MAX_SAFE_INTEGER, () => 'late')).toBe('far');
  });
});
