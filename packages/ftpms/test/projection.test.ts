import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundOf, type Point, type ProjectionInput, project } from '../src/guarantee/projection.js';

const HOUR = 3_600_000;
const DAY = 86_400_000;
const NOVEMBER = Date.UTC(2026, 10, 1);

/** The input of a projection at `now`, from points that continue after it. */
function at(now: number, points: readonly Point[], more: Partial<ProjectionInput> = {}): ProjectionInput {
  const month = new Date(now).toISOString().slice(0, 7);
  const known = points.filter((point) => point.at < now);
  const used = known.filter((point) => point.at >= Date.parse(`${month}-01T00:00:00Z`)).reduce((sum, { value }) => sum + value, 0);
  return { month, now, limit: 1_000_000, used, points: known, step: HOUR, ...more };
}

const steady = (from: number, days: number, daily = 24_000, step = HOUR): Point[] =>
  Array.from({ length: (days * DAY) / step }, (_, index) => ({ at: from + index * step, value: (daily * step) / DAY }));

describe('the expected end of the month', () => {
  it.each([
    ['hours', HOUR],
    ['days', DAY],
  ])('is exact for steady use in %s', (_, step) => {
    const points = steady(NOVEMBER - 28 * DAY, 58, 24_000, step);
    expect(project(at(NOVEMBER + 10 * DAY, points, { step }))).toMatchObject({ insufficient: false, used: 240_000, expected: 720_000, linear: 720_000 });
  });

  it('uses last month in the first hour of a month, and does not divide by an elapsed time of 0', () => {
    const points = steady(NOVEMBER - 28 * DAY, 58);
    expect(project(at(NOVEMBER, points))).toMatchObject({ insufficient: false, used: 0, expected: 720_000, linear: 0 });
    expect(project(at(NOVEMBER + HOUR, points))).toMatchObject({ expected: 720_000, linear: 720_000 });
  });

  it('is insufficient on the first day of a first month', () => {
    expect(project(at(NOVEMBER + HOUR, steady(NOVEMBER, 30))).insufficient).toBe(true);
    expect(project(at(NOVEMBER + 5 * HOUR, [], { used: 100 })).insufficient).toBe(true);
    expect(project(at(NOVEMBER + DAY, steady(NOVEMBER, 30)))).toMatchObject({ insufficient: false, expected: 720_000 });
  });

  it('counts a history of less than an hour as an hour: one call in the first ms says little about the month', () => {
    const first = [{ at: NOVEMBER, value: 100 }];
    for (const elapsed of [1, 60_000, HOUR]) {
      expect(project(at(NOVEMBER + elapsed, first))).toMatchObject({ expected: 100 + Math.ceil((100 * (30 * DAY - elapsed)) / HOUR), linear: 72_000 });
    }
  });

  it('treats a missing history as unknown and a missing point as 0', () => {
    expect(project(at(NOVEMBER + 10 * DAY, [], { used: 100_000 }))).toMatchObject({ insufficient: false, expected: 300_000 });
    const halved = steady(NOVEMBER - 28 * DAY, 58).filter((_, index) => index % 2 === 0);
    expect(project(at(NOVEMBER + 10 * DAY, halved)).expected).toBe(360_000);
    expect(project(at(NOVEMBER + 10 * DAY, []))).toMatchObject({ insufficient: false, expected: 0, upper: 0 });
  });

  it('measures a function from its first day on, not from the month before it existed', () => {
    const points = steady(NOVEMBER + 8 * DAY, 22, 24_000);
    expect(project(at(NOVEMBER + 10 * DAY, points)).expected).toBe(22 * 24_000);
  });

  it('knows the weekdays after three weeks', () => {
    const workdays = steady(NOVEMBER - 28 * DAY, 58).filter((point) => ![0, 6].includes(new Date(point.at).getUTCDay()));
    expect(project(at(NOVEMBER + 2 * DAY + 13 * HOUR, workdays)).expected).toBe(21 * 24_000);
  });

  it.each([
    ['2026-02', 28],
    ['2028-02', 29],
    ['2026-11', 30],
    ['2026-12', 31],
  ])('counts the days of %s', (month, days) => {
    const begin = Date.parse(`${month}-01T00:00:00Z`);
    expect(project(at(begin + 3 * DAY, steady(begin - 28 * DAY, 60))).expected).toBe(days * 24_000);
  });

  it('is what was used once the month is over', () => {
    const input = { ...at(NOVEMBER + 29 * DAY, steady(NOVEMBER, 30)), now: NOVEMBER + 40 * DAY, used: 700_000 };
    expect(project(input)).toMatchObject({ used: 700_000, expected: 700_000, upper: 700_000, linear: 700_000 });
  });
});

describe('the time to exhaustion', () => {
  it('sees a burst in its first hour', () => {
    const now = NOVEMBER + 10 * DAY;
    const points = steady(NOVEMBER - 28 * DAY, 38).map((point) => (point.at === now - HOUR ? { ...point, value: 76_000 } : point));
    const { exhaustedAt } = project(at(now, points));
    expect(exhaustedAt).toBe(now + Math.ceil(((1_000_000 - 239_000 - 76_000) / 76_000) * HOUR));
  });

  it('is undefined after the month’s end, and now if nothing is left', () => {
    const points = steady(NOVEMBER - 28 * DAY, 58);
    expect(project(at(NOVEMBER + 10 * DAY, points))).not.toHaveProperty('exhaustedAt');
    expect(project(at(NOVEMBER + 10 * DAY, points, { limit: 240_000 })).exhaustedAt).toBe(NOVEMBER + 10 * DAY);
  });
});

it('is in order, whole and finite, whatever the history', () => {
  const point = fc.record({ hour: fc.integer({ min: -28 * 24, max: 31 * 24 }), value: fc.integer({ min: 0, max: 20_000_000_000 }) });
  const history = fc.uniqueArray(point, { selector: ({ hour }) => hour, maxLength: 200 });
  fc.assert(
    fc.property(history, fc.integer({ min: 0, max: 30 * DAY - 1 }), (points, elapsed) => {
      const known = points.map(({ hour, value }) => ({ at: NOVEMBER + hour * HOUR, value })).sort((a, b) => a.at - b.at);
      const input = at(NOVEMBER + elapsed, known, { limit: 409_600_000_000 });
      const { used, expected, upper, linear, exhaustedAt } = project(input);
      expect(used <= expected && expected <= upper && linear >= used).toBe(true);
      expect([used, expected, upper, linear].every(Number.isSafeInteger)).toBe(true);
      expect(exhaustedAt === undefined || (exhaustedAt >= input.now && exhaustedAt < Date.UTC(2026, 11, 1))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** A pseudo-random sequence that is the same each time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SHAPES: Record<string, (day: number) => number> = {
  flat: () => 1,
  weekly: (day) => ([4, 5].includes(((day % 7) + 7) % 7) ? 0.3 : 1.28),
  growth: (day) => 1.02 ** day,
  burst: (day) => (day === 4 ? 12 : 1),
};

/** Mean errors of 200 months with a noise of a fifth a day, and the share of months that ended above the upper bound. */
function backTest(shape: string, day: number) {
  const begin = Date.UTC(2026, 11, 1);
  const errors = Array.from({ length: 200 }, (_, seed) => {
    const next = random(seed + 1);
    const noise = () => Math.max(0, 1 + 0.2 * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()));
    const phase = seed % 7;
    const points = Array.from({ length: 59 }, (_, index) => index - 28).map((of) => ({
      at: begin + of * DAY,
      value: Math.round(20_000 * (SHAPES[shape]?.(shape === 'weekly' ? of + phase : of) ?? 0) * noise()),
    }));
    const truth = points.slice(28).reduce((sum, { value }) => sum + value, 0);
    const { expected, linear, upper } = project(at(begin + day * DAY, points, { step: DAY }));
    return { expected: Math.abs(expected / truth - 1), linear: Math.abs(linear / truth - 1), above: truth > upper ? 1 : 0 };
  });
  const mean = (name: 'expected' | 'linear' | 'above') => errors.reduce((sum, error) => sum + error[name], 0) / errors.length;
  return { expected: mean('expected'), linear: mean('linear'), above: mean('above') };
}

/** Share of 2,000 months that end above the bound, if use is known for the `known` days before `day`. Events come one by one, at random. */
function beyondTheBound({ shape, day, known, daily }: { shape: string; day: number; known: number; daily: number }): number {
  const begin = Date.UTC(2026, 11, 1);
  let beyond = 0;
  for (let seed = 1; seed <= 2000; seed++) {
    const next = random(seed);
    // A normal distribution replaces Poisson's from 20 events a day on.
    const count = (mean: number) => Math.max(0, Math.round(mean + Math.sqrt(mean) * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())));
    const points = Array.from({ length: 31 + 28 }, (_, index) => index - 28).map((of) => ({
      at: begin + of * DAY,
      value: count(daily * (SHAPES[shape]?.((of + seed) % 7) ?? 0)),
    }));
    const seen = points.filter(({ at }) => at >= begin + (day - known) * DAY && at < begin + day * DAY);
    const rest = points.filter(({ at }) => at >= begin + day * DAY).reduce((sum, { value }) => sum + value, 0);
    if (rest > boundOf({ month: '2026-12', now: begin + day * DAY, used: 0, points: seen, step: DAY })) beyond++;
  }
  return beyond / 2000;
}

describe('the bound', () => {
  it.each([
    ['flat', 10, 1, 30],
    ['flat', 10, 2, 30],
    ['flat', 2, 2, 300],
    ['flat', 7, 7, 30],
    ['flat', 20, 20, 30],
    ['weekly', 7, 7, 30],
    ['weekly', 7, 28, 300],
  ])('%s use on day %i, known for %i days with %i events each: two months of a hundred end above it', (shape, day, known, daily) => {
    expect(beyondTheBound({ shape, day, known, daily })).toBeLessThanOrEqual(0.02);
  });

  it('falls to the expected use as days pass, and is 0 for an unused function', () => {
    const month = { month: '2026-12', used: 0, step: DAY };
    const points = Array.from({ length: 31 }, (_, day) => ({ at: Date.UTC(2026, 11, 1 + day), value: 1000 }));
    const over = (day: number) => boundOf({ ...month, now: Date.UTC(2026, 11, 1 + day), points: points.slice(0, day) }) / (1000 * (31 - day));
    expect([over(1), over(7), over(24)].map((share) => Math.round(share * 100))).toEqual([132, 114, 117]);
    expect(boundOf({ ...month, now: Date.UTC(2026, 11, 8), points: [] })).toBe(0);
  });
});

// The limit is one month of ten above the bound, plus the variation of 200 months. Growth exceeds it: a projection from the past cannot foresee growth.
describe('the back-test', () => {
  it.each([
    ['flat', 1, 0.09, 0.13],
    ['flat', 7, 0.06, 0.13],
    ['weekly', 1, 0.09, 0.13],
    ['weekly', 3, 0.08, 0.13],
    ['weekly', 7, 0.07, 0.13],
    ['growth', 7, 0.24, 0.9],
    ['burst', 7, 0.95, 0.1],
    ['burst', 14, 0.06, 0.13],
  ])('%s use on day %i: a mean error of at most %d, and at most %d of the months end above the band', (shape, day, error, above) => {
    const found = backTest(shape, day);
    expect(found.expected).toBeLessThanOrEqual(error);
    expect(found.above).toBeLessThanOrEqual(above);
  });

  it('beats the straight line where it fails: early, and with weekends', () => {
    for (const [shape, day] of [
      ['flat', 1],
      ['weekly', 1],
      ['weekly', 3],
    ] as const) {
      const found = backTest(shape, day);
      expect(found.expected).toBeLessThan(found.linear / 2);
    }
  });
});
