import type { Marked } from '../aws/contract.js';
import { type GuardianDeps, givenTo, HOLD, type Saved, savedKey, touch, type Watched } from './deps.js';
import { note } from './event-log.js';

/** A change that is about to be made. */
interface Change {
  readonly enabled: readonly string[];
  /** The reserved concurrency that will be set. */
  readonly next: number | null;
}

/** Saves the settings of a function. A saved record is not overwritten, except that new mappings and the value that will be set are added. */
export async function remember({ records, settings }: GuardianDeps, { name, concurrency }: Watched, { enabled, next }: Change): Promise<void> {
  await touch(records, [...settings.functions.keys(), name]);
  const key = savedKey(name);
  const fresh: Saved = { concurrency: concurrency ?? null, mappings: enabled, ...(next !== 0 && { set: [next] }) };
  if (await records.add(key, fresh)) return;
  const known = (await records.get<Saved>(key)) ?? fresh;
  const given = givenTo(known);
  const [mappings, set] = [new Set([...known.mappings, ...enabled]), new Set([...given, next])];
  if (mappings.size + set.size === known.mappings.length + given.length) return;
  const { markedWith: _, ...rest } = known;
  await records.put(key, { ...rest, mappings: [...mappings], set: [...set] } satisfies Saved);
}

/** A function, and the reserved concurrency that the guardian set. */
export interface SetConcurrency {
  readonly name: string;
  readonly set: number | null;
}

/**
 * Writes saved settings on the functions, unless they are there already. This is not part of a stop: a table is rarely lost, and functions that are
 * refused should not wait for it. If it fails, the next run tries again.
 * @returns what failed
 */
export async function mark(guard: GuardianDeps, functions: readonly SetConcurrency[], isHeld = false): Promise<readonly string[]> {
  const unmarked: string[] = [];
  let holds: boolean | undefined = isHeld || undefined;
  for (const { name, set } of functions) {
    try {
      const saved = await guard.records.get<Saved>(savedKey(name));
      if (!saved || (saved.markedWith === set && !isHeld)) continue;
      const { concurrency, mappings, unlisted, silentAt } = saved;
      holds ??= (await guard.records.get(HOLD)) !== undefined;
      await guard.account.mark(name, {
        concurrency,
        set,
        mappings,
        ...(unlisted && { unlisted }),
        ...(silentAt !== undefined && { silentAt }),
        ...(holds && { isHeld: true }),
      });
      await guard.records.put(savedKey(name), { ...saved, markedWith: set } satisfies Saved);
    } catch (error) {
      const words = `${name}: its earlier settings are in the table only: ${(error as Error).message}`;
      unmarked.push(words);
      await note(guard, words).catch(() => undefined);
    }
  }
  return unmarked;
}

/**
 * Without the table: writes a function's settings on the function itself. If that is not allowed, a message contains them. The function is stopped
 * all the same.
 */
export async function inscribe(
  { account, settings, now }: GuardianDeps,
  { name, concurrency, present, saved }: Pick<Watched, 'name' | 'concurrency' | 'present' | 'saved'>,
  { mappings: enabled, ...how }: Pick<Marked, 'mappings' | 'set' | 'isHeld'>,
): Promise<void> {
  // Tags that are there already were written before the function was lowered.
  const before = await account.marked(name).catch(() => undefined);
  const valid = before?.set === (present ?? null) ? before : undefined;
  const mappings = [...new Set([...(saved?.mappings ?? []), ...(valid?.mappings ?? []), ...enabled])];
  const had = valid ? valid.concurrency : (concurrency ?? null);
  try {
    const unlisted = valid?.unlisted;
    await account.mark(name, { concurrency: had, mappings, silentAt: now(), set: how.set, ...(unlisted && { unlisted }), ...(how.isHeld && { isHeld: true }) });
  } catch (error) {
    const words = `It had a reserved concurrency of ${had ?? 'none'}, and these event sources: ${mappings.join(', ') || 'none'}.`;
    const lines = `${name} is stopped, and its earlier settings could not be saved (${(error as Error).message}). ${words} Restore them by hand.`;
    await account.notify(`FTPMS ${settings.scope}: ${name} stopped, not saved`.slice(0, 100), lines).catch(() => undefined);
  }
}
