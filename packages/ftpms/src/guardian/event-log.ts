import { type GuardianDeps, MINUTE } from './deps.js';

/** Something that happened, for the page and the command line. */
export interface Event {
  readonly at: number;
  readonly what: string;
}

const KEY = 'events';
const MOST = 100;

export const readEvents = async ({ records }: GuardianDeps): Promise<readonly Event[]> => (await records.get<readonly Event[]>(KEY)) ?? [];

/** Notes what happened, the latest first. Two who note at once may lose one of both: it is a log, nothing is decided by it. */
export async function note(guard: GuardianDeps, ...what: readonly string[]): Promise<void> {
  if (what.length === 0) return;
  const at = guard.now();
  const before = await readEvents(guard);
  const fresh = what.filter((each) => !before.some((event) => event.what === each && at - event.at < 30 * MINUTE));
  if (fresh.length > 0) await guard.records.put(KEY, [...fresh.map((each) => ({ at, what: each.slice(0, 300) })), ...before].slice(0, MOST));
}

/** Sends a message once in a month; what could not be sent is tried again by the next run. */
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
