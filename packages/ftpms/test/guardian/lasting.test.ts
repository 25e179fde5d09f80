import { describe, expect, it } from 'vitest';
import { restoreByHand, stopByHand } from '../../src/guardian/commands.js';
import { stopNow } from '../../src/guardian/enforce.js';
import { nextRunIn } from '../../src/guardian/run-interval.js';
import { SLOW } from '../../src/guardian/schedule.js';
import { memoryTable } from '../../src/ledger/memory-ledger.js';
import { DAY, HOUR, MINUTE, Region } from './region.js';

const AT = '2026-11-10T12:00:30Z';
const RULE = 'every-minute';
const expression = (region: Region) => region.rules.get(RULE)?.expression;

async function runs(region: Region, count: number, everyMs = 5 * MINUTE): Promise<void> {
  for (let run = 0; run < count; run++) {
    region.pass(everyMs);
    await region.reconcile();
  }
}

/** Uses up the month, and stops its functions. */
async function blocked(region: Region): Promise<void> {
  region.used('thumbs', 960_000, region.now - DAY);
  await region.reconcile();
  expect(region.concurrency()).toMatchObject({ orders: 0, thumbs: 0 });
}

const part = async (region: Region, what: string): Promise<number | undefined> =>
  (await region.reconcile())?.inequalities[0]?.parts.find((each) => each.what === what)?.amount;

describe('use that no stop ends', () => {
  it('includes the guardian’s own schedule until the month ends, which it lowers after a BLOCK', async () => {
    const region = new Region(AT);
    const left = await part(region, 'the guardian, until the month ends');
    // 20.5 days are 491 hours; two hours in minutes, and a hundred alarms and calls.
    expect(left).toBeGreaterThan(491 + 100 + 60);
    expect(left).toBeLessThan(491 + 100 + 130);
    region.now = Date.parse('2026-11-30T12:00:30Z');
    await region.reconcile();
    expect(await part(region, 'the guardian, until the month ends')).toBeLessThan(12 + 100 + 130);
  });

  it('includes one run a minute if the schedule cannot be lowered, is unknown, or is not EventBridge’s', async () => {
    const minutes = 20.5 * 24 * 60;
    const amount = async (change: (region: Region) => void): Promise<number> => {
      const region = new Region(AT);
      change(region);
      return (await part(region, 'the guardian, until the month ends')) ?? 0;
    };
    const cases: ((region: Region) => void)[] = [
      (region) => region.broken.set(RULE, new Error('not authorized to perform: events:PutRule')),
      (region) => region.rules.clear(),
      (region) => void (region.guard.account.rules = () => Promise.reject(new Error('not authorized to perform: events:ListRuleNamesByTarget'))),
      (region) => region.rules.set(RULE, { name: RULE, expression: 'cron(* * * * ? *)', isEnabled: true }).size > 0 && region.broken.set(RULE, new Error('no')),
    ];
    for (const each of cases) expect(await amount(each)).toBeGreaterThan(minutes);
    const slower = await amount((region) => {
      region.rules.set(RULE, { name: RULE, expression: 'rate(10 minutes)', isEnabled: true });
      region.broken.set(RULE, new Error('no'));
    });
    expect(slower).toBeGreaterThan(minutes / 10);
    expect(slower).toBeLessThan(minutes / 10 + 200);
  });

  it('has an event that says why the schedule cannot be lowered', async () => {
    const region = new Region(AT);
    region.broken.set(RULE, new Error('ftpms: AWS does not allow events:PutRule'));
    const report = await region.reconcile();
    expect(report?.schedule).toEqual({ rules: [`${RULE}: rate(1 minute)`], canSlow: false, slow: false });
    expect(report?.events.map(({ what }) => what)).toContain(
      'The guardian cannot lower its own schedule after a BLOCK: ftpms: AWS does not allow events:PutRule',
    );
  });

  it('makes the guardian lower its schedule an hour after the stop, and not while a level may still change', async () => {
    const region = new Region(AT);
    await blocked(region);
    await runs(region, 11);
    expect(expression(region)).toBe('rate(1 minute)');
    await runs(region, 3);
    expect(expression(region)).toBe(SLOW);
    const report = await region.reconcile();
    expect(report?.schedule).toEqual({ rules: [`${RULE}: ${SLOW}`], canSlow: true, slow: true });
    expect(nextRunIn(report as never)).toBeGreaterThan(HOUR);
    // Changed only once.
    const commands = region.commands.filter((each) => each.startsWith(RULE)).length;
    await runs(region, 3, HOUR);
    expect(region.commands.filter((each) => each.startsWith(RULE))).toHaveLength(commands);
  });

  it('lets the guardian restore its schedule at the month’s turn', async () => {
    const region = new Region(AT);
    region.rules.set(RULE, { name: RULE, expression: 'rate(5 minutes)', isEnabled: true });
    await blocked(region);
    await runs(region, 14);
    expect(expression(region)).toBe(SLOW);
    region.now = Date.parse('2026-12-01T00:02:10Z');
    expect(await region.reconcile()).toMatchObject({ mode: 'open', schedule: { slow: false } });
    expect([expression(region), region.concurrency()]).toEqual(['rate(5 minutes)', { orders: 10, thumbs: 10 }]);
  });

  it('lets a restore by command, and a run without a record, restore the schedule', async () => {
    const region = new Region(AT);
    await region.reconcile();
    await stopByHand(region.guard);
    await runs(region, 14);
    expect(expression(region)).toBe(SLOW);
    await restoreByHand(region.guard);
    expect(expression(region)).toBe('rate(1 minute)');
    region.rules.set(RULE, { name: RULE, expression: SLOW, isEnabled: true });
    await region.guard.records.remove('schedule');
    region.pass(HOUR);
    await region.reconcile();
    expect(expression(region)).toBe('rate(1 minute)');
  });

  it('leaves a schedule that its owner has changed meanwhile', async () => {
    const region = new Region(AT);
    await blocked(region);
    await runs(region, 14);
    region.rules.set(RULE, { name: RULE, expression: 'rate(15 minutes)', isEnabled: true });
    region.now = Date.parse('2026-12-01T00:02:10Z');
    await region.reconcile();
    expect(expression(region)).toBe('rate(15 minutes)');
  });

  it('includes functions that are not protected, by the upper bound of their projection', async () => {
    const region = new Region(AT);
    region.functions.set('other', { name: 'other', memoryMb: 512, timeoutMs: 3000 });
    for (let day = 1; day <= 8; day++) region.used('other', 1000, region.now - day * DAY);
    const report = await region.reconcile();
    const [requests, compute] = (report?.inequalities ?? []).map(
      ({ parts }) => parts.find(({ what }) => /not protected, until the month ends/.test(what))?.amount ?? 0,
    );
    // The use of twenty and a half days at 7,000 in seven and a half days; the bound is above it.
    const expected = 20.5 * (7000 / 7.5);
    expect(requests).toBeGreaterThan(expected);
    expect(requests).toBeLessThan(expected * 1.2);
    expect(compute).toBeGreaterThan(expected * 11 * 512);
    expect(report?.cap.requests).toBe(950_000);
  });

  it('lowers the cap, so that a month that is blocked early ends within its allowance', async () => {
    const region = new Region('2026-11-03T12:00:30Z');
    region.functions.set('other', { name: 'other', memoryMb: 128, timeoutMs: 3000 });
    for (let hour = 1; hour <= 48; hour++) region.used('other', 300, region.now - hour * HOUR);
    const { cap, measured } = (await region.reconcile()) ?? { cap: { requests: 0 }, measured: { requests: 0 } };
    // 300 an hour for the 27.5 days that are left are 198,000.
    expect(cap.requests).toBeLessThan(1_000_000 - 198_000);
    let total = measured.requests;
    const useAllThatIsLeft = async (): Promise<void> => {
      const { left, epoch } = (await region.ledger.read('2026-11')) ?? { left: { requests: 0 }, epoch: 0 };
      await region.ledger.grant({ month: '2026-11', epoch, amount: { requests: left.requests, mbMs: 0 }, init: 0, critical: true });
      region.used('orders', left.requests, region.now);
      total += left.requests;
      await region.ledger.mode('2026-11', ['open'], 'blocked');
      await stopNow(region.guard, '2026-11');
    };
    await useAllThatIsLeft();
    expect(total).toBeLessThanOrEqual(cap.requests);
    while (region.now < Date.parse('2026-11-30T23:00:00Z')) {
      region.pass(HOUR);
      region.used('other', 300);
      total += 300;
      await region.reconcile();
      // The more is known of the other functions, the less has to be kept for them.
      if (region.concurrency()['orders'] !== 0) await useAllThatIsLeft();
    }
    expect(total).toBeLessThanOrEqual(1_000_000);
    expect(total).toBeGreaterThan(950_000);
  });

  it('is added to the use instead of the cap, when a month is blocked and everything refused is measured', async () => {
    const region = new Region(AT);
    await blocked(region);
    const [first] = (await region.reconcile())?.inequalities ?? [];
    expect(first?.used).toBeUndefined();
    await runs(region, 12);
    const [requests] = (await region.reconcile())?.inequalities ?? [];
    expect(requests).toMatchObject({ used: 960_000, holds: true });
    expect(requests?.parts.map(({ what }) => what)).toEqual([
      'functions that are not protected, until the guardian notices',
      'functions that are not protected, until the month ends',
      'the guardian, until the month ends',
    ]);
    region.used('other', 45_000, region.now);
    await runs(region, 12);
    expect((await region.reconcile())?.inequalities[0]).toMatchObject({ used: 1_005_000, holds: false });
  });
});

describe('a deployment', () => {
  const deploy = (region: Region, name: string, change: object | undefined): void => {
    const known = region.functions.get(name);
    if (change === undefined || !known) region.functions.delete(name);
    else region.functions.set(name, { ...known, ...change });
  };
  const large = { memoryMb: 10_240, timeoutMs: 900_000 };

  it.each([
    ['that lowers a timeout', { timeoutMs: 30_000 }],
    ['that removes a function', undefined],
  ])('%s does not settle grants that long invocations may still use', async (_, change) => {
    const region = new Region(AT, { functions: new Map([['thumbs', false]]) });
    deploy(region, 'thumbs', large);
    await region.reconcile();
    const month = await region.ledger.read('2026-11');
    const epoch = month?.epoch ?? 0;
    const mbMs = 10 * 10_240 * 900_000;
    await region.ledger.grant({ month: '2026-11', epoch, amount: { requests: 10, mbMs }, init: 0, critical: false });
    // They run for a quarter of an hour, and CloudWatch has them another quarter later.
    const begun = region.now;
    await runs(region, 1);
    deploy(region, 'thumbs', change);
    const free = async (): Promise<number> => {
      const now = await region.ledger.read('2026-11');
      return (now?.cap.mbMs ?? 0) - (now?.left.mbMs ?? 0);
    };
    while (region.now < begun + 30 * MINUTE) {
      await runs(region, 1);
      expect(await free()).toBeGreaterThanOrEqual(mbMs);
    }
    region.used('thumbs', 10, begun, 900_000);
    await runs(region, 10);
    expect(await free()).toBeGreaterThanOrEqual(mbMs);
    expect((await region.ledger.read('2026-11'))?.open.size).toBe(0);
  });

  it('keeps the earlier memory, timeout and concurrency in the plan for three quarters of an hour', async () => {
    const region = new Region(AT, { functions: new Map([['thumbs', false]]) });
    deploy(region, 'thumbs', large);
    const before = (await region.reconcile())?.inequalities[1]?.parts;
    deploy(region, 'thumbs', { memoryMb: 128, timeoutMs: 3000, concurrency: 1 });
    await runs(region, 8);
    const stopping = (parts: typeof before) => parts?.slice(0, 4).filter(({ what }) => !what.startsWith('calls'));
    expect(stopping((await region.reconcile())?.inequalities[1]?.parts)).toEqual(stopping(before));
    await runs(region, 3);
    const [refused] = (await region.reconcile())?.inequalities[1]?.parts ?? [];
    expect(refused?.amount).toBe(128 * 30_000);
  });

  it('keeps a function in the plan that is no longer named as protected', async () => {
    const region = new Region(AT);
    deploy(region, 'thumbs', large);
    const before = await region.reconcile();
    const guard = { ...region.guard, settings: { ...region.guard.settings, functions: new Map([['orders', true]]) } };
    const { reconcile } = await import('../../src/guardian/reconcile.js');
    region.pass(5 * MINUTE);
    const after = await reconcile(guard);
    expect(after?.measuredUntil).toBeLessThan((before?.measuredUntil ?? 0) + 6 * MINUTE);
    expect(after?.inequalities[0]?.parts[0]).toEqual(before?.inequalities[0]?.parts[0]);
    for (let run = 0; run < 11; run++) {
      region.pass(5 * MINUTE);
      await reconcile(guard);
    }
    expect((await reconcile(guard))?.inequalities[0]?.parts[0]?.amount).toBe(10 * 10 * 30);
  });
});

describe('a table that is lost', () => {
  /** The same region with another, empty table. */
  function withNewTable(region: Region): Region['guard'] {
    const table = memoryTable();
    return { ...region.guard, ledger: table.ledger('account'), records: table.records('account') };
  }

  it('while functions are stopped: they are restored from their tags', async () => {
    const { reconcile } = await import('../../src/guardian/reconcile.js');
    const region = new Region(AT);
    await region.reconcile();
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    await stopNow(region.guard, '2026-11');
    expect(region.marks.get('thumbs')).toEqual({ concurrency: 10, set: 0, mappings: ['queue'] });
    const guard = withNewTable(region);
    await reconcile(guard);
    expect([region.concurrency(), region.mappings.get('queue')?.enabled, region.marks.size]).toEqual([{ orders: 10, thumbs: 10 }, true, 0]);
  });

  it('while they are stopped by command: they stay stopped until the restore', async () => {
    const { reconcile } = await import('../../src/guardian/reconcile.js');
    const region = new Region(AT);
    await region.reconcile();
    await stopByHand(region.guard);
    const guard = withNewTable(region);
    await reconcile(guard);
    expect(await reconcile(guard)).toMatchObject({ mode: 'blocked' });
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    await restoreByHand(guard);
    expect([region.concurrency(), region.mappings.get('queue')?.enabled]).toEqual([{ orders: 10, thumbs: 10 }, true]);
  });

  it('while they are lowered: they are restored, too', async () => {
    const { reconcile } = await import('../../src/guardian/reconcile.js');
    const region = new Region(AT);
    region.used('thumbs', 870_000, region.now - DAY);
    await region.reconcile();
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 8 });
    const guard = withNewTable(region);
    await reconcile({ ...guard, settings: { ...guard.settings, limit: { ...guard.settings.limit, requests: 10_000_000 } } });
    expect([region.concurrency(), region.mappings.get('queue')?.enabled, region.marks.size]).toEqual([{ orders: 10, thumbs: 10 }, true, 0]);
  });

  it('grants nothing that was used before, measured or not', async () => {
    const { reconcile } = await import('../../src/guardian/reconcile.js');
    const region = new Region(AT);
    region.used('orders', 500_000, region.now - DAY);
    for (let minute = 1; minute < 60; minute++) region.used('orders', 600, region.now - minute * MINUTE);
    region.delay = 15 * MINUTE;
    const guard = withNewTable(region);
    await reconcile(guard);
    const month = await guard.ledger.read('2026-11');
    expect((month?.cap.requests ?? 0) - (month?.left.requests ?? 0)).toBeGreaterThanOrEqual(500_000 + 59 * 600);
  });

  it('with the tags: functions at 0 are named with the command that restores them', async () => {
    const region = new Region(AT);
    await region.reconcile();
    await stopByHand(region.guard);
    region.marks.clear();
    const guard = withNewTable(region);
    const { reconcile } = await import('../../src/guardian/reconcile.js');
    const report = await reconcile(guard);
    expect(report?.functions.map(({ stopped, saved }) => [stopped, saved])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
    expect(region.messages.map(({ message }) => message).join()).toContain('aws lambda put-function-concurrency --function-name thumbs');
    await expect(restoreByHand(guard)).rejects.toMatchObject({ code: 'Refused', message: expect.stringContaining('--function-name orders') });
  });

  it('and old tags on a function that has another concurrency by now: they are ignored', async () => {
    const { reconcile } = await import('../../src/guardian/reconcile.js');
    const region = new Region(AT);
    region.marks.set('thumbs', { concurrency: 50, set: 0, mappings: ['queue'] });
    await reconcile(region.guard);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
  });
});
