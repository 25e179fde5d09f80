import { dimensionsOf, HEARTBEAT, NAMESPACE } from '../aws/account.js';
import type { Amount, Plan } from '../contract.js';
import { caps } from '../guarantee/inequality.js';
import { type GuardianSettings, MINUTE } from '../guardian/deps.js';
import { runInterval } from '../guardian/run-interval.js';

/** The input of `PutMetricAlarm`. */
export type AlarmInput = Readonly<Record<string, unknown>> & { readonly AlarmName: string };

const PERIOD = 300;
/** Number of alarm periods in seven hours: a burst at the threshold uses a month's requests within that time. */
const PERIODS_OF_BURST = 84;

/**
 * Eight alarms, of the ten that are free: three levels of both quantities, the guardian's heartbeat, and one on AWS's own metric, which works without
 * the guardian.
 */
export function alarms({ scope }: GuardianSettings, plan: Plan, topic: string | undefined): readonly AlarmInput[] {
  const common = { Period: PERIOD, EvaluationPeriods: 1, ...(topic !== undefined && { AlarmActions: [topic] }) };
  const name = (what: string): string => `ftpms-${scope.replace(/[^\w-]/g, '-')}-${what}`;
  const ours = { ...common, Namespace: NAMESPACE, Dimensions: dimensionsOf(scope), Statistic: 'Maximum' };
  // A level stays as it is between two runs, which may be an hour apart after a BLOCK.
  const levels = LEVELS.flatMap((level) =>
    QUANTITIES.map(([quantity, MetricName]): AlarmInput => {
      const Threshold = percentOf(plan, level, quantity);
      const AlarmDescription = `${level.toUpperCase()}: ${Threshold} % of the month's free tier is used or leased.`;
      const compared = { ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold, TreatMissingData: 'ignore' };
      return { ...ours, ...compared, AlarmName: name(`${MetricName}-${level}`), AlarmDescription, MetricName };
    }),
  );
  return [...levels, heartbeat(ours, name('heartbeat'), plan), burst(common, name('burst'), plan.limit.requests)];
}

const LEVELS = ['warn', 'throttle', 'block'] as const;
const QUANTITIES = [
  ['requests', 'RequestsPct'],
  ['mbMs', 'GbSecondsPct'],
] as const;

/** Returns where a level begins, in percent of the limit. Thresholds move down with the cap. */
function percentOf(plan: Plan, level: (typeof LEVELS)[number], quantity: keyof Amount): number {
  const { limit, thresholds } = plan;
  return Math.round((caps(plan)[quantity] / limit[quantity]) * (thresholds[level] / thresholds.block) * 10_000) / 100;
}

/** The heartbeat alarm. One run may be missed. With many functions, runs are further apart. */
function heartbeat(ours: object, AlarmName: string, { functions }: Plan): AlarmInput {
  const EvaluationPeriods = Math.max(3, Math.ceil((2 * runInterval({ level: 'normal', functions })) / (PERIOD * 1000)) + 1);
  return {
    ...ours,
    AlarmName,
    AlarmDescription: `The guardian has not run for ${(EvaluationPeriods * PERIOD * 1000) / MINUTE} minutes. Check its schedule and its log.`,
    EvaluationPeriods,
    MetricName: HEARTBEAT,
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 1,
    TreatMissingData: 'breaching',
  };
}

const burst = (common: object, AlarmName: string, requests: number): AlarmInput => ({
  ...common,
  AlarmName,
  AlarmDescription: "At this rate all functions of the region use up the month's requests within seven hours.",
  Namespace: 'AWS/Lambda',
  MetricName: 'Invocations',
  Statistic: 'Sum',
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  Threshold: Math.ceil(requests / PERIODS_OF_BURST),
  TreatMissingData: 'notBreaching',
});

/** The dashboard: use and projection, the level, and the invocations of all functions of the region. One of the three that are free. */
export function dashboard({ scope }: GuardianSettings, plan: Plan, region: string): string {
  const lines = LEVELS.map((level) => ({ value: Math.min(...QUANTITIES.map(([each]) => percentOf(plan, level, each))), label: level.toUpperCase() }));
  const annotations = { horizontal: lines };
  const metric = (name: string): string[] => [NAMESPACE, name, ...dimensionsOf(scope).flatMap(({ Name, Value }) => [Name, Value])];
  const used = ['RequestsPct', 'GbSecondsPct', 'ProjectedPct', 'LeasedOpenPct'].map(metric);
  const common = { region, period: PERIOD, view: 'timeSeries' };
  const widget = (place: object, properties: object): object => ({ type: 'metric', ...place, properties: { ...common, ...properties } });
  return JSON.stringify({
    widgets: [
      widget({ x: 0, y: 0, width: 16, height: 8 }, { title: 'Free tier, %', metrics: used, stat: 'Maximum', annotations, yAxis: { left: { min: 0 } } }),
      widget({ x: 16, y: 0, width: 8, height: 8 }, { title: 'Level (0 normal to 3 block)', metrics: [metric('Mode')], stat: 'Maximum' }),
      widget({ x: 0, y: 8, width: 24, height: 6 }, { title: 'Invocations of the region', metrics: [['AWS/Lambda', 'Invocations']], stat: 'Sum' }),
    ],
  });
}
