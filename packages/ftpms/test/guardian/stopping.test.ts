import { describe, expect, it } from 'vitest';
import { stopByHand } from '../../src/guardian/commands.js';
import { stopNow } from '../../src/guardian/enforce.js';
import { readEvents } from '../../src/guardian/event-log.js';
import { reconcile } from '../../src/guardian/reconcile.js';
import { stopSilent } from '../../src/guardian/unreachable-ledger.js';
import { DAY, HOUR, MINUTE, Region } from './region.js';

const AT = '2026-11-10T12:00:30Z';
const denied = () => Promise.reject(new Error('throttled'));

/** Runs every five minutes. */
async function runs(region: Region, count: number): Promise<void> {
  for (let run = 0; run < count; run++) {
    region.pass(5 * MINUTE);
    await region.reconcile();
  }
}

async function blocked(at = AT): Promise<Region> {
  const region = new Region(at);
  await region.reconcile();
  await region.ledger.mode('2026-11', ['open'], 'blocked');
  await stopNow(region.guard, '2026-11');
  return region;
}

/** A region at THROTTLE, with `thumbs` lowered. */
async function throttled(): Promise<Region> {
  const region = new Region(AT);
  region.used('thumbs', 860_000, region.now - DAY);
  await region.reconcile();
  expect(region.concurrency()['thumbs']).toBe(8);
  return region;
}

async function december(region: Region): Promise<void> {
  region.now = Date.parse('2026-12-02T00:00:30Z');
  await runs(region, 2);
}

const deploy = (region: Region, name: string, concurrency: number | undefined): void => {
  region.functions.set(name, { name, memoryMb: 128, timeoutMs: 10_000, concurrency });
};

describe('event sources', () => {
  it('are restored one by one: one that is deleted is skipped, and one that fails does not keep the others disabled', async () => {
    const region = new Region(AT);
    for (const id of ['gone', 'broken']) region.mappings.set(id, { of: 'thumbs', enabled: true });
    await region.reconcile();
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    await stopNow(region.guard, '2026-11');
    region.mappings.delete('gone');
    region.changing.set('broken', Number.POSITIVE_INFINITY);
    await december(region);
    const enabled = () => Object.fromEntries(Array.from(region.mappings, ([id, mapping]) => [id, mapping.enabled]));
    expect([enabled(), region.concurrency()['thumbs']]).toEqual([{ queue: true, broken: false }, 10]);
    expect(region.messages.at(-1)?.subject).toBe('FTPMS account: functions could not be changed');
    region.changing.clear();
    await runs(region, 1);
    expect(enabled()).toEqual({ queue: true, broken: true });
    expect([await region.guard.records.get('touched'), await region.guard.records.get('saved#thumbs')]).toEqual([undefined, undefined]);
  });

  it('created or enabled while a function is stopped are disabled, and restored with it', async () => {
    const region = await blocked();
    region.mappings.set('new', { of: 'thumbs', enabled: true });
    region.used('thumbs', 960_000, region.now - DAY);
    region.pass(HOUR);
    await region.reconcile();
    expect(region.mappings.get('new')?.enabled).toBe(false);
    await december(region);
    expect(Array.from(region.mappings.values(), ({ enabled }) => enabled)).toEqual([true, true]);
  });

  it('that AWS is still changing are awaited by a drill and by a restore', async () => {
    const region = new Region(AT);
    await region.reconcile();
    region.changeMs = 30_000;
    const { restoreMs } = await region.drill('thumbs');
    expect(restoreMs).toBeGreaterThanOrEqual(30_000);
    expect(region.mappings.get('queue')?.enabled).toBe(true);
  });
});

describe('a drill', () => {
  it('refuses a function that was stopped for another reason', async () => {
    const region = new Region(AT);
    await region.reconcile();
    for (const _ of [1, 2]) await stopSilent(region.guard, 'thumbs');
    expect(region.concurrency()['thumbs']).toBe(0);
    await region.drill('orders');
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 0 });
    await runs(region, 6);
    expect([region.concurrency()['thumbs'], region.mappings.get('queue')?.enabled]).toEqual([10, true]);
  });
});

describe('a table that accepts no writes', () => {
  it('does not keep functions from being stopped: their settings are written on them', async () => {
    const region = new Region(AT);
    await region.reconcile();
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    const records = { ...region.guard.records, put: denied, add: denied, remove: denied };
    await stopNow({ ...region.guard, records }, '2026-11').catch(() => undefined);
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    expect(region.marks.get('thumbs')).toMatchObject({ concurrency: 10, mappings: ['queue'] });
    await december(region);
    expect([region.concurrency(), region.mappings.get('queue')?.enabled, region.marks.size]).toEqual([{ orders: 10, thumbs: 10 }, true, 0]);
  });

  it('with tags that cannot be written: the function is stopped, and a message contains its settings', async () => {
    const region = new Region(AT);
    await region.reconcile();
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    const records = { ...region.guard.records, put: denied, add: denied };
    await stopNow({ ...region.guard, records, account: { ...region.guard.account, mark: denied } }, '2026-11').catch(() => undefined);
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    expect(region.messages.map(({ message }) => message).join()).toContain('It had a reserved concurrency of 10, and these event sources: queue.');
  });

  it('for a moment, while a function is lowered, loses neither its settings nor the reason of the stop', async () => {
    const region = await throttled();
    const away = { ...region.guard, records: { get: denied, put: denied, add: denied, remove: denied } };
    await stopSilent(away, 'thumbs');
    expect([region.concurrency()['thumbs'], region.marks.size]).toEqual([0, 1]);
    await runs(region, 1);
    // What it refused is not measured yet.
    expect([region.concurrency()['thumbs'], region.marks.size]).toEqual([0, 1]);
    expect(await region.guard.records.get('saved#thumbs')).toMatchObject({ concurrency: 10, mappings: ['queue'], silentAt: expect.any(Number) });
    await runs(region, 6);
    expect(region.concurrency()['thumbs']).toBe(8);
    await december(region);
    expect(region.concurrency()['thumbs']).toBe(10);
    deploy(region, 'thumbs', 0);
    await runs(region, 2);
    expect(region.concurrency()['thumbs']).toBe(0);
  });
});

describe('a concurrency that an owner sets', () => {
  it('while a function is lowered is restored', async () => {
    const region = await throttled();
    deploy(region, 'thumbs', 40);
    await runs(region, 1);
    expect(region.concurrency()['thumbs']).toBe(30);
    await december(region);
    expect(region.concurrency()['thumbs']).toBe(40);
  });

  it.each([3, undefined])('while it is stopped (%s) is set to 0 again, and is restored later', async (concurrency) => {
    const region = await blocked();
    region.used('orders', 960_000, region.now - DAY);
    deploy(region, 'thumbs', concurrency);
    await runs(region, 1);
    expect(region.concurrency()['thumbs']).toBe(0);
    await december(region);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: concurrency });
  });

  it('is not that of a function that was deleted while it was stopped', async () => {
    const region = await blocked();
    region.used('orders', 960_000, region.now - DAY);
    region.functions.delete('thumbs');
    await december(region);
    deploy(region, 'thumbs', 3);
    await runs(region, 1);
    await region.ledger.mode('2026-12', ['open'], 'blocked');
    await stopNow(region.guard, '2026-12');
    expect(region.concurrency()['thumbs']).toBe(0);
    await runs(region, 8);
    expect(region.concurrency()['thumbs']).toBe(3);
  });
});

describe('a function that cannot be stopped', () => {
  it('is named in every message, and again every hour', async () => {
    const region = new Region(AT);
    region.broken.set('thumbs', new Error('AccessDenied'));
    region.used('orders', 960_000, region.now - DAY);
    await region.reconcile();
    const block = region.messages.find(({ subject }) => subject.includes('BLOCK'));
    expect(block?.message).toContain('NOT STOPPED, and billed for refused requests: thumbs.');
    expect(block?.message).toContain('Stopped: orders.');
    const named = () => region.messages.filter(({ subject }) => subject === 'FTPMS account: NOT STOPPED: thumbs');
    expect(named()[0]?.message).toContain('thumbs: AccessDenied');
    await runs(region, 25);
    expect(named()).toHaveLength(3);
    region.broken.clear();
    await runs(region, 25);
    expect(named()).toHaveLength(3);
  });
});

describe('the tags of a function', () => {
  const withoutTags = (region: Region): Region['guard'] => ({ ...region.guard, account: { ...region.guard.account, mark: denied } });

  it('contain its present settings, even if the tags of an earlier change are missing', async () => {
    const region = new Region(AT);
    region.used('thumbs', 860_000, region.now - DAY);
    await reconcile(withoutTags(region));
    expect([region.concurrency()['thumbs'], region.marks.size]).toEqual([8, 0]);
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    await stopNow(region.guard, '2026-11');
    expect(region.marks.get('thumbs')).toMatchObject({ concurrency: 10, set: 0 });
    await runs(region, 1);
    expect(region.marks.get('thumbs')).toMatchObject({ concurrency: 10, set: 0 });
  });

  it('are not overwritten while they cannot be read, and the function is restored when they can', async () => {
    const region = new Region(AT);
    await region.reconcile();
    const { records } = region.guard;
    const put: typeof records.put = (key, value) => (key === 'touched' ? denied() : records.put(key, value));
    await region.ledger.mode('2026-11', ['open'], 'blocked');
    // A write of the table fails when the functions are stopped. At the next run, Lambda does not return their tags.
    await stopNow({ ...region.guard, records: { ...records, put } }, '2026-11');
    expect([region.concurrency()['thumbs'], region.marks.get('thumbs')]).toMatchObject([0, { concurrency: 10, set: 0 }]);
    const unread: Region['guard'] = { ...region.guard, account: { ...region.guard.account, marked: denied } };
    const report = await reconcile(unread);
    expect(report?.functions.find(({ name }) => name === 'thumbs')).toMatchObject({ stopped: true, unread: true });
    expect(region.messages.filter(({ subject }) => subject.includes('thumbs is at 0'))).toEqual([]);
    expect(await region.guard.records.get('saved#thumbs')).toBeUndefined();
    expect(region.marks.get('thumbs')).toMatchObject({ concurrency: 10, set: 0 });
    await runs(region, 1);
    expect(await region.guard.records.get('saved#thumbs')).toMatchObject({ concurrency: 10 });
    await region.ledger.mode('2026-11', ['blocked'], 'open');
    await runs(region, 20);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
  });

  it('contain a concurrency that its owner has set meanwhile', async () => {
    const region = new Region(AT);
    await region.reconcile();
    await stopByHand(region.guard);
    expect(region.marks.get('thumbs')).toMatchObject({ concurrency: 10 });
    await region.guard.account.setConcurrency('thumbs', 20);
    await runs(region, 1);
    expect([region.concurrency()['thumbs'], region.marks.get('thumbs')]).toMatchObject([0, { concurrency: 20, set: 0 }]);
  });

  it('contain that a stop by command holds, whether the command or a run writes them', async () => {
    const region = new Region(AT);
    await region.reconcile();
    await stopByHand(withoutTags(region));
    expect(region.marks.size).toBe(0);
    await runs(region, 1);
    expect(region.marks.get('thumbs')).toMatchObject({ set: 0, isHeld: true });
    region.mappings.set('new', { of: 'thumbs', enabled: true });
    await runs(region, 1);
    expect(region.marks.get('thumbs')).toMatchObject({ mappings: ['queue', 'new'], isHeld: true });
  });
});

it('an event source that stays enabled is reported for its own function', async () => {
  const region = new Region(AT);
  await region.reconcile();
  region.mappings.set('busy', { of: 'orders', enabled: true });
  region.changing.set('busy', Number.POSITIVE_INFINITY);
  expect((await stopByHand(region.guard)).failed).toEqual(['event sources may still be enabled: ResourceInUseException']);
  const told = (await readEvents(region.guard)).map(({ what }) => what).filter((what) => what.includes('event sources'));
  expect(told).toEqual(['orders: event sources may still be enabled: ResourceInUseException']);
});
