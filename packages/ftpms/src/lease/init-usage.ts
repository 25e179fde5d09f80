import { withDeadline } from '@suga/gateway/deadline';
import type { LeaseDeps, Shared } from './contract.js';

/** The longest INIT that Lambda bills, in ms. */
const LONGEST_MS = 10_000;

/**
 * The billed compute of an environment's INIT (MB·ms).
 * @param initMs the age of the process, in ms
 * @param beforeMs the time that was billed before the process started, in ms
 */
export const initOf = ({ memoryMb, initMs, beforeMs }: Pick<LeaseDeps, 'memoryMb'> & { readonly initMs: () => number; readonly beforeMs: number }): number =>
  memoryMb * Math.ceil(Math.min(LONGEST_MS, beforeMs + Math.max(0, initMs())));

/**
 * Books an INIT that no grant has booked, within half of the time that is left. No metric contains it, so it is never measured if the environment is
 * lost.
 */
export async function reportInit(
  { ledger, clock }: Pick<LeaseDeps, 'ledger' | 'clock'>,
  shared: Shared,
  { month, deadline }: { readonly month: string; readonly deadline: number | undefined },
): Promise<void> {
  const { init } = shared;
  shared.init = 0;
  const work = ledger.reportInit(month, init).then(() => true);
  const half = deadline === undefined ? undefined : Date.now() + (deadline - clock.now()) / 2;
  if (await withDeadline(work, half, () => false).catch(() => false)) return;
  shared.failures++;
  shared.init += init;
}
