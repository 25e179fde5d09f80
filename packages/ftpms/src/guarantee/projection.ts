import type { Projection } from '../contract.js';
import { beginOf, daysIn, endOf } from './calendar.js';

const HOUR = 3_600_000;
const DAY = 86_400_000;
/** Nine tenths of a normal distribution lie below this number of standard deviations. */
const NINE_OF_TEN = 1.28;
/** 999 of a thousand values lie below this number of standard deviations. */
const NEARLY_ALL = 3;
/** Number of days from which the rate is calculated, at most. */
const WEEK = 7;

/** The use of one quantity in the `step` ms from `at` on (ms since the epoch). */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** The known use of one quantity, requests or MB·ms. */
export interface KnownUse {
  /** Name in UTC: `2026-11`. */
  readonly month: string;
  /** Time until which `used` and `points` are known, in ms since the epoch. */
  readonly now: number;
  /** Use of this month so far. */
  readonly used: number;
  /** Points in order, from up to 28 days before the month. A missing point is a 0. Without any points only this month's rate is known. */
  readonly points: readonly Point[];
  /** Time that each point covers, in ms: an hour or a day. */
  readonly step: number;
  /** End of the projection, in ms since the epoch. @default the month's end */
  readonly until?: number;
}

/** Input of a projection. */
export interface ProjectionInput extends KnownUse {
  readonly limit: number;
}

/** The history as a function of time, known from `since` until `now`. */
interface History {
  readonly since: number;
  readonly now: number;
  sum(from: number, to: number): number;
}

/** Pattern of the week. `factors`: the weight of each UTC weekday, 1 on average. `usual`: its usual use. */
interface Week {
  readonly factors: readonly number[];
  readonly usual: readonly number[];
}

/**
 * Projects the use of the month: the use so far, plus the rate of the last seven days for the days left, by weekday if three whole weeks are known.
 * The method was chosen by a back-test against straight lines, medians and moving averages. `test/projection.test.ts` repeats it.
 */
export function project(input: ProjectionInput): Projection {
  const { month, used, limit } = input;
  const { history, end, left, rest, highest, spread } = forecast(input);
  const { since, now } = history;
  const exhaustedAt = exhaustion(history, limit - used);
  return {
    insufficient: now - since < DAY,
    used,
    expected: Math.ceil(used + rest),
    upper: Math.ceil(used + highest + NINE_OF_TEN * spread * Math.sqrt(left)),
    linear: Math.ceil((used / Math.max(now - beginOf(month), HOUR)) * DAY * daysIn(month)),
    ...(exhaustedAt < end && { exhaustedAt }),
  };
}

/**
 * Upper bound of the use from now until the end, for functions that nothing stops. It differs from `upper` of a projection in two ways. 999 of a
 * thousand months like this one stay below it. And it allows for the error of a rate that is known from a day or two only.
 */
export function boundOf(input: KnownUse): number {
  const { history, left, rate, highest, spread } = forecast(input);
  const known = Math.min(Math.max((history.now - history.since) / DAY, 1), WEEK);
  // The number of rare events varies at least by its square root.
  return Math.ceil(highest + NEARLY_ALL * Math.hypot(spread, Math.sqrt(rate)) * Math.sqrt(left + left ** 2 / known));
}

interface Forecast {
  readonly history: History;
  readonly end: number;
  /** Days until the end. */
  readonly left: number;
  /** Use per day. */
  readonly rate: number;
  /** `rest`: the likely use until the end. `highest`: the largest use until the end by any of the known rates. */
  readonly rest: number;
  readonly highest: number;
  /** Standard deviation of a day's use. */
  readonly spread: number;
}

function forecast(input: KnownUse): Forecast {
  const begin = beginOf(input.month);
  const end = input.until ?? endOf(input.month);
  const now = Math.min(Math.max(input.now, begin), end);
  const history = historyOf(input, begin, now);
  const week = weekOf(history);
  const rate = recentRate(history, week);
  const rest = rate * weigh(week.factors, now, end);
  const left = (end - now) / DAY;
  const highest = Math.max(rest, rateOf(history, DAY) * left, weigh(week.usual, now, end));
  return { history, end, left, rate, rest, highest, spread: deviation(history, week, rate) };
}

/**
 * A history begins with its first point, because there was nothing to measure before. If that point is less than a day old, the history begins with
 * the month instead, if that began earlier.
 */
function historyOf({ points, step, used }: KnownUse, begin: number, now: number): History {
  const known = points.length > 0 ? points : [{ at: begin, value: used }];
  const length = points.length > 0 ? step : Math.max(now - begin, 1);
  const first = known[0]?.at ?? begin;
  return {
    since: now - first < DAY ? Math.min(first, begin) : first,
    now,
    sum: (from, to) => known.reduce((sum, { at, value }) => sum + value * share(at, Math.min(at + length, now), { from, to }), 0),
  };
}

/** The part of a point, covering `at` to `end`, that lies between two times. */
function share(at: number, end: number, { from, to }: { from: number; to: number }): number {
  return end > at ? Math.max(0, Math.min(end, to) - Math.max(at, from)) / (end - at) : 0;
}

/** Derives the pattern from the last three or four whole weeks, by medians, so that one burst does not change its weekday. Flat if fewer weeks are known. */
function weekOf(history: History): Week {
  const days = wholeDays(history);
  const weeks = Math.floor(days.length / 7);
  if (weeks < 3) return { factors: Array(7).fill(1), usual: Array(7).fill(0) };
  const counted = days.slice(-7 * weeks);
  const usual = Array.from({ length: 7 }, (_, weekday) => median(counted.filter((day) => weekdayOf(day.at) === weekday).map(({ value }) => value)));
  const total = usual.reduce((sum, value) => sum + value, 0);
  return { factors: usual.map((value) => (total > 0 ? (value * 7) / total : 1)), usual };
}

/** The latest whole UTC days, 28 at most. */
function wholeDays({ since, now, sum }: History): Point[] {
  const today = midnight(now);
  const first = Math.max(midnight(since + DAY - 1), today - 28 * DAY);
  return Array.from({ length: Math.max(0, (today - first) / DAY) }, (_, day) => first + day * DAY).map((at) => ({ at, value: sum(at, at + DAY) }));
}

/** Use per day of average weight, from seven whole days and today so far. A history shorter than an hour counts as an hour. */
function recentRate({ since, now, sum }: History, { factors }: Week): number {
  const from = Math.max(since, midnight(now) - WEEK * DAY);
  return sum(from, now) / Math.max(weigh(factors, from, now), HOUR / DAY);
}

/** Use per day in the latest `length` ms, or in the part of them that is known. */
function rateOf({ since, now, sum }: History, length: number): number {
  const from = Math.max(since, now - length);
  return (sum(from, now) / Math.max(now - from, HOUR)) * DAY;
}

/** Sum of the weights of the days between two times. A part of a day counts as its part. */
function weigh(weekdays: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let day = midnight(from); day < to; day += DAY) {
    sum += ((weekdays[weekdayOf(day)] ?? 0) * (Math.min(day + DAY, to) - Math.max(day, from))) / DAY;
  }
  return sum;
}

/** Standard deviation of a day from the use expected for its weekday; at least a tenth of the rate. */
function deviation(history: History, { factors }: Week, rate: number): number {
  const days = wholeDays(history);
  const mean = days.reduce((sum, { value }) => sum + value, 0) / days.length;
  const squares = days.reduce((sum, { at, value }) => sum + (value - mean * (factors[weekdayOf(at)] ?? 1)) ** 2, 0);
  return Math.max(days.length > 1 ? Math.sqrt(squares / (days.length - 1)) : 0, rate / 10);
}

/** Returns the time at which `remaining` is used up, at the faster of the rates of the last hour and the last day. Unlike the month's rate, these show a burst. */
function exhaustion(history: History, remaining: number): number {
  if (remaining <= 0) return history.now;
  const rate = Math.max(rateOf(history, HOUR), rateOf(history, DAY));
  return rate > 0 ? Math.ceil(history.now + (remaining / rate) * DAY) : Number.POSITIVE_INFINITY;
}

const midnight = (at: number): number => at - (at % DAY);

const weekdayOf = (at: number): number => new Date(at).getUTCDay();

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
}
