import { type GuardianDeps, MINUTE } from './deps.js';

const KEY = 'lock';
/** How long a run that crashed keeps the lock, in ms. */
const HELD_MS = 5 * MINUTE;

/**
 * Runs work unless another run is in progress. It saves work and double changes. It does not prove that no other run is active, and need not: the
 * ledger accepts a settlement only from a run that has read the latest epoch.
 */
export async function alone<T>(guard: GuardianDeps, work: () => Promise<T>): Promise<T | undefined> {
  const { records } = guard;
  const mine = { until: guard.now() + HELD_MS };
  if (!(await records.add(KEY, mine))) {
    const other = await records.get<{ readonly until: number }>(KEY);
    if (other && other.until > guard.now()) return undefined;
    await records.remove(KEY);
    if (!(await records.add(KEY, mine))) return undefined;
  }
  try {
    return await work();
  } finally {
    await records.remove(KEY);
  }
}
