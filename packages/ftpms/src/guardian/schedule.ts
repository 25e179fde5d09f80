import type { Rule } from '../aws/contract.js';
import type { GuardianUse } from '../contract.js';
import type { Month } from '../ledger/contract.js';
import { type GuardianDeps, HOUR, MINUTE } from './deps.js';
import { note } from './event-log.js';

/**
 * The guardian's schedule. `rate(1 minute)` is 44,640 requests a month, 4 % of the allowance, which go on after a BLOCK: nothing stops the
 * guardian. So a BLOCK that lasts lowers its rule to once an hour. Two minutes past the hour, so that the month's turn is seen at once.
 */
export const SLOW = 'cron(2 * * * ? *)';
/** A BLOCK that has lasted for so long is not undone by the next settlement: everything that was refused is measured by then. In ms. */
const LASTING_MS = HOUR;
/** The record that keeps the rule's own expression while it is lowered. */
const KEY = 'schedule';
/** If nothing says what a lowered rule had. */
const USUAL = 'rate(1 minute)';

/** The guardian's schedule as it is known; read once an hour. */
export interface Schedule {
  readonly rules: readonly Rule[];
  /** Whether the guardian may change them: tried with the value they have. */
  readonly canSlow: boolean;
}

const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: HOUR, day: 24 * HOUR };

/** The time between two invocations, in ms. An expression that is no rate is taken for once a minute. */
function periodOf({ expression }: Rule): number {
  if (expression === SLOW) return HOUR;
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return Number(count) * (UNITS[unit] ?? 0) || MINUTE;
}

/** Whether it is lowered to once an hour. */
export const isSlow = ({ rules }: Schedule): boolean => rules.some(({ expression }) => expression === SLOW);

/** Reads the rules that invoke the guardian, and tries once whether it may change them: not first in the incident that needs it. */
export async function readSchedule(guard: GuardianDeps, before: Schedule | undefined): Promise<Schedule> {
  const { account, settings } = guard;
  if (settings.self === undefined) return { rules: [], canSlow: false };
  try {
    const rules = (await account.rules(settings.self)).filter(({ isEnabled }) => isEnabled);
    const isKnown = before?.canSlow === true && rules.every(({ name }) => before.rules.some((each) => each.name === name));
    return { rules, canSlow: rules.length > 0 && (isKnown || (await canChange(guard, rules, before))) };
  } catch (error) {
    if (before) return before;
    await note(guard, `The guardian's schedule could not be read, so it counts as one run a minute: ${(error as Error).message}`);
    return { rules: [], canSlow: false };
  }
}

/** Tried each time, since the permission may come; told once. */
async function canChange(guard: GuardianDeps, rules: readonly Rule[], before: Schedule | undefined): Promise<boolean> {
  try {
    for (const each of rules) await guard.account.setRule(each);
    return true;
  } catch (error) {
    if (before?.canSlow !== false) await note(guard, `The guardian cannot lower its own schedule after a BLOCK: ${(error as Error).message}`);
    return false;
  }
}

/** Lowers the schedule during a BLOCK that lasts, and gives it back after. */
export async function adaptSchedule(guard: GuardianDeps, schedule: Schedule, { mode, stoppedAt }: Pick<Month, 'mode' | 'stoppedAt'>): Promise<Schedule> {
  const isLasting = mode === 'blocked' && stoppedAt > 0 && guard.now() - stoppedAt >= LASTING_MS;
  try {
    if (!isLasting) return isSlow(schedule) ? await quicken(guard, schedule) : schedule;
    return schedule.canSlow ? await slow(guard, schedule) : schedule;
  } catch (error) {
    await note(guard, `The guardian's schedule could not be changed: ${(error as Error).message}`);
    return { ...schedule, canSlow: false };
  }
}

async function slow({ account, records }: GuardianDeps, schedule: Schedule): Promise<Schedule> {
  const fast = schedule.rules.filter((each) => periodOf(each) < HOUR);
  if (fast.length === 0) return schedule;
  // Written before anything is changed, as with functions.
  await records.add(KEY, Object.fromEntries(fast.map(({ name, expression }) => [name, expression])));
  for (const each of fast) await account.setRule({ ...each, expression: SLOW });
  return { ...schedule, rules: schedule.rules.map((each) => (fast.includes(each) ? { ...each, expression: SLOW } : each)) };
}

/** Gives the rules back what they had. An owner who has changed one meanwhile keeps that. */
export async function quicken({ account, records }: Pick<GuardianDeps, 'account' | 'records'>, schedule: Schedule): Promise<Schedule> {
  const had = (await records.get<Readonly<Record<string, string>>>(KEY)) ?? {};
  const rules = schedule.rules.map((each) => (each.expression === SLOW ? { ...each, expression: had[each.name] ?? USUAL } : each));
  for (const [index, each] of rules.entries()) if (each !== schedule.rules[index]) await account.setRule(each);
  await records.remove(KEY);
  return { ...schedule, rules };
}

/** A period for which the guardian's use is to be known. Times are ms since the epoch, or ms. */
export interface Outlook {
  /** Ms since the epoch until which its use is measured. */
  readonly measuredUntil: number;
  readonly now: number;
  readonly end: number;
  /** The time between two runs that read and settle; other invocations return at once. */
  readonly rhythmMs: number;
  readonly memoryMb: number;
  /** Average duration of a run so far, in ms; 0 if there was none. */
  readonly meanRunMs: number;
}

/** Alarms, commands and calls by hand in a month: each invokes it once. */
const OTHER_CALLS = 100;
/** A run takes at least so long here, or twice its average; a cold start takes so long on top; an invocation that is not due takes so long. In ms. */
const [RUN_MS, COLD_MS, SKIP_MS] = [2000, 3000, 100];

/** The most that the guardian uses until the month ends if a BLOCK comes now. */
export function guardianUse({ rules, canSlow }: Schedule, outlook: Outlook): GuardianUse {
  const { measuredUntil, now, end, rhythmMs, memoryMb, meanRunMs } = outlook;
  const periods = rules.length > 0 ? rules.map(periodOf) : [MINUTE];
  const ticks = (ms: number): number => periods.reduce((sum, period) => sum + Math.ceil(Math.max(0, ms) / period), 0);
  const runMs = Math.max(RUN_MS, 2 * meanRunMs);
  const left = Math.max(0, end - measuredUntil);
  // Until the run that finds the BLOCK to be lasting.
  const fast = canSlow ? Math.min(left, now - measuredUntil + LASTING_MS + 3 * rhythmMs) : left;
  const hourly = canSlow ? periods.length * Math.ceil((left - fast) / HOUR) : 0;
  const runs = Math.min(ticks(fast), Math.ceil(fast / rhythmMs)) + OTHER_CALLS;
  const skipped = Math.max(0, ticks(fast) + OTHER_CALLS - runs);
  const ms = runs * runMs + skipped * SKIP_MS + hourly * (runMs + COLD_MS);
  return { invocations: ticks(fast) + OTHER_CALLS + hourly, mbMs: Math.ceil(memoryMb * ms), mbMsPerCall: Math.ceil(memoryMb * runMs) };
}
