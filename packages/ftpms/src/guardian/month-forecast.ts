import type { Amount, Projection } from '../contract.js';
import { endOf } from '../guarantee/calendar.js';
import { project } from '../guarantee/projection.js';
import type { Month } from '../ledger/contract.js';
import type { Survey } from './account-snapshot.js';
import { DAY, type GuardianDeps, HOUR } from './deps.js';
import type { State } from './state.js';

interface ForecastInput {
  readonly seen: Survey;
  readonly month: Month;
  readonly total: Amount;
}

/** Projects the month's use of both quantities. Calculated once an hour. */
export function projected({ now }: GuardianDeps, state: State, { seen, month, total }: ForecastInput): NonNullable<State['projection']> {
  const days = [...state.history, ...seen.base.days];
  const of = (quantity: keyof Amount): Projection => {
    const points = days.map((each) => ({ at: Date.parse(each.day), value: each[quantity] }));
    const limit = month.limit[quantity];
    const made = project({ month: month.month, now: now(), limit, used: total[quantity], points, step: DAY });
    return sooner(made, { limit, now: now(), end: endOf(month.month), hourly: latestRate(seen, quantity) });
  };
  return { requests: of('requests'), mbMs: of('mbMs') };
}

/** Rate of the latest minutes, per ms. It shows a burst that the day's rate does not. */
function latestRate({ recent, base, measuredUntil }: Survey, quantity: keyof Amount): number {
  return recent.total[quantity] / Math.max(measuredUntil - base.until, HOUR / 6);
}

function sooner(
  made: Projection,
  { limit, now, end, hourly }: { readonly limit: number; readonly now: number; readonly end: number; readonly hourly: number },
): Projection {
  const at = hourly > 0 ? Math.ceil(now + Math.max(0, limit - made.used) / hourly) : Number.POSITIVE_INFINITY;
  const exhaustedAt = Math.min(at, made.exhaustedAt ?? Number.POSITIVE_INFINITY);
  return exhaustedAt < end ? { ...made, exhaustedAt } : made;
}
