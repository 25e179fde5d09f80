import type { GuardianReport } from '../contract.js';
import { HOUR, MINUTE } from './deps.js';

/** Half of the calls that are free, because the account may need the rest. */
const CALLS = 500_000;
const MINUTES = 31 * 24 * 60;
/** How late a run of a lowered schedule may be, in ms. */
const LATE_MS = 15 * MINUTE;

/** Returns the time between two runs, in ms: five minutes, or one above WARN. It is longer if the calls for so many functions would use up the free ones. */
export function runInterval({ level, functions }: Pick<GuardianReport, 'level'> & { readonly functions: { readonly length: number } }): number {
  // Four calls besides one per function: two sums of all functions, the guardian's own use, and the report's metrics.
  const calls = functions.length + 4;
  return Math.max(level === 'normal' ? 5 : 1, Math.ceil((calls * MINUTES) / CALLS)) * MINUTE;
}

/** Returns the time until the next run, in ms. */
export const nextRunIn = (report: Pick<GuardianReport, 'level' | 'schedule'> & { readonly functions: { readonly length: number } }): number =>
  Math.max(runInterval(report), report.schedule?.slow ? HOUR + LATE_MS : 0);

/** Decides when the next scheduled run is due, in this environment alone. A new environment runs at once. */
export function createRunSchedule(): { isDue(now: number): boolean; ran(report: GuardianReport): void } {
  let due = 0;
  return {
    // A schedule is not exact to the second.
    isDue: (now) => now >= due - MINUTE / 2,
    ran: (report) => {
      due = report.at + runInterval(report);
    },
  };
}
