import type { GuardianReport } from '../contract.js';

/** Number of published metrics. Ten custom metrics are free per account. */
export const GAUGES = 6;

const percent = (part: number, whole: number): number => (whole > 0 ? Math.round((part / whole) * 10_000) / 100 : 100);

/**
 * Metrics to publish, in percent of the limits. `Mode` is 0 to 3 for normal, warn, throttle and block. `Heartbeat` is missing if the guardian does
 * not run.
 */
export function gauges({ level, limit, measured, leased, projection }: GuardianReport): Readonly<Record<string, number>> {
  const projected = Math.max(percent(projection.requests.upper, limit.requests), percent(projection.mbMs.upper, limit.mbMs));
  return {
    GbSecondsPct: percent(measured.mbMs + leased.mbMs, limit.mbMs),
    RequestsPct: percent(measured.requests + leased.requests, limit.requests),
    ProjectedPct: projected,
    Mode: ['normal', 'warn', 'throttle', 'block'].indexOf(level),
    LeasedOpenPct: Math.max(percent(leased.requests, limit.requests), percent(leased.mbMs, limit.mbMs)),
    Heartbeat: 1,
  };
}
