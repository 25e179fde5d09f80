import type { Core, Host } from '@suga/gateway';
import { runSafely } from '@suga/gateway/run-safely';
import { settings } from './config.js';
import type { Dimensions, MetricOptions, Metrics, MetricsOptions, MetricUnit } from './contract.js';
import { Ledger } from './invocation-metrics.js';
import { withMetadata } from './metadata.js';
import { Allowance } from './metric-limit.js';
import type { Recorded } from './recorders.js';
import type { Reports } from './reporting.js';
import { Summaries } from './summaries.js';
import { assertCount, assertDimensions, assertName, assertOptions, assertUnit, assertValue, invalid } from './validation.js';

/** As much of a logging interface as is used here. */
interface Logging {
  warn(message: string): void;
}

/** Operations that live in a file of their own, loaded when one of them is first called. */
const REPORTS = [
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

type Report = (typeof REPORTS)[number];

/** Makes the metrics of one gateway. */
export function create(options: MetricsOptions, host: Host): Core<Metrics> {
  const known = settings(options, (message) => warn(host, message));
  const ledger = new Ledger(host, known);
  const summaries = new Summaries();
  const allowance = new Allowance(known, (message) => warn(host, message));
  let reports: Reports | undefined;

  /** What the value would be taken under. @throws `InvalidParams` */
  const checked = (name: string, given: MetricOptions): Dimensions => {
    assertName('name', name);
    assertOptions(given);
    const dimensions = given.dimensions ?? { ...known.dimensions, ...ledger.outside.dimensions, ...ledger.own().dimensions };
    // Those of the settings, of the environment and of the scope may have been set in any order.
    assertCount(dimensions);
    if (Object.hasOwn(dimensions, name)) throw invalid('name', name, 'no dimension, too');
    return dimensions;
  };

  const take = (name: string, value: number, unit: MetricUnit, given: MetricOptions & { readonly counter?: boolean } = {}): void => {
    const dimensions = checked(name, given);
    assertValue(value);
    assertUnit(unit);
    const { batch } = ledger.taking();
    const metric = allowance.admit(name, dimensions);
    summaries.add(name, value, unit);
    batch.add({ name, value, unit, resolution: given.resolution ?? 60, dimensions, counter: given.counter ?? false, metric });
  };

  const increment = (name: string, by = 1, given: MetricOptions = {}): void => {
    assertOptions(given);
    take(name, by, 'Count', { ...given, counter: true });
  };

  const measure = async <T>(name: string, work: () => T | PromiseLike<T>, given: MetricOptions = {}): Promise<T> => {
    // What is wrong is said before the work is done: afterwards, only its outcome counts.
    if (typeof work !== 'function') throw invalid('work', work, 'a function');
    const dimensions = checked(name, given);
    checked(`${name}Errors`, given);
    allowance.admit(name, dimensions);
    const started = process.hrtime.bigint();
    try {
      return await work();
    } catch (error) {
      runSafely(() => increment(`${name}Errors`, 1, given));
      throw error;
    } finally {
      const took = Number(process.hrtime.bigint() - started) / 1e6;
      runSafely(() => take(name, took, 'Milliseconds', given));
    }
  };

  const publish = ({ family, failed, durationMs, bytes }: Recorded): void => {
    if (!known.publish.includes(family)) return;
    const prefix = family.replace(/^./, (first) => first.toUpperCase());
    increment(`${prefix}Count`);
    if (failed) increment(`${prefix}Failures`);
    if (durationMs !== undefined) take(`${prefix}Duration`, durationMs, 'Milliseconds');
    if (bytes !== undefined) take(`${prefix}Bytes`, bytes, 'Bytes');
  };
  const reporting = (): Reports =>
    (reports ??= (require('./reporting.js') as typeof import('./reporting.js')).createReports({ control: host.control, page: () => ledger.shared(), publish }));

  const operations: Metrics = {
    record: (name, value, unit = 'None', given = {}) => take(name, value, unit, given),
    increment,
    measure,
    addDimensions: (dimensions) => {
      assertDimensions('dimensions', dimensions);
      const own = ledger.own();
      const both = { ...own.dimensions, ...dimensions };
      assertCount({ ...known.dimensions, ...ledger.outside.dimensions, ...both });
      own.dimensions = both;
    },
    addMetadata: (key, value) => {
      const own = ledger.own();
      own.metadata = withMetadata(own.metadata, key, value);
    },
    get: (name) => summaries.get(name),
    getCounter: (name) => summaries.get(name)?.sum ?? 0,
    getAll: () => summaries.all(),
    ...(Object.fromEntries(REPORTS.map((name) => [name, (...args: never[]) => (reporting()[name] as (...args: never[]) => unknown)(...args)])) as Pick<
      Metrics,
      Report
    >),
    flush: () => ledger.flush(),
    stats: () => ({ metrics: allowance.size, limit: known.limit, folded: [...allowance.folded], values: summaries.values, lines: ledger.lines }),
    reset: () => {
      for (const each of [ledger, summaries, reports]) each?.clear();
    },
  };
  return {
    operations,
    heldState: () => (ledger.isWaiting ? 'values not written yet' : undefined),
    end: (invocation) => {
      // As Powertools counts it: with the function's name beside the service.
      if (known.coldStart && invocation.coldStart) {
        runSafely(() => increment('ColdStart', 1, { dimensions: { ...known.dimensions, function_name: known.functionName } }));
      }
      // Some now, in case another hook hangs; the rest when all of them are done.
      ledger.write(invocation);
    },
    ended: () => ledger.settle(),
    scopeEnded: (scope) => ledger.endPart(scope),
    [Symbol.dispose]: () => {
      ledger.settle(() => true);
      reports?.trackOperations(false);
    },
  };
}

/** Where the function's other warnings are, else on standard error; never a reason to fail. */
function warn(host: Host, message: string): void {
  try {
    host.peer<Logging>('logging').warn(message);
  } catch {
    process.emitWarning(message);
  }
}
