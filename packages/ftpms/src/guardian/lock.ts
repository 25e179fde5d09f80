import { type GuardianDeps, MINUTE } from './deps.js';

const KEY = 'lock';
/** A run that died holds it no longer than this. */
const HELD_MS = 5 * MINUTE;

/**
 * Runs work unless another run is under way. It saves work and double changes; it is no proof of being alone, and needs not be one: the
 * ledger takes a settlement only of who has seen the latest.
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
