import { describe, expect, it } from 'vitest';
import { restoreByHand, stopByHand } from '../../src/guardian/commands.js';
import type { GuardianDeps } from '../../src/guardian/deps.js';
import { GB_SECOND, Region } from './region.js';

/** A region whose guardian has run once. */
async function started(): Promise<Region> {
  const region = new Region('2026-11-10T12:00:30Z');
  await region.reconcile();
  return region;
}

describe('commands', () => {
  it('use the ledger’s settings and the last report, not the variables of the shell', async () => {
    const region = await started();
    const before = await region.ledger.read('2026-11');
    const limit = { requests: 2_000_000, mbMs: 800_000 * GB_SECOND };
    const shell: GuardianDeps = { ...region.guard, settings: { ...region.guard.settings, limit, emergency: 0, functions: new Map([['orders', false]]) } };
    expect(await stopByHand(shell)).toEqual({ changed: ['orders', 'thumbs'], failed: [] });
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    await restoreByHand(shell);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
    expect(region.mappings.get('queue')?.enabled).toBe(true);
    expect(await region.ledger.read('2026-11')).toEqual({ ...before, stoppedAt: 0 });
  });

  it('stop functions if the table is unreachable, and say what is not recorded', async () => {
    const region = await started();
    const away = async (): Promise<never> => {
      throw new Error('connect ECONNREFUSED');
    };
    const all = { get: away, put: away, add: away, remove: away };
    const ledger = { grant: away, reportInit: away, read: away, begin: away, settle: away, mode: away, stopped: away };
    const { changed, failed } = await stopByHand({ ...region.guard, records: all, ledger });
    expect([changed, failed]).toEqual([['orders', 'thumbs'], ['not recorded in the ledger; repeat the stop when it responds: connect ECONNREFUSED']]);
    expect(region.concurrency()).toEqual({ orders: 0, thumbs: 0 });
    expect(Array.from(region.marks.keys())).toEqual(['orders', 'thumbs']);
    expect(await stopByHand(region.guard)).toMatchObject({ failed: [] });
    await restoreByHand(region.guard);
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
    expect(region.mappings.get('queue')?.enabled).toBe(true);
  });

  it('say what failed in a stop without permission to change event sources or write tags', async () => {
    const region = await started();
    const account = {
      ...region.guard.account,
      setMapping: () => Promise.reject(new Error('not allowed: lambda:UpdateEventSourceMapping')),
      mark: () => Promise.reject(new Error('not allowed: lambda:TagResource')),
    };
    const { changed, failed } = await stopByHand({ ...region.guard, account });
    expect([changed, region.concurrency()]).toEqual([['orders', 'thumbs'], { orders: 0, thumbs: 0 }]);
    expect(failed).toEqual([
      'event sources may still be enabled: not allowed: lambda:UpdateEventSourceMapping',
      'orders: its earlier settings are in the table only: not allowed: lambda:TagResource',
      'thumbs: its earlier settings are in the table only: not allowed: lambda:TagResource',
    ]);
  });

  it('say what was not restored', async () => {
    const region = await started();
    await stopByHand(region.guard);
    region.broken.set('thumbs', new Error('Rate exceeded'));
    await expect(restoreByHand(region.guard)).rejects.toMatchObject({ code: 'Refused', message: expect.stringContaining('thumbs: Rate exceeded') });
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 0 });
    region.broken.clear();
    await region.reconcile();
    expect(region.concurrency()).toEqual({ orders: 10, thumbs: 10 });
  });
});
