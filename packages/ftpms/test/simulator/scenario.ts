import type { Amount, Plan, Thresholds } from '../../src/contract.js';
import { beginOf, endOf, monthOf } from '../../src/guarantee/calendar.js';
import { caps } from '../../src/guarantee/inequality.js';
import { guardianUse } from '../../src/guardian/schedule.js';
import type { Change, Setup, Weather } from './cloud.js';
import type { Work } from './environments.js';
import type { World } from './world.js';

/** A rate of requests: `rps` per second from `at` ms on. */
export interface Phase {
  readonly at: number;
  readonly rps: number;
}

/** Faults between environments, ledger and guardian. Shares are from 0 to 1, times in ms. */
export interface Trouble {
  readonly ledgerLatency: number;
  /** Share of calls that fail, or succeed with their response lost. */
  readonly ledgerFaults: number;
  /** Periods in which the ledger is unreachable, in ms from the start: for environments only, or for the guardian as well. */
  readonly outages: readonly Outage[];
  /** Share of lost calls to the guardian by environments. */
  readonly lostCalls: number;
  /** Share of runs of the guardian that do not happen. */
  readonly lostRuns: number;
  /** Share of runs of the guardian that happen twice at once. */
  readonly doubleRuns: number;
}

/** A period in which the ledger is unreachable. */
export interface Outage {
  readonly from: number;
  readonly until: number;
  readonly everywhere: boolean;
}

/** One function and its load. */
export interface Part {
  readonly setup: Setup;
  readonly work: Work;
  readonly phases: readonly Phase[];
}

/** A change by a developer, `at` ms from the start. */
export interface Deployment {
  readonly at: number;
  readonly name: string;
  readonly change: Change;
}

/** A random month. */
export interface Scenario {
  readonly kind: 'steady' | 'daily' | 'burst' | 'turn';
  readonly parts: readonly Part[];
  readonly deployments: readonly Deployment[];
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  /** Time that the plan assumes from the first refusal until the last function is stopped, in ms. */
  readonly stopLatencyMs: number;
  readonly emergency: number;
  readonly begin: number;
  readonly span: number;
  /** Period of the guardian's rule, in ms. */
  readonly guardianEvery: number;
  /** Whether the guardian may change its rule. */
  readonly canSlow: boolean;
  readonly weather: Weather;
  readonly trouble: Trouble;
}

const HOUR = 3_600_000;
const DAY = 86_400_000;
const MONTHS = ['2026-11', '2026-12', '2027-02', '2028-02', '2028-03'];

/** A random month for which the inequality leaves at least half of the allowance to use. */
export function scenario(world: World): Scenario {
  for (;;) {
    const drawn = draw(world);
    if (isPossible(drawn)) return drawn;
  }
}

/** A random month of a few hours, so that many can be tried. Often near a month's end, where the guardian needs little of a small allowance. */
export function shortScenario(world: World): Scenario {
  for (;;) {
    const drawn = shortened(world, draw(world));
    if (isPossible(drawn)) return drawn;
  }
}

function shortened(world: World, one: Scenario): Scenario {
  const requests = Math.round(10 ** world.between(3, 3.6));
  const share = requests / one.limit.requests;
  const month = monthOf(one.begin + one.span - 1);
  const span = world.between(0.5, 4) * HOUR;
  const begin = world.chance(0.3) ? beginOf(month) - world.between(0.1, 1) * HOUR : endOf(month) - span - world.between(0, 48) * HOUR;
  const scaled = (at: number): number => (at / one.span) * span;
  return {
    ...one,
    kind: 'burst',
    limit: { requests, mbMs: Math.round(one.limit.mbMs * share) },
    begin,
    span,
    guardianEvery: world.pick([60_000, 300_000]),
    parts: one.parts.map((part) => ({
      ...part,
      phases: [
        { at: 0, rps: world.between(0, 0.5) },
        { at: world.between(0, 0.3) * span, rps: 10 * part.setup.concurrency * world.between(0.05, 1.3) },
      ],
    })),
    deployments: one.deployments.map((each) => ({ ...each, at: scaled(each.at) })),
    trouble: {
      ...one.trouble,
      outages: one.trouble.outages.map((each) => ({ ...each, from: scaled(each.from), until: scaled(each.from) + each.until - each.from })),
    },
  };
}

/**
 * Whether the guarantee is worth testing: the caps leave something to use. Deployments are such that `check` accepts them, so the inequality holds at
 * the block threshold for the functions before and after them.
 */
export function isPossible(one: Scenario): boolean {
  const plan = planOf(one);
  const cap = caps(plan);
  const { requests, mbMs } = one.limit;
  if (one.deployments.length === 0) return cap.requests >= requests / 2 && cap.mbMs >= mbMs / 2;
  return cap.requests >= Math.floor(plan.thresholds.block * requests) && cap.mbMs >= Math.floor(plan.thresholds.block * mbMs);
}

/** The basis of the guarantee in that month, with the largest settings that functions have in it. */
export function planOf({ parts, deployments, limit, thresholds, stopLatencyMs, emergency, guardianEvery, canSlow, begin, span }: Scenario): Plan {
  const largest = (setup: Setup): Setup =>
    deployments.reduce(
      (most, { name, change }) => {
        if (name !== setup.name || change === 'remove') return most;
        const larger = (what: keyof typeof change): number => Math.max(most[what], change[what] ?? 0);
        return Object.assign(most, { memoryMb: larger('memoryMb'), timeoutMs: larger('timeoutMs'), concurrency: larger('concurrency') });
      },
      { ...setup },
    );
  const end = endOf(monthOf(begin + span - 1));
  const rule = { name: 'guardian', expression: rateOf(guardianEvery), isEnabled: true };
  // Near the month's end there is less of it. A scenario with a month's turn begins another month.
  const measuredUntil = monthOf(begin) === monthOf(begin + span - 1) ? begin : beginOf(monthOf(begin + span - 1));
  const outlook = { measuredUntil: measuredUntil - HOUR, now: measuredUntil, end, intervalMs: 300_000, memoryMb: GUARDIAN.memoryMb, meanRunMs: 1000 };
  return {
    limit,
    thresholds,
    stopLatencyMs,
    emergency,
    functions: parts.flatMap(({ setup }) => (setup.protected ? [largest(setup)] : [])),
    other: { requests: 0, mbMs: 0 },
    otherUntilMonthEnds: otherUse(parts, (end - measuredUntil) / 1000),
    guardian: guardianUse({ rules: [rule], canSlow }, outlook),
  };
}

function otherUse(parts: readonly Part[], seconds: number): Amount {
  const others = parts.filter(({ setup }) => !setup.protected);
  const sum = (of: (part: Part, requests: number) => number): number =>
    others.reduce((all, part) => all + of(part, Math.max(...part.phases.map(({ rps }) => rps)) * seconds * 1.5), 0);
  return { requests: Math.ceil(sum((_, requests) => requests)), mbMs: Math.ceil(sum((part, requests) => requests * part.setup.memoryMb * 50)) };
}

/** The guardian's own function. */
export const GUARDIAN: Setup = { name: 'guardian', critical: false, protected: false, concurrency: 2, memoryMb: 128, timeoutMs: 120_000 };

export const rateOf = (ms: number): string => (ms >= HOUR ? `rate(${ms / HOUR} hours)` : `rate(${ms / 60_000} minutes)`);

function draw(world: World): Scenario {
  const requests = Math.round(10 ** world.between(3.3, 4.5));
  const kind = world.pick(['steady', 'daily', 'burst', 'burst', 'turn'] as const);
  const functions = Array.from({ length: world.whole(1, 3) }, (_, at) => setup(world, at));
  const works = functions.map(({ timeoutMs }) => work(world, timeoutMs));
  const typical = functions.reduce((all, { memoryMb }, at) => all + memoryMb * (works[at]?.mean ?? 0), 0) / functions.length;
  const month = world.pick(MONTHS);
  const length = (Date.parse(`${month}-01T00:00:00Z`) - Date.parse(`${previous(month)}-01T00:00:00Z`)) as number;
  const isShort = kind === 'burst' || kind === 'turn';
  const begin = Date.parse(`${month}-01T00:00:00Z`) + (kind === 'turn' ? -world.between(0.1, 3) * HOUR : kind === 'burst' ? world.between(0, 20) * DAY : 0);
  const span = isShort ? world.between(0.3, 1.5) * DAY : Math.min(length, world.between(3, 28) * DAY);
  const parts = functions.map((one, at) => ({
    setup: one,
    work: works[at] as Work,
    phases: phases(world, { kind, span, requests, share: 1 / functions.length, most: 10 * one.concurrency }),
  }));
  const drawn: Scenario = {
    kind,
    parts,
    deployments: world.chance(0.4) ? deployments(world, functions, span) : [],
    limit: { requests, mbMs: Math.round(requests * typical * world.between(0.3, 3)) },
    thresholds: world.pick([
      { warn: 0.75, throttle: 0.85, block: 0.95 },
      { warn: 0.5, throttle: 0.94, block: 0.95 },
      { warn: 0.6, throttle: 0.7, block: 1 },
      { warn: 0.3, throttle: 0.4, block: 0.5 },
    ]),
    ...speed(world),
    emergency: world.whole(0, 5),
    begin,
    span,
    guardianEvery: isShort ? world.pick([60_000, 300_000]) : world.pick([1_800_000, HOUR]),
    canSlow: world.chance(0.8),
    trouble: trouble(world, span),
  };
  return world.chance(0.3) ? untilMonthEnds(world, drawn) : drawn;
}

/** The same until the month ends, with a function that is not protected. It has been used for a day before, so that its rate is known. */
function untilMonthEnds(world: World, one: Scenario): Scenario {
  const shift = DAY;
  const begin = one.begin - shift;
  const end = endOf(monthOf(one.begin + one.span - 1));
  const rps = (one.limit.requests * world.between(0.02, 0.3)) / (31 * 86_400);
  const setup: Setup = { name: 'other', critical: false, protected: false, concurrency: 100, memoryMb: 128, timeoutMs: 3000 };
  const other: Part = { setup, work: { duration: () => 30, churn: 0, idle: HOUR, init: () => 0, skew: () => 0 }, phases: [{ at: 0, rps }] };
  const later = one.parts.map((part) => ({ ...part, phases: part.phases.map((each) => ({ ...each, at: each.at + shift })) }));
  return {
    ...one,
    begin,
    span: end - begin,
    parts: [...later.map((part) => ({ ...part, phases: [{ at: 0, rps: 0 }, ...part.phases] })), other],
    deployments: one.deployments.map((each) => ({ ...each, at: each.at + shift })),
    trouble: { ...one.trouble, outages: one.trouble.outages.map((each) => ({ ...each, from: each.from + shift, until: each.until + shift })) },
  };
}

function setup(world: World, at: number): Setup {
  return {
    name: `function-${at}`,
    critical: world.chance(0.4),
    protected: true,
    concurrency: world.whole(1, 6),
    memoryMb: world.pick([128, 256, 512, 1024]),
    timeoutMs: world.pick([1000, 3000, 10_000, 30_000, 300_000, 900_000]),
  };
}

function deployments(world: World, functions: readonly Setup[], span: number): readonly Deployment[] {
  return Array.from({ length: world.whole(1, 4) }, () => {
    const { name } = world.pick(functions);
    const change = world.pick<Change>([
      { timeoutMs: world.pick([1000, 3000, 10_000, 30_000, 900_000]) },
      { memoryMb: world.pick([128, 256, 1024]) },
      { memoryMb: world.pick([128, 512]), timeoutMs: world.pick([1000, 30_000]) },
      { concurrency: world.whole(1, 6) },
      'remove',
    ]);
    return { at: world.between(0, span), name, change };
  });
}

function work(world: World, timeoutMs: number): Work & { readonly mean: number } {
  const mean = Math.min(timeoutMs / 2, 10 ** world.between(1, timeoutMs > 100_000 ? 5.3 : 3));
  const initMean = world.between(50, 2000);
  const skew = world.pick([0, 1000, 30_000]);
  const tails = world.pick([0, 0.001, 0.02]);
  return {
    mean,
    // Most take about the usual time, a few until their timeout.
    duration: () => (world.chance(tails) ? timeoutMs * 2 : mean * world.between(0.3, 1.7)),
    churn: world.pick([0, 0.001, 0.02]),
    idle: world.between(3, 30) * 60_000,
    init: () => (world.chance(0.02) ? world.between(2000, 10_000) : initMean * world.between(0.5, 1.5)),
    skew: () => world.between(-skew, skew),
  };
}

/** Draws delays: calls, propagation and lost calls together stay below the time that the plan assumes. */
function speed(world: World): Pick<Scenario, 'stopLatencyMs' | 'weather'> {
  const callLatency = world.between(10, 300);
  const propagation = world.between(100, 5000);
  return {
    stopLatencyMs: Math.ceil(propagation + 25 * callLatency + 8000),
    weather: {
      metricDelay: world.between(0, 15) * 60_000,
      ...(world.chance(0.3) && { metricDelay: 15 * 60_000, isLate: true }),
      callLatency,
      propagation,
      callFaults: world.pick([0, 0.01, 0.1]),
    },
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
    return Array.from({ length: Math.ceil(span / HOUR) }, (_, hour) => ({ at: hour * HOUR, rps: mean * (1 + Math.sin((hour / 12) * Math.PI)) }));
  const from = world.between(0, 0.3) * span;
  // As much as AWS lets through, and more.
  return [
    { at: 0, rps: mean * 0.05 },
    { at: from, rps: most * world.between(0.2, 1.3) },
  ];
}

const previous = (month: string): string => new Date(Date.parse(`${month}-01T00:00:00Z`) - DAY).toISOString().slice(0, 7);
