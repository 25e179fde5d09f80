import type { Described } from '../aws/contract.js';
import type { Amount, GuardianUse, Plan, ProtectedFunction } from '../contract.js';
import { beginOf, endOf } from '../guarantee/calendar.js';
import { boundOf } from '../guarantee/projection.js';
import { TTL_MS } from '../ledger/contract.js';
import { plus } from '../ledger/month-balance.js';
import { type ConfigurationHistory, recentlyProtected, withPresent } from './configuration-history.js';
import { DAY, type GuardianDeps, HOUR, MINUTE, type Watched } from './deps.js';
import { type Base, type DayUse, type Measured, type MeasureInput, readBase, readRecent, withRecent } from './measure.js';
import { runInterval } from './run-interval.js';
import { guardianUse, readSchedule, type Schedule } from './schedule.js';
import type { State } from './state.js';
import { watch } from './watch.js';

/**
 * CloudWatch does not promise when its data are complete. Data that arrive later than this are included when the month is read again. A minute of it
 * is for differences between clocks.
 */
const MARGIN = 16 * MINUTE;
/** Shortest time from which a rate is calculated. The rate of a shorter time would be chance. */
const LEAST = 5 * MINUTE;
/** Factor for functions that are not protected: their use may double before the guardian notices. */
const SAFETY = 2;

/** The account as one run sees it. */
export interface Survey {
  readonly described: readonly Described[];
  readonly functions: readonly Watched[];
  readonly configurations: ConfigurationHistory;
  readonly schedule: Schedule;
  readonly base: Base;
  /** Whether the base was read by this run: an hour has passed, or the month has turned. */
  readonly isFresh: boolean;
  /** Use after the base. */
  readonly recent: Measured;
  /** Use of the base and after it. */
  readonly measured: Measured;
  readonly measuredUntil: number;
  /** An estimate of the use of all functions since `measuredUntil`. */
  readonly unseen: Amount;
  readonly plan: Plan;
}

/** Knowledge from earlier runs. Empty if the table is new, or for a check without a guardian. */
export type Before = Partial<Pick<State, 'base' | 'configurations' | 'epochs' | 'otherHistory' | 'own' | 'schedule'>> & {
  /** Epochs with grants that are not settled. */
  readonly open?: readonly number[];
};

/** Values that a caller can pass, so that they are not read. */
export interface SurveyOptions {
  /** End of the time in which use that no stop ends is counted, in ms since the epoch. @default the month's end */
  readonly until?: number;
  /** The guardian's schedule, for a command that changes nothing. @default read from AWS, and changed once as a trial */
  readonly schedule?: Schedule;
}

/** Reads everything that a decision needs. */
export async function survey(guard: GuardianDeps, month: string, before: Before = {}, options: SurveyOptions = {}): Promise<Survey> {
  const { until = endOf(month) } = options;
  const { account, settings } = guard;
  const described = await account.functions();
  const functions = await watch(guard, described, before.configurations === undefined);
  const { configurations, possible } = configurationsOf(guard, before.configurations, { described, functions });
  const begin = beginOf(month);
  // Includes functions that are deleted, and timeouts that were longer a moment ago: invocations with them may still be in flight.
  const longest = Math.max(0, ...possible.map(({ timeoutMs }) => timeoutMs));
  const measuredUntil = Math.max(begin, useful(guard.now() - longest - MARGIN, before));
  // Includes functions that are deleted.
  const names = new Set([...settings.functions.keys(), ...functions.map(({ name }) => name)].filter((name) => name !== settings.self));
  const input = { account, described, history: configurations, names, self: settings.self, afterMs: settings.afterMs };
  const { base, recent, isFresh } = await measure(input, month, { begin, measuredUntil, known: before.base });
  const known = options.schedule ?? (isFresh ? undefined : before.schedule);
  const schedule = known ?? (await readSchedule(guard, before.schedule));
  const ms = measuredUntil - base.until;
  // Time until the guardian notices: the delay of CloudWatch, and the time between two runs.
  const intervalMs = runInterval({ level: 'normal', functions });
  const unseenMs = guard.now() - measuredUntil + intervalMs;
  const moment = { month, measuredUntil, until };
  const plan = planOf(guard, possible, {
    other: unseenOther(base, rateOf(recent.other, ms), unseenMs),
    otherUntilMonthEnds: otherUntilMonthEnds(before.otherHistory ?? [], { base, recent }, moment),
    guardian: guardianUseOf(guard, { schedule, described, before, intervalMs, moment }),
  });
  const measured = together(base, recent);
  const unseen = times(rateOf(recent.total, ms), (SAFETY * unseenMs) / HOUR);
  return { described, functions, configurations, schedule, base, isFresh, recent, measured, measuredUntil, unseen, plan };
}

/**
 * Returns the time up to which to measure. Grants of epochs that are not settled count as used, so the use that they allowed must not be measured as
 * well. Measuring therefore ends when the grants of the last epoch that can be settled have expired.
 * @param complete time until which CloudWatch is complete, in ms since the epoch
 */
function useful(complete: number, { epochs = [], open = [] }: Before): number {
  const last = Math.max(...epochs.filter((each) => each <= complete - TTL_MS));
  const isOpen = Number.isFinite(last) && open.some((each) => each >= last);
  return floor(isOpen ? Math.min(complete, last + TTL_MS + MINUTE - 1) : complete, MINUTE);
}

async function measure(
  input: MeasureInput,
  month: string,
  { begin, measuredUntil, known }: { readonly begin: number; readonly measuredUntil: number; readonly known: Base | undefined },
): Promise<Pick<Survey, 'base' | 'recent' | 'isFresh'>> {
  const until = Math.max(begin, floor(measuredUntil, HOUR));
  const isFresh = known?.month !== month || known.until !== until;
  const base = isFresh ? await readBase(input, month, { from: begin, to: until }) : known;
  return { base, recent: await readRecent(input, { from: base.until, to: measuredUntil }), isFresh };
}

/** Returns the history with the present configurations, and the protected functions with the largest configuration that any of their invocations may have. */
function configurationsOf(
  { settings, now }: GuardianDeps,
  before: ConfigurationHistory | undefined,
  { described, functions }: Pick<Survey, 'described' | 'functions'>,
): { readonly configurations: ConfigurationHistory; readonly possible: readonly ProtectedFunction[] } {
  const watched = new Map(functions.map((each) => [each.name, each]));
  const present = described.map((each) => ({ ...each, concurrency: watched.get(each.name)?.concurrency, isProtected: watched.has(each.name) }));
  const configurations = withPresent(before, present, now());
  const lately = recentlyProtected(configurations, now());
  const possible = functions.map(({ name, critical, memoryMb, timeoutMs, concurrency }): ProtectedFunction => {
    const largest = lately.get(name);
    // Nothing limits a function without reserved concurrency, whatever it had before.
    const most = concurrency === undefined ? undefined : Math.max(concurrency, largest?.concurrency ?? 0);
    return { name, critical, memoryMb: Math.max(memoryMb, largest?.memoryMb ?? 0), timeoutMs: Math.max(timeoutMs, largest?.timeoutMs ?? 0), concurrency: most };
  });
  const gone = Array.from(lately).filter(([name]) => !watched.has(name) && name !== settings.self);
  const leaving = gone.map(([name, { memoryMb, timeoutMs, concurrency = 0 }]) => ({ name, critical: false, memoryMb, timeoutMs, concurrency }));
  return { configurations, possible: [...possible, ...leaving] };
}

/** Basis of the guarantee: the functions without the guardian's changes, and the use that no stop ends. */
export function planOf(
  { settings }: Pick<GuardianDeps, 'settings'>,
  functions: readonly ProtectedFunction[],
  lasting: Pick<Plan, 'other' | 'otherUntilMonthEnds' | 'guardian'>,
): Plan {
  const { limit, thresholds, stopLatencyMs, emergency } = settings;
  return { limit, thresholds, functions, stopLatencyMs, emergency, ...lasting };
}

/** Use until the guardian notices, at the rate of the busiest hour of the last day, or of the latest minutes if they are busier. */
function unseenOther({ busiest }: Base, latest: Amount, unseenMs: number): Amount {
  const most = { requests: Math.max(busiest.requests, latest.requests), mbMs: Math.max(busiest.mbMs, latest.mbMs) };
  return times(most, (SAFETY * unseenMs) / HOUR);
}

interface Moment {
  readonly month: string;
  readonly measuredUntil: number;
  readonly until: number;
}

/** Upper bound of the use of functions that are not protected. No stop ends this use. */
function otherUntilMonthEnds(history: readonly DayUse[], { base, recent }: Pick<Survey, 'base' | 'recent'>, { month, measuredUntil, until }: Moment): Amount {
  const days = [...history, ...withRecent(base.otherDays, recent.other, dayOf({ base, measuredUntil }))];
  const used = plus(base.other, recent.other);
  const of = (quantity: keyof Amount): number => {
    const points = days.map((each) => ({ at: Date.parse(each.day), value: each[quantity] }));
    return boundOf({ month, now: measuredUntil, used: used[quantity], points, step: DAY, until });
  };
  return { requests: of('requests'), mbMs: of('mbMs') };
}

/** The UTC day of the latest minutes that are measured. */
export const dayOf = ({ base, measuredUntil }: Pick<Survey, 'base' | 'measuredUntil'>): string =>
  new Date(Math.max(base.until, measuredUntil - 1)).toISOString().slice(0, 10);

/** Assumed memory of a guardian that is not deployed or not named, in MB. */
const GUARDIAN_MB = 128;

function guardianUseOf(
  { settings, now }: GuardianDeps,
  {
    schedule,
    described,
    before: { own },
    intervalMs,
    moment: { measuredUntil, until },
  }: Pick<Survey, 'schedule' | 'described'> & { readonly before: Before; readonly intervalMs: number; readonly moment: Moment },
): GuardianUse {
  const memoryMb = described.find(({ name }) => name === settings.self)?.memoryMb ?? GUARDIAN_MB;
  const meanRunMs = own && own.runs > 0 ? own.ms / own.runs : 0;
  return guardianUse(schedule, { measuredUntil, now: now(), end: until, intervalMs, memoryMb, meanRunMs });
}

/** An hour's use at the rate of a shorter time. */
const rateOf = (amount: Amount, ms: number): Amount => times(amount, HOUR / Math.max(LEAST, ms));

const times = ({ requests, mbMs }: Amount, factor: number): Amount => ({ requests: Math.ceil(requests * factor), mbMs: Math.ceil(mbMs * factor) });

function together(base: Measured, recent: Measured): Measured {
  const functions: Record<string, Amount> = Object.assign(Object.create(null), base.functions);
  for (const [name, amount] of Object.entries(recent.functions)) functions[name] = plus(functions[name], amount);
  return { total: plus(base.total, recent.total), functions, other: plus(base.other, recent.other) };
}

const floor = (at: number, step: number): number => at - (at % step);
