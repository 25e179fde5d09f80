import { describe, expect, it } from 'vitest';
import type { Setup } from './simulator/cloud.js';
import type { Work } from './simulator/environments.js';
import { counters, poller } from './simulator/naive.js';
import { type Design, ftpms, type Outcome, play } from './simulator/play.js';
import { type Scenario, scenario } from './simulator/scenario.js';
import { search } from './simulator/search.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A hundred with the other tests; `npm run test:long -- months` plays 10,000. */
const MONTHS = Number(process.env['FTPMS_MONTHS'] ?? 100);
/** Number of short months that the search tries; `npm run test:long -- months` tries 100,000. */
const SEARCHED = Number(process.env['FTPMS_SEARCH'] ?? 100);

const work: Work = { duration: () => 50, churn: 0.001, idle: 10 * MINUTE, init: () => 300, skew: () => 0 };
const setup: Setup = { name: 'orders', critical: true, protected: true, concurrency: 5, memoryMb: 128, timeoutMs: 3000 };

/** Ten days without faults, and a load of three times the allowance. */
const usual = (more: Partial<Scenario> = {}, of: Partial<Setup> = {}, rps = 0.35): Scenario => ({
  kind: 'steady',
  deployments: [],
  canSlow: true,
  parts: [{ setup: { ...setup, ...of }, work, phases: [{ at: 0, rps }] }],
  limit: { requests: 100_000, mbMs: 4_096_000_000 },
  thresholds: { warn: 0.75, throttle: 0.85, block: 0.95 },
  stopLatencyMs: 10_000,
  emergency: 10,
  begin: Date.parse('2026-11-03T00:00:00Z'),
  span: 10 * DAY,
  guardianEvery: 5 * MINUTE,
  weather: { metricDelay: 3 * MINUTE, callLatency: 100, propagation: 2000, callFaults: 0 },
  trouble: { ledgerLatency: 10, ledgerFaults: 0, outages: [], lostCalls: 0, lostRuns: 0, doubleRuns: 0 },
  ...more,
});
/** A burst that would use up the month in three hours. */
const burst = (more: Partial<Scenario> = {}, of: Partial<Setup> = {}, rps = 9): Scenario => usual({ span: 12 * HOUR, ...more }, of, rps);
const played = (one: Scenario, design?: Design): Promise<Outcome> => play(() => one, 1, design);

describe('no month of any function exceeds the allowance', () => {
  const parts = 10;
  it.each(Array.from({ length: parts }, (_, part) => part))(
    'in a tenth of the random months, number %i',
    async (part) => {
      for (let seed = part; seed < MONTHS; seed += parts) {
        const { used, admitted, scenario: drawn } = await play(scenario, seed);
        expect({ seed, kind: drawn.kind, isWithin: used <= 1, isOnce: admitted <= 1 }).toMatchObject({ isWithin: true, isOnce: true });
      }
    },
    // Enough time for a busy machine.
    Math.max(600_000, MONTHS * 1000),
  );
});

describe('a search for such a month', () => {
  const parts = 4;
  it.each(Array.from({ length: parts }, (_, part) => part))(
    'finds no month beyond its allowance, and no amount granted twice, number %i',
    async (part) => {
      const { over, nearest, best } = await search(Math.ceil(SEARCHED / parts), part + 1);
      console.info(`Search ${part}: at random up to ${best.toFixed(3)} of the allowance, then up to ${nearest[0]?.score.toFixed(3)}.`);
      expect(over).toEqual([]);
    },
    SEARCHED * 1000,
  );
});

describe('the allowance can be used', () => {
  it('up to the cap at a usual load', async () => {
    const { used, usedAtStop } = await played(usual());
    expect(usedAtStop).toBeGreaterThanOrEqual(0.95);
    expect(used).toBeGreaterThanOrEqual(0.9);
    expect(used).toBeLessThanOrEqual(1);
  });

  it.each([
    ['three hours', 9, 0.95],
    ['an hour and a half', 20, 0.93],
    ['37 minutes', 45, 0.88],
  ])('almost up to the cap in a burst that would use up the month in %s', async (_, rps, share) => {
    const { used, usedAtStop } = await played(burst({ span: (rps === 9 ? 12 : 3) * HOUR }, {}, rps));
    expect(usedAtStop).toBeGreaterThanOrEqual(share);
    expect(used).toBeLessThanOrEqual(1);
  });

  it('and no invocation is refused below WARN', async () => {
    const { seen, messages } = await played(usual({}, {}, 0.05));
    expect(seen['orders']).toMatchObject({ refused: 0, throttled: 0 });
    expect(messages).toEqual([]);
  });
});

describe('designs without leases', () => {
  it('exceed the allowance in a burst in which this one does not', async () => {
    const most = { requests: 95_000, mbMs: 3_891_200_000 };
    const late = burst({ span: 2 * HOUR, weather: { metricDelay: 10 * MINUTE, callLatency: 100, propagation: 2000, callFaults: 0 } }, {}, 45);
    const ours = await played(late);
    const each = await played(late, ({ world, cloud }) => counters({ world, cloud, most }));
    const central = await played(late, ({ world, cloud }) => poller({ world, cloud, most }));
    expect(ours.used).toBeLessThanOrEqual(1);
    expect(each.used).toBeGreaterThan(1);
    expect(central.used).toBeGreaterThan(1);
  });
});

describe('each assumption is needed', () => {
  const hours = burst({ span: 5 * HOUR });
  /** The plan counts on reserved concurrency that the functions do not have. */
  const unreserved: Design = (stage) => {
    const guard = ftpms(stage);
    Object.defineProperty(stage.cloud.limits, 'get', { value: () => 1000 });
    return guard;
  };
  const foreign = { setup: { ...setup, name: 'other', protected: false, concurrency: 100 }, work, phases: [{ at: 0, rps: 40 }] };

  it.each<[string, Scenario, Design?]>([
    ['functions stop as fast as planned', burst({ span: 2 * HOUR, stopLatencyMs: 1000, weather: { ...hours.weather, propagation: 7 * DAY } }, {}, 45)],
    ['the guardian runs, and can be called', { ...hours, trouble: { ...hours.trouble, lostCalls: 1, lostRuns: 1 } }],
    ['every protected function has the reserved concurrency of the plan', { ...hours, span: 4 * HOUR }, unreserved],
    ['CloudWatch is complete after the margin', { ...hours, weather: { ...hours.weather, metricDelay: 12 * HOUR } }],
    ['functions that are not protected do not change faster than the guardian notices', { ...hours, span: HOUR, parts: [...hours.parts, foreign] }],
  ])('%s', async (_assumption, one, design) => {
    expect((await played(one, design)).used).toBeGreaterThan(1);
  });
});
