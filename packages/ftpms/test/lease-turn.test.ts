import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { account, amount, MEMORY, monthSettings, PLENTY, read, run, used } from './test-environment.js';

const at = (text: string): number => Date.parse(text);
beforeEach(() => void vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', String(MEMORY)));
afterEach(() => void vi.unstubAllEnvs());

describe('the turn of a month', () => {
  it.each([
    ['2026-11-30T23:58:49.999Z', ['2026-11']],
    ['2026-11-30T23:58:50.000Z', ['2026-11', '2026-12']],
    ['2026-12-01T00:00:00.000Z', ['2026-11', '2026-12']],
  ])('is booked to both months, exact to the ms: %s', async (begin, months) => {
    const { environment, time, ledger } = await account();
    time.wall = at(begin);
    await run(environment(), time, 10);
    for (const month of ['2026-10', '2026-11', '2026-12']) expect((await used(ledger, month)).requests > 0, month).toBe(months.includes(month));
  });

  it('is exactly at midnight, even if the clock was set', async () => {
    const { environment, time } = await account();
    const one = environment();
    for (const [wall, month] of [
      ['2026-11-30T12:00:00.000Z', '2026-11'],
      ['2026-12-01T00:00:00.000Z', '2026-12'],
      ['2026-11-30T23:59:59.999Z', '2026-11'],
      ['2026-12-15T12:00:00.000Z', '2026-12'],
    ] as const) {
      time.wall = at(wall);
      await run(one, time);
      expect(one.report()).toMatchObject({ month, counts: { refused: 0 } });
    }
  });

  it('returns unused compute to both months', async () => {
    const { environment, time, ledger } = await account();
    const one = environment();
    time.wall = at('2026-11-30T23:59:30Z');
    await run(one, time, 50);
    const spent = { requests: 1, mbMs: MEMORY * 51 };
    for (const month of ['2026-11', '2026-12']) {
      time.wall = at(month === '2026-11' ? '2026-11-30T23:59:31Z' : '2026-12-01T00:00:01Z');
      const { lease } = one.report();
      const { requests, mbMs } = await used(ledger, month);
      expect(amount(requests - lease.requests, mbMs - lease.mbMs), month).toEqual(spent);
    }
  });

  it('keeps the state of the month before, and of no earlier one', async () => {
    const { environment, time, ledger } = await account();
    await ledger.begin('2027-01', 1, monthSettings(PLENTY));
    const one = environment();
    const isKnown = (wall: string): boolean => {
      const before = time.wall;
      time.wall = at(wall);
      const { ledger } = one.report();
      time.wall = before;
      return ledger !== undefined;
    };
    for (const wall of ['2026-11-15T12:00:00Z', '2026-12-15T12:00:00Z']) {
      time.wall = at(wall);
      await run(one, time);
    }
    expect([isKnown('2026-11-15T12:00:00Z'), isKnown('2026-12-15T12:00:00Z')]).toEqual([true, true]);
    time.wall = at('2027-01-15T12:00:00Z');
    await run(one, time);
    expect([isKnown('2026-11-15T12:00:00Z'), isKnown('2026-12-15T12:00:00Z'), isKnown('2027-01-15T12:00:00Z')]).toEqual([false, true, true]);
  });

  it('does not let the other month raise or lower the level', async () => {
    const { environment, time, ledger } = await account(PLENTY, { months: ['2026-12'] });
    await ledger.begin('2026-11', 1, monthSettings(amount(20, PLENTY.mbMs)));
    await ledger.grant({ month: '2026-11', epoch: 1, amount: amount(16, 0), init: 0, critical: false });
    time.wall = at('2026-12-01T00:00:30Z');
    const levels: string[] = [];
    const one = environment({ onLevel: (level) => void levels.push(level) });
    await run(one, time);
    expect((await read(ledger, '2026-11')).left.requests).toBeLessThan(4);
    expect([one.report().level, levels]).toEqual(['normal', []]);
  });
});
