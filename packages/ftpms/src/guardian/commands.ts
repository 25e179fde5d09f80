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

/** Codes of errors that commands raise beside those of AWS. */
export type FtpmsErrorCode = 'NotThere' | 'NoRoom' | 'Busy' | 'Refused' | 'NotAllowed';

const LOOK = 'suga ftpms status';

/**
 * Stops every protected function until `restore`, whatever is used. Functions first, the ledger after: where it cannot be reached, they are
 * stopped all the same, what they had is written on them, and `failed` says what is not in the ledger.
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
    // The guardian may have started some of them before it could know.
    const again = await stopNow(guard, month);
    return { changed: [...new Set([...first.changed, ...again.changed])], failed: [...again.failed, ...halfDone(first)] };
  } catch (error) {
    return {
      changed: first.changed,
      failed: [...first.failed, ...halfDone(first), `it is not in the ledger, so stop again when it answers: ${(error as Error).message}`],
    };
  }
}

/** The parts of a stop that failed although the functions are stopped. */
const halfDone = ({ problems = [], unmarked = [] }: Done): readonly string[] => [
  ...new Set([...problems.map(({ message }) => `event sources may still be on: ${message}`), ...unmarked]),
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
 * Gives functions back what they had before they were stopped or lowered. Nothing is measured and no setting written: limits are the
 * ledger's, and what is critical the last report says, whatever the shell has.
 * @throws `NoRoom` if nothing of the allowance is left: the next request would stop them again; `Busy`; `Refused` if AWS refuses, or if
 * a function is at 0 and nothing says what it had
 */
export async function restoreByHand(given: GuardianDeps): Promise<void> {
  const guard = await ruled(given);
  const { ledger, records, now } = guard;
  const name = monthOf(now());
  const { left, limit } = await present(guard, name);
  if (!(left.requests > HYSTERESIS * limit.requests && left.mbMs > HYSTERESIS * limit.mbMs)) throw noRoom(left);
  // First, for it takes from functions what a lost table had, a stop by command included.
  const stranded = (await watch(guard, await guard.account.functions(), true)).filter(isStranded);
  await records.remove(HOLD);
  await forgive(guard);
  await ledger.mode(name, ['blocked', 'reserved'], 'open');
  await note(guard, 'Restored by command');
  await usualSchedule(guard);
  const done = await alone(guard, () => giveBack(guard, name));
  if (!done) throw new SugaError<FtpmsErrorCode>('Busy', `ftpms: another run is under way, which restores the functions, or the next one. See ${LOOK}.`);
  if (done.failed.length > 0) {
    throw new SugaError<FtpmsErrorCode>('Refused', `ftpms: not everything is back, and the guardian's next run tries again: ${done.failed.join('; ')}.`);
  }
  if (stranded.length > 0) throw new SugaError<FtpmsErrorCode>('Refused', `ftpms: ${stranded.map(strandedWords).join(' ')}`);
}

/** The guardian would do it within the hour. */
async function usualSchedule(guard: GuardianDeps): Promise<void> {
  const { account, settings } = guard;
  if (settings.self === undefined) return;
  try {
    await quicken(guard, { rules: await account.rules(settings.self), canSlow: true });
  } catch (error) {
    await note(guard, `The guardian's schedule could not be changed, and it will do it itself: ${(error as Error).message}`);
  }
}

function noRoom(left: Amount): SugaError<FtpmsErrorCode> {
  const words = `${left.requests.toLocaleString('en')} requests and ${Math.floor(left.mbMs / GB_SECOND).toLocaleString('en')} GB-seconds are left`;
  const advice = 'Wait for the next month, or raise FTPMS_REQUEST_LIMIT and FTPMS_GB_SECONDS_LIMIT at the guardian and pay.';
  return new SugaError<FtpmsErrorCode>('NoRoom', `ftpms: there is no room to restore: ${words}. ${advice}`);
}

async function giveBack(guard: GuardianDeps, name: string): Promise<Done> {
  const month = await present(guard, name);
  const { level, shed } = standing(month);
  const lowered = level === 'throttle' && month.mode === 'open' ? loweredBy(shed) : 0;
  const functions = await watch(guard, await guard.account.functions());
  const done = await enforce(guard, functions, { month, lowered, used: {}, measuredUntil: guard.now() + HOUR, mayRestore: true });
  // Somebody may have been refused meanwhile.
  await stopNow(guard, name);
  return done;
}

/** A shell may have other settings than the guardian: what is protected and what is critical, its last report says. */
export async function ruled(guard: GuardianDeps): Promise<GuardianDeps> {
  const report = await lastReport(guard).catch(() => undefined);
  const told = (report?.functions ?? []).map(({ name, critical }) => [name, critical] as const);
  return { ...guard, settings: { ...guard.settings, functions: new Map([...guard.settings.functions, ...told]) } };
}

async function present({ ledger, settings }: GuardianDeps, name: string): Promise<NonNullable<Awaited<ReturnType<GuardianDeps['ledger']['read']>>>> {
  const month = await ledger.read(name);
  if (month) return month;
  const advice = 'Run suga ftpms setup, and let the guardian run once.';
  throw new SugaError<FtpmsErrorCode>('NotThere', `ftpms: the ledger has no month ${name} of the scope "${settings.scope}". ${advice}`);
}
