import type { Month } from '../ledger/contract.js';
import { type GuardianDeps, inGroups, MINUTE, type Watched } from './deps.js';
import { note } from './event-log.js';
import type { Base } from './measure.js';
import { lastReport } from './report.js';
import { mark } from './save.js';
import { byExpense, type Done, isFed, isStoppedBy, lower, loweredTo, restore, stop } from './stop.js';
import { watch } from './watch.js';

/** The state that functions should have. */
export interface Wanted {
  readonly month: Month;
  /** Share by which functions that are not critical are lowered, 0 to 1. */
  readonly lowered: number;
  readonly used: Base['functions'];
  /** Milliseconds since the epoch. */
  readonly measuredUntil: number;
  /** False just after a month's turn: functions stay as they are, because clocks may differ by a minute. */
  readonly mayRestore: boolean;
}

/** Brings all functions into the state that the month requires: stopped, lowered, or as they were. */
export async function enforce(guard: GuardianDeps, functions: readonly Watched[], { month, lowered, used, measuredUntil, mayRestore }: Wanted): Promise<Done> {
  // Invocations that were refused without a ledger must be measured before the function may cause more of them.
  const isHeard = ({ saved }: Watched): boolean => saved?.silentAt === undefined || measuredUntil >= saved.silentAt + MINUTE;
  const ordered = byExpense(functions, used).filter((each) => isHeard(each) || isStoppedBy(month.mode, each));
  const stopped = ordered.filter((each) => isStoppedBy(month.mode, each));
  const others = ordered.filter((each) => !isStoppedBy(month.mode, each));
  const shed = lowered > 0 ? others.filter(({ critical, present }) => !critical && (mayRestore || present !== 0)) : [];
  const back = mayRestore ? others.filter((each) => each.saved && !shed.includes(each)) : [];
  const late = await chosen(stopped, async (each) => each.present !== 0 || !each.saved || (mayRestore && isFed(guard, each)));
  const high = await chosen(shed, async (each) => !each.saved || each.present !== loweredTo(each, lowered) || (mayRestore && isFed(guard, each)));
  const done = [await stop(guard, late), await lower(guard, high, lowered), await restore(guard, back)] as const;
  await mark(
    guard,
    // Functions that were just changed are already marked with their present settings.
    [...stopped, ...shed]
      .filter((each) => !late.includes(each) && !high.includes(each) && each.saved && each.saved.markedWith === undefined)
      .map(({ name, present = null }) => ({ name, set: present })),
  );
  const isStopped = month.mode !== 'open' && done[0].failed.length === 0;
  // An event source that cannot be disabled does not make the stop new: it cannot start a stopped function.
  const isNew = late.some(({ present, saved }) => present !== 0 || !saved);
  if (isStopped && (isNew || month.stoppedAt === 0)) await guard.ledger.stopped(month.month, month.mode, guard.now());
  await recordEvents(guard, done);
  return { changed: done.flatMap(({ changed }) => changed), failed: done.flatMap(({ failed }) => failed) };
}

const chosen = async (functions: readonly Watched[], holds: (each: Watched) => Promise<boolean>): Promise<readonly Watched[]> =>
  (await inGroups(functions, async (each) => ((await holds(each)) ? [each] : []))).flat();

async function recordEvents(guard: GuardianDeps, [stopped, lowered, restored]: readonly [Done, Done, Done]): Promise<void> {
  const names = (what: string, { changed }: Done): string[] => (changed.length > 0 ? [`${what}: ${changed.join(', ')}`] : []);
  const failures = [stopped, lowered, restored].flatMap(({ failed }) => failed).map((each) => `Failed, and the next run tries again: ${each}`);
  await note(guard, ...names('Stopped', stopped), ...names('Lowered', lowered), ...names('Restored', restored), ...failures);
}

/**
 * Stops functions at once, if the month's mode requires it. An environment requests this after it has changed the mode, and again until the functions
 * are known to be stopped.
 */
export async function stopNow(guard: GuardianDeps, name: string): Promise<Done> {
  const month = await guard.ledger.read(name);
  if (!month || month.mode === 'open') return { changed: [], failed: [] };
  const functions = await watch(guard, await guard.account.functions());
  const report = await lastReport(guard);
  const used = Object.fromEntries((report?.functions ?? []).map(({ name: each, requests, mbMs }) => [each, { requests, mbMs }]));
  return enforce(guard, functions, { month, lowered: 0, used, measuredUntil: 0, mayRestore: false });
}
