import { describe, expect, it } from 'vitest';
import { restoreByHand, stopByHand } from '../../src/guardian/commands.js';
import { stopNow } from '../../src/guardian/enforce.js';
import { runInterval } from '../../src/guardian/run-interval.js';
import { stopSilent } from '../../src/guardian/unreachable-ledger.js';
import type { GrantRequest } from '../../src/ledger/contract.js';
import { DAY, GB_SECOND, HOUR, MINUTE, Region } from './region.js';

const ask = (epoch: number, requests: number, more: Partial<GrantRequest> = {}): GrantRequest => ({
  month: '2026-11',
  epoch,
  amount: { requests, mbMs: 0 },
  init: 0,
  critical: true,
  ...more,
});

/** Runs every five minutes. */
async function runs(region: Region, count: number): Promise<void> {
  for (let run = 0; run < count; run++) {
    region.pass(5 * MINUTE);
    await region.reconcile();
  }
}

describe('a run of the guardian', () => {
  it('begins this month and the next, and measures the use', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    region.used('orders', 1000, region.now - 5 * DAY, 99);
    region.used('thumbs', 500, region.now - HOUR, 9);
    region.used('other', 50, region.now - HOUR, 9);
    region.functions.set('other', { name: 'other', memoryMb: 512, timeoutMs: 3000 });
    const report = await region.reconcile();
    expect(report).toMatchObject({ month: '2026-11', level: 'normal', mode: 'open', other: { requests: 50, mbMs: 50 * 10 * 512, functions: ['other'] } });
    expect(report?.measured).toEqual({ requests: 1550, mbMs: (1000 * 100 + 500 * 10) * 128 + 50 * 10 * 512 });
    expect(report?.measuredUntil).toBe(Date.parse('2026-11-10T11:44:00Z'));
    expect(report?.days.map(({ day }) => day)).toEqual(['2026-11-05', '2026-11-10']);
    const month = await region.ledger.read('2026-11');
    // The ledger's first month begins in its middle. Use that is not measured yet counts too, at the latest rate, and is settled with the first epoch.
    const unseen = month?.open.get(Date.parse('2026-11-10T12:00:30Z')) ?? { requests: 0 };
    expect((month?.cap.requests ?? 0) - (month?.left.requests ?? 0)).toBe(1550 + unseen.requests);
    expect(unseen.requests).toBeGreaterThan(500);
    expect(await region.ledger.read('2026-12')).toMatchObject({ mode: 'open' });
    expect(Object.keys(region.published[0] ?? {})).toHaveLength(6);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('counts grants until everything they may have started is measured, and returns what was not used', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    const epoch = (await region.ledger.read('2026-11'))?.epoch ?? 0;
    await region.ledger.grant(ask(epoch, 500));
    region.used('orders', 20, region.now + MINUTE);
    const total = async () => {
      const month = await region.ledger.read('2026-11');
      return (month?.cap.requests ?? 0) - (month?.left.requests ?? 0);
    };
    await runs(region, 4);
    expect(await total()).toBe(520);
    await runs(region, 2);
    expect(await total()).toBe(20);
    expect((await region.ledger.read('2026-11'))?.open.size).toBe(0);
  });

  it('does not count reported INITs as grants', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    const epoch = (await region.ledger.read('2026-11'))?.epoch ?? 0;
    await region.ledger.grant(ask(epoch, 1, { init: 1_000_000 }));
    await runs(region, 8);
    const month = await region.ledger.read('2026-11');
    expect([month?.init, (month?.cap.mbMs ?? 0) - (month?.left.mbMs ?? 0)]).toEqual([1_000_000, 1_000_000]);
  });

  it('goes through the levels: alerts once each, lowers, stops, restores', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    region.used('thumbs', 760_000, region.now - DAY);
    expect(await region.reconcile()).toMatchObject({ level: 'warn' });
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
    region.used('thumbs', 100_000, region.now);
    await runs(region, 1);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
    region.pass(HOUR);
    expect(await region.reconcile()).toMatchObject({ level: 'throttle', functions: [{ name: 'orders' }, { name: 'thumbs', concurrency: 10 }] });
    expect([region.concurrency(), region.mappings.get('queue')?.enabled]).toEqual([{ orders: 10, thumbs: 8 }, false]);
    region.used('thumbs', 45_000, region.now);
    await runs(region, 13);
    expect(await region.ledger.read('2026-11')).toMatchObject({ mode: 'reserved' });
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 0 });
    region.used('orders', 60_000, region.now);
    await runs(region, 13);
    const month = await region.ledger.read('2026-11');
    expect(month).toMatchObject({ mode: 'blocked' });
    expect(month?.stoppedAt).toBeGreaterThan(0);
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    expect(region.messages.map(({ subject }) => subject)).toEqual([
      'FTPMS account: WARN at 76 % of the free tier',
      'FTPMS account: THROTTLE at 86 % of the free tier',
      'FTPMS account: BLOCK at 96 % of the free tier',
    ]);
    expect(region.messages.at(-1)?.message).toMatch(/Largest use: thumbs with 905,000 requests/);
    expect(region.messages.at(-1)?.message).toMatch(/Stopped: orders, thumbs\./);
    expect(region.messages.at(-1)?.message).toMatch(/suga ftpms restore/);

    region.now = Date.parse('2026-12-01T00:01:00Z');
    await region.reconcile();
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    await runs(region, 1);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
    expect(region.mappings.get('queue')?.enabled).toBe(true);
    expect(await region.reconcile()).toMatchObject({ month: '2026-12', level: 'normal', functions: [{ stopped: false }, { stopped: false }] });
  });

  it('restores when a correction frees enough, but not before refused invocations are measured', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    const month = await region.ledger.read('2026-11');
    await region.ledger.grant(ask(month?.epoch ?? 0, month?.left.requests ?? 0));
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    await stopNow(region.guard, '2026-11');
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    const stopped = (await region.ledger.read('2026-11'))?.stoppedAt ?? 0;
    let until = 0;
    while (region.concurrency()['orders'] === 0) {
      region.pass(5 * MINUTE);
      until = (await region.reconcile())?.measuredUntil ?? 0;
    }
    expect(until).toBeGreaterThanOrEqual(stopped);
    expect(until - stopped).toBeLessThan(20 * MINUTE);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
    expect(region.messages.map(({ subject }) => subject)).toContain('FTPMS account: back to normal after block');
  });

  it('blocks if the mode is reserved and nothing is critical', async () => {
    const region = new Region('2026-11-10T12:00:30Z', { functions: new Map([['thumbs', false]]) });
    region.used('thumbs', 949_000, region.now - DAY);
    await region.reconcile();
    await region.ledger.mode('2026-11', ['open'], 'reserved');
    await stopNow(region.guard, '2026-11');
    region.pass(MINUTE);
    expect(await region.reconcile()).toMatchObject({ level: 'block', mode: 'blocked', functions: [{ name: 'thumbs', stopped: true }] });
    expect((await region.ledger.read('2026-11'))?.stoppedAt).toBe(region.now);
  });

  it('stops a function that cannot reach the ledger at the second call, until what it refused is measured', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    expect(await stopSilent(region.guard, 'thumbs')).toEqual({ changed: [], failed: [] });
    region.pass(2 * MINUTE);
    expect(await stopSilent(region.guard, 'thumbs')).toEqual({ changed: [], failed: [] });
    region.pass(2000);
    expect(await stopSilent(region.guard, 'thumbs')).toEqual({ changed: ['thumbs'], failed: [] });
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 0 });
    const stopped = region.now;
    await runs(region, 2);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 0 });
    while (region.concurrency()['thumbs'] === 0) await runs(region, 1);
    expect((await region.reconcile())?.measuredUntil).toBeGreaterThan(stopped);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
    for (const name of ['guardian', 'unknown', '__proto__']) {
      for (const _ of [1, 2]) expect(await stopSilent(region.guard, name)).toEqual({ changed: [], failed: [] });
    }
  });

  it('stops it at once if the table is unreachable, and writes its settings on the function', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    const lost = async () => Promise.reject(new Error('TimeoutError'));
    const away = { ...region.guard, records: { get: lost, put: lost, add: lost, remove: lost } };
    expect(await stopSilent(away, 'thumbs')).toEqual({ changed: ['thumbs'], failed: [] });
    expect(await stopSilent(away, 'thumbs')).toEqual({ changed: [], failed: [] });
    expect([region.concurrency()['thumbs'], region.mappings.get('queue')?.enabled]).toEqual([0, false]);
    expect(region.messages.at(-1)?.subject).toBe('FTPMS account: thumbs stopped, no ledger');
    await region.reconcile();
    expect(await region.guard.records.get('saved#thumbs')).toMatchObject({ concurrency: 10, mappings: ['queue'], silentAt: expect.any(Number) });
    await runs(region, 6);
    expect([region.concurrency()['thumbs'], region.mappings.get('queue')?.enabled, region.marks.size]).toEqual([10, true, 0]);
  });

  it('keeps what was saved first, however often it stops', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    await region.ledger.mode('2026-11', ['open'], 'reserved');
    await Promise.all([stopNow(region.guard, '2026-11'), stopNow(region.guard, '2026-11')]);
    await region.ledger.mode('2026-11', ['reserved'], 'blocked');
    await stopNow(region.guard, '2026-11');
    await stopNow(region.guard, '2026-11');
    expect(await region.guard.records.get('saved#thumbs')).toEqual({ concurrency: 10, mappings: ['queue'], markedWith: 0 });
    expect(region.commands.indexOf('thumbs off')).toBeLessThan(region.commands.indexOf('thumbs 0'));
  });

  it('stops the others if one fails, reports it, and tries again', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    region.broken.set('thumbs', new Error('Rate exceeded'));
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    expect(await stopNow(region.guard, '2026-11')).toEqual({ changed: ['orders'], failed: ['thumbs: Rate exceeded'] });
    expect(await region.ledger.read('2026-11')).toMatchObject({ stoppedAt: 0 });
    region.broken.clear();
    await runs(region, 1);
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    expect((await region.ledger.read('2026-11'))?.stoppedAt).toBe(region.now);
    expect((await region.reconcile())?.events.some(({ what }) => what.includes('thumbs: Rate exceeded'))).toBe(true);
  });

  it('stops functions again that a deployment has started, and never itself', async () => {
    const functions = new Map([
      ['orders', true],
      ['guardian', false],
    ]);
    const region = new Region('2026-11-10T12:00:30Z', { functions });
    region.functions.set('guardian', { name: 'guardian', memoryMb: 128, timeoutMs: 60_000, concurrency: 1 });
    await stopByHand(await started(region));
    const orders = region.functions.get('orders');
    if (orders) orders.concurrency = 50;
    await runs(region, 1);
    expect(region.concurrency()).toMatchObject({ orders: 0, guardian: 1 });
  });

  it('keeps a stop by command until a restore by command, also after the month’s turn', async () => {
    const region = new Region('2026-11-29T12:00:30Z');
    await stopByHand(await started(region));
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    region.now = Date.parse('2026-12-02T00:00:00Z');
    await runs(region, 3);
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    await restoreByHand(region.guard);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
  });

  it('does not restore by command if nothing is left', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    region.used('orders', 960_000, region.now - DAY);
    await region.reconcile();
    await expect(restoreByHand(region.guard)).rejects.toMatchObject({ code: 'NoRoom' });
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
  });

  it('uses AWS’s figure if it is higher, once a day', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    region.used('orders', 100_000, region.now - DAY);
    region.aws = { requests: 110_000, mbMs: 0, plan: 'PAID' };
    const report = await region.reconcile();
    expect(report?.aws).toMatchObject({ requests: 110_000, plan: 'PAID', at: region.now });
    const total = async () => {
      const month = await region.ledger.read('2026-11');
      return (month?.cap.requests ?? 0) - (month?.left.requests ?? 0);
    };
    expect(await total()).toBe(110_000);
    region.aws = { requests: 500_000, mbMs: 0 };
    await runs(region, 1);
    expect(await total()).toBe(110_000);
    region.pass(DAY);
    await region.reconcile();
    expect(await total()).toBe(500_000);
    region.aws = { requests: 5, mbMs: 0 };
    region.pass(DAY);
    await region.reconcile();
    expect(await total()).toBe(100_000);
  });

  it('lets two runs at once settle once, and works after a run that crashed', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    const reports = await Promise.all([region.reconcile(), region.reconcile(), region.reconcile()]);
    expect(reports.filter(Boolean)).toHaveLength(1);
    await region.guard.records.put('lock', { until: region.now + 5 * MINUTE });
    expect(await region.reconcile()).toBeUndefined();
    region.pass(6 * MINUTE);
    expect(await region.reconcile()).toBeDefined();
  });

  it('reports a guarantee that does not hold, and functions that it does not cover', async () => {
    const region = new Region('2026-11-10T12:00:30Z', {
      functions: new Map([
        ['orders', true],
        ['gone', false],
      ]),
    });
    const orders = region.functions.get('orders');
    if (orders) orders.concurrency = undefined;
    const report = await region.reconcile();
    expect(report?.inequalities.every(({ holds }) => !holds)).toBe(true);
    expect(report?.unprotected[0]).toContain('gone');
    expect(region.messages.map(({ subject }) => subject)).toEqual(['FTPMS account: the guarantee does not hold']);
    expect(region.messages[0]?.message).toContain('Without reserved concurrency: orders.');
  });

  it('drills: stops one function, restores it, and leaves everything as before', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    expect(await region.drill('thumbs')).toMatchObject({ function: 'thumbs' });
    expect(region.commands.filter((each) => each.startsWith('thumbs'))).toEqual(['thumbs off', 'thumbs 0', 'thumbs 10', 'thumbs on']);
    expect([await region.guard.records.get('touched'), await region.guard.records.get('saved#thumbs')]).toEqual([undefined, undefined]);
    await expect(region.drill('unknown')).rejects.toMatchObject({ code: 'Refused' });
  });

  it('restores a function after an interrupted drill', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    const { account } = region.guard;
    const dying = {
      ...account,
      setConcurrency: async (name: string, value: number | undefined) => {
        if (value !== 0) throw new Error('killed');
        await account.setConcurrency(name, value);
      },
    };
    const { drill } = await import('../../src/guardian/drill.js');
    await expect(drill({ ...region.guard, account: dying }, 'thumbs')).rejects.toMatchObject({ code: 'Refused' });
    expect(region.concurrency()).toMatchObject({ thumbs: 0 });
    await runs(region, 1);
    expect([region.concurrency(), region.mappings.get('queue')?.enabled]).toEqual([{ orders: 10, thumbs: 10 }, true]);
  });

  it('stops functions if the call for it was lost', async () => {
    const region = new Region('2026-11-10T12:00:30Z');
    await region.reconcile();
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    await runs(region, 1);
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    expect((await region.ledger.read('2026-11'))?.stoppedAt).toBe(region.now);
  });

  it.each([
    [0, true],
    [10, true],
    [15, true],
    [45, false],
  ])('with metrics that are %i minutes late, counts all use at any time: %s', async (minutes, isCounted) => {
    const region = new Region('2026-11-10T12:00:30Z');
    region.delay = minutes * MINUTE;
    let used = 0;
    let isBelow = false;
    for (let step = 0; step < 100; step++) {
      await region.reconcile();
      const month = await region.ledger.read('2026-11');
      await region.ledger.grant(ask(month?.epoch ?? 0, 100));
      for (let at = 1; at < 5; at++) region.used('orders', 25, region.now + at * MINUTE);
      used += 100;
      const after = await region.ledger.read('2026-11');
      isBelow ||= (after?.cap.requests ?? 0) - (after?.left.requests ?? 0) < used;
      region.pass(5 * MINUTE);
    }
    expect(!isBelow).toBe(isCounted);
  });

  it('stays within every free allowance for a month with twenty functions', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`);
    const region = new Region('2026-12-01T00:00:30Z', { functions: new Map(names.map((name) => [name, false])), stopLatencyMs: 1000 });
    for (const name of names) region.functions.set(name, { name, memoryMb: 128, timeoutMs: 3000, concurrency: 2 });
    await runs(region, (31 * DAY) / (5 * MINUTE) - 2);
    const report = await region.reconcile();
    expect(report?.month).toBe('2026-12');
    expect(region.reads).toBeLessThan(250_000);
    const [reads] = report?.own.filter(({ line }) => line === 'CloudWatch API requests') ?? [];
    expect(reads?.used).toBeGreaterThan(region.reads);
    for (const { projected, free } of report?.own ?? []) expect(projected).toBeLessThan(free);
    expect(report?.limit.mbMs).toBe(400_000 * GB_SECOND);
  });

  it('runs every five minutes, every minute above WARN, and less often if so many functions would use up the free calls', () => {
    const of = (level: 'normal' | 'warn', length: number) => runInterval({ level, functions: { length } }) / MINUTE;
    expect([of('normal', 2), of('warn', 2), of('warn', 8), of('warn', 20), of('normal', 20), of('normal', 200)]).toEqual([5, 1, 2, 3, 5, 19]);
  });
});

async function started(region: Region): Promise<Region['guard']> {
  await region.reconcile();
  return region.guard;
}
