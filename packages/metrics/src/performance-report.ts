import type { DispatcherStats, Family, FamilyStats, PerformanceReport } from './contract.js';
import { invalid } from './validation.js';

/** Creates the report of slow operations and failures. @throws `InvalidParams` for an invalid threshold */
export function createReport(
  timings: Readonly<Record<string, DispatcherStats>>,
  families: PerformanceReport['families'],
  slowThresholdMs: number,
): PerformanceReport {
  if (typeof slowThresholdMs !== 'number' || !(slowThresholdMs >= 0)) throw invalid('slowThresholdMs', slowThresholdMs, 'a number of milliseconds from 0');
  const slow = Object.entries(timings)
    .filter(([, { averageMs }]) => averageMs > slowThresholdMs)
    .map(([operation, timing]) => ({ operation, ...timing }))
    .sort((a, b) => b.averageMs - a.averageMs);
  const failing = (Object.entries(families) as [Family, Record<string, FamilyStats>][])
    .flatMap(([family, names]) => Object.entries(names).map(([name, { failures, count }]) => ({ family, name, failures, share: failures / count })))
    .filter(({ failures }) => failures > 0)
    .sort((a, b) => b.share - a.share);
  return { slow, failing, families };
}
