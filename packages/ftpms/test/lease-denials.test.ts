import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ledger } from '../src/ledger/contract.js';
import { account, amount, failing, invocation, MEMORY, monthSettings, NOON, PLENTY, read, run, TIMEOUT, used } from './test-environment.js';

beforeEach(() => void vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', String(MEMORY)));
afterEach(() => void vi.unstubAllEnvs());

const WORST = MEMORY * (TIMEOUT + 1);
const down = new Error('connection refused');

describe('less than was requested', () => {
  it('is accepted if it is enough for one invocation: all of the compute except that of the INIT', async () => {
    const rest = 100;
    const { environment, time, ledger } = await account(amount(1000, WORST + MEMORY * 10 + rest));
    const one = environment({ critical: true, deps: { initMs: () => 10 } });
    await one.start(invocation(time));
    expect(one.report()).toMatchObject({ counts: { admitted: 1, leases: 3 }, lease: { mbMs: rest } });
    expect(await read(ledger)).toMatchObject({ init: MEMORY * 10, left: { mbMs: 0 } });
  });

  it('is what is left, without the use while the ledger was unreachable', async () => {
    const { environment, time, ledger } = await account(amount(1000, 3 * WORST));
    let isDown = true;
    const one = environment({ failMode: 'open', deps: { ledger: failing(ledger, () => (isDown ? Promise.reject(down) : undefined)) } });
    await run(one, time, TIMEOUT);
    isDown = false;
    time.pass(2001);
    await one.start(invocation(time, { deadline: time.wall + TIMEOUT }));
    const { left } = await read(ledger);
    const { lease } = one.report();
    expect(3 * WORST - left.mbMs - lease.mbMs).toBe(2 * WORST);
    expect(1000 - left.requests - lease.requests).toBe(2);
  });

  it('is only compute for invocations that already have their requests', async () => {
    const { environment, time, ledger } = await account(amount(8, PLENTY.mbMs));
    const one = environment({ critical: true });
    await run(one, time, 1);
    expect(one.report().lease.requests).toBe(1);
    await ledger.grant({ month: '2026-11', epoch: 1, amount: amount(6, 0), init: 0, critical: true });
    const all = await Promise.allSettled([1, 2].map(() => one.start(invocation(time))));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await read(ledger)).toMatchObject({ mode: 'blocked', left: { requests: 0 } });
  });

  it('is requested a limited number of times if the ledger does not grant what it reports as left', async () => {
    const { environment, time, ledger } = await account(amount(100, PLENTY.mbMs));
    const miser: Ledger = {
      ...failing(ledger, () => undefined),
      grant: async (ask) => ({ granted: false, reason: 'exhausted', month: await read(ledger, ask.month) }),
    };
    const one = environment({ deps: { ledger: miser } });
    await expect(run(one, time)).rejects.toMatchObject({ details: { why: 'exhausted' } });
    expect(one.report().counts).toMatchObject({ leases: 4, failures: 0 });
  });

  it.each([
    ['blocked', 'Blocked', true],
    ['reserved', 'Throttled', false],
  ] as const)('is not asked for in mode %s', async (mode, code, critical) => {
    const { environment, time, ledger } = await account(amount(100, PLENTY.mbMs));
    await ledger.mode('2026-11', ['open'], mode);
    const one = environment({ critical });
    await expect(run(one, time)).rejects.toMatchObject({ code });
    // One request to learn the epoch.
    expect(one.report().counts.leases).toBe(2);
  });

  it('is requested by critical functions in mode reserved', async () => {
    const { environment, time, ledger } = await account(amount(5, PLENTY.mbMs));
    await ledger.mode('2026-11', ['open'], 'reserved');
    const one = environment({ critical: true });
    await run(one, time);
    expect(await used(ledger)).toMatchObject({ requests: 5 - (await read(ledger)).left.requests });
    expect(one.report().counts.admitted).toBe(1);
  });
});

describe('a debt', () => {
  it.each([
    [3_600_000, 2],
    [3_600_001, 1],
  ])('is reported until the guardian has measured it: after %i ms', async (ms, requests) => {
    const { environment, time, ledger } = await account();
    let isDown = true;
    const one = environment({ failMode: 'open', deps: { ledger: failing(ledger, () => (isDown ? Promise.reject(down) : undefined)) } });
    await run(one, time);
    isDown = false;
    time.pass(ms);
    await one.start(invocation(time));
    expect((await used(ledger)).requests - one.report().lease.requests).toBe(requests);
  });
});

describe('an incident', () => {
  it('of mode reserved is known at once to the environment that is refused, and declared to all others', async () => {
    const { environment, time, ledger } = await account(amount(40, PLENTY.mbMs), { reserve: amount(40, 0) });
    const one = environment();
    await expect(run(one, time)).rejects.toMatchObject({ details: { why: 'reserved' } });
    expect(one.report().level).toBe('throttle');
    expect((await read(ledger)).mode).toBe('reserved');
  });

  it('starts again if functions that are not critical are stopped, and nothing is left for the others', async () => {
    const { environment, time, ledger, calls } = await account(amount(0, 0), { concurrency: 1000 });
    await ledger.mode('2026-11', ['open'], 'reserved');
    await ledger.stopped('2026-11', 'reserved', NOON);
    const one = environment({ critical: true });
    await expect(run(one, time)).rejects.toMatchObject({ details: { why: 'exhausted' } });
    expect(await read(ledger)).toMatchObject({ mode: 'blocked', stoppedAt: 0 });
    expect(calls).toEqual(['2026-11']);
    // The environment that declared it calls again as long as functions are not stopped.
    time.pass(2000);
    await expect(run(one, time)).rejects.toMatchObject({ details: { why: 'blocked' } });
    expect(calls).toHaveLength(2);
  });

  it('ends with the next grant; of an incident that another environment declares, this one is not the caller', async () => {
    const { environment, time, ledger, calls } = await account(amount(0, 0), { concurrency: 1000 });
    const one = environment();
    await expect(run(one, time)).rejects.toMatchObject({ code: 'Blocked' });
    expect(calls).toHaveLength(1);
    await ledger.mode('2026-11', ['blocked'], 'open');
    await ledger.settle(await read(ledger), { epoch: 2, total: amount(0, 0), settled: [1], settings: monthSettings(PLENTY, amount(0, 0), 1000) });
    time.pass(2000);
    await run(one, time);
    time.pass(200_000);
    await ledger.mode('2026-11', ['open'], 'blocked');
    for (let tries = 0; tries < 3; tries++) {
      await expect(run(one, time)).rejects.toMatchObject({ code: 'Blocked' });
      time.pass(2000);
    }
    expect(calls).toHaveLength(1);
  });

  it('calls the guardian again only for a function that runs more than a minute after the stop', async () => {
    const { environment, time, ledger, calls } = await account(amount(0, 0));
    await ledger.mode('2026-11', ['open'], 'blocked');
    await ledger.stopped('2026-11', 'blocked', NOON);
    const [early, late] = [environment(), environment()];
    time.pass(60_000);
    await expect(run(early, time)).rejects.toMatchObject({ code: 'Blocked' });
    expect(calls).toEqual([]);
    time.pass(1);
    await expect(run(late, time)).rejects.toMatchObject({ code: 'Blocked' });
    expect(calls).toEqual(['2026-11']);
  });
});

describe('a ledger that does not respond', () => {
  it('makes an environment call the guardian if it does not know their number, else about one of all', async () => {
    const { environment, time, ledger, calls } = await account(PLENTY, { concurrency: 16 });
    let isDown = true;
    const one = environment({ deps: { ledger: failing(ledger, () => (isDown ? Promise.reject(down) : undefined)) } });
    const refused = () => expect(run(one, time)).rejects.toMatchObject({ details: { why: 'unreachable' } });
    await refused();
    expect(calls).toHaveLength(1);
    isDown = false;
    time.pass(2000);
    await run(one, time);
    isDown = true;
    time.pass(200_000);
    // With 0.5 drawn each time: 1, 2, 4 and 8 sixteenths are no call, 16 are.
    for (let tries = 0; tries < 4; tries++) {
      await refused();
      time.pass(2000);
    }
    expect(calls).toHaveLength(1);
    await refused();
    expect(calls).toHaveLength(2);
  });

  it('is the reason in the error, even if the guardian cannot be called, with the time to retry', async () => {
    const { environment, time, ledger } = await account();
    const deps = { ledger: failing(ledger, () => Promise.reject(down)), wake: () => Promise.reject(new Error('no such function')) };
    const one = environment({ deps });
    const refused = (retryAfter: number) =>
      expect(Promise.resolve().then(() => one.start(invocation(time)))).rejects.toMatchObject({ cause: down, details: { why: 'unreachable', retryAfter } });
    await refused(2000);
    time.pass(500);
    await refused(1500);
    expect(one.report().counts).toMatchObject({ leases: 1, failures: 1, refused: 2 });
  });
});
