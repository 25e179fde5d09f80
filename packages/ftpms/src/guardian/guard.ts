import type { Account, Described } from '../account.js';
import type { Amount, ProtectedFunction, Thresholds } from '../contract.js';
import type { Ledger } from '../ledger.js';
import type { Records } from '../records.js';

/** What the guardian is to guard. */
export interface GuardianSettings {
  readonly scope: string;
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  /** Protected functions by name, and whether they are critical. */
  readonly functions: ReadonlyMap<string, boolean>;
  readonly stopLatencyMs: number;
  /** Critical invocations that each environment may serve without the ledger. */
  readonly emergency: number;
  /** What is billed after the handler of each invocation, in ms. */
  readonly afterMs: number;
  /** The guardian's own function: never stopped. */
  readonly self: string | undefined;
}

/** The guardian's world: everything it touches, so that a simulated account and clock can stand in. */
export interface Guard {
  readonly account: Account;
  readonly ledger: Ledger;
  readonly records: Records;
  /** Ms since the epoch. */
  readonly now: () => number;
  readonly settings: GuardianSettings;
  /** Waits, in ms; by a timer unless it is given. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

/** A protected function as it is at present, and as it was before it was touched. */
export interface Watched extends ProtectedFunction {
  /** Reserved concurrency at present; `concurrency` is what it has when nothing is wrong. */
  readonly present: number | undefined;
  readonly saved: Saved | undefined;
}

/** What a function had before the guardian changed it. */
export interface Saved {
  /** `null`: no reserved concurrency. */
  readonly concurrency: number | null;
  /** Event-source mappings that were enabled. */
  readonly mappings: readonly string[];
  /** When it was stopped because the ledger did not answer it, in ms since the epoch; absent where it was stopped for anything else. */
  readonly silentAt?: number;
  /** Every reserved concurrency that the guardian has set since, absent where that is 0 alone; any other is its owner's wish. */
  readonly set?: readonly (number | null)[];
}

export const givenTo = ({ set = [0] }: Saved): readonly (number | null)[] => set;

export const pause = (guard: Guard, ms: number): Promise<unknown> => (guard.pause ?? process.getBuiltinModule('node:timers/promises').setTimeout)(ms);

export const savedKey = (name: string): string => `saved#${name}`;

/** There while any function may be changed: the names that were protected when the change began. */
export const TOUCHED = 'touched';

/** Notes that functions are about to be changed. */
export async function touch(records: Records, names: readonly string[]): Promise<void> {
  const touched = (await records.get<readonly string[]>(TOUCHED)) ?? [];
  if (!names.every((name) => touched.includes(name))) await records.put(TOUCHED, [...new Set([...touched, ...names])]);
}

/** The protected functions that there are. The guardian's own is none, whatever the settings say. */
export async function watch({ account, records, settings }: Guard, described: readonly Described[]): Promise<readonly Watched[]> {
  const touched = new Set(await records.get<readonly string[]>(TOUCHED));
  const chosen = described.filter(({ name }) => name !== settings.self && (settings.functions.has(name) || touched.has(name)));
  return inGroups(chosen, async (each): Promise<Watched> => {
    const { present, saved } = await standingOf({ account, records }, each.name, touched.size > 0);
    const critical = settings.functions.get(each.name) ?? false;
    return { ...each, critical, present, saved, concurrency: saved ? (saved.concurrency ?? undefined) : present };
  });
}

/** Concurrency is read first: what the guardian sets is in the record by then. And what it gives back is set before the record is gone. */
async function standingOf(world: World, name: string, isTouched: boolean): Promise<Pick<Watched, 'present' | 'saved'>> {
  const { account, records } = world;
  const present = await account.concurrency(name);
  if (present !== 0 && !isTouched) return { present, saved: undefined };
  const saved = await records.get<Saved>(savedKey(name));
  if (present === 0) return { present, saved: saved && givenTo(saved).includes(0) ? saved : await adopted(world, name, saved) };
  if (saved) return isOurs(saved, present) ? { present, saved } : wished(world, name);
  return { present: await account.concurrency(name), saved };
}

type World = Pick<Guard, 'account' | 'records'>;

const isOurs = (saved: Saved, present: number | undefined): boolean => [saved.concurrency, ...givenTo(saved)].includes(present ?? null);

/** Its owner has given it another concurrency meanwhile, or made it anew: that is what he gets back. Read again, for another run may be changing it. */
async function wished({ account, records }: World, name: string): Promise<Pick<Watched, 'present' | 'saved'>> {
  const present = await account.concurrency(name);
  const known = await records.get<Saved>(savedKey(name));
  if (!known || present === 0 || isOurs(known, present)) return { present, saved: known };
  const saved: Saved = { ...known, concurrency: present ?? null };
  await records.put(savedKey(name), saved);
  return { present, saved };
}

/** What a function had is written on it where the table could not be: now there is one again, or else by the next run. */
async function adopted({ account, records }: World, name: string, known: Saved | undefined): Promise<Saved | undefined> {
  const mark = await account.marked(name);
  const had = known ?? mark;
  if (!had) return undefined;
  const mappings = [...new Set([...had.mappings, ...(mark?.mappings ?? [])])];
  const saved: Saved = { ...had, ...(mark && { silentAt: mark.silentAt }), mappings, set: [...(known ? givenTo(known) : []), 0] };
  try {
    await touch(records, [name]);
    await records.put(savedKey(name), saved);
    if (mark) await account.mark(name, undefined);
  } catch {
    // It stays written there.
  }
  return saved;
}

/** Ten at a time: AWS throttles who asks for more. */
export async function inGroups<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += 10) results.push(...(await Promise.all(all.slice(at, at + 10).map(work))));
  return results;
}
