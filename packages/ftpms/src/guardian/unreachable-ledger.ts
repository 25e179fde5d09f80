import { type GuardianDeps, MINUTE, type Saved, savedKey, TOUCHED, type Watched } from './deps.js';
import { note } from './event-log.js';
import { inscribe, mark } from './save.js';
import { type Done, stop } from './stop.js';
import { watch } from './watch.js';

/** Complaints that are further apart are two blips. */
const TOGETHER_MS = MINUTE;

/**
 * Stops a function whose environments cannot reach the ledger: what they refuse costs requests that nobody counts until CloudWatch does.
 * One complaint may be a blip; the second one in a minute is not, nor is one that comes when the guardian cannot reach the ledger either.
 * Whoever is not protected is left alone: the name comes from outside.
 */
export async function stopSilent(guard: GuardianDeps, name: string, isHeld = false): Promise<Done> {
  const nothing = { changed: [], failed: [] };
  if (!guard.settings.functions.has(name) || name === guard.settings.self) return nothing;
  const heard = await complaint(guard, name);
  if (heard === 'first') return nothing;
  if (heard === 'none') return blind(guard, name, isHeld);
  const [one] = (await watch(guard, await guard.account.functions())).filter((each) => each.name === name);
  return one ? withRecord(guard, one) : nothing;
}

async function complaint({ records, now }: GuardianDeps, name: string): Promise<'first' | 'again' | 'none'> {
  const key = `silent#${name}`;
  try {
    const last = await records.get<number>(key);
    await records.put(key, now());
    return last !== undefined && now() - last < TOGETHER_MS ? 'again' : 'first';
  } catch {
    return 'none';
  }
}

async function withRecord(guard: GuardianDeps, one: Watched): Promise<Done> {
  const { records, now } = guard;
  const done = await stop(guard, [one]);
  const saved = await records.get<Saved>(savedKey(one.name));
  if (saved) {
    const { markedWith: _, ...rest } = saved;
    await records.put(savedKey(one.name), { ...rest, silentAt: now() } satisfies Saved);
    await mark(guard, [{ name: one.name, set: 0 }]);
  }
  if (done.changed.length > 0) await note(guard, `Stopped, because it cannot reach the ledger: ${one.name}`);
  return done;
}

/** Without the table: what the function had is written on the function itself, and the next run that reaches the table takes it from there. */
async function blind(guard: GuardianDeps, name: string, isHeld: boolean): Promise<Done> {
  const { account, settings } = guard;
  const present = await account.concurrency(name);
  if (present === 0) return { changed: [], failed: [] };
  const all = await account.mappings(name).catch(() => []);
  const mappings = all.flatMap(({ id, enabled }) => (enabled ? id : []));
  await inscribe(guard, { name, concurrency: present, present, saved: undefined }, { mappings, set: 0, isHeld });
  for (const id of mappings) await account.setMapping(id, false).catch(() => undefined);
  await account.setConcurrency(name, 0);
  const message = `The table of the ledger does not answer, so ${name} is stopped. It comes back by itself, some twenty minutes after the table.`;
  await account.notify(`FTPMS ${settings.scope}: ${name} stopped, no ledger`.slice(0, 100), message).catch(() => undefined);
  return { changed: [name], failed: [] };
}

/** By command, functions that were stopped for silence come back without waiting for what they refused. */
export async function forgive({ records }: GuardianDeps): Promise<void> {
  for (const name of (await records.get<readonly string[]>(TOUCHED)) ?? []) {
    const saved = await records.get<Saved>(savedKey(name));
    if (saved?.silentAt === undefined) continue;
    const { silentAt: _, ...rest } = saved;
    await records.put(savedKey(name), rest satisfies Saved);
  }
}
