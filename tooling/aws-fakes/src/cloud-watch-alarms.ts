import { dimensionsOf, type Metrics, readable, type Series, statisticsOf } from './cloud-watch-metrics.ts';
import { type Call, Fault } from './server.ts';

/** The input of `PutMetricAlarm`. */
export interface Alarm {
  readonly AlarmName: string;
  readonly Threshold: number;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Statistic: string;
  readonly ComparisonOperator: string;
  readonly TreatMissingData?: string;
  readonly AlarmActions?: readonly string[];
  readonly of: Series;
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

const COMPARE: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};
const DAY = 86_400;

/** @throws Fault for periods and statistics that AWS refuses */
export function toAlarm(input: Call['input']): Alarm {
  const { Period, EvaluationPeriods, Statistic, ComparisonOperator, AlarmName, MetricName } = input as unknown as Alarm & { readonly MetricName?: string };
  const span = Period * EvaluationPeriods;
  if (!(Period >= 60 && Period % 60 === 0)) throw invalid('Period must be a multiple of 60 (10 and 30 cost money).');
  if (span > (Period < 3600 ? DAY : 7 * DAY)) throw invalid('Metrics cannot be checked across more than a day (seven with a period of an hour or more).');
  if (!Statistic || !COMPARE[ComparisonOperator] || !AlarmName || !MetricName) throw invalid('A name, metric, statistic and comparison are required.');
  const of = { namespace: String(input['Namespace']), name: String(MetricName), dimensions: dimensionsOf(input['Dimensions']) };
  return { ...(input as unknown as Alarm), of };
}

/** Returns the state of the alarm. It is `ALARM` if all its periods, up to now, are over the threshold. */
export function stateOf({ of, Period, EvaluationPeriods, Statistic, ComparisonOperator, Threshold, TreatMissingData }: Alarm, metrics: Metrics): AlarmState {
  const end = metrics.now();
  const length = Period * 1000;
  const stateAt = (index: number): AlarmState | undefined => {
    const values = readable(metrics, of, [end - (index + 1) * length, end - index * length]).map(({ value }) => value);
    if (values.length === 0) return undefined;
    return COMPARE[ComparisonOperator]?.(statisticsOf(values)[Statistic] ?? 0, Threshold) ? 'ALARM' : 'OK';
  };
  const seen = Array.from({ length: EvaluationPeriods }, (_, index) => stateAt(index));
  // The state does not change: it is that of the latest period that has values.
  if (TreatMissingData === 'ignore' && seen.every((state) => state === undefined)) {
    return Array.from({ length: DAY / Period }, (_, index) => stateAt(index)).find((state) => state !== undefined) ?? 'INSUFFICIENT_DATA';
  }
  const missing = TreatMissingData === 'breaching' ? 'ALARM' : TreatMissingData === 'notBreaching' ? 'OK' : 'INSUFFICIENT_DATA';
  const states = seen.map((state): AlarmState => state ?? missing);
  if (states.every((state) => state === 'ALARM')) return 'ALARM';
  return states.includes('OK') ? 'OK' : 'INSUFFICIENT_DATA';
}

const invalid = (message: string): Fault => new Fault('ValidationError', message);
