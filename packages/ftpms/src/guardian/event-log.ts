import { type GuardianDeps, MINUTE } from './deps.js';

/** An event, for the page and the command line. */
export interface Event {
  readonly at: number;
  readonly what: string;
}

const KEY = 'events';
const MOST = 100;

export const readEvents = async ({ records }: GuardianDeps): Promise<readonly Event[]> => (await records.get<readonly Event[]>(KEY)) ?? [];

/** Adds to the events, the latest first. Of two writes at the same time, one may be lost: the events are a log, and nothing is decided by them. */
export async function note(guard: GuardianDeps, ...what: readonly string[]): Promise<void> {
  if (what.length === 0) return;
  const at = guard.now();
  const before = await readEvents(guard);
  const fresh = what.filter((each) => !before.some((event) => event.what === each && at - event.at < 30 * MINUTE));
  if (fresh.length > 0) await guard.records.put(KEY, [...fresh.map((each) => ({ at, what: each.slice(0, 300) })), ...before].slice(0, MOST));
}

/** Sends a message once in a month. If that fails, the next run tries again. */
export async function alert(guard: GuardianDeps, key: string, subject: string, lines: readonly string[]): Promise<boolean> {
  const { account, records, settings } = guard;
  if (!(await records.add(key, { at: guard.now() }))) return false;
  try {
    await account.notify(`FTPMS ${settings.scope}: ${subject}`.slice(0, 100), lines.join('\n'));
    return true;
  } catch (error) {
    await records.remove(key);
    await note(guard, `The alert "${subject}" could not be sent: ${(error as Error).message}`);
    return false;
  }
}
