import type { Rule } from '../aws/contract.js';
import type { GuardianUse } from '../contract.js';
import type { Month } from '../ledger/contract.js';
import { type GuardianDeps, HOUR, MINUTE } from './deps.js';
import { note } from './event-log.js';

/**
 * The guardian's lowered schedule. `rate(1 minute)` is 44,640 requests a month, 4 % of the allowance, and goes on after a BLOCK, because nothing
 * stops the guardian. So a BLOCK that lasts lowers its rule to once an hour. It runs two minutes past the hour, so that the guardian sees a month's
 * turn at once.
 */
export const SLOW = 'cron(2 * * * ? *)';
/** How long a BLOCK must have lasted, in ms. By then everything that was refused is measured, so the next settlement does not end it. */
const LASTING_MS = HOUR;
/** Key of the record with the rules' own expressions while they are lowered. */
const KEY = 'schedule';
/** The expression that is restored if no record has one. */
const USUAL = 'rate(1 minute)';

/** The guardian's schedule, read once an hour. */
export interface Schedule {
  readonly rules: readonly Rule[];
  /** Whether the guardian may change the rules. It has tried, by writing the values that they have. */
  readonly canSlow: boolean;
}

const UNITS: Readonly<Record<string, number>> = { minute: MINUTE, hour: HOUR, day: 24 * HOUR };

/** Returns the time between two invocations, in ms. An expression that is not a rate counts as once a minute. */
function periodOf({ expression }: Rule): number {
  if (expression === SLOW) return HOUR;
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  return Number(count) * (UNITS[unit] ?? 0) || MINUTE;
}

/** Whether the schedule is lowered to once an hour. */
export const isSlow = ({ rules }: Schedule): boolean => rules.some(({ expression }) => expression === SLOW);

/** Reads the rules that invoke the guardian, and tries once whether it may change them. The first attempt must not be in the incident that needs it. */
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

/** Tries to change the rules each time, because the permission may be added. A failure is reported once. */
async function canChange(guard: GuardianDeps, rules: readonly Rule[], before: Schedule | undefined): Promise<boolean> {
  try {
    for (const each of rules) await guard.account.setRule(each);
    return true;
  } catch (error) {
    if (before?.canSlow !== false) await note(guard, `The guardian cannot lower its own schedule after a BLOCK: ${(error as Error).message}`);
    return false;
  }
}

/** Lowers the schedule during a BLOCK that lasts, and restores it afterwards. */
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

/** Restores the rules' own expressions. A rule that its owner has changed meanwhile keeps the new one. */
export async function quicken({ account, records }: Pick<GuardianDeps, 'account' | 'records'>, schedule: Schedule): Promise<Schedule> {
  const had = (await records.get<Readonly<Record<string, string>>>(KEY)) ?? {};
  const rules = schedule.rules.map((each) => (each.expression === SLOW ? { ...each, expression: had[each.name] ?? USUAL } : each));
  for (const [index, each] of rules.entries()) if (each !== schedule.rules[index]) await account.setRule(each);
  await records.remove(KEY);
  return { ...schedule, rules };
}

/** A period for which the guardian's use is calculated. Times are in ms since the epoch, durations in ms. */
export interface Outlook {
  /** Time until which the guardian's use is measured. */
  readonly measuredUntil: number;
  readonly now: number;
  readonly end: number;
  /** Time between two runs that measure and settle. Other invocations return at once. */
  readonly intervalMs: number;
  readonly memoryMb: number;
  /** Mean duration of the runs so far, in ms; 0 if there was none. */
  readonly meanRunMs: number;
}

/** Invocations in a month by alarms, commands and hand. */
const OTHER_CALLS = 100;
/** Durations in ms: the shortest assumed run (or twice the mean), the time that a cold start adds, and an invocation that is not due. */
const [RUN_MS, COLD_MS, SKIP_MS] = [2000, 3000, 100];

/** Upper bound of the guardian's use until the month ends, if a BLOCK comes now. */
export function guardianUse({ rules, canSlow }: Schedule, outlook: Outlook): GuardianUse {
  const { measuredUntil, now, end, intervalMs, memoryMb, meanRunMs } = outlook;
  const periods = rules.length > 0 ? rules.map(periodOf) : [MINUTE];
  const ticks = (ms: number): number => periods.reduce((sum, period) => sum + Math.ceil(Math.max(0, ms) / period), 0);
  const runMs = Math.max(RUN_MS, 2 * meanRunMs);
  const left = Math.max(0, end - measuredUntil);
  // Time until the run that finds that the BLOCK lasts.
  const fast = canSlow ? Math.min(left, now - measuredUntil + LASTING_MS + 3 * intervalMs) : left;
  const hourly = canSlow ? periods.length * Math.ceil((left - fast) / HOUR) : 0;
  const runs = Math.min(ticks(fast), Math.ceil(fast / intervalMs)) + OTHER_CALLS;
  const skipped = Math.max(0, ticks(fast) + OTHER_CALLS - runs);
  const ms = runs * runMs + skipped * SKIP_MS + hourly * (runMs + COLD_MS);
  return { invocations: ticks(fast) + OTHER_CALLS + hourly, mbMs: Math.ceil(memoryMb * ms), mbMsPerCall: Math.ceil(memoryMb * runMs) };
}
