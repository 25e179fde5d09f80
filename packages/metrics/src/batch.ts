import type { Dimensions, MetricUnit } from './contract.js';
import { dimensionsKey, MAX_MAGNITUDE } from './validation.js';

/** CloudWatch's limits for one line: metrics in it, and values of one of them. */
const [MAX_METRICS, MAX_VALUES] = [100, 100];

/** One recorded value. */
export interface Sample {
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

/** The values of one metric, in one unit and under one combination of dimensions. */
interface Series extends Pick<Sample, 'name' | 'unit' | 'resolution' | 'dimensions' | 'metric'> {
  readonly values: number[];
  /** The counter's sum: one value beside the others. */
  sum: number | undefined;
}

/** As many values of a series as one line may have. */
interface Chunk {
  readonly series: Series;
  readonly values: readonly number[];
}

/** The fields of lines beside their metrics. */
export interface LineFields {
  /** The line's own, which all lines have. */
  readonly standard: Readonly<Record<string, unknown>>;
  /** The user's, which all lines have. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Counted already: in the first line only, or queries would count it twice. */
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

  /** Takes another batch's values in: counters are added up. */
  absorb(other: Batch): void {
    for (const { values, sum, ...identity } of other.#series.values()) {
      const series = this.#find(identity);
      for (const value of values) series.values.push(value);
      if (sum !== undefined) addToSum(series, sum);
    }
  }

  /** The lines as objects, in CloudWatch's embedded metric format. */
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

/** Adds to a counter. A sum that CloudWatch would refuse is written as several values instead, which CloudWatch adds up. */
function addToSum(series: Series, value: number): void {
  const sum = (series.sum ?? 0) + value;
  const isWithin = Math.abs(sum) <= MAX_MAGNITUDE;
  if (!isWithin && series.sum !== undefined) series.values.push(series.sum);
  series.sum = isWithin ? sum : value;
}

/**
 * Spreads series over as few lines as the limits allow. A line has one value list of a name, so the lists of one name are laid out
 * in turn, one line after the other; that fills all lines evenly.
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

/** @param isList Whether a single value is a list, too. */
function toFields(chunks: readonly Chunk[], isList: boolean): Record<string, unknown> {
  return Object.fromEntries(chunks.map(({ series, values }) => [series.name, isList || values.length > 1 ? values : values[0]]));
}

/** The fields of a line that metrics and dimensions take. */
function metricFields(all: readonly Series[]): Record<string, true> {
  const metrics = all.filter(({ metric }) => metric);
  return Object.fromEntries(metrics.flatMap(({ name, dimensions }) => [name, ...Object.keys(dimensions)]).map((name) => [name, true]));
}

/** Metadata beside the line's own fields; what has the name of one of these is under `metadata`, so that none is lost. */
function withoutCollisions(metadata: Readonly<Record<string, unknown>>, reserved: object): Record<string, unknown> {
  const [colliding, others] = [{}, {}] as [Record<string, unknown>, Record<string, unknown>];
  for (const [key, value] of Object.entries(metadata)) (Object.hasOwn(reserved, key) ? colliding : others)[key] = value;
  return Object.keys(colliding).length === 0 ? others : { ...others, metadata: colliding };
}
