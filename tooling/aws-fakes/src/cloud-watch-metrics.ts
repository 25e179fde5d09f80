import { type Call, Fault } from './server.ts';

/** A metric with one set of dimensions. */
export interface Series {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Value {
  /** Ms since the epoch. */
  readonly at: number;
  readonly value: number;
}

/** The values that CloudWatch stores, and its clock. */
export interface Metrics {
  readonly series: Map<string, Series & { readonly values: Value[] }>;
  /** Ms since the epoch. */
  now: () => number;
  /** Milliseconds until a value of AWS's own metrics can be read: up to 15 minutes in the real service. */
  delay: number;
}

export const seriesOf = ({ namespace, name, dimensions }: Series): string => JSON.stringify([namespace, name, ...Object.entries(dimensions).sort()]);

/** Adds values to a series. */
export function note({ series }: Metrics, of: Series, values: readonly Value[]): void {
  const key = seriesOf(of);
  const known = series.get(key) ?? { ...of, values: [] };
  series.set(key, known);
  for (const each of values) known.values.push(each);
}

/** Returns the values that can already be read, at or after `from` and before `to`. */
export function readable({ series, now, delay }: Metrics, of: Series, [from, to]: readonly [number, number]): readonly Value[] {
  const until = Math.min(to, of.namespace.startsWith('AWS/') ? now() - delay : Number.POSITIVE_INFINITY);
  return (series.get(seriesOf(of))?.values ?? []).filter(({ at }) => at >= from && at < until);
}

interface Pair {
  readonly Name: string;
  readonly Value: string;
}

export const dimensionsOf = (pairs: unknown): Record<string, string> => Object.fromEntries(((pairs ?? []) as Pair[]).map(({ Name, Value }) => [Name, Value]));

/** Retention: points of one minute for 15 days, of five minutes for 63 days, of an hour for 455 days. */
const KEPT = [
  [15, 60],
  [63, 300],
  [455, 3600],
] as const;
const DAY = 86_400_000;
const STATISTICS = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'];

/** `GetMetricStatistics`: one metric, at most 1,440 points. */
export function statistics(metrics: Metrics, { input }: Call): object {
  const [from, to, period] = [Number(input['StartTime']) * 1000, Number(input['EndTime']) * 1000, Number(input['Period'])];
  const wanted = (input['Statistics'] ?? []) as string[];
  if (!(from < to)) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  if (!Number.isInteger(period) || period < 60 || period % 60 !== 0) throw invalid('The parameter Period must be a multiple of 60.');
  if (wanted.length === 0 || !wanted.every((each) => STATISTICS.includes(each))) throw invalid('The parameter Statistics must be given.');
  if ((to - from) / (period * 1000) > 1440) {
    const asked = Math.floor((to - from) / (period * 1000));
    throw combination(`You have requested up to ${asked} datapoints, which exceeds the limit of 1,440. Reduce them by increasing Period.`);
  }
  const [, least] = KEPT.find(([days]) => from >= metrics.now() - days * DAY - period * 1000) ?? [0, 86_400];
  if (period % least !== 0) throw combination(`The period must be a multiple of ${least} for so long ago.`);
  const of = { namespace: String(input['Namespace']), name: String(input['MetricName']), dimensions: dimensionsOf(input['Dimensions']) };
  return { Label: of.name, Datapoints: points(readable(metrics, of, [from, to]), period, wanted) };
}

/** Returns the points in no particular order, as AWS does. */
function points(values: readonly Value[], period: number, wanted: readonly string[]): object[] {
  const groups = Map.groupBy(values, ({ at }) => Math.floor(at / (period * 1000)) * period);
  return Array.from(groups, ([Timestamp, group]) => {
    const all = statisticsOf(group.map(({ value }) => value));
    return { Timestamp, ...Object.fromEntries(wanted.map((each) => [each, all[each]])), Unit: 'None' };
  }).reverse();
}

/** Computes the statistics of at least one value. */
export function statisticsOf(values: readonly number[]): Readonly<Record<string, number>> {
  const Sum = values.reduce((sum, value) => sum + value, 0);
  return { SampleCount: values.length, Sum, Average: Sum / values.length, Minimum: Math.min(...values), Maximum: Math.max(...values) };
}

/** How far a value may lie in the future and in the past: two hours, and two weeks. */
const [FUTURE, PAST] = [2 * 3_600_000, 14 * DAY];

/** `PutMetricData`: at most 1,000 values, in a namespace that is not AWS's. */
export function publish(metrics: Metrics, { input }: Call): undefined {
  const namespace = String(input['Namespace']);
  const data = (input['MetricData'] ?? []) as { MetricName: string; Value?: number; Dimensions?: Pair[]; Timestamp?: number }[];
  if (namespace.startsWith('AWS/')) throw invalid('The value AWS/ for parameter Namespace is invalid.');
  if (data.length === 0 || data.length > 1000) throw invalid('The collection MetricData must have between 1 and 1000 members.');
  for (const { MetricName: name, Value, Dimensions, Timestamp } of data) {
    if (!Number.isFinite(Value)) throw invalid('The parameter MetricData.member.1.Value must be a number.');
    const at = Timestamp === undefined ? metrics.now() : Timestamp * 1000;
    if (at > metrics.now() + FUTURE || at < metrics.now() - PAST)
      throw invalid('The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.');
    note(metrics, { namespace, name, dimensions: dimensionsOf(Dimensions) }, [{ at, value: Value as number }]);
  }
}

const invalid = (message: string): Fault => new Fault('InvalidParameterValue', message);
const combination = (message: string): Fault => new Fault('InvalidParameterCombination', message);
