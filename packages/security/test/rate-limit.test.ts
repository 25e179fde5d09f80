import { createGateway } from '@suga/gateway';
import { type SecurityOptions, security } from '@suga/security';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let now: number;
beforeEach(() => {
  now = 1_700_000_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());
const fresh = (rateLimit?: SecurityOptions['rateLimit']) => createGateway({ security: security(rateLimit && { rateLimit }) }).security;

describe('checkRateLimit', () => {
  it('allows a burst, then one call per share of the period', () => {
    const box = fresh({ limit: 3, period: 1000 });
    expect([1, 2, 3].map(() => box.checkRateLimit('k').remaining)).toEqual([2, 1, 0]);
    expect(box.checkRateLimit('k')).toEqual({ allowed: false, limit: 3, remaining: 0, retryAfter: 334 });
    expect(box.checkRateLimit('other').allowed).toBe(true);
    now += 333;
    expect(box.checkRateLimit('k')).toMatchObject({ allowed: false, retryAfter: 1 });
    now += 1;
    expect(box.checkRateLimit('k')).toMatchObject({ allowed: true, retryAfter: 0 });
    expect(box.stats().rateLimit).toEqual({ keys: 1, allowed: 5, limited: 2, evicted: 0 });
  });

  it('never allows more calls in any interval than burst and rate permit, and always allows one after retryAfter', () => {
    const steps = fc.array(fc.nat(400), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 20 }), steps, (limit, period, burst, waits) => {
        const box = fresh({ limit, period, burst });
        const passed: number[] = [];
        for (const wait of waits) {
          now += wait;
          const { allowed, retryAfter } = box.checkRateLimit('k');
          if (allowed) passed.push(now);
          else {
            expect(retryAfter).toBeGreaterThan(0);
            now += retryAfter;
            expect(box.checkRateLimit('k').allowed).toBe(true);
            passed.push(now);
          }
        }
        for (const [index, start] of passed.entries()) {
          for (const [more, end] of passed.slice(index).entries()) expect(more + 1).toBeLessThanOrEqual(burst + ((end - start) * limit) / period + 1e-6);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('does not charge refused calls', () => {
    const box = fresh({ limit: 1, period: 1000 });
    box.checkRateLimit('k');
    for (let each = 0; each < 100; each++) expect(box.checkRateLimit('k')).toMatchObject({ allowed: false, retryAfter: 1000 });
    now += 1000;
    expect(box.checkRateLimit('k').allowed).toBe(true);
  });

  it('does not block callers when the clock is set back', () => {
    const box = fresh({ limit: 1, period: 1000 });
    box.checkRateLimit('k');
    now -= 3_600_000;
    expect(box.checkRateLimit('k').retryAfter).toBe(1000);
    now += 1000;
    expect(box.checkRateLimit('k').allowed).toBe(true);
  });

  it('removes any empty bucket before one that still limits, if there are too many', () => {
    const box = fresh({ limit: 1, period: 10_000, maxKeys: 3 });
    expect(box.checkRateLimit('limited').allowed).toBe(true);
    box.checkRateLimit('other');
    // This bucket is used last, and is empty first.
    box.checkRateLimit('short', { limit: 1, period: 10 });
    now += 10;
    box.checkRateLimit('new');
    expect(box.checkRateLimit('limited').allowed).toBe(false);
    expect(box.stats().rateLimit).toMatchObject({ keys: 3, evicted: 0 });
    for (const key of ['a', 'b']) box.checkRateLimit(key);
    expect(box.stats().rateLimit).toMatchObject({ keys: 3, evicted: 2 });
    expect(box.checkRateLimit('limited').allowed).toBe(false);
    expect(box.resetRateLimit('limited')).toBe(true);
    expect(box.checkRateLimit('limited').allowed).toBe(true);
  });

  it('keeps a bounded number of keys: removes empty ones first, then the least recently used', () => {
    const box = fresh({ limit: 2, period: 1000, maxKeys: 100 });
    for (let each = 0; each < 1000; each++) box.checkRateLimit(`k${each}`);
    expect(box.stats().rateLimit).toMatchObject({ keys: 100, evicted: 900 });
    now += 1000;
    for (let each = 0; each < 200; each++) box.checkRateLimit(`n${each}`);
    expect(box.stats().rateLimit).toMatchObject({ keys: 100, evicted: 1000 });
    now += 1000;
    box.checkRateLimit('a');
    expect(box.stats().rateLimit.keys).toBe(99);
  });

  it('counts per gateway, and loses its counts with the core', () => {
    const [one, other] = [fresh({ limit: 1 }), fresh({ limit: 1 })];
    one.checkRateLimit('k');
    expect(other.checkRateLimit('k').allowed).toBe(true);
  });

  it('accepts a limit per call, with its own burst', () => {
    const box = fresh({ limit: 5, burst: 2 });
    expect([box.checkRateLimit('a').remaining, box.checkRateLimit('b', { limit: 9 }).remaining, box.checkRateLimit('c', { burst: 4 }).remaining]).toEqual([
      1, 8, 3,
    ]);
  });

  it('can be reset', () => {
    const box = fresh({ limit: 1 });
    box.checkRateLimit('k');
    expect([box.resetRateLimit('k'), box.resetRateLimit('k'), box.checkRateLimit('k').allowed]).toEqual([true, false, true]);
  });

  it('refuses invalid keys and limits', () => {
    const box = fresh();
    const invalid = expect.objectContaining({ code: 'InvalidParams' });
    for (const key of ['', undefined, 5, 'x'.repeat(1025)]) expect(() => box.checkRateLimit(key as string)).toThrow(invalid);
    for (const limit of [{ limit: 0 }, { limit: 1.5 }, { period: 0 }, { period: Infinity }, { burst: -1 }, 5, null])
      expect(() => box.checkRateLimit('k', limit as never)).toThrow(invalid);
    expect(() => fresh({ maxKeys: 0 }).checkRateLimit('k')).toThrow(/maxKeys/);
  });
});
