import { array, assert, boolean, constant, double, integer, oneof, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan, ProtectedFunction } from '../src/contract.js';
import { beginOf, daysIn, endOf, monthOf } from '../src/guarantee/calendar.js';
import { caps, inequalities } from '../src/guarantee/inequality.js';

const protectedFunction = (more: Partial<ProtectedFunction> = {}): ProtectedFunction => ({
  name: 'orders',
  critical: false,
  memoryMb: 128,
  timeoutMs: 10_000,
  concurrency: 10,
  ...more,
});
const plan = (more: Partial<Plan> = {}): Plan => ({
  limit: { requests: 1_000_000, mbMs: 409_600_000_000 },
  thresholds: { warn: 0.75, throttle: 0.85, block: 0.95 },
  functions: [protectedFunction()],
  stopLatencyMs: 10_000,
  emergency: 10,
  other: { requests: 0, mbMs: 0 },
  otherUntilMonthEnds: { requests: 0, mbMs: 0 },
  guardian: { invocations: 0, mbMs: 0, mbMsPerCall: 0 },
  ...more,
});

describe('caps', () => {
  it('are the block threshold if the use that can be added is small', () => {
    expect(caps(plan())).toEqual({ requests: 950_000, mbMs: 389_120_000_000 });
  });

  it('leave room for all use that can be added', () => {
    // 10·C·(T + 20 s) + C·(T + 20 s) ÷ 2 s + C + e·C, with C = 100 and T = 60 s.
    const { requests } = caps(plan({ functions: [protectedFunction({ concurrency: 100, critical: true })], stopLatencyMs: 60_000 }));
    expect(requests).toBe(1_000_000 - 10 * 100 * 80 - (100 * 80) / 2 - 100 - 1000);
  });

  it('leave room for compute in flight', () => {
    const large = protectedFunction({ concurrency: 10, memoryMb: 10_240, timeoutMs: 900_000 });
    const all = 10 * 10_240;
    const { mbMs } = caps(plan({ functions: [large], emergency: 0 }));
    expect(mbMs).toBe(Math.min(389_120_000_000, 409_600_000_000 - all * 910_000 - all * 30_000));
  });

  it('are 0 if nothing is left, and the inequality does not hold then', () => {
    const wild = plan({ functions: [protectedFunction({ concurrency: 1000, memoryMb: 10_240, timeoutMs: 900_000 })] });
    expect(caps(wild).mbMs).toBe(0);
    expect(inequalities(wild).map(({ of, holds }) => [of, holds])).toEqual([
      ['requests', true],
      ['compute', false],
    ]);
  });
});

describe('the inequality', () => {
  it('holds, with its parts', () => {
    const [requests, compute] = inequalities(plan({ functions: [protectedFunction({ critical: true })] }));
    expect(requests).toEqual({
      of: 'requests',
      cap: 950_000,
      limit: 1_000_000,
      parts: [
        { what: 'refused until functions are stopped', amount: 3000 },
        { what: 'calls to the guardian until then', amount: 150 },
        { what: 'in flight when functions stop', amount: 10 },
        { what: 'emergencies (critical work without a lease)', amount: 100 },
        { what: 'functions that are not protected, until the guardian notices', amount: 0 },
        { what: 'functions that are not protected, until the month ends', amount: 0 },
        { what: 'the guardian, until the month ends', amount: 0 },
      ],
      reached: 953_260,
      holds: true,
    });
    expect(compute?.holds).toBe(true);
    expect(compute?.reached).toBe((compute?.cap ?? 0) + (compute?.parts.reduce((sum, { amount }) => sum + amount, 0) ?? 0));
  });

  it('counts emergencies of critical functions only', () => {
    const of = (critical: boolean) =>
      inequalities(plan({ functions: [protectedFunction({ critical })] })).map(
        ({ parts }) => parts.find(({ what }) => what === 'emergencies (critical work without a lease)')?.amount,
      );
    expect([of(true), of(false)]).toEqual([
      [100, 10 * 10 * 128 * 10_000],
      [0, 0],
    ]);
  });

  it('does not hold if a function has no reserved concurrency', () => {
    const open = plan({ functions: [protectedFunction({ concurrency: undefined }), protectedFunction()] });
    expect(inequalities(open).map(({ holds }) => holds)).toEqual([false, false]);
    expect(caps(open).requests).toBeLessThan(caps(plan()).requests);
  });

  it('holds for the caps of any plan, and caps never exceed the block threshold', () => {
    const functions = array(
      record({
        name: constant('f'),
        critical: boolean(),
        memoryMb: integer({ min: 128, max: 10_240 }),
        timeoutMs: integer({ min: 1000, max: 900_000 }),
        concurrency: oneof(integer({ min: 0, max: 1000 }), constant(undefined)),
      }),
      { maxLength: 20 },
    );
    const any = record({
      functions,
      stopLatencyMs: integer({ min: 0, max: 180_000 }),
      emergency: integer({ min: 0, max: 100 }),
      block: double({ min: 0.86, max: 1, noNaN: true }),
    });
    assert(
      property(any, ({ block, ...more }) => {
        const one = plan({ ...more, thresholds: { warn: 0.75, throttle: 0.85, block } });
        const cap = caps(one);
        expect(cap.requests).toBeLessThanOrEqual(block * one.limit.requests);
        expect(cap.mbMs).toBeLessThanOrEqual(block * one.limit.mbMs);
        for (const each of inequalities(one)) {
          expect(Number.isSafeInteger(each.cap) && each.cap >= 0).toBe(true);
          if (each.cap > 0) expect(each.reached).toBeLessThanOrEqual(each.limit);
          expect(each.holds).toBe(each.reached <= each.limit && more.functions.every(({ concurrency }) => concurrency !== undefined));
        }
      }),
    );
  });
});

describe('months', () => {
  it('are those of UTC, with 28 to 31 days', () => {
    expect(monthOf(Date.parse('2026-11-30T23:59:59.999Z'))).toBe('2026-11');
    expect(monthOf(Date.parse('2026-12-01T00:00:00Z'))).toBe('2026-12');
    expect(['2026-02', '2028-02', '2026-04', '2026-12'].map(daysIn)).toEqual([28, 29, 30, 31]);
    expect(endOf('2026-12')).toBe(beginOf('2027-01'));
  });
});
