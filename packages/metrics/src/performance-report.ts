import { assertNumber, MILLISECONDS } from '@suga/gateway/check';
import type { DispatcherStats, Family, FamilyStats, PerformanceReport } from './contract.js';

/** Creates the report of slow operations and failures. @throws `InvalidParams` for an invalid threshold */
export function createReport(
  timings: Readonly<Record<string, DispatcherStats>>,
  families: PerformanceReport['families'],
  slowThresholdMs: number,
): PerformanceReport {
  assertNumber('metrics', 'slowThresholdMs', slowThresholdMs, { min: 0, unit: MILLISECONDS });
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
