import type { Described } from '../account.js';
import type { Amount, Plan } from '../contract.js';
import { added } from '../month.js';
import { beginOf } from '../months.js';
import { type Guard, HOUR, MINUTE, type Watched, watch } from './guard.js';
import { type Base, type Measured, readBase, readRecent } from './measure.js';
import { rhythmOf } from './rhythm.js';
import { type Sizes, seenSizes } from './sizes.js';

/** CloudWatch has no promise of completeness; what comes later than this is corrected when the month is read anew. And clocks may differ by a minute. */
const MARGIN = 16 * MINUTE;
/** A rate of less than so much time would be chance. */
const LEAST = 5 * MINUTE;
/** What is not protected may double before it is noticed. */
const SAFETY = 2;

/** The account as one run sees it. */
export interface Survey {
  readonly described: readonly Described[];
  readonly functions: readonly Watched[];
  readonly sizes: Sizes;
  readonly base: Base;
  /** The base is new: an hour has passed, or the month has turned. */
  readonly isFresh: boolean;
  /** What came after the base. */
  readonly recent: Measured;
  /** Both together. */
  readonly measured: Measured;
  readonly measuredUntil: number;
  readonly plan: Plan;
}

/** Reads everything that a decision needs. */
export async function survey(guard: Guard, month: string, before: { readonly base?: Base; readonly sizes?: Sizes } = {}): Promise<Survey> {
  const { account, settings } = guard;
  const known = before.base;
  const described = await account.functions();
  const functions = await watch(guard, described);
  const begin = beginOf(month);
  const longest = Math.max(0, ...functions.map(({ timeoutMs }) => timeoutMs));
  const measuredUntil = Math.max(begin, floor(guard.now() - longest - MARGIN, MINUTE));
  // Also those that are gone.
  const names = new Set([...settings.functions.keys(), ...functions.map(({ name }) => name)].filter((name) => name !== settings.self));
  const sizes = seenSizes(before.sizes, described, { names, now: guard.now() });
  const scene = { account, described, sizes, names, afterMs: settings.afterMs };
  const until = Math.max(begin, floor(measuredUntil, HOUR));
  const isFresh = known?.month !== month || known.until !== until;
  const base = isFresh ? await readBase(scene, month, { from: begin, to: until }) : known;
  const recent = await readRecent(scene, { from: base.until, to: measuredUntil });
  const measured = together(base, recent);
  // Until it is noticed: what CloudWatch takes, and the time between two runs.
  const unseen = guard.now() - measuredUntil + rhythmOf({ level: 'normal', functions });
  const plan = planOf(guard, functions, otherUse(base, rateOf(recent.other, measuredUntil - base.until), unseen));
  return { described, functions, sizes, base, isFresh, recent, measured, measuredUntil, plan };
}

/** What the guarantee rests on: the functions as they are when nothing is wrong. */
export function planOf({ settings }: Pick<Guard, 'settings'>, functions: readonly Watched[], other: Amount): Plan {
  const { limit, thresholds, stopLatencyMs, emergency } = settings;
  const pure = functions.map(({ name, critical, memoryMb, timeoutMs, concurrency }) => ({ name, critical, memoryMb, timeoutMs, concurrency }));
  return { limit, thresholds, functions: pure, stopLatencyMs, emergency, other };
}

/** By the busiest hour of the last day, or by the latest minutes where they are busier. */
function otherUse({ busiest }: Base, latest: Amount, unseen: number): Amount {
  const one = (quantity: keyof Amount): number => Math.ceil((SAFETY * unseen * Math.max(busiest[quantity], latest[quantity])) / HOUR);
  return { requests: one('requests'), mbMs: one('mbMs') };
}

/** An hour's use at the rate of a shorter time. */
function rateOf({ requests, mbMs }: Amount, ms: number): Amount {
  const times = HOUR / Math.max(LEAST, ms);
  return { requests: requests * times, mbMs: mbMs * times };
}

function together(base: Measured, recent: Measured): Measured {
  const functions: Record<string, Amount> = Object.assign(Object.create(null), base.functions);
  for (const [name, amount] of Object.entries(recent.functions)) functions[name] = added(functions[name], amount);
  return { total: added(base.total, recent.total), functions, other: added(base.other, recent.other) };
}

const floor = (at: number, step: number): number => at - (at % step);
