import type { Marked } from '../aws/contract.js';
import { type GuardianDeps, givenTo, HOLD, type Saved, savedKey, touch, type Watched } from './deps.js';
import { note } from './event-log.js';

/** The change that is about to be made. */
interface Change {
  readonly enabled: readonly string[];
  /** The reserved concurrency that will be set. */
  readonly next: number | null;
}

/** Saves what a function has. Never writes over what is saved, but for mappings that have come since, and for what will be set. */
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

/** A function, and the reserved concurrency that the guardian gave it. */
export interface Given {
  readonly name: string;
  readonly set: number | null;
}

/**
 * Writes what is saved of functions on them, if it is not there yet. It is no part of a stop: a table is seldom lost, and functions that are
 * refused should not wait for it. What fails is tried again by the next run.
 * @returns what went wrong
 */
export async function mark(guard: GuardianDeps, functions: readonly Given[], isHeld = false): Promise<readonly string[]> {
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
      const words = `${name}: what it had is in the table only: ${(error as Error).message}`;
      unmarked.push(words);
      await note(guard, words).catch(() => undefined);
    }
  }
  return unmarked;
}

/** Without the table: writes what a function has on the function itself, and says it if even that is not allowed. It is stopped all the same. */
export async function inscribe(
  { account, settings, now }: GuardianDeps,
  { name, concurrency, present, saved }: Pick<Watched, 'name' | 'concurrency' | 'present' | 'saved'>,
  { mappings: enabled, ...how }: Pick<Marked, 'mappings' | 'set' | 'isHeld'>,
): Promise<void> {
  // What is written there already was written before the function was lowered.
  const before = await account.marked(name).catch(() => undefined);
  const valid = before?.set === (present ?? null) ? before : undefined;
  const mappings = [...new Set([...(saved?.mappings ?? []), ...(valid?.mappings ?? []), ...enabled])];
  const had = valid ? valid.concurrency : (concurrency ?? null);
  try {
    const unlisted = valid?.unlisted;
    await account.mark(name, { concurrency: had, mappings, silentAt: now(), set: how.set, ...(unlisted && { unlisted }), ...(how.isHeld && { isHeld: true }) });
  } catch (error) {
    const words = `It had a reserved concurrency of ${had ?? 'none'}, and these event sources: ${mappings.join(', ') || 'none'}.`;
    const lines = `${name} is stopped, and what it had can be saved nowhere (${(error as Error).message}). ${words} Give it back by hand.`;
    await account.notify(`FTPMS ${settings.scope}: ${name} stopped, not saved`.slice(0, 100), lines).catch(() => undefined);
  }
}
