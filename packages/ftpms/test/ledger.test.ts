import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Amount } from '../src/contract.js';
import type { GrantRequest, GrantResult, Ledger, Month, MonthSettings } from '../src/ledger/contract.js';
import { table } from '../src/ledger/dynamodb-ledger.js';
import { memoryTable } from '../src/ledger/memory-ledger.js';
import type { Records } from '../src/ledger/records.js';
import { dynamo, inLambda, TABLE } from './dynamo.js';

const MONTH = '2026-11';
/** 400,000 GB-seconds in MB·ms. */
const MOST = 409_600_000_000;
const amount = (requests: number, mbMs: number): Amount => ({ requests, mbMs });
const settings = (cap: Amount, reserve = amount(0, 0)): MonthSettings => ({
  limit: amount(1_000_000, MOST),
  thresholds: { warn: 0.75, throttle: 0.85, block: 0.95 },
  cap,
  concurrency: 10,
  reserve,
});
const ask = (more: Partial<GrantRequest> = {}): GrantRequest => ({ month: MONTH, epoch: 1, amount: amount(1, 10), init: 0, critical: false, ...more });
let server: Awaited<ReturnType<typeof dynamo>>;
let serial = 0;

beforeAll(async () => {
  server = await dynamo();
  inLambda(server.port);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

interface Ports {
  ledger(scope: string): Ledger;
  records(scope: string): Records;
}
const implementations: readonly (readonly [string, () => Ports])[] = [
  ['memory', memoryTable],
  ['DynamoDB', () => table(TABLE, 'guardian')],
];

describe.each(implementations)('a ledger in %s', (_, make) => {
  async function begun(cap: Amount, reserve?: Amount): Promise<Ledger> {
    const ledger = make().ledger(`scope${serial++}`);
    await ledger.begin(MONTH, 1, settings(cap, reserve));
    return ledger;
  }
  const read = async (ledger: Ledger): Promise<Month> => (await ledger.read(MONTH)) as Month;

  it('grants exactly the cap to hundreds of concurrent requests, never more', async () => {
    const ledger = await begun(amount(100, 1_000_000));
    const answers: GrantResult[] = await Promise.all(Array.from({ length: 400 }, () => ledger.grant(ask())));
    const granted = answers.filter((answer) => answer.granted);
    expect(granted).toHaveLength(100);
    expect(new Set(answers.flatMap((answer) => (answer.granted ? [] : [answer.reason])))).toEqual(new Set(['exhausted']));
    const month = await read(ledger);
    expect(month.left).toEqual(amount(0, 999_000));
    expect(month.open).toEqual(new Map([[1, amount(100, 1000)]]));
    // Every grant left another number, so they were serialised.
    expect(new Set(granted.map((answer) => ('month' in answer ? answer.month.left.requests : -1))).size).toBe(100);
  });

  it('limits either quantity, and books an INIT with a grant', async () => {
    const ledger = await begun(amount(100, 1000));
    expect(await ledger.grant(ask({ amount: amount(1, 900), init: 101 }))).toMatchObject({
      granted: false,
      reason: 'exhausted',
      month: { left: amount(100, 1000) },
    });
    expect(await ledger.grant(ask({ amount: amount(1, 900), init: 100 }))).toMatchObject({ granted: true, month: { left: amount(99, 0), init: 100 } });
    expect((await read(ledger)).open).toEqual(new Map([[1, amount(1, 900)]]));
    expect(await ledger.grant(ask({ amount: amount(0, 1) }))).toMatchObject({ reason: 'exhausted' });
  });

  it('keeps a reserve for critical work', async () => {
    const ledger = await begun(amount(10, 1000), amount(4, 400));
    for (let index = 0; index < 6; index++) expect((await ledger.grant(ask())).granted).toBe(true);
    expect(await ledger.grant(ask())).toMatchObject({ granted: false, reason: 'reserved', month: { left: amount(4, 940), free: amount(0, 540) } });
    expect((await ledger.grant(ask({ critical: true, amount: amount(4, 40) }))).granted).toBe(true);
    expect(await ledger.grant(ask({ critical: true }))).toMatchObject({ reason: 'exhausted' });
  });

  it('answers "reserved" if the rest of either quantity is kept for critical work', async () => {
    const compute = await begun(amount(10, 1000), amount(0, 400));
    expect(await compute.grant(ask({ amount: amount(1, 601) }))).toMatchObject({ reason: 'reserved' });
    expect((await compute.grant(ask({ amount: amount(10, 600) }))).granted).toBe(true);
    const requests = await begun(amount(10, 1000), amount(4, 0));
    expect(await requests.grant(ask({ amount: amount(7, 10) }))).toMatchObject({ reason: 'reserved' });
    expect((await requests.grant(ask({ amount: amount(6, 1000) }))).granted).toBe(true);
  });

  it('grants nothing for a wrong epoch, and responds with the current one', async () => {
    const ledger = await begun(amount(10, 1000));
    expect(await ledger.grant(ask({ epoch: 0 }))).toMatchObject({ granted: false, reason: 'epoch', month: { epoch: 1, left: amount(10, 1000) } });
    const seen = await read(ledger);
    expect(await ledger.settle(seen, { epoch: 2, total: amount(0, 0), settled: [], settings: settings(amount(10, 1000)) })).toBe(true);
    expect(await ledger.grant(ask({ epoch: 1 }))).toMatchObject({ reason: 'epoch', month: { epoch: 2 } });
    expect(await ledger.settle(seen, { epoch: 3, total: amount(0, 0), settled: [], settings: settings(amount(10, 1000)) })).toBe(false);
    expect((await read(ledger)).epoch).toBe(2);
  });

  it('settles by adding, so that amounts granted meanwhile stay counted', async () => {
    const ledger = await begun(amount(1000, 100_000), amount(100, 10_000));
    await ledger.grant(ask({ amount: amount(300, 30_000), init: 5 }));
    const seen = await read(ledger);
    await Promise.all(Array.from({ length: 50 }, () => ledger.grant(ask())));
    const next = settings(amount(900, 90_000), amount(50, 5000));
    expect(await ledger.settle(seen, { epoch: 2, total: amount(120, 12_000), settled: [], settings: next })).toBe(true);
    const month = await read(ledger);
    expect(month).toMatchObject({ epoch: 2, cap: amount(900, 90_000), left: amount(730, 77_500), free: amount(680, 72_500), init: 5, mode: 'open' });
    expect(month.open).toEqual(new Map([[1, amount(350, 30_500)]]));
  });

  it('applies new settings when it settles, and keeps everything else', async () => {
    const ledger = await begun(amount(1000, 100_000));
    await ledger.grant(ask({ amount: amount(10, 100), init: 7 }));
    const next: MonthSettings = {
      limit: amount(2000, 200_000),
      thresholds: { warn: 0.5, throttle: 0.6, block: 0.7 },
      cap: amount(1400, 140_000),
      concurrency: 33,
      reserve: amount(400, 40_000),
    };
    await ledger.settle(await read(ledger), { epoch: 9, total: amount(20, 300), settled: [1], settings: next });
    const { reserve: _, ...set } = next;
    expect(await read(ledger)).toEqual({
      month: MONTH,
      mode: 'open',
      epoch: 9,
      ...set,
      left: amount(1380, 139_700),
      free: amount(980, 99_700),
      init: 7,
      open: new Map(),
      stoppedAt: 0,
    });
  });

  it('returns values: a month that was read does not change with the ledger', async () => {
    const ledger = await begun(amount(10, 1000));
    await ledger.grant(ask());
    const before = await read(ledger);
    await ledger.grant(ask());
    await ledger.reportInit(MONTH, 5);
    await ledger.settle(await read(ledger), { epoch: 2, total: amount(0, 0), settled: [1], settings: settings(amount(10, 1000)) });
    expect(before).toMatchObject({ epoch: 1, left: amount(9, 990), init: 0, open: new Map([[1, amount(1, 10)]]) });
  });

  it('commutes: grants and settlements in any order end in the same numbers', async () => {
    const ledger = await begun(amount(1000, 100_000));
    const seen = await read(ledger);
    const takes = Array.from({ length: 100 }, () => ledger.grant(ask()));
    const settled = ledger.settle(seen, { epoch: 2, total: amount(10, 100), settled: [], settings: settings(amount(1000, 100_000)) });
    const granted = (await Promise.all(takes)).filter((answer) => answer.granted).length;
    expect(await settled).toBe(true);
    expect((await read(ledger)).left).toEqual(amount(990 - granted, 99_900 - granted * 10));
  });

  it('forgets settled epochs only', async () => {
    const ledger = await begun(amount(1000, 100_000));
    for (let epoch = 1; epoch <= 4; epoch++) {
      await ledger.grant(ask({ epoch }));
      const settled = epoch === 4 ? [1, 2] : [];
      await ledger.settle(await read(ledger), { epoch: epoch + 1, total: amount(epoch, epoch), settled, settings: settings(amount(1000, 100_000)) });
    }
    expect(Array.from((await read(ledger)).open.keys()).sort()).toEqual([3, 4]);
  });

  it('lets one caller change the mode', async () => {
    const ledger = await begun(amount(10, 1000));
    const wins = await Promise.all(Array.from({ length: 100 }, () => ledger.mode(MONTH, ['open', 'reserved'], 'blocked')));
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await ledger.mode(MONTH, ['open'], 'reserved')).toBe(false);
    expect(await ledger.mode(MONTH, ['blocked'], 'blocked')).toBe(false);
    expect(await ledger.grant(ask({ critical: true }))).toMatchObject({ reason: 'blocked', month: { stoppedAt: 0 } });
    // A stop for an earlier mode has not stopped everything that the present mode requires.
    await ledger.stopped(MONTH, 'reserved', 1_700_000_000_000);
    expect((await read(ledger)).stoppedAt).toBe(0);
    await ledger.stopped(MONTH, 'blocked', 1_800_000_000_000);
    expect((await read(ledger)).stoppedAt).toBe(1_800_000_000_000);
    expect(await ledger.mode(MONTH, ['blocked'], 'reserved')).toBe(true);
    expect(await read(ledger)).toMatchObject({ mode: 'reserved', stoppedAt: 0 });
    expect(await ledger.grant(ask())).toMatchObject({ reason: 'reserved' });
    expect((await ledger.grant(ask({ critical: true }))).granted).toBe(true);
  });

  it('books an INIT even if nothing is left, and ignores one of an unknown month', async () => {
    const ledger = await begun(amount(10, 1000), amount(2, 200));
    await ledger.mode(MONTH, ['open'], 'blocked');
    await ledger.reportInit(MONTH, 5000);
    expect(await read(ledger)).toMatchObject({ init: 5000, left: amount(10, -4000), free: amount(8, -4200) });
    await ledger.reportInit('2026-12', 1);
    expect(await ledger.read('2026-12')).toBeUndefined();
  });

  it('is exact up to the whole allowance, and below zero', async () => {
    const ledger = await begun(amount(1_000_000, MOST));
    expect(await ledger.grant(ask({ amount: amount(999_999, MOST - 1) }))).toMatchObject({ granted: true, month: { left: amount(1, 1) } });
    expect((await ledger.grant(ask({ amount: amount(1, 1) }))).granted).toBe(true);
    const month = await read(ledger);
    expect(month.open.get(1)).toEqual(amount(1_000_000, MOST));
    await ledger.settle(month, { epoch: 2, total: amount(1_000_007, MOST + 7), settled: [1], settings: settings(amount(1_000_000, MOST)) });
    expect(await read(ledger)).toMatchObject({ left: amount(-7, -7), free: amount(-7, -7) });
    expect(await ledger.grant(ask({ epoch: 2 }))).toMatchObject({ reason: 'exhausted' });
  });

  it('begins with earlier use; an estimate that is not measured yet counts as granted', async () => {
    for (const [unseen, isOpen] of [
      [amount(5, 50), true],
      [amount(5, 0), true],
      [amount(0, 50), true],
      [amount(0, 0), false],
    ] as const) {
      const ledger = make().ledger(`scope${serial++}`);
      await ledger.begin(MONTH, 7, settings(amount(100, 1000), amount(10, 100)), { measured: amount(20, 200), unseen });
      const [requests, mbMs] = [80 - unseen.requests, 800 - unseen.mbMs];
      expect(await read(ledger)).toMatchObject({ epoch: 7, left: amount(requests, mbMs), free: amount(requests - 10, mbMs - 100) });
      expect((await read(ledger)).open).toEqual(new Map(isOpen ? [[7, unseen]] : []));
    }
  });

  it('changes the mode only from the given ones', async () => {
    const ledger = await begun(amount(10, 1000));
    expect(await ledger.mode(MONTH, [], 'blocked')).toBe(false);
    expect(await ledger.mode(MONTH, ['open', 'blocked'], 'open')).toBe(false);
    expect((await read(ledger)).mode).toBe('open');
    expect(await ledger.mode(MONTH, ['reserved', 'open', 'blocked'], 'blocked')).toBe(true);
    await ledger.stopped(MONTH, 'blocked', 5);
    expect(await ledger.mode(MONTH, ['open', 'blocked'], 'blocked')).toBe(false);
    expect(await read(ledger)).toMatchObject({ mode: 'blocked', stoppedAt: 5 });
  });

  it('begins a month once, and reads an unknown month as undefined', async () => {
    const ledger = await begun(amount(10, 1000));
    await ledger.grant(ask());
    await ledger.begin(MONTH, 99, settings(amount(5, 5)));
    expect(await read(ledger)).toMatchObject({ epoch: 1, cap: amount(10, 1000), left: amount(9, 990), concurrency: 10, init: 0 });
    expect(await ledger.read('2026-12')).toBeUndefined();
    expect(await ledger.grant(ask({ month: '2026-12' }))).toEqual({ granted: false, reason: 'unknown month' });
    expect(await ledger.mode('2026-12', ['open'], 'blocked')).toBe(false);
    await ledger.stopped('2026-12', 'open', 1);
    expect(await ledger.read('2026-12')).toBeUndefined();
    expect(await make().ledger('another').grant(ask())).toEqual({ granted: false, reason: 'unknown month' });
  });

  it('settles no unknown month', async () => {
    const ledger = await begun(amount(10, 1000));
    const seen = { ...(await read(ledger)), month: '2026-12' };
    expect(await ledger.settle(seen, { epoch: 2, total: amount(0, 0), settled: [], settings: settings(amount(10, 1000)) })).toBe(false);
    expect(await ledger.read('2026-12')).toBeUndefined();
  });

  it('accepts times as epochs', async () => {
    const [first, second] = [1_762_776_030_000, 1_762_776_330_000];
    const ledger = make().ledger(`scope${serial++}`);
    await ledger.begin(MONTH, first, settings(amount(100, 1000)));
    await ledger.grant(ask({ epoch: first, amount: amount(2, 20) }));
    await ledger.settle(await read(ledger), { epoch: second, total: amount(0, 0), settled: [], settings: settings(amount(100, 1000)) });
    await ledger.grant(ask({ epoch: second, amount: amount(3, 30) }));
    const { epoch, open } = await read(ledger);
    expect([epoch, open]).toEqual([
      second,
      new Map([
        [first, amount(2, 20)],
        [second, amount(3, 30)],
      ]),
    ]);
  });

  it('returns everything that was written', async () => {
    const ledger = await begun(amount(10, 1000), amount(2, 200));
    const { reserve: _, ...set } = settings(amount(10, 1000));
    expect(await read(ledger)).toEqual({
      month: MONTH,
      mode: 'open',
      epoch: 1,
      ...set,
      left: amount(10, 1000),
      free: amount(8, 800),
      init: 0,
      open: new Map(),
      stoppedAt: 0,
    });
  });
});

describe.each(implementations)('records in %s', (_, make) => {
  it('keeps JSON, and adds only if the key is free', async () => {
    const records = make().records(`scope${serial++}`);
    const value = { text: 'a#b\u2028', list: [1, null], __proto__: { x: 1 } };
    expect(await records.get('saved')).toBeUndefined();
    expect(await records.add('saved', value)).toBe(true);
    expect(await records.add('saved', { other: 1 })).toBe(false);
    expect(await records.get('saved')).toEqual({ text: 'a#b\u2028', list: [1, null] });
    await records.put('saved', null);
    expect(await records.get('saved')).toBeNull();
    await records.remove('saved');
    await records.remove('saved');
    expect(await records.get('saved')).toBeUndefined();
    expect(await records.add('saved', 2)).toBe(true);
    expect(await records.get('saved')).toBe(2);
  });

  it('lets one caller add a key', async () => {
    const records = make().records(`scope${serial++}`);
    const added = await Promise.all(Array.from({ length: 50 }, (_, index) => records.add('lock', index)));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect(await records.get('lock')).toBe(added.indexOf(true));
  });

  it('keeps scopes apart, and months from records', async () => {
    const scope = `scope${serial++}`;
    const ports = make();
    await ports.ledger(scope).begin(MONTH, 1, settings(amount(1, 1)));
    await ports.records(scope).put('report', 1);
    await expect(ports.records(scope).put(MONTH, 1)).rejects.toMatchObject({ code: 'InvalidParams' });
    await expect(ports.records(scope).add(MONTH, 1)).rejects.toMatchObject({ code: 'InvalidParams' });
    expect(await ports.records('other').get('report')).toBeUndefined();
    expect(await ports.records(scope).get('report')).toBe(1);
    expect(await ports.ledger(scope).read(MONTH)).toBeDefined();
  });
});
