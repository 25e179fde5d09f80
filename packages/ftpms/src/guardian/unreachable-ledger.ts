import { type GuardianDeps, MINUTE, type Saved, savedKey, TOUCHED, type Watched } from './deps.js';
import { note } from './event-log.js';
import { inscribe, mark } from './save.js';
import { type Done, stop } from './stop.js';
import { watch } from './watch.js';

/** Two reports that are further apart, in ms, are two short failures. */
const TOGETHER_MS = MINUTE;

/**
 * Stops a function whose environments cannot reach the ledger: the invocations that they refuse cost requests, which are not counted until CloudWatch
 * has them. One report may be a short failure. The function is stopped at the second report within a minute, or if the guardian cannot reach the
 * ledger either. A name that is not protected is ignored, because it comes from outside.
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

/** Without the table: writes the function's settings on the function itself. The next run that reaches the table reads them from there. */
async function blind(guard: GuardianDeps, name: string, isHeld: boolean): Promise<Done> {
  const { account, settings } = guard;
  const present = await account.concurrency(name);
  if (present === 0) return { changed: [], failed: [] };
  const all = await account.mappings(name).catch(() => []);
  const mappings = all.flatMap(({ id, enabled }) => (enabled ? id : []));
  await inscribe(guard, { name, concurrency: present, present, saved: undefined }, { mappings, set: 0, isHeld });
  for (const id of mappings) await account.setMapping(id, false).catch(() => undefined);
  await account.setConcurrency(name, 0);
  const message = `The ledger's table does not respond, so ${name} is stopped. It is restored about twenty minutes after the table responds again.`;
  await account.notify(`FTPMS ${settings.scope}: ${name} stopped, no ledger`.slice(0, 100), message).catch(() => undefined);
  return { changed: [name], failed: [] };
}

/**
 * Lets a restore by command also restore functions that were stopped because the ledger did not respond, without waiting until refused invocations
 * are measured.
 */
export async function forgive({ records }: GuardianDeps): Promise<void> {
  for (const name of (await records.get<readonly string[]>(TOUCHED)) ?? []) {
    const saved = await records.get<Saved>(savedKey(name));
    if (saved?.silentAt === undefined) continue;
    const { silentAt: _, ...rest } = saved;
    await records.put(savedKey(name), rest satisfies Saved);
  }
}
