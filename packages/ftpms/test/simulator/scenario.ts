import type { Amount, Plan, Thresholds } from '../../src/contract.js';
import { caps } from '../../src/plan.js';
import type { Setup, Weather } from './cloud.js';
import type { Work } from './environments.js';
import type { World } from './world.js';

/** From `at` ms on, `rps` requests come in a second. */
export interface Phase {
  readonly at: number;
  readonly rps: number;
}

/** What goes wrong between environments, ledger and guardian. Shares from 0 to 1, times in ms. */
export interface Trouble {
  readonly ledgerLatency: number;
  /** Share of calls that are not carried out, or carried out with their answer lost. */
  readonly ledgerFaults: number;
  /** The ledger cannot be reached between these, in ms from the beginning: by environments alone, or by the guardian neither. */
  readonly outages: readonly Outage[];
  /** Calls of the guardian by environments that get lost. */
  readonly lostCalls: number;
  /** Runs of the guardian that never happen. */
  readonly lostRuns: number;
  /** Runs of the guardian that happen twice at once. */
  readonly doubleRuns: number;
}

/** See `Trouble`. */
export interface Outage {
  readonly from: number;
  readonly until: number;
  readonly everywhere: boolean;
}

/** One function, and what comes to it. */
export interface Part {
  readonly setup: Setup;
  readonly work: Work;
  readonly phases: readonly Phase[];
}

/** A month as chance would have it. */
export interface Scenario {
  readonly kind: 'steady' | 'daily' | 'burst' | 'turn';
  readonly parts: readonly Part[];
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  /** What the plan takes for granted: from the first refusal until the last function is stopped, in ms. */
  readonly stopLatencyMs: number;
  readonly emergency: number;
  readonly begin: number;
  readonly span: number;
  readonly guardianEvery: number;
  readonly weather: Weather;
  readonly trouble: Trouble;
}

const DAY = 86_400_000;
const MONTHS = ['2026-11', '2026-12', '2027-02', '2028-02', '2028-03'];

/** A random month for which the guarantee's inequality leaves at least half of the allowance to use. */
export function scenario(world: World): Scenario {
  for (;;) {
    const drawn = draw(world);
    const cap = caps(planOf(drawn));
    if (cap.requests >= drawn.limit.requests / 2 && cap.mbMs >= drawn.limit.mbMs / 2) return drawn;
  }
}

/** What the guarantee rests on in that month. */
export const planOf = ({ parts, limit, thresholds, stopLatencyMs, emergency }: Scenario): Plan => ({
  limit,
  thresholds,
  stopLatencyMs,
  emergency,
  functions: parts.flatMap(({ setup }) => (setup.protected ? [setup] : [])),
  other: { requests: 0, mbMs: 0 },
});

function draw(world: World): Scenario {
  const requests = Math.round(10 ** world.between(3, 4.3));
  const kind = world.pick(['steady', 'daily', 'burst', 'burst', 'turn'] as const);
  const functions = Array.from({ length: world.whole(1, 3) }, (_, at) => setup(world, at));
  const works = functions.map(({ timeoutMs }) => work(world, timeoutMs));
  const typical = functions.reduce((all, { memoryMb }, at) => all + memoryMb * (works[at]?.mean ?? 0), 0) / functions.length;
  const month = world.pick(MONTHS);
  const length = (Date.parse(`${month}-01T00:00:00Z`) - Date.parse(`${previous(month)}-01T00:00:00Z`)) as number;
  const begin =
    Date.parse(`${month}-01T00:00:00Z`) + (kind === 'turn' ? -world.between(0.1, 3) * 3_600_000 : kind === 'burst' ? world.between(0, 20) * DAY : 0);
  const span = kind === 'burst' || kind === 'turn' ? world.between(0.3, 1.5) * DAY : Math.min(length, world.between(3, 28) * DAY);
  return {
    kind,
    parts: functions.map((one, at) => ({
      setup: one,
      work: works[at] as Work,
      phases: phases(world, { kind, span, requests, share: 1 / functions.length, most: 10 * one.concurrency }),
    })),
    limit: { requests, mbMs: Math.round(requests * typical * world.between(0.3, 3)) },
    thresholds: world.pick([
      { warn: 0.75, throttle: 0.85, block: 0.95 },
      { warn: 0.5, throttle: 0.94, block: 0.95 },
      { warn: 0.6, throttle: 0.7, block: 1 },
    ]),
    ...speed(world),
    emergency: world.whole(0, 5),
    begin,
    span,
    guardianEvery: kind === 'burst' || kind === 'turn' ? 300_000 : world.pick([1_800_000, 3_600_000]),
    trouble: trouble(world, span),
  };
}

function setup(world: World, at: number): Setup {
  return {
    name: `function-${at}`,
    critical: world.chance(0.4),
    protected: true,
    concurrency: world.whole(1, 6),
    memoryMb: world.pick([128, 256, 512, 1024]),
    timeoutMs: world.pick([1000, 3000, 10_000, 30_000]),
  };
}

function work(world: World, timeoutMs: number): Work & { readonly mean: number } {
  const mean = Math.min(timeoutMs / 2, 10 ** world.between(1, 3));
  const initMean = world.between(50, 2000);
  const skew = world.pick([0, 1000, 30_000]);
  const tails = world.pick([0, 0.001, 0.02]);
  return {
    mean,
    // Most take about as long as ever, a few until they are cut off.
    duration: () => (world.chance(tails) ? timeoutMs * 2 : mean * world.between(0.3, 1.7)),
    churn: world.pick([0, 0.001, 0.02]),
    idle: world.between(3, 30) * 60_000,
    init: () => (world.chance(0.02) ? world.between(2000, 10_000) : initMean * world.between(0.5, 1.5)),
    skew: () => world.between(-skew, skew),
  };
}

/** Calls, propagation and lost calls together stay below what the plan takes for granted. */
function speed(world: World): Pick<Scenario, 'stopLatencyMs' | 'weather'> {
  const callLatency = world.between(10, 300);
  const propagation = world.between(100, 5000);
  return {
    stopLatencyMs: Math.ceil(propagation + 25 * callLatency + 8000),
    weather: { metricDelay: world.between(0, 15) * 60_000, callLatency, propagation, callFaults: world.pick([0, 0.01, 0.1]) },
  };
}

function trouble(world: World, span: number): Trouble {
  const outage = (): Outage => {
    const from = world.between(0, span);
    return { from, until: from + world.between(1, 120) * 60_000, everywhere: world.chance(0.5) };
  };
  return {
    ledgerLatency: world.between(1, 400),
    ledgerFaults: world.pick([0, 0.01, 0.1]),
    outages: world.chance(0.3) ? [outage(), outage()] : [],
    lostCalls: world.pick([0, 0, 0.5]),
    lostRuns: world.pick([0, 0.1, 0.5]),
    doubleRuns: world.pick([0, 0.2]),
  };
}

function phases(
  world: World,
  { kind, span, requests, share, most }: { kind: Scenario['kind']; span: number; requests: number; share: number; most: number },
): readonly Phase[] {
  const mean = ((requests * share) / (span / 1000)) * world.between(0.5, 2);
  if (kind === 'steady') return [{ at: 0, rps: mean }];
  if (kind === 'daily')
    return Array.from({ length: Math.ceil(span / 3_600_000) }, (_, hour) => ({ at: hour * 3_600_000, rps: mean * (1 + Math.sin((hour / 12) * Math.PI)) }));
  const from = world.between(0, 0.3) * span;
  // As much as AWS lets through, and more.
  return [
    { at: 0, rps: mean * 0.05 },
    { at: from, rps: most * world.between(0.2, 1.3) },
  ];
}

const previous = (month: string): string => new Date(Date.parse(`${month}-01T00:00:00Z`) - DAY).toISOString().slice(0, 7);
