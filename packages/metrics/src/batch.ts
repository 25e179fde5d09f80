import type { Dimensions, MetricUnit } from './contract.js';
import { keyOf, MAX_MAGNITUDE } from './validation.js';

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

/** The values of one metric, in one unit and under one combination of dimensions. */
interface Series extends Pick<Taken, 'name' | 'unit' | 'resolution' | 'dimensions' | 'metric'> {
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

  add({ value, counter, ...of }: Taken): void {
    const series = this.#find(of);
    if (counter) count(series, value);
    else series.values.push(value);
  }

  /** Takes another batch's values in: counters are added up. */
  absorb(other: Batch): void {
    for (const { values, sum, ...of } of other.#series.values()) {
      const series = this.#find(of);
      for (const value of values) series.values.push(value);
      if (sum !== undefined) count(series, sum);
    }
  }

  /** The lines as objects, in CloudWatch's embedded metric format. */
  lines(namespace: string, { standard, metadata, families }: LineFields): object[] {
    const all = [...this.#series.values()];
    const groups = Map.groupBy(
      all.filter(({ metric }) => metric),
      ({ dimensions }) => keyOf(dimensions),
    );
    const documents = [...groups.values()].flatMap(pack);
    const folded = pack(all.filter(({ metric }) => !metric));
    const own = { ...withoutCollisions(metadata, { ...standard, ...namesOf(all) }), ...standard };
    return Array.from({ length: Math.max(1, documents.length, folded.length) }, (_, index) => ({
      ...own,
      ...(index === 0 && families && { families }),
      ...(folded[index] && { folded: fieldsOf(folded[index], true) }),
      ...(documents[index] && toDocument(namespace, documents[index])),
    }));
  }

  #find(of: Omit<Series, 'values' | 'sum'>): Series {
    const key = of.metric ? `${of.name} ${of.unit} ${of.resolution} ${keyOf(of.dimensions)}` : of.name;
    let series = this.#series.get(key);
    if (!series) this.#series.set(key, (series = { ...of, values: [], sum: undefined }));
    return series;
  }
}

/** Adds to a counter. A sum that CloudWatch would refuse is written as several values instead, which CloudWatch adds up. */
function count(series: Series, value: number): void {
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
  const byName = [...Map.groupBy(all.flatMap(chunksOf), ({ series }) => series.name).values()];
  const chunks = byName.flat();
  const count = byName.reduce((most, { length }) => Math.max(most, length), Math.ceil(chunks.length / MAX_METRICS));
  const lines: Chunk[][] = Array.from({ length: count }, () => []);
  for (const [index, chunk] of chunks.entries()) lines[index % count]?.push(chunk);
  return lines;
}

function chunksOf(series: Series): Chunk[] {
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
    ...fieldsOf(chunks, false),
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace, Dimensions: [Object.keys(dimensions)], Metrics }] },
  };
}

/** @param isList Whether a single value is a list, too. */
function fieldsOf(chunks: readonly Chunk[], isList: boolean): Record<string, unknown> {
  return Object.fromEntries(chunks.map(({ series, values }) => [series.name, isList || values.length > 1 ? values : values[0]]));
}

/** The fields of a line that metrics and dimensions take. */
function namesOf(all: readonly Series[]): Record<string, true> {
  const metrics = all.filter(({ metric }) => metric);
  return Object.fromEntries(metrics.flatMap(({ name, dimensions }) => [name, ...Object.keys(dimensions)]).map((name) => [name, true]));
}

/** Metadata beside the line's own fields; what has the name of one of these is under `metadata`, so that none is lost. */
function withoutCollisions(metadata: Readonly<Record<string, unknown>>, taken: object): Record<string, unknown> {
  const [inside, beside] = [{}, {}] as [Record<string, unknown>, Record<string, unknown>];
  for (const [key, value] of Object.entries(metadata)) (Object.hasOwn(taken, key) ? inside : beside)[key] = value;
  return Object.keys(inside).length === 0 ? beside : { ...beside, metadata: inside };
}
