import { describe, expect, it } from 'vitest';
import type { Ledger } from '../src/ledger/contract.js';
import { type Explored, explore, wander } from './small-worlds/explore.js';
import { type Budget, SmallWorld } from './small-worlds/small-world.js';

const MINUTE = 60_000;
/** Random orders with the other tests; `npm run test:long -- months` plays every order. */
const IS_LONG = process.env['FTPMS_WORLDS'] === 'all';
const WALKS = 150;

/** One request to grant, two environments that ask for it, and a run of the guardian. */
const small: Budget = { invocations: 1, runs: 1, ticks: 1, tickMs: [8 * MINUTE], lost: 0, rights: 1, memoryMb: 128, timeoutMs: 3000 };
/** A large function with long invocations. Only one worst case can be granted. */
const large: Budget = { ...small, runs: 2, ticks: 2, tickMs: [2 * MINUTE, 20 * MINUTE], memoryMb: 10_240, timeoutMs: 900_000, rights: 50, worstCases: 1 };

const WORLDS: readonly (readonly [string, Budget])[] = [
  ['a lost response of the ledger', { ...small, lost: 1 }],
  ['a lost response, and a deployment that starts a stopped function again', { ...small, lost: 1, ticks: 0, deployment: { concurrency: 2 } }],
  ['two lost responses', { ...small, ticks: 0, lost: 2 }],
  ['two invocations of each environment', { ...small, invocations: 2, rights: 2, ticks: 0 }],
  ['grants that expire', { ...small, runs: 2, ticks: 2, tickMs: [3 * MINUTE, 17 * MINUTE] }],
  ['a timeout that is lowered while an invocation runs', { ...large, deployment: { timeoutMs: 3000 } }],
  ['a function that is deleted while it runs', { ...large, deployment: 'remove' }],
  ['less memory', { ...large, deployment: { memoryMb: 128 } }],
  ['a deployment that starts a stopped function again', { ...small, invocations: 2, deployment: { concurrency: 2 } }],
];

describe('a small world, in every order of steps', () => {
  it.each(WORLDS)(
    'grants nothing twice: %s',
    async (name, budget) => {
      let most = { requests: 0, mbMs: 0 };
      const onUse = ({ requests, mbMs }: typeof most): void => {
        most = { requests: Math.max(most.requests, requests), mbMs: Math.max(most.mbMs, mbMs) };
      };
      const make = (): SmallWorld => new SmallWorld({ ...budget, onUse });
      expect((await wander(make, WALKS, 1)).fault).toBeUndefined();
      if (IS_LONG) {
        const { states, runs, isComplete, fault } = await explore(make);
        console.info(`${name}: ${states} states in ${runs} orders`);
        expect({ isComplete, fault }).toEqual({ isComplete: true, fault: undefined });
      }
      // All of it has been granted in some order.
      if (budget.worstCases === undefined) expect(most.requests).toBe(budget.rights);
      else expect(most.mbMs).toBe(budget.worstCases * budget.memoryMb * budget.timeoutMs);
    },
    24 * 60 * MINUTE,
  );
});

describe('a fault is found', () => {
  const tiny: Budget = { ...small, invocations: 2, ticks: 0 };
  const broken = (break_: (ledger: Ledger) => Partial<Ledger>, budget: Budget = tiny): Promise<Pick<Explored, 'fault'>> =>
    wander(() => new SmallWorld({ ...budget, broken: (ledger) => ({ ...sound(ledger), ...break_(ledger) }) }), 100_000, 1);
  const sound = (ledger: Ledger): Ledger => ({
    grant: (ask, signal) => ledger.grant(ask, signal),
    reportInit: (month, init) => ledger.reportInit(month, init),
    read: (month) => ledger.read(month),
    begin: (month, epoch, settings, already) => ledger.begin(month, epoch, settings, already),
    settle: (seen, next) => ledger.settle(seen, next),
    mode: (month, from, to) => ledger.mode(month, from, to),
    stopped: (month, mode, at) => ledger.stopped(month, mode, at),
  });

  it('in a ledger that books less than it grants', async () => {
    const { fault } = await broken((ledger) => ({ grant: (ask) => ledger.grant({ ...ask, amount: { requests: 0, mbMs: 0 } }) }));
    expect(fault?.what).toBe('2 requests ran with a lease, of 1');
    expect(fault?.steps.join('\n')).toContain('a starts');
  }, 600_000);

  it('in one that forgets what was granted during a settlement', async () => {
    const settle = (ledger: Ledger): Partial<Ledger> => ({
      settle: async (seen, next) => ledger.settle({ ...((await ledger.read(seen.month)) ?? seen), epoch: seen.epoch }, next),
    });
    const { fault } = await broken(settle);
    expect(fault?.what).toMatch(/requests ran with a lease/);
    expect(fault?.steps.at(-1)).toBeDefined();
  }, 600_000);

  it('in one that forgets the grants of every epoch but the last', async () => {
    const settle = (ledger: Ledger): Partial<Ledger> => ({
      settle: (seen, next) => {
        const leased = [...seen.open.values()].reduce((sum, { requests }) => sum + requests, 0);
        return ledger.settle(seen, { ...next, total: { ...next.total, requests: next.total.requests - leased }, settled: [...seen.open.keys()] });
      },
    });
    expect((await broken(settle, { ...tiny, runs: 2 })).fault?.what).toMatch(/requests ran with a lease/);
  }, 600_000);
});
