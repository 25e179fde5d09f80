import { describe, expect, it } from 'vitest';
import { stopNow } from '../../src/guardian/enforce.js';
import { DAY, HOUR, MINUTE, Region } from './region.js';

const AT = '2026-11-10T12:00:30Z';
const memory = (region: Region, name: string, memoryMb: number): void => {
  region.functions.set(name, { name, memoryMb, timeoutMs: 10_000, concurrency: 10 });
};

describe('the measured use', () => {
  it('has the memory that functions had at the time, whatever they have now', async () => {
    const region = new Region(AT);
    memory(region, 'thumbs', 1024);
    region.used('thumbs', 1000, region.now - DAY, 999);
    const before = await region.reconcile();
    expect(before?.measured.mbMs).toBe(1000 * 1000 * 1024);
    memory(region, 'thumbs', 128);
    region.pass(5 * MINUTE);
    await region.reconcile();
    region.pass(2 * HOUR);
    region.used('thumbs', 1000, region.now - HOUR, 999);
    expect((await region.reconcile())?.measured.mbMs).toBe(1000 * 1000 * (1024 + 128));
    memory(region, 'thumbs', 512);
    region.pass(5 * MINUTE);
    await region.reconcile();
    region.pass(3 * HOUR);
    // The use of an hour with two memories counts with the larger one.
    region.used('thumbs', 1000, region.now - 3 * HOUR, 999);
    expect((await region.reconcile())?.measured.mbMs).toBe(1000 * 1000 * (1024 + 128 + 512));
  });

  it('includes deleted functions', async () => {
    const region = new Region(AT);
    memory(region, 'thumbs', 1024);
    memory(region, 'other', 2048);
    for (const name of ['thumbs', 'other']) region.used(name, 1000, region.now - DAY, 999);
    await region.reconcile();
    for (const name of ['thumbs', 'other']) region.functions.delete(name);
    region.pass(2 * HOUR);
    const report = await region.reconcile();
    expect(report?.measured).toEqual({ requests: 2000, mbMs: 1000 * 1000 * (1024 + 2048) });
    expect(report?.other).toMatchObject({ requests: 1000, mbMs: 1000 * 1000 * 2048 });
    // A function that no run has seen is as large as the largest ever was.
    region.used('fleeting', 1000, region.now - DAY, 999);
    region.pass(HOUR);
    expect((await region.reconcile())?.measured.mbMs).toBe(1000 * 1000 * (1024 + 2048 + 2048));
  });

  it('begins a month with the present functions, and keeps one that changes every hour', async () => {
    const region = new Region('2026-11-30T20:00:30Z');
    for (let hour = 0; hour < 12; hour++) {
      memory(region, 'thumbs', 128 + 128 * (hour % 2));
      await region.reconcile();
      region.pass(HOUR);
    }
    const state = await region.guard.records.get<{ month: string; configurations: { of: Record<string, unknown[]> } }>('state');
    expect(state?.month).toBe('2026-12');
    expect(state?.configurations.of['thumbs']).toHaveLength(8);
    region.used('thumbs', 1000, Date.parse('2026-12-01T02:30:00Z'), 999);
    expect((await region.reconcile())?.measured.mbMs).toBe(1000 * 1000 * 256);
  });
});

describe('AWS’s figure', () => {
  it('does not count in the first day of a month: it may be the month before', async () => {
    const region = new Region('2026-12-01T00:03:30Z');
    region.aws = { requests: 990_000, mbMs: 0 };
    expect(await region.reconcile()).toMatchObject({ level: 'normal', mode: 'open' });
    await stopNow(region.guard, '2026-12');
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
    region.aws = { requests: 50_000, mbMs: 0 };
    region.now = Date.parse('2026-12-02T00:01:00Z');
    expect((await region.reconcile())?.aws).toMatchObject({ requests: 50_000 });
  });
});
