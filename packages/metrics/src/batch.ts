import { keyOf } from './checked.js';
import type { Dimensions, MetricUnit } from './contract.js';

/** CloudWatch's limits for one line: metrics in it, and values of one of them. */
const [MAX_METRICS, MAX_VALUES] = [100, 100];

/** A value that was taken. */
export interface Taken {
  readonly name: string;
  readonly value: number;
  readonly unit: MetricUnit;
  readonly resolution: 1 | 60;
  readonly dimensions: Dimensions;
  /** Whether it is added to what there is, instead of standing beside it. */
  readonly counter: boolean;
  /** Whether CloudWatch is to make a metric of it. */
  readonly metric: boolean;
}

interface Series extends Taken {
  readonly values: number[];
}

/** Everything taken during one invocation, grouped as it will be written. */
export class Batch {
  metadata: Readonly<Record<string, unknown>> = {};
  dimensions: Dimensions = {};
  readonly #series = new Map<string, Series>();
  readonly #full: Series[] = [];
  readonly #folded = new Map<string, number[]>();

  get isEmpty(): boolean {
    return this.#series.size === 0 && this.#full.length === 0 && this.#folded.size === 0;
  }

  add(taken: Taken): void {
    if (taken.metric) this.#addMetric(taken);
    else this.#fold(taken);
  }

  #addMetric(taken: Taken): void {
    const key = `${taken.name} ${taken.unit} ${taken.resolution} ${keyOf(taken.dimensions)}`;
    const series = this.#series.get(key);
    if (!series) {
      this.#series.set(key, { ...taken, values: [taken.value] });
    } else if (taken.counter) {
      series.values[0] = (series.values[0] ?? 0) + taken.value;
    } else {
      series.values.push(taken.value);
      if (series.values.length < MAX_VALUES) return;
      this.#full.push(series);
      this.#series.delete(key);
    }
  }

  /** The lines as objects, in CloudWatch's embedded metric format. */
  lines(namespace: string, fields: Readonly<Record<string, unknown>>, families?: object): object[] {
    const own = { ...this.metadata, ...fields };
    const rest = { ...own, ...(families && { families }), ...(this.#folded.size > 0 && { folded: Object.fromEntries(this.#folded) }) };
    const lines = [...this.#groups()].map((group) => line(namespace, group));
    if (lines.length === 0) return [rest];
    // What is counted is said once, or queries would count it twice; what tells whose line it is in all of them.
    return lines.map((each, index) => ({ ...(index === 0 ? rest : own), ...each }));
  }

  #fold({ name, value }: Taken): void {
    const values = this.#folded.get(name) ?? [];
    if (values.length < MAX_VALUES && this.#folded.size < MAX_METRICS) this.#folded.set(name, [...values, value]);
  }

  /** Metrics of one line have the same dimensions, and one each of a name. */
  *#groups(): Generator<Series[]> {
    const open = new Map<string, Map<string, Series>>();
    for (const series of [...this.#full, ...this.#series.values()]) {
      const key = keyOf(series.dimensions);
      let group = open.get(key);
      if (group && (group.has(series.name) || group.size === MAX_METRICS || Object.hasOwn(series.dimensions, series.name))) {
        yield [...group.values()];
        group = undefined;
      }
      if (!group) open.set(key, (group = new Map()));
      group.set(series.name, series);
    }
    for (const group of open.values()) yield [...group.values()];
  }
}

function line(Namespace: string, group: readonly Series[]): object {
  const { dimensions = {} } = group[0] ?? {};
  const Metrics = group.map(({ name, unit, resolution }) => ({ Name: name, Unit: unit, ...(resolution === 1 && { StorageResolution: 1 }) }));
  const values = group.map(({ name, values }) => [name, values.length === 1 ? values[0] : values]);
  return {
    ...dimensions,
    ...Object.fromEntries(values),
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace, Dimensions: [Object.keys(dimensions)], Metrics }] },
  };
}
