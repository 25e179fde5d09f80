import type { GuardianReport } from '../contract.js';
import { beginOf, daysIn } from '../guarantee/calendar.js';
import type { Quantity } from './words.js';

/** Data of one chart: columns of equal length over `x`, in days since the month began. Amounts are in the units that the page shows, not in MB·ms. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly days: number;
  readonly limit: number;
  readonly x: readonly number[];
  /** Use of a day, at its middle. */
  readonly daily: readonly (number | null)[];
  /** Use since the month began. */
  readonly used: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
}

type Column = 'daily' | 'used' | 'expected' | 'upper';
type Points = Map<number, Partial<Record<Column, number>>>;

const DAY = 86_400_000;

/** Returns the month so far, and the fan of its possible ends. */
export function seriesOf(report: GuardianReport, quantity: Quantity): Series {
  const { key, name, unit, size } = quantity;
  const days = daysIn(report.month);
  const today = Math.min(days, Math.max(0, (report.measuredUntil - beginOf(report.month)) / DAY));
  const { insufficient, expected, upper } = report.projection[key];
  const points: Points = new Map();
  const put = (x: number, values: Partial<Record<Column, number>>): unknown => points.set(x, { ...points.get(x), ...values });
  put(0, { used: 0 });
  let sum = 0;
  report.days.forEach((each, day) => {
    put(day + 0.5, { daily: each[key] / size });
    sum += each[key];
    if (day + 1 < today) put(day + 1, { used: sum / size });
  });
  const now = report.measured[key] / size;
  put(today, { used: now, ...(!insufficient && { expected: now, upper: now }) });
  if (!insufficient) put(days, { expected: expected / size, upper: upper / size });
  return { name, unit, days, limit: report.limit[key] / size, ...columnsOf(points) };
}

function columnsOf(points: Points): Pick<Series, 'x' | Column> {
  const sorted = [...points].sort(([a], [b]) => a - b);
  const column = (name: Column): (number | null)[] => sorted.map(([, values]) => values[name] ?? null);
  return { x: sorted.map(([x]) => x), daily: column('daily'), used: column('used'), expected: column('expected'), upper: column('upper') };
}
