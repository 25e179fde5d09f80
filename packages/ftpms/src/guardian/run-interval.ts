import type { GuardianReport } from '../contract.js';
import { HOUR, MINUTE } from './deps.js';

/** Half of what is free: the account may have other uses for the rest. */
const CALLS = 500_000;
const MINUTES = 31 * 24 * 60;
/** A lowered schedule may be so late, in ms. */
const LATE_MS = 15 * MINUTE;

/** How long one run is good for, in ms: five minutes, above WARN one; more where the calls of that many functions would use up what is free. */
export function rhythmOf({ level, functions }: Pick<GuardianReport, 'level'> & { readonly functions: { readonly length: number } }): number {
  // Beside one for each function: two sums of all functions, the guardian's own use, and the report's metrics.
  const calls = functions.length + 4;
  return Math.max(level === 'normal' ? 5 : 1, Math.ceil((calls * MINUTES) / CALLS)) * MINUTE;
}

/** How long it takes until the next run, in ms. */
export const nextRunIn = (report: Pick<GuardianReport, 'level' | 'schedule'> & { readonly functions: { readonly length: number } }): number =>
  Math.max(rhythmOf(report), report.schedule?.slow ? HOUR + LATE_MS : 0);

/** When the next scheduled run is due; of this environment alone. A new one runs at once. */
export function createRhythm(): { isDue(now: number): boolean; ran(report: GuardianReport): void } {
  let due = 0;
  return {
    // A schedule is not punctual to the second.
    isDue: (now) => now >= due - MINUTE / 2,
    ran: (report) => {
      due = report.at + rhythmOf(report);
    },
  };
}
