import { ownClock } from '@suga/vitest/clock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Ledger } from '../src/ledger/contract.js';
import { account, amount, failing, invocation, MEMORY, monthSettings, NOON, PLENTY, read, run, stopped, TIMEOUT, used } from './test-environment.js';

const WORST = MEMORY * (TIMEOUT + 1);
beforeEach(() => void vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', String(MEMORY)));
afterEach(() => void vi.unstubAllEnvs());

describe('a lease', () => {
  it('is requested once and then used in the same turn of the event loop', async () => {
    const { environment, time } = await account();
    const one = environment();
    await run(one, time, 10);
    // The environment did not know the epoch before.
    expect(one.report().counts).toMatchObject({ admitted: 1, leases: 2 });
    for (let index = 0; index < 7; index++) {
      const next = invocation(time);
      expect(one.start(next)).toBeUndefined();
      one.end(next);
    }
    expect(one.report().counts).toMatchObject({ admitted: 8, leases: 2, failures: 0 });
  });

  it('doubles while it is used up, and halves when it expires', async () => {
    const { environment, time, ledger } = await account(PLENTY, { concurrency: 256 });
    const one = environment();
    const sizes: number[] = [];
    for (let count = 0; count < 2000; count++) {
      const before = (await used(ledger)).requests;
      await run(one, time, 1);
      const after = (await used(ledger)).requests;
      if (after > before) sizes.push(after - before);
    }
    expect(sizes).toEqual([8, 16, 32, 64, 128, 256, 512, 512, 512]);
    for (let idle = 0; idle < 2; idle++) {
      time.pass(300_000);
      const before = (await used(ledger)).requests;
      await run(one, time, 1);
      sizes.push((await used(ledger)).requests - before);
    }
    expect(sizes.slice(-2)).toEqual([256, 256]);
  });

  it('is limited by what is left for each environment', async () => {
    const { environment, time, ledger } = await account(amount(4000, PLENTY.mbMs), { concurrency: 100 });
    const one = environment();
    await run(one, time, 1);
    expect((await used(ledger)).requests).toBe(8);
    for (let count = 0; count < 30; count++) await run(one, time, 1);
    // 4,000 ÷ (4 × 100), and less as less is left.
    expect(one.report().counts.leases).toBeGreaterThan(4);
  });

  it('reserves the worst case, returns unused compute, and counts each started ms and one more', async () => {
    const { environment, time, ledger } = await account();
    const one = environment();
    const first = invocation(time);
    await one.start(first);
    const { mbMs } = await used(ledger);
    expect(mbMs).toBeGreaterThanOrEqual(WORST);
    expect(one.report().lease.mbMs).toBe(mbMs - WORST);
    time.mono += 99.2;
    time.wall += 99;
    one.end(first);
    expect(one.report().lease).toEqual(amount(7, mbMs - MEMORY * 101));
    one.end(first);
    expect(one.report().lease).toEqual(amount(7, mbMs - MEMORY * 101));
  });

  it('includes the time billed after the handler with each invocation', async () => {
    const { environment, time } = await account();
    const [one, other] = [environment({ afterMs: 500 }), environment()];
    for (const each of [one, other]) await run(each, time, 10);
    expect(other.report().lease.mbMs - one.report().lease.mbMs).toBe(MEMORY * 500);
  });

  it('returns nothing for an invocation that ran longer than its worst case', async () => {
    const { environment, time } = await account();
    const one = environment();
    const first = invocation(time);
    await one.start(first);
    const before = one.report().lease.mbMs;
    time.pass(TIMEOUT * 2);
    one.end(first);
    expect(one.report().lease.mbMs).toBe(before);
  });

  it.each([
    ['both clocks', 120_000, 120_000],
    ['the monotonic clock alone, the other set back', -5000, 120_000],
    ['the wall clock alone, the other frozen', 120_000, 0],
  ])('expires after two minutes by %s', async (_, wall, mono) => {
    const { environment, time } = await account();
    const one = environment();
    await run(one, time, 1);
    time.wall += wall - 2;
    time.mono += mono === 0 ? 0 : mono - 2;
    expect(one.report().lease.requests).toBe(7);
    time.wall += 2;
    time.mono += mono === 0 ? 0 : 2;
    expect(one.report().lease).toEqual(amount(0, 0));
    await run(one, time, 1);
    expect(one.report().counts.leases).toBe(3);
  });

  it('counts its age from before the request, and accepts nothing back after it has expired', async () => {
    const { environment, time, ledger } = await account();
    const slow: Ledger = { ...failing(ledger, () => undefined), grant: async (ask) => (time.pass(1000), ledger.grant(ask)) };
    const one = environment({ deps: { ledger: slow } });
    const long = invocation(time, { deadline: time.wall + 600_000 });
    await one.start(long);
    time.pass(118_999);
    expect(one.report().lease.requests).toBe(7);
    time.pass(1);
    expect(one.report().lease.requests).toBe(0);
    one.end(long);
    expect(one.report().lease).toEqual(amount(0, 0));
  });

  it('only loses a grant by a crash between grant and use', async () => {
    const { environment, time, ledger } = await account(amount(100, PLENTY.mbMs), { concurrency: 5 });
    const total = { admitted: 0 };
    for (let crash = 0; crash < 200; crash++) {
      const doomed = environment();
      await run(doomed, time, 1).catch(() => undefined);
      total.admitted += doomed.report().counts.admitted;
    }
    const { left, open } = await read(ledger);
    expect(total.admitted).toBeLessThanOrEqual(100);
    expect(left.requests).toBeGreaterThanOrEqual(0);
    expect(open.get(1)?.requests).toBe(100 - left.requests);
  });

  it('reports the INIT once, with the first grant', async () => {
    const { environment, time, ledger } = await account();
    const initMs = vi.fn(() => 1234.5);
    const one = environment({ deps: { initMs } });
    for (let count = 0; count < 20; count++) await run(one, time, 1);
    expect(initMs).toHaveBeenCalledTimes(1);
    expect((await read(ledger)).init).toBe(MEMORY * 1235);
    const late = environment({ deps: { initMs: () => 3_600_000 } });
    await run(late, time, 1);
    expect((await read(ledger)).init).toBe(MEMORY * (1235 + 10_000));
  });
});

describe('an INIT that no lease has booked', () => {
  it('is booked at the end of the invocation: if it was refused, and if the ledger was unreachable before', async () => {
    const { environment, time, ledger } = await account(amount(0, 0));
    const refused = environment({ deps: { initMs: () => 1000 } });
    const one = invocation(time);
    await expect(Promise.resolve().then(() => refused.start(one))).rejects.toMatchObject({ code: 'Blocked' });
    await refused.end(one);
    expect((await read(ledger)).init).toBe(MEMORY * 1000);
    await refused.end(invocation(time));
    expect((await read(ledger)).init).toBe(MEMORY * 1000);

    let isSilent = true;
    const silent = failing(ledger, () => (isSilent ? Promise.reject(new Error('no response')) : undefined));
    const late = environment({
      critical: true,
      deps: {
        ledger: { ...silent, reportInit: (...args) => (isSilent ? Promise.reject(new Error('no response')) : ledger.reportInit(...args)) },
        initMs: () => 10,
      },
    });
    const [first, second] = [invocation(time), invocation(time)];
    await late.start(first);
    await late.end(first);
    expect((await read(ledger)).init).toBe(MEMORY * 1000);
    isSilent = false;
    await late.end(second);
    expect((await read(ledger)).init).toBe(MEMORY * 1010);
  });
});

describe('overlapping invocations', () => {
  it('share one request, and never use more than they were granted', async () => {
    const { environment, time, ledger } = await account();
    const one = environment();
    const all = Array.from({ length: 200 }, () => invocation(time));
    await Promise.all(all.map((each) => one.start(each)));
    expect(one.report().counts).toMatchObject({ admitted: 200, leases: 2 });
    expect((await used(ledger)).mbMs).toBe(200 * WORST);
    time.pass(50);
    for (const each of all) one.end(each);
    expect(one.report().lease).toEqual(amount(0, 200 * (WORST - MEMORY * 51)));
  });

  it('are admitted up to exactly what is left', async () => {
    const { environment, time, ledger } = await account(amount(50, PLENTY.mbMs));
    const environments = Array.from({ length: 20 }, () => environment());
    const results = await Promise.allSettled(environments.flatMap((each) => Array.from({ length: 10 }, () => each.start(invocation(time)))));
    const admitted = environments.reduce((sum, each) => sum + each.report().counts.admitted, 0);
    expect(admitted).toBe(results.filter(({ status }) => status === 'fulfilled').length);
    expect(admitted).toBeLessThanOrEqual(50);
    expect((await read(ledger)).left.requests).toBeGreaterThanOrEqual(0);
  });

  it('stop waiting when they have no time, while the request continues for the others', async () => {
    const { environment, time, ledger } = await account();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => void (open = resolve));
    const signals: (AbortSignal | undefined)[] = [];
    const slow: Ledger = { ...failing(ledger, () => undefined), grant: async (ask, signal) => (signals.push(signal), await gate, ledger.grant(ask)) };
    const one = environment({ deps: { ledger: slow } });
    const hurried = one.start(invocation(time, { deadline: time.wall + 110 }));
    const patient = one.start(invocation(time));
    await expect(hurried).rejects.toMatchObject({ code: 'Blocked', details: { why: 'late' } });
    expect(signals[0]?.aborted).toBe(false);
    // The ledger may still respond, so nothing has to be stopped.
    expect(one.report().counts.failures).toBe(0);
    open();
    await patient;
    expect(one.report().counts).toMatchObject({ admitted: 1, refused: 1, failures: 0 });
  });

  it('cancel a request for which none waits any more, with half of the time left, and call the guardian before they respond', async () => {
    const { environment, time, ledger } = await account();
    const signals: (AbortSignal | undefined)[] = [];
    const never: Ledger = { ...failing(ledger, () => undefined), grant: (_, signal) => (signals.push(signal), stopped(signal)) };
    const woken: string[] = [];
    let isRefused = false;
    const wake = async ({ why }: { readonly why: string }) => {
      expect(isRefused).toBe(false);
      await undefined;
      woken.push(why);
    };
    const one = environment({ deps: { ledger: never, wake } });
    const clock = ownClock();
    const deadline = time.wall + 600;
    const refused = Promise.resolve(one.start(invocation(time, { deadline }))).finally(() => void (isRefused = true));
    await expect(clock.pass(600 - 100 - 1, refused)).rejects.toMatchObject({ code: 'Blocked', details: { why: 'late' } });
    expect([signals[0]?.aborted, woken, one.report().counts.failures]).toEqual([true, ['silent'], 1]);
    // The ledger is not asked for a moment: a refused invocation should not be billed for waiting.
    expect(() => one.start(invocation(time))).toThrow('did not respond in time');
    expect(signals).toHaveLength(1);
  });

  it('do not wait for a guardian that does not respond, either', async () => {
    const { environment, time, ledger } = await account();
    const never: Ledger = { ...failing(ledger, () => undefined), grant: (_, signal) => stopped(signal) };
    const one = environment({ deps: { ledger: never, wake: () => new Promise(() => undefined) } });
    await expect(one.start(invocation(time, { deadline: time.wall + 600 }))).rejects.toMatchObject({ details: { why: 'late' } });
  });
});

describe('the turn of a month', () => {
  const at = (text: string): number => Date.parse(text);

  it.each([
    ['in its last minute', '2026-11-30T23:59:00.500Z', ['2026-11', '2026-12']],
    ['where the deadline lies in the next', '2026-11-30T23:58:55Z', ['2026-11', '2026-12']],
    ['in its first minute', '2026-12-01T00:00:59.999Z', ['2026-11', '2026-12']],
    ['before', '2026-11-30T23:58:49Z', ['2026-11']],
    ['after', '2026-12-01T00:01:00Z', ['2026-12']],
  ])('is booked to the months that it may belong to: %s', async (_, begin, months) => {
    const { environment, time, ledger } = await account();
    time.wall = at(begin);
    await run(environment(), time, 10);
    for (const month of ['2026-10', '2026-11', '2026-12']) expect((await used(ledger, month)).requests > 0, month).toBe(months.includes(month));
  });

  it('handles 29 February, and an invocation across midnight', async () => {
    const { environment, time, ledger } = await account(PLENTY, { months: ['2028-02', '2028-03'] });
    const one = environment();
    time.wall = at('2028-02-29T23:50:00Z');
    await run(one, time, 10);
    expect((await used(ledger, '2028-03')).requests).toBe(0);
    time.wall = at('2028-02-29T23:59:55Z');
    const across = invocation(time);
    await one.start(across);
    time.pass(8000);
    one.end(across);
    expect(one.report().month).toBe('2028-03');
    for (const month of ['2028-02', '2028-03']) {
      const { mbMs } = await used(ledger, month);
      expect(mbMs, month).toBeGreaterThanOrEqual(MEMORY * 8001);
    }
    time.wall = at('2028-03-01T12:00:00Z');
    await run(one, time, 10);
    expect(one.report().level).toBe('normal');
  });

  it('returns the reservation of one month if the other has nothing left', async () => {
    const { environment, time, ledger } = await account(PLENTY, { months: ['2026-11'] });
    await ledger.begin('2026-12', 1, monthSettings(amount(0, 0)));
    time.wall = at('2026-11-30T23:59:30Z');
    const one = environment();
    await expect(run(one, time, 10)).rejects.toMatchObject({ code: 'Blocked' });
    expect(one.report().lease.mbMs).toBe((await used(ledger)).mbMs);
  });

  it('skips a month before the ledger’s first', async () => {
    const { environment, time } = await account(PLENTY, { months: ['2026-11'] });
    time.wall = at('2026-11-01T00:00:10Z');
    const one = environment();
    await run(one, time, 10);
    expect(one.report().counts.admitted).toBe(1);
    time.wall = at('2026-11-30T23:59:30Z');
    await expect(run(one, time, 10)).rejects.toMatchObject({ code: 'Blocked', details: { why: 'unknown month' } });
  });

  it('begins a new month at normal, with its own emergencies', async () => {
    const { environment, time, ledger } = await account(amount(10, PLENTY.mbMs));
    await ledger.settle(await read(ledger, '2026-12'), { epoch: 2, total: amount(0, 0), settled: [], settings: monthSettings(PLENTY) });
    const one = environment();
    for (let count = 0; count < 20; count++) await run(one, time, 1).catch(() => undefined);
    expect(one.report().level).toBe('block');
    time.wall = at('2026-11-30T23:59:30Z');
    await run(one, time, 1).catch(() => undefined);
    time.wall = at('2026-12-01T00:02:00Z');
    await run(one, time, 1);
    expect(one.report()).toMatchObject({ level: 'normal', month: '2026-12', counts: { emergency: 0 } });
  });
});

describe('refusals', () => {
  it('declare an incident once, call the guardian until functions are stopped, and are remembered', async () => {
    const { environment, time, ledger, calls } = await account(amount(3, PLENTY.mbMs), { concurrency: 1000 });
    const environments = Array.from({ length: 10 }, () => environment());
    for (const each of [...environments, ...environments]) await run(each, time, 1).catch(() => undefined);
    expect(await read(ledger)).toMatchObject({ mode: 'blocked', stoppedAt: 0 });
    expect(calls).toEqual(['2026-11']);
    const asked = environments.map((each) => each.report().counts.leases);
    for (const each of environments) await run(each, time, 1).catch(() => undefined);
    expect(environments.map((each) => each.report().counts.leases)).toEqual(asked);
    time.pass(2000);
    for (const each of environments) await run(each, time, 1).catch(() => undefined);
    expect(calls).toHaveLength(2);
    await ledger.stopped('2026-11', 'blocked', NOON);
    time.pass(2000);
    for (const each of environments) await run(each, time, 1).catch(() => undefined);
    expect(calls).toHaveLength(2);
    const known = environments[0]?.report().counts.leases;
    time.pass(29_999);
    for (const each of environments) await run(each, time, 1).catch(() => undefined);
    expect(environments[0]?.report().counts.leases).toBe(known);
    await ledger.mode('2026-11', ['blocked'], 'open');
    await ledger.settle(await read(ledger), { epoch: 2, total: amount(0, 0), settled: [1], settings: monthSettings(PLENTY) });
    time.pass(1);
    await run(environments[0] ?? environment(), time, 1);
  });

  it('makes other environments call, more and more often, if the declaring one is gone', async () => {
    const { environment, time, ledger, calls } = await account(amount(0, 0), { concurrency: 16 });
    await ledger.mode('2026-11', ['open'], 'blocked');
    const one = environment();
    for (let tries = 0; tries < 5; tries++) {
      await run(one, time, 1).catch(() => undefined);
      time.pass(2000);
    }
    // With 0.5 drawn each time: 1, 2, 4 and 8 sixteenths are no call, 16 are.
    expect(calls).toHaveLength(1);
  });

  it('keep the reserve for critical functions', async () => {
    const { environment, time, ledger, calls } = await account(amount(40, PLENTY.mbMs), { reserve: amount(32, 0) });
    const [plain, vital] = [environment(), environment({ critical: true })];
    for (let count = 0; count < 8; count++) await run(plain, time, 1);
    await expect(run(plain, time, 1)).rejects.toMatchObject({ code: 'Throttled', details: { why: 'reserved' } });
    expect(await read(ledger)).toMatchObject({ mode: 'reserved' });
    expect(calls).toHaveLength(1);
    for (let count = 0; count < 32; count++) await run(vital, time, 1);
    await expect(run(vital, time, 1)).rejects.toMatchObject({ code: 'Blocked', details: { why: 'exhausted', retryAfter: 900_000 } });
    expect((await read(ledger)).mode).toBe('blocked');
  });

  it('always have a grant for their request in a function with some critical invocations, which is stopped last', async () => {
    const { environment, time, ledger, calls } = await account(amount(40, PLENTY.mbMs), { reserve: amount(20, 0) });
    const one = environment({ critical: ['sqs'] });
    const seen: Record<string, number> = {};
    const invoke = (source: string) =>
      run(one, time, 1, { source }).then(
        () => 'done',
        ({ details }) => details.why,
      );
    for (let count = 0; count < 41; count++) {
      const key = `${count % 2 ? 'sqs' : 'http'} ${await invoke(count % 2 ? 'sqs' : 'http')}`;
      seen[key] = (seen[key] ?? 0) + 1;
    }
    // Each of the first forty had a grant for its request, including those that were shed. The last one had none, and the function is stopped.
    expect(seen).toMatchObject({ 'sqs done': 20, 'http reserved': expect.any(Number), 'http exhausted': 1 });
    expect(seen['sqs reserved']).toBeUndefined();
    expect(await read(ledger)).toMatchObject({ mode: 'blocked', left: { requests: 0 } });
    expect(calls).toHaveLength(1);
  });

  it('shed all invocations that are not critical in mode reserved, with a grant for each', async () => {
    const { environment, time, ledger } = await account();
    await ledger.mode('2026-11', ['open'], 'reserved');
    const one = environment({ critical: ['sqs'] });
    for (let count = 0; count < 20; count++) await expect(run(one, time, 1)).rejects.toMatchObject({ code: 'Throttled', details: { why: 'reserved' } });
    await run(one, time, 1, { source: 'sqs' });
    const { requests } = await used(ledger);
    expect(requests - one.report().lease.requests).toBe(21);
    expect(one.report().counts).toMatchObject({ admitted: 1, refused: 20 });
  });

  it('call the guardian for a function that still runs long after it was stopped, until it is stopped again', async () => {
    const { environment, time, ledger, calls } = await account(amount(0, 0), { concurrency: 16 });
    await ledger.mode('2026-11', ['open'], 'blocked');
    await ledger.stopped('2026-11', 'blocked', NOON);
    const one = environment();
    const refused = () => run(one, time, 1).catch(() => undefined);
    time.pass(59_000);
    await refused();
    time.pass(30_000);
    for (let tries = 0; tries < 4; tries++) {
      await refused();
      time.pass(2000);
    }
    // The random number is always 0.5. A chance of 1, 2, 4 or 8 sixteenths leads to no call, one of 16 sixteenths does.
    expect(calls).toEqual([]);
    // A call may be lost, and every refused invocation costs a request meanwhile. So the environment calls every two seconds.
    for (let tries = 1; tries <= 5; tries++) {
      await refused();
      expect(calls).toHaveLength(tries);
      time.pass(2001);
    }
    await ledger.stopped('2026-11', 'blocked', time.wall);
    await refused();
    time.pass(29_000);
    await refused();
    expect(calls).toHaveLength(5);
  });

  it('request less if that much is not left', async () => {
    const { environment, time, ledger } = await account(amount(5, PLENTY.mbMs));
    const one = environment({ critical: true });
    for (let count = 0; count < 5; count++) await run(one, time, 1);
    await expect(run(one, time, 1)).rejects.toMatchObject({ code: 'Blocked' });
    expect((await read(ledger)).left.requests).toBe(0);
  });

  it('hold if the guardian cannot be called, which is tried again', async () => {
    const { environment, time } = await account(amount(0, 0));
    const wake = vi.fn(() => Promise.reject(new Error('no such function')));
    const one = environment({ deps: { wake } });
    for (let tries = 0; tries < 3; tries++) {
      await expect(run(one, time, 1)).rejects.toMatchObject({ code: 'Blocked', details: { why: tries ? 'blocked' : 'exhausted' } });
      time.pass(2000);
    }
    expect(wake).toHaveBeenCalledTimes(3);
    expect(one.report().counts.failures).toBe(3);
  });
});

describe('an unreachable ledger', () => {
  const down = new Error('connection refused');

  it('causes refusals of invocations that are not critical, without a wait each time, until it responds', async () => {
    const { environment, time, ledger } = await account();
    let isDown = true;
    const one = environment({ deps: { ledger: failing(ledger, () => (isDown ? Promise.reject(down) : undefined)) } });
    await expect(run(one, time, 1)).rejects.toMatchObject({ code: 'Blocked', cause: down, details: { why: 'unreachable', retryAfter: 2000 } });
    isDown = false;
    await expect(run(one, time, 1)).rejects.toMatchObject({ details: { why: 'unreachable' } });
    expect(one.report().counts).toMatchObject({ leases: 1, failures: 1, refused: 2 });
    time.pass(2001);
    await run(one, time, 1);
    expect(one.report().counts.admitted).toBe(1);
  });

  it('leaves a limited number of critical invocations per month', async () => {
    const { environment, time, ledger } = await account();
    const one = environment({ critical: true, emergency: 3, deps: { ledger: failing(ledger, () => Promise.reject(down)) } });
    for (let count = 0; count < 3; count++) await run(one, time, 1);
    await expect(run(one, time, 1)).rejects.toMatchObject({ code: 'Blocked' });
    expect(one.report().counts).toMatchObject({ admitted: 3, emergency: 3, refused: 1 });
    time.wall = Date.parse('2026-12-15T00:00:00Z');
    await run(one, time, 1);
    expect((await used(ledger)).requests).toBe(0);
  });

  it('stops nothing with failMode open, except once all is used up', async () => {
    const { environment, time, ledger } = await account(amount(1, PLENTY.mbMs));
    let isDown = true;
    const one = environment({ failMode: 'open', critical: true, deps: { ledger: failing(ledger, () => (isDown ? Promise.reject(down) : undefined)) } });
    for (let count = 0; count < 50; count++) await run(one, time, 1);
    expect(one.report().counts).toMatchObject({ admitted: 50, emergency: 50 });
    isDown = false;
    time.pass(2001);
    // One request was left, and fifty have been used.
    await expect(run(one, time, 1)).rejects.toMatchObject({ code: 'Blocked', details: { why: 'exhausted' } });
    expect(await read(ledger)).toMatchObject({ mode: 'blocked', left: { requests: 1 } });
    // After this time the guardian has read it from CloudWatch.
    await ledger.mode('2026-11', ['blocked'], 'open');
    time.pass(3_600_001);
    await run(one, time, 1);
  });

  it('gets a report later of what was used without it', async () => {
    const { environment, time, ledger } = await account(amount(30, PLENTY.mbMs));
    let isDown = true;
    const deps = { ledger: failing(ledger, () => (isDown ? Promise.reject(down) : undefined)) };
    const one = environment({ critical: ['sqs'], emergency: 2, deps });
    for (let count = 0; count < 2; count++) await run(one, time, 50, { source: 'sqs' });
    for (let count = 0; count < 10; count++) await run(one, time, 0).catch(() => undefined);
    isDown = false;
    time.pass(2001);
    await run(one, time, 1);
    const { left, open } = await read(ledger);
    const { lease } = one.report();
    // Twelve ran without a lease, one with; the rest is held.
    expect(30 - left.requests - lease.requests).toBe(13);
    expect(PLENTY.mbMs - left.mbMs - lease.mbMs).toBe(MEMORY * (2 * 51 + 10 + 2));
    expect(open.get(1)?.requests).toBe(30 - left.requests);
    await run(one, time, 1);
    expect(30 - (await read(ledger)).left.requests - one.report().lease.requests).toBe(14);
  });

  it('does not keep a held lease from being used', async () => {
    const { environment, time, ledger } = await account();
    let isDown = false;
    const one = environment({ deps: { ledger: failing(ledger, () => (isDown ? Promise.reject(down) : undefined)) } });
    await run(one, time, 1);
    isDown = true;
    for (let count = 0; count < 7; count++) await run(one, time, 1);
    await expect(run(one, time, 1)).rejects.toMatchObject({ details: { why: 'unreachable' } });
  });

  it('is treated like a ledger whose epoch changes at every request', async () => {
    const { environment, time, ledger } = await account();
    let epoch = 1;
    const restless: Ledger = {
      ...failing(ledger, () => undefined),
      grant: async (ask) => ({ granted: false, reason: 'epoch', month: { ...(await read(ledger, ask.month)), epoch: ++epoch } }),
    };
    const one = environment({ deps: { ledger: restless } });
    await expect(run(one, time, 1)).rejects.toMatchObject({ details: { why: 'unreachable' } });
    expect(one.report().counts.leases).toBe(4);
  });
});
