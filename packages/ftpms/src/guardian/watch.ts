import type { Described, Marked } from '../aws/contract.js';
import { type GuardianDeps, givenTo, HOLD, inGroups, type Saved, savedKey, TOUCHED, touch, type Watched } from './deps.js';
import { note } from './event-log.js';

/**
 * Reads the state of all protected functions that exist. The guardian's own function is not one of them, whatever the settings say.
 * @param isTableNew the table knows nothing of earlier changes, so the tags of every function are read
 */
export async function watch(guard: GuardianDeps, described: readonly Described[], isTableNew = false): Promise<readonly Watched[]> {
  const { records, settings } = guard;
  const touched = new Set(await records.get<readonly string[]>(TOUCHED));
  const chosen = described.filter(({ name }) => name !== settings.self && (settings.functions.has(name) || touched.has(name)));
  return inGroups(chosen, async (each): Promise<Watched> => {
    const state = await stateOf(guard, each.name, { isTouched: touched.size > 0, isTableNew });
    const { present, saved } = state;
    const critical = settings.functions.get(each.name) ?? false;
    return { ...each, ...state, critical, concurrency: saved ? (saved.concurrency ?? undefined) : present };
  });
}

type WatchedState = Pick<Watched, 'present' | 'saved' | 'unread'>;

/**
 * Concurrency is read before the record. The guardian writes the record before it lowers concurrency, and restores concurrency before it deletes the
 * record.
 */
async function stateOf(
  guard: GuardianDeps,
  name: string,
  { isTouched, isTableNew }: { readonly isTouched: boolean; readonly isTableNew: boolean },
): Promise<WatchedState> {
  const { account, records } = guard;
  const present = await account.concurrency(name);
  if (present !== 0 && !isTouched && !isTableNew) return { present, saved: undefined };
  const saved = await records.get<Saved>(savedKey(name));
  if (present === 0) return saved && givenTo(saved).includes(0) ? { present, saved } : adopted(guard, name, { present, known: saved });
  if (saved) return isOurs(saved, present) ? { present, saved } : saveOwnersChange(guard, name);
  if (isTableNew) return adopted(guard, name, { present, known: undefined });
  return { present: await account.concurrency(name), saved };
}

const isOurs = (saved: Saved, present: number | undefined): boolean => [saved.concurrency, ...givenTo(saved)].includes(present ?? null);

/**
 * Saves a concurrency that the owner has set since, by hand or by creating the function again, so that it will be restored. Reads concurrency and
 * record again first, because another run may be changing them.
 */
async function saveOwnersChange({ account, records }: GuardianDeps, name: string): Promise<WatchedState> {
  const present = await account.concurrency(name);
  const known = await records.get<Saved>(savedKey(name));
  if (!known || present === 0 || isOurs(known, present)) return { present, saved: known };
  // The tags contain the old value.
  const { markedWith: _, ...rest } = known;
  const saved: Saved = { ...rest, concurrency: present ?? null };
  await records.put(savedKey(name), saved);
  return { present, saved };
}

/** Takes a function's settings from its tags: the table has no record of it, or accepted no writes when it was stopped. */
async function adopted(
  guard: GuardianDeps,
  name: string,
  { present, known }: { readonly present: number | undefined; readonly known: Saved | undefined },
): Promise<WatchedState> {
  const { account, records, now } = guard;
  let mark: Marked | undefined;
  try {
    mark = await account.marked(name);
  } catch (error) {
    await note(guard, `${name} has no record, and its tags could not be read: ${(error as Error).message}`);
    if (!known) return { present, saved: undefined, unread: error as Error };
  }
  // A tag whose value the function does not have is old.
  const valid = mark && mark.set === (present ?? null) ? mark : undefined;
  if (!known && !valid) return { present, saved: undefined };
  const { concurrency } = known ?? (valid as Marked);
  const mappings = [...new Set([...(known?.mappings ?? []), ...(valid?.mappings ?? [])])];
  const set = [...new Set([...(known ? givenTo(known) : []), present ?? null])];
  const silentAt = valid?.silentAt ?? known?.silentAt;
  const unlisted = known ? known.unlisted : valid?.unlisted;
  const saved: Saved = {
    concurrency,
    mappings,
    set,
    ...(unlisted !== undefined && { unlisted }),
    ...(silentAt !== undefined && { silentAt }),
    ...(valid && { markedWith: valid.set }),
  };
  try {
    await touch(records, [name]);
    await records.put(savedKey(name), saved);
    if (valid?.isHeld) await records.add(HOLD, { at: now() });
  } catch {
    // The tags remain for the next run.
  }
  return { present, saved };
}
