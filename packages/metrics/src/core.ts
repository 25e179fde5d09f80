import type { Core, Host } from '@suga/gateway';
import { assertFunction } from '@suga/gateway/check';
import { runSafely } from '@suga/gateway/run-safely';
import { resolveSettings } from './config.js';
import type { Dimensions, MetricOptions, Metrics, MetricsOptions, MetricUnit } from './contract.js';
import type { Observation } from './event-counts.js';
import { InvocationMetrics } from './invocation-metrics.js';
import { withMetadata } from './metadata.js';
import { MetricLimit } from './metric-limit.js';
import type { Reporting } from './reporting.js';
import { Summaries } from './summaries.js';
import { assertDimensionCount, assertDimensions, assertName, assertOptions, assertUnit, assertValue, invalid } from './validation.js';

/** The part of the logging interface that is used here. */
interface Logging {
  warn(message: string): void;
}

/** Operations that are implemented in `reporting.ts`. */
const REPORTING_OPERATIONS = [
  'recordOperation',
  'recordError',
  'recordCache',
  'recordApi',
  'recordResponse',
  'recordHttp',
  'recordCircuitBreaker',
  'recordDispatcherTiming',
  'trackOperations',
  'dispatcherStats',
  'performanceReport',
] as const;

type ReportingOperation = (typeof REPORTING_OPERATIONS)[number];

/** Loaded when one of these operations is first called. */
const reportingModule = (): typeof import('./reporting.js') => require('./reporting.js');

/** Creates the metrics core of one gateway. */
export function create(options: MetricsOptions, host: Host): Core<Metrics> {
  const settings = resolveSettings(options, (message) => warn(host, message));
  const metrics = new InvocationMetrics(host, settings);
  const summaries = new Summaries();
  const metricLimit = new MetricLimit(settings, (message) => warn(host, message));
  let reporting: Reporting | undefined;

  /** Returns the dimensions of a sample. @throws `InvalidParams` */
  const dimensionsFor = (name: string, metricOptions: MetricOptions): Dimensions => {
    assertName('name', name);
    assertOptions(metricOptions);
    const dimensions = metricOptions.dimensions ?? { ...settings.dimensions, ...metrics.global.dimensions, ...metrics.current().dimensions };
    // The count is checked here because options, environment and scope may set dimensions in any order.
    assertDimensionCount(dimensions);
    if (Object.hasOwn(dimensions, name)) throw invalid('name', name, 'a name that is not also a dimension');
    return dimensions;
  };

  const addSample = (name: string, value: number, unit: MetricUnit, metricOptions: MetricOptions & { readonly counter?: boolean } = {}): void => {
    const dimensions = dimensionsFor(name, metricOptions);
    assertValue(value);
    assertUnit(unit);
    const { batch } = metrics.target();
    const metric = metricLimit.admit(name, dimensions);
    summaries.add(name, value, unit);
    batch.add({ name, value, unit, resolution: metricOptions.resolution ?? 60, dimensions, counter: metricOptions.counter ?? false, metric });
  };

  const increment = (name: string, by = 1, metricOptions: MetricOptions = {}): void => {
    assertOptions(metricOptions);
    addSample(name, by, 'Count', { ...metricOptions, counter: true });
  };

  const measure = async <T>(name: string, work: () => T | PromiseLike<T>, metricOptions: MetricOptions = {}): Promise<T> => {
    // Parameters are checked before the work runs. Afterwards, only the outcome of the work counts.
    assertFunction('metrics', 'work', work);
    const dimensions = dimensionsFor(name, metricOptions);
    dimensionsFor(`${name}Errors`, metricOptions);
    metricLimit.admit(name, dimensions);
    const startedAt = process.hrtime.bigint();
    try {
      return await work();
    } catch (error) {
      runSafely(() => increment(`${name}Errors`, 1, metricOptions));
      throw error;
    } finally {
      const durationMs = Number(process.hrtime.bigint() - startedAt) / 1e6;
      runSafely(() => addSample(name, durationMs, 'Milliseconds', metricOptions));
    }
  };

  const publish = ({ family, failed, durationMs, bytes }: Observation): void => {
    if (!settings.publish.includes(family)) return;
    const prefix = family.replace(/^./, (first) => first.toUpperCase());
    increment(`${prefix}Count`);
    if (failed) increment(`${prefix}Failures`);
    if (durationMs !== undefined) addSample(`${prefix}Duration`, durationMs, 'Milliseconds');
    if (bytes !== undefined) addSample(`${prefix}Bytes`, bytes, 'Bytes');
  };
  const loadReporting = (): Reporting => (reporting ??= reportingModule().create({ control: host.control, pending: () => metrics.invocation(), publish }));

  const operations: Metrics = {
    record: (name, value, unit = 'None', metricOptions = {}) => addSample(name, value, unit, metricOptions),
    increment,
    measure,
    addDimensions: (dimensions) => {
      assertDimensions('dimensions', dimensions);
      const pending = metrics.current();
      const merged = { ...pending.dimensions, ...dimensions };
      assertDimensionCount({ ...settings.dimensions, ...metrics.global.dimensions, ...merged });
      pending.dimensions = merged;
    },
    addMetadata: (key, value) => {
      const pending = metrics.current();
      pending.metadata = withMetadata(pending.metadata, key, value);
    },
    get: (name) => summaries.get(name),
    getCounter: (name) => summaries.get(name)?.sum ?? 0,
    getAll: () => summaries.all(),
    ...(Object.fromEntries(
      REPORTING_OPERATIONS.map((name) => [name, (...args: never[]) => (loadReporting()[name] as (...args: never[]) => unknown)(...args)]),
    ) as Pick<Metrics, ReportingOperation>),
    flush: () => metrics.flush(),
    stats: () => ({ metrics: metricLimit.size, limit: settings.limit, folded: [...metricLimit.folded], values: summaries.values, lines: metrics.lines }),
    reset: () => {
      for (const each of [metrics, summaries, reporting]) each?.clear();
    },
  };
  return {
    operations,
    heldState: () => (metrics.isPending ? 'values not written yet' : undefined),
    end: (invocation) => {
      // Powertools counts it in the same way, with the function's name in addition to the service.
      if (settings.coldStart && invocation.coldStart) {
        runSafely(() => increment('ColdStart', 1, { dimensions: { ...settings.dimensions, function_name: settings.functionName } }));
      }
      // Values are written now, in case another hook hangs. Later ones are written when all hooks are done.
      metrics.write(invocation);
    },
    ended: () => metrics.writeEnded(),
    scopeEnded: (scope) => metrics.endPart(scope),
    [Symbol.dispose]: () => {
      metrics.writeEnded(() => true);
      reporting?.trackOperations(false);
    },
  };
}

/** Warns through the logging interface. If there is none, emits a process warning. Never throws. */
function warn(host: Host, message: string): void {
  try {
    host.peer<Logging>('logging').warn(message);
  } catch {
    process.emitWarning(message);
  }
}
