import type { Dimensions, MetricUnit } from './contract.js';
import { dimensionsKey, MAX_MAGNITUDE } from './validation.js';

/** CloudWatch's limits for one line: number of metrics, and number of values per metric. */
const [MAX_METRICS, MAX_VALUES] = [100, 100];

/** One recorded value. */
export interface Sample {
  readonly name: string;
  readonly value: number;
  readonly unit: MetricUnit;
  readonly resolution: 1 | 60;
  readonly dimensions: Dimensions;
  /** Whether the value is added to the counter of its name. Other values are listed separately. */
  readonly counter: boolean;
  /** Whether CloudWatch creates a metric from it. Otherwise it is a folded field. */
  readonly metric: boolean;
}

/** The values of one metric with one unit and one combination of dimensions. */
interface Series extends Pick<Sample, 'name' | 'unit' | 'resolution' | 'dimensions' | 'metric'> {
  readonly values: number[];
  /** The sum of the counter, which is written as one further value. */
  sum: number | undefined;
}

/** The part of a series that fits into one line. */
interface Chunk {
  readonly series: Series;
  readonly values: readonly number[];
}

/** The fields of lines other than their metrics. */
export interface LineFields {
  /** Standard fields, which all lines contain. */
  readonly standard: Readonly<Record<string, unknown>>;
  /** The user's metadata, which all lines contain. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Counts of the helpers' records. They are in the first line only, or queries would count them twice. */
  readonly families?: object | undefined;
}

/** Values that will be written together. */
export class Batch {
  readonly #series = new Map<string, Series>();

  get isEmpty(): boolean {
    return this.#series.size === 0;
  }

  add({ value, counter, ...identity }: Sample): void {
    const series = this.#find(identity);
    if (counter) addToSum(series, value);
    else series.values.push(value);
  }

  /** Adds the values of another batch. Counters are added up. */
  absorb(other: Batch): void {
    for (const { values, sum, ...identity } of other.#series.values()) {
      const series = this.#find(identity);
      for (const value of values) series.values.push(value);
      if (sum !== undefined) addToSum(series, sum);
    }
  }

  /** Returns the lines as objects in CloudWatch's embedded metric format. */
  lines(namespace: string, { standard, metadata, families }: LineFields): object[] {
    const all = [...this.#series.values()];
    const groups = Map.groupBy(
      all.filter(({ metric }) => metric),
      ({ dimensions }) => dimensionsKey(dimensions),
    );
    const documents = [...groups.values()].flatMap(pack);
    const folded = pack(all.filter(({ metric }) => !metric));
    const fields = { ...withoutCollisions(metadata, { ...standard, ...metricFields(all) }), ...standard };
    return Array.from({ length: Math.max(1, documents.length, folded.length) }, (_, index) => ({
      ...fields,
      ...(index === 0 && families && { families }),
      ...(folded[index] && { folded: toFields(folded[index], true) }),
      ...(documents[index] && toDocument(namespace, documents[index])),
    }));
  }

  #find(identity: Omit<Series, 'values' | 'sum'>): Series {
    const key = identity.metric ? `${identity.name} ${identity.unit} ${identity.resolution} ${dimensionsKey(identity.dimensions)}` : identity.name;
    let series = this.#series.get(key);
    if (!series) this.#series.set(key, (series = { ...identity, values: [], sum: undefined }));
    return series;
  }
}

/** Adds to a counter. A sum that CloudWatch would reject is split into several values, which CloudWatch adds up. */
function addToSum(series: Series, value: number): void {
  const sum = (series.sum ?? 0) + value;
  const isWithin = Math.abs(sum) <= MAX_MAGNITUDE;
  if (!isWithin && series.sum !== undefined) series.values.push(series.sum);
  series.sum = isWithin ? sum : value;
}

/**
 * Spreads series over as few lines as the limits allow. A line can contain one value list per name, so the lists of one name are put
 * into consecutive lines. This fills all lines evenly.
 */
function pack(all: readonly Series[]): Chunk[][] {
  const byName = [...Map.groupBy(all.flatMap(toChunks), ({ series }) => series.name).values()];
  const chunks = byName.flat();
  const count = byName.reduce((max, { length }) => Math.max(max, length), Math.ceil(chunks.length / MAX_METRICS));
  const lines: Chunk[][] = Array.from({ length: count }, () => []);
  for (const [index, chunk] of chunks.entries()) lines[index % count]?.push(chunk);
  return lines;
}

function toChunks(series: Series): Chunk[] {
  const values = series.sum === undefined ? series.values : [...series.values, series.sum];
  return Array.from({ length: Math.ceil(values.length / MAX_VALUES) }, (_, index) => ({
    series,
    values: values.slice(index * MAX_VALUES, (index + 1) * MAX_VALUES),
  }));
}

function toDocument(Namespace: string, chunks: readonly Chunk[]): object {
  const { dimensions = {} } = chunks[0]?.series ?? {};
  const Metrics = chunks.map(({ series: { name, unit, resolution } }) => ({ Name: name, Unit: unit, ...(resolution === 1 && { StorageResolution: 1 }) }));
  return {
    ...dimensions,
    ...toFields(chunks, false),
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace, Dimensions: [Object.keys(dimensions)], Metrics }] },
  };
}

/** @param isList Whether a single value is written as an array, too */
function toFields(chunks: readonly Chunk[], isList: boolean): Record<string, unknown> {
  return Object.fromEntries(chunks.map(({ series, values }) => [series.name, isList || values.length > 1 ? values : values[0]]));
}

/** Returns the field names that metrics and dimensions use. */
function metricFields(all: readonly Series[]): Record<string, true> {
  const metrics = all.filter(({ metric }) => metric);
  return Object.fromEntries(metrics.flatMap(({ name, dimensions }) => [name, ...Object.keys(dimensions)]).map((name) => [name, true]));
}

/** Returns metadata as fields of the line. Metadata with the name of another field is moved to `metadata`, so that neither is lost. */
function withoutCollisions(metadata: Readonly<Record<string, unknown>>, reserved: object): Record<string, unknown> {
  const [colliding, others] = [{}, {}] as [Record<string, unknown>, Record<string, unknown>];
  for (const [key, value] of Object.entries(metadata)) (Object.hasOwn(reserved, key) ? colliding : others)[key] = value;
  return Object.keys(colliding).length === 0 ? others : { ...others, metadata: colliding };
}
