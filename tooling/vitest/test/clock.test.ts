import { expect, it } from 'vitest';
import { ownClock, settled } from '../src/clock.ts';
import { until } from '../src/until.ts';

const sleep = (ms: number): Promise<number> => new Promise((resolve) => setTimeout(resolve, ms, ms));

it('does not move until time passes, and then runs due timers in order', async () => {
  const clock = ownClock();
  const begun = Date.now();
  const seen: number[] = [];
  for (const ms of [900_000, 20, 10]) void sleep(ms).then((value) => seen.push(value, Date.now() - begun));
  await settled();
  expect([seen, Date.now()]).toEqual([[], begun]);
  await clock.pass(20);
  expect(seen).toEqual([10, 10, 20, 20]);
  expect(await clock.pass(900_000, sleep(900_000))).toBe(900_000);
  expect(seen.slice(4)).toEqual([900_000, 900_000]);
});

it('waits for the work of one timer before it runs the next', async () => {
  const clock = ownClock();
  const seen: string[] = [];
  const slow = async (name: string): Promise<void> => {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    seen.push(name);
  };
  setTimeout(() => void slow('first').then(() => setTimeout(() => seen.push('third'), 10)), 10);
  setTimeout(() => seen.push('second'), 11);
  // This timer is set by work that was ready before time passes, so it still counts.
  setImmediate(() => setTimeout(() => seen.push('zeroth'), 5));
  await clock.pass(20);
  expect(seen).toEqual(['zeroth', 'first', 'second', 'third']);
});

it('does not leave a rejection unhandled while time passes', async () => {
  const clock = ownClock();
  const failing = sleep(10).then(() => Promise.reject(new Error('late')));
  await expect(clock.pass(60_000, failing)).rejects.toThrow('late');
});

it('ends with its test', async () => {
  const begun = Date.now();
  await until(() => Date.now() > begun);
});
