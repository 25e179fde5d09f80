import { SugaError } from '@suga/gateway/errors';
import { monthOf } from '../guarantee/calendar.js';
import type { FtpmsErrorCode } from './commands.js';
import { type GuardianDeps, pause, savedKey, type Watched } from './deps.js';
import { note } from './event-log.js';
import { alone } from './lock.js';
import { type Done, restore, stop } from './stop.js';
import { watch } from './watch.js';

/** Result of a drill. Durations are in ms. */
export interface Drill {
  readonly function: string;
  /** Time from the command until AWS reports that the function has reserved concurrency 0 and its event sources are disabled. */
  readonly stopMs: number;
  readonly restoreMs: number;
  /** Time to stop all protected functions one after the other. FTPMS_STOP_LATENCY_S must be above it. */
  readonly allMs: number;
}

/** How often AWS is asked whether a change is done, and the pause after each time, in ms. */
const [LOOKS, PAUSE_MS] = [60, 1000];

/**
 * Stops one function as an emergency would, checks that it is stopped, and restores it. If the drill is interrupted, the function's settings are
 * saved in the ledger's table, and the guardian's next run restores it.
 * @throws `Busy` if another run is in progress; `Refused` if the function is not protected, or is already changed; `NotFound`
 */
export async function drill(guard: GuardianDeps, name: string): Promise<Drill> {
  const done = await alone(guard, () => attempt(guard, name));
  if (done) return done;
  throw new SugaError<FtpmsErrorCode>('Busy', 'ftpms: another run of the guardian is in progress. Try again in a minute.');
}

async function attempt(guard: GuardianDeps, name: string): Promise<Drill> {
  const functions = await watch(guard, await guard.account.functions());
  const one = await chosen(guard, functions, name);
  const before = await looksOf(guard, name);
  const begun = guard.now();
  let stopMs: number;
  try {
    succeed(await stop(guard, [one]));
    await until(guard, name, ({ concurrency, enabled }) => concurrency === 0 && enabled.length === 0);
    stopMs = guard.now() - begun;
  } finally {
    await back(guard, one);
  }
  await until(guard, name, (now) => now.concurrency === before.concurrency && before.enabled.every((id) => now.enabled.includes(id)));
  const restoreMs = guard.now() - begun - stopMs;
  await note(guard, `Drill: ${name} was stopped within ${stopMs} ms and restored within ${restoreMs} ms`);
  return { function: name, stopMs, restoreMs, allMs: stopMs * functions.length };
}

async function chosen({ ledger, settings, now }: GuardianDeps, functions: readonly Watched[], name: string): Promise<Watched> {
  const one = functions.find((each) => each.name === name);
  if (!one || !settings.functions.has(name)) {
    const known = functions.map((each) => each.name).join(', ') || 'none';
    throw refused(`"${name.slice(0, 64)}" is not a protected function of this region. Protected functions: ${known}.`);
  }
  const month = await ledger.read(monthOf(now()));
  if (one.saved || one.present === 0 || (month && month.mode !== 'open'))
    throw refused(`${name} is already stopped or lowered. Drill when all functions are normal.`);
  return one;
}

async function back(guard: GuardianDeps, one: Watched): Promise<void> {
  const saved = await guard.records.get<NonNullable<Watched['saved']>>(savedKey(one.name));
  succeed(await restore(guard, [{ ...one, present: 0, saved }]));
}

/** An event source that stays enabled makes the drill fail: waiting for it would only take longer. */
function succeed({ failed, problems = [] }: Done): void {
  if (problems[0]) throw problems[0];
  if (failed[0] !== undefined) throw refused(`${failed[0]} The guardian's next run restores the function.`);
}

interface Looks {
  readonly concurrency: number | undefined;
  readonly enabled: readonly string[];
}

async function looksOf({ account }: GuardianDeps, name: string): Promise<Looks> {
  const [concurrency, mappings] = [await account.concurrency(name), await account.mappings(name)];
  return { concurrency, enabled: mappings.flatMap(({ id, enabled }) => (enabled ? id : [])) };
}

async function until(guard: GuardianDeps, name: string, holds: (looks: Looks) => boolean): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if (holds(await looksOf(guard, name))) return;
    await pause(guard, PAUSE_MS);
  }
  throw refused(`AWS did not report the requested state of ${name} within ${LOOKS} checks.`);
}

const refused = (what: string): SugaError<FtpmsErrorCode> => new SugaError<FtpmsErrorCode>('Refused', `ftpms: ${what}`);
