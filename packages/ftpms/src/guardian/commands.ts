import { SugaError } from '@suga/gateway/errors';
import { GB_SECOND } from '../config.js';
import type { Amount } from '../contract.js';
import { monthOf } from '../guarantee/calendar.js';
import { standing } from '../guarantee/level.js';
import { type GuardianDeps, HOLD, HOUR } from './deps.js';
import { enforce, stopNow } from './enforce.js';
import { note } from './event-log.js';
import { HYSTERESIS, loweredBy } from './levels.js';
import { alone } from './lock.js';
import { lastReport } from './report.js';
import { quicken } from './schedule.js';
import { byExpense, type Done, stop } from './stop.js';
import { isStranded, strandedWords } from './stranded.js';
import { forgive, stopSilent } from './unreachable-ledger.js';
import { watch } from './watch.js';

/** Codes of errors that commands throw, besides those of AWS. */
export type FtpmsErrorCode = 'NotFound' | 'NoRoom' | 'Busy' | 'Refused' | 'Forbidden';

const LOOK = 'suga ftpms status';

/**
 * Stops every protected function until `restore`, whatever is used. Functions are stopped first, and the ledger is changed after that. If the ledger
 * is unreachable, they are stopped all the same: their settings are written on them, and `failed` says that the stop is not in the ledger.
 */
export async function stopByHand(given: GuardianDeps): Promise<Done> {
  const guard = await ruled(given);
  const first = await stopAll(guard);
  try {
    const month = monthOf(guard.now());
    await guard.records.put(HOLD, { at: guard.now() });
    await present(guard, month);
    await guard.ledger.mode(month, ['open', 'reserved'], 'blocked');
    await note(guard, 'Stopped by command');
    // The guardian may have started some functions before it could know of the stop.
    const again = await stopNow(guard, month);
    return { changed: [...new Set([...first.changed, ...again.changed])], failed: [...again.failed, ...halfDone(first)] };
  } catch (error) {
    return {
      changed: first.changed,
      failed: [...first.failed, ...halfDone(first), `not recorded in the ledger; repeat the stop when it responds: ${(error as Error).message}`],
    };
  }
}

/** Returns the parts of a stop that failed although the functions are stopped. */
const halfDone = ({ problems = [], unmarked = [] }: Done): readonly string[] => [
  ...new Set([...problems.map(({ message }) => `event sources may still be enabled: ${message}`), ...unmarked]),
];

async function stopAll(guard: GuardianDeps): Promise<Done> {
  const functions = await watch(guard, await guard.account.functions(), true).catch(() => undefined);
  if (functions) return stop(guard, byExpense(functions), true);
  const [changed, failed]: [string[], string[]] = [[], []];
  for (const name of guard.settings.functions.keys()) {
    const done = await stopSilent(guard, name, true).catch((error: Error) => ({ changed: [], failed: [`${name}: ${error.message}`] }));
    changed.push(...done.changed);
    failed.push(...done.failed);
  }
  return { changed, failed };
}

/**
 * Restores the settings that functions had before they were stopped or lowered. Nothing is measured and no setting is written: limits are the
 * ledger's, and the last report says which functions are critical, whatever the shell's variables are.
 * @throws `NoRoom` if too little of the allowance is left, because the next request would stop the functions again; `Busy`; `Refused` if AWS refuses,
 * or if a function has reserved concurrency 0 and no record says what it had
 */
export async function restoreByHand(given: GuardianDeps): Promise<void> {
  const guard = await ruled(given);
  const { ledger, records, now } = guard;
  const name = monthOf(now());
  const { left, limit } = await present(guard, name);
  if (!(left.requests > HYSTERESIS * limit.requests && left.mbMs > HYSTERESIS * limit.mbMs)) throw noRoom(left);
  // First, because it reads from the functions' tags what a lost table held, including a stop by command.
  const stranded = (await watch(guard, await guard.account.functions(), true)).filter(isStranded);
  await records.remove(HOLD);
  await forgive(guard);
  await ledger.mode(name, ['blocked', 'reserved'], 'open');
  await note(guard, 'Restored by command');
  await usualSchedule(guard);
  const done = await alone(guard, () => giveBack(guard, name));
  if (!done) throw new SugaError<FtpmsErrorCode>('Busy', `ftpms: another run is in progress. It restores the functions, or the next run does. See ${LOOK}.`);
  if (done.failed.length > 0) {
    throw new SugaError<FtpmsErrorCode>('Refused', `ftpms: not everything was restored, and the guardian's next run tries again: ${done.failed.join('; ')}.`);
  }
  if (stranded.length > 0) throw new SugaError<FtpmsErrorCode>('Refused', `ftpms: ${stranded.map(strandedWords).join(' ')}`);
}

/** Restores the guardian's schedule. The guardian would do so itself within an hour. */
async function usualSchedule(guard: GuardianDeps): Promise<void> {
  const { account, settings } = guard;
  if (settings.self === undefined) return;
  try {
    await quicken(guard, { rules: await account.rules(settings.self), canSlow: true });
  } catch (error) {
    await note(guard, `The guardian has yet to restore its schedule: ${(error as Error).message}`);
  }
}

function noRoom(left: Amount): SugaError<FtpmsErrorCode> {
  const words = `${left.requests.toLocaleString('en')} requests and ${Math.floor(left.mbMs / GB_SECOND).toLocaleString('en')} GB-seconds`;
  const advice = 'Wait for the next month, or raise FTPMS_REQUEST_LIMIT and FTPMS_GB_SECONDS_LIMIT of the guardian and pay.';
  return new SugaError<FtpmsErrorCode>('NoRoom', `ftpms: too little is left to restore functions: ${words}. ${advice}`);
}

async function giveBack(guard: GuardianDeps, name: string): Promise<Done> {
  const month = await present(guard, name);
  const { level, shed } = standing(month);
  const lowered = level === 'throttle' && month.mode === 'open' ? loweredBy(shed) : 0;
  const functions = await watch(guard, await guard.account.functions());
  const done = await enforce(guard, functions, { month, lowered, used: {}, measuredUntil: guard.now() + HOUR, mayRestore: true });
  // An invocation may have been refused meanwhile.
  await stopNow(guard, name);
  return done;
}

/**
 * Adds the functions of the guardian's last report. A shell may have other settings than the guardian, so the report decides which functions are
 * protected and critical.
 */
export async function ruled(guard: GuardianDeps): Promise<GuardianDeps> {
  const report = await lastReport(guard).catch(() => undefined);
  const reported = (report?.functions ?? []).map(({ name, critical }) => [name, critical] as const);
  return { ...guard, settings: { ...guard.settings, functions: new Map([...guard.settings.functions, ...reported]) } };
}

async function present({ ledger, settings }: GuardianDeps, name: string): Promise<NonNullable<Awaited<ReturnType<GuardianDeps['ledger']['read']>>>> {
  const month = await ledger.read(name);
  if (month) return month;
  const advice = 'Run suga ftpms setup, and let the guardian run once.';
  throw new SugaError<FtpmsErrorCode>('NotFound', `ftpms: the ledger has no month ${name} in the scope "${settings.scope}". ${advice}`);
}
