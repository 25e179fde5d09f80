import type { Month } from '../ledger/contract.js';
import { type GuardianDeps, inGroups, pause, savedKey, TOUCHED, type Watched } from './deps.js';
import { note } from './event-log.js';
import { inscribe, mark, remember, type SetConcurrency } from './save.js';

/** Result of changing functions: what was done, and what failed. */
export interface Done {
  readonly changed: readonly string[];
  readonly failed: readonly string[];
  /** Errors because of which event sources may still be enabled. Such a function is stopped all the same. */
  readonly problems?: readonly Error[];
  /** Failures to write settings on the functions. These settings are in the table only. */
  readonly unmarked?: readonly string[];
}

/** Whether a mode requires that a function is stopped. */
export const isStoppedBy = (mode: Month['mode'], { critical }: Pick<Watched, 'critical'>): boolean => mode === 'blocked' || (mode === 'reserved' && !critical);

/** Sorts functions by use, the most expensive first. Functions without known use are sorted by the largest use that they can have. */
export function byExpense(functions: readonly Watched[], used: Readonly<Record<string, { readonly mbMs: number }>> = {}): readonly Watched[] {
  const worst = ({ memoryMb, concurrency = 1000 }: Watched): number => memoryMb * concurrency;
  return [...functions].sort((a, b) => (used[b.name]?.mbMs ?? 0) - (used[a.name]?.mbMs ?? 0) || worst(b) - worst(a));
}

/**
 * Stops functions: first their event-source mappings (a disabled queue does not count deliveries towards its dead-letter queue), then reserved
 * concurrency 0. Doing it again changes nothing. A function that fails does not keep the others from being stopped, and neither does a table that
 * accepts no writes. Earlier settings are also written on the functions: before the stop if the table accepts no writes, else after all are stopped.
 * @param isHeld stopped by command, until a restore by command
 */
export async function stop(guard: GuardianDeps, functions: readonly Watched[], isHeld = false): Promise<Done> {
  let isAway = false;
  const problems = new Map<string, readonly Error[]>();
  const done = await each(functions, async (one) => {
    const { enabled, problems: unread } = await sources(guard, one);
    isAway ||= await remember(guard, one, { enabled, next: 0 }).then(
      () => false,
      () => true,
    );
    if (isAway) await inscribe(guard, one, { mappings: enabled, set: 0, isHeld });
    problems.set(one.name, [...unread, ...(await disable(guard, enabled))]);
    if (one.present !== 0) await guard.account.setConcurrency(one.name, 0);
    await recordEvents(guard, one, problems);
  });
  const given = isAway ? [] : chosenBy(functions, done, () => 0);
  const unmarked = await mark(guard, given, isHeld);
  return { ...done, ...among(problems), ...(unmarked.length > 0 && { unmarked }) };
}

/** Returns a function's lowered reserved concurrency, at least 1. Undefined if it has none. */
export const loweredTo = ({ concurrency }: Watched, share: number): number | undefined => concurrency && Math.max(1, Math.ceil(concurrency * (1 - share)));

/** Lowers the reserved concurrency of functions by a share, and disables their mappings: refused deliveries would count towards a dead-letter queue. */
export async function lower(guard: GuardianDeps, functions: readonly Watched[], share: number): Promise<Done> {
  const problems = new Map<string, readonly Error[]>();
  const done = await each(functions, async (one) => {
    const next = loweredTo(one, share);
    const { enabled, problems: unread } = await sources(guard, one);
    await remember(guard, one, { enabled, next: next ?? null });
    problems.set(one.name, [...unread, ...(await disable(guard, enabled))]);
    await guard.account.setConcurrency(one.name, next);
    await recordEvents(guard, one, problems);
  });
  await mark(
    guard,
    chosenBy(functions, done, (one) => loweredTo(one, share) ?? null),
  );
  return { ...done, ...among(problems) };
}

/** Restores the settings of functions, and waits for changes that AWS has not finished. Saved settings are deleted when all of them are restored. */
export async function restore(guard: GuardianDeps, functions: readonly Watched[]): Promise<Done> {
  const saved = functions.filter((one) => one.saved);
  const done = await each(saved, (one) => giveBack(guard, one), guard);
  if (done.changed.length > 0) await forget(guard.records);
  return done;
}

/** Restores the mappings one by one. A mapping that no longer exists is skipped. */
async function giveBack({ account, records }: GuardianDeps, { name, saved, concurrency, present }: Watched): Promise<void> {
  if (present !== concurrency) await account.setConcurrency(name, concurrency);
  const all = saved?.mappings.length ? await account.mappings(name).catch(() => undefined) : [];
  const failures: Error[] = [];
  for (const id of saved?.mappings ?? []) {
    const isOff = all === undefined || all.some((mapping) => mapping.id === id && !mapping.enabled);
    if (isOff) await account.setMapping(id, true).catch((error: Error) => void (error.name !== GONE && failures.push(error)));
  }
  if (failures[0]) throw failures[0];
  if (saved?.markedWith !== undefined) await account.mark(name, undefined);
  await records.remove(savedKey(name));
  if (saved?.unlisted) throw new Error(unlistedWords(name, saved.unlisted));
}

/** Reported once. Only the owner knows which of the disabled mappings should be enabled. */
const unlistedWords = (name: string, count: number): string =>
  `it is restored, but ${count} of its event sources may still be disabled: its tags had no room for them. List them: aws lambda list-event-source-mappings ` +
  `--function-name ${name}. Enable each: aws lambda update-event-source-mapping --enabled --uuid <id>`;

/** Deletes the list of changed functions, unless settings of one of them are still saved. */
async function forget(records: GuardianDeps['records']): Promise<void> {
  const touched = (await records.get<readonly string[]>(TOUCHED)) ?? [];
  const kept = await inGroups(touched, async (name) => ((await records.get(savedKey(name))) ? [name] : []));
  if (kept.flat().length === 0) await records.remove(TOUCHED);
}

const GONE = 'ResourceNotFoundException';
/** Errors of AWS while it is still changing something. For a mapping this takes some tens of seconds. */
const BUSY = ['ResourceInUseException', 'ResourceConflictException'];
/** How long to wait for such a change, and the pause between two attempts, in ms. */
const [PATIENCE_MS, PAUSE_MS] = [60_000, 4000];

/**
 * Does work for each function. A function whose earlier settings are unknown is not changed.
 * @param patient dependencies whose clock and pauses are used to wait for changes that AWS has not finished
 */
async function each(functions: readonly Watched[], work: (one: Watched) => Promise<void>, patient?: GuardianDeps): Promise<Done> {
  const failed = new Map<string, Error>();
  const attempt = async (one: Watched): Promise<void> => {
    try {
      if (one.unread) throw one.unread;
      await work(one);
      failed.delete(one.name);
    } catch (error) {
      failed.set(one.name, error as Error);
    }
  };
  for (const one of functions) await attempt(one);
  for (const one of functions) if (failed.has(one.name)) await attempt(one);
  const isBusy = ({ name }: Watched): boolean => BUSY.includes(failed.get(name)?.name ?? '');
  const end = patient ? patient.now() + PATIENCE_MS : 0;
  while (patient && patient.now() < end && functions.some(isBusy)) {
    await pause(patient, PAUSE_MS);
    for (const one of functions) if (isBusy(one)) await attempt(one);
  }
  return {
    changed: functions.flatMap(({ name }) => (failed.has(name) ? [] : name)),
    failed: Array.from(failed, ([name, { message }]) => `${name}: ${message}`),
  };
}

/** Returns the enabled mappings, and what failed. A failure is not a reason to leave the function running. */
async function sources({ account }: GuardianDeps, { name }: Watched): Promise<{ readonly enabled: readonly string[]; readonly problems: readonly Error[] }> {
  try {
    return { enabled: (await account.mappings(name)).flatMap(({ id, enabled }) => (enabled ? id : [])), problems: [] };
  } catch (error) {
    return { enabled: [], problems: [error as Error] };
  }
}

/** Whether a function that is stopped or lowered has enabled event sources, because they were created or enabled since. */
export const isFed = async (guard: GuardianDeps, one: Watched): Promise<boolean> => (await sources(guard, one)).enabled.length > 0;

/** @returns what failed */
async function disable({ account }: GuardianDeps, mappings: readonly string[]): Promise<readonly Error[]> {
  const problems: Error[] = [];
  for (const id of mappings) await account.setMapping(id, false).catch((error: Error) => problems.push(error));
  return problems;
}

/** Collects the problems of all functions: those of the last attempt for each. */
function among(problems: ReadonlyMap<string, readonly Error[]>): Pick<Done, 'problems'> {
  const all = [...problems.values()].flat();
  return all.length > 0 ? { problems: all } : {};
}

const recordEvents = async (guard: GuardianDeps, { name }: Watched, problems: ReadonlyMap<string, readonly Error[]>): Promise<void> => {
  const problem = problems.get(name)?.at(-1);
  if (problem) await note(guard, `${name}: event sources may still be enabled: ${problem.message}`).catch(() => undefined);
};

const chosenBy = (functions: readonly Watched[], { changed }: Done, set: (one: Watched) => number | null): readonly SetConcurrency[] =>
  functions.flatMap((one) => (changed.includes(one.name) ? [{ name: one.name, set: set(one) }] : []));
