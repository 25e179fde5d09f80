import { type Counted, counted } from './access.ts';
import { type Alarm, type AlarmState, stateOf, toAlarm } from './cloud-watch-alarms.ts';
import { type Metrics, note, publish, seriesOf, statistics } from './cloud-watch-metrics.ts';
import { type Call, Fault } from './server.ts';

/** A fake CloudWatch with its controls for a test. */
export interface FakeCloudWatch extends Counted {
  readonly metrics: Metrics;
  /** Records invocations of a function, as Lambda would: `Invocations` and `Duration` of `AWS/Lambda`. */
  invoked(name: string, at: number, ...durations: readonly number[]): void;
  /** Lists the custom metrics. Each name with each set of dimensions is one metric, and ten are free. */
  custom(): readonly string[];
  readonly alarms: ReadonlyMap<string, Alarm>;
  alarm(name: string): AlarmState;
  /** Dashboard bodies by name. */
  readonly dashboards: ReadonlyMap<string, string>;
}

const TARGET = 'GraniteServiceVersion20100801.';

/** Statistics, metrics, alarms and dashboards, within AWS's limits. `GetMetricData` costs money on AWS; here it responds and is counted. */
export function cloudWatch(): FakeCloudWatch {
  const metrics: Metrics = { series: new Map(), now: Date.now, delay: 0 };
  const alarms = new Map<string, Alarm>();
  const dashboards = new Map<string, string>();
  const invoked = (name: string, at: number, ...durations: readonly number[]): void => {
    for (const dimensions of [{ FunctionName: name }, {}]) {
      note(
        metrics,
        { namespace: 'AWS/Lambda', name: 'Invocations', dimensions },
        durations.map(() => ({ at, value: 1 })),
      );
      note(
        metrics,
        { namespace: 'AWS/Lambda', name: 'Duration', dimensions },
        durations.map((value) => ({ at, value })),
      );
    }
  };
  const custom = (): string[] => Array.from(metrics.series.values()).flatMap((each) => (each.namespace.startsWith('AWS/') ? [] : seriesOf(each)));
  const operations = {
    [`${TARGET}GetMetricStatistics`]: ['cloudwatch:GetMetricStatistics', (call) => statistics(metrics, call)],
    [`${TARGET}GetMetricData`]: ['cloudwatch:GetMetricData', () => ({ MetricDataResults: [] })],
    [`${TARGET}PutMetricData`]: ['cloudwatch:PutMetricData', (call) => publish(metrics, call)],
    [`${TARGET}PutMetricAlarm`]: ['cloudwatch:PutMetricAlarm', ({ input }) => void alarms.set(String(input['AlarmName']), toAlarm(input))],
    [`${TARGET}PutDashboard`]: ['cloudwatch:PutDashboard', (call) => putDashboard(dashboards, call)],
  } satisfies Parameters<typeof counted>[0];
  return counted(operations, { metrics, alarms, dashboards, invoked, custom, alarm: (name: string) => stateOf(alarms.get(name) as Alarm, metrics) });
}

const WIDGETS = ['metric', 'text', 'alarm', 'log', 'explorer'];

function putDashboard(dashboards: Map<string, string>, { input }: Call): object {
  const [name, body] = [String(input['DashboardName']), String(input['DashboardBody'])];
  const problems = problemsOf(body);
  if (!/^[\w-]{1,255}$/.test(name)) throw new Fault('InvalidParameterInput', 'The dashboard name contains invalid characters.');
  if (problems.includes('JSON')) throw new Fault('InvalidParameterInput', 'The field DashboardBody must be a valid JSON object.');
  dashboards.set(name, body);
  return { DashboardValidationMessages: problems.map((Message) => ({ DataPath: '/widgets', Message })) };
}

function problemsOf(body: string): string[] {
  let parsed: { widgets?: Record<string, unknown>[] };
  try {
    parsed = JSON.parse(body) as typeof parsed;
  } catch {
    return ['JSON'];
  }
  if (!Array.isArray(parsed.widgets)) return ['Should have an array "widgets"'];
  return parsed.widgets.flatMap(({ type, width, x = 0, properties }) => {
    if (!WIDGETS.includes(String(type))) return ['Should be one of the types of widgets'];
    if (Number(width) + Number(x) > 24) return ['Should be at most 24 columns wide'];
    return typeof properties === 'object' ? [] : ['Should have properties'];
  });
}
