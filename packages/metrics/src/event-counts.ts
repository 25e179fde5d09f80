import { assertNumber, assertObject, assertString, FINITE, MILLISECONDS } from '@suga/gateway/check';
import type { Family, FamilyStats, PerformanceReport } from './contract.js';

/** Maximum number of names per family that are counted separately. Further names are counted as `other`. */
const MAX_NAMES = 100;
const MAX_LENGTH = 100;

/** One record of a helper in a common form. */
export interface Observation {
  readonly family: Family;
  readonly name: string;
  readonly failed: boolean;
  readonly outcome?: string | number | undefined;
  readonly durationMs?: number | undefined;
  /** Size of the response in bytes. It is published, but not counted here. */
  readonly bytes?: number | undefined;
}

interface EventCount {
  count: number;
  failures: number;
  timed: number;
  sum: number;
  max: number;
  readonly outcomes: Map<string, number>;
}

/** Counts of the helpers' records, by family and name. */
export class EventCounts {
  readonly #families = new Map<Family, Map<string, EventCount>>();

  get isEmpty(): boolean {
    return this.#families.size === 0;
  }

  add({ family, name, failed, outcome, durationMs }: Observation): void {
    const names = getOrCreate(this.#families, family, () => new Map<string, EventCount>());
    const eventCount = getOrCreate(
      names,
      boundedName(names, name),
      (): EventCount => ({ count: 0, failures: 0, timed: 0, sum: 0, max: 0, outcomes: new Map() }),
    );
    eventCount.count++;
    if (failed) eventCount.failures++;
    if (durationMs !== undefined) {
      eventCount.timed++;
      eventCount.sum += durationMs;
      eventCount.max = Math.max(eventCount.max, durationMs);
    }
    if (outcome === undefined) return;
    const key = boundedName(eventCount.outcomes, String(outcome));
    eventCount.outcomes.set(key, (eventCount.outcomes.get(key) ?? 0) + 1);
  }

  stats(): NonNullable<PerformanceReport['families']> {
    const toStats = ({ count, failures, timed, sum, max, outcomes }: EventCount): FamilyStats => ({
      count,
      failures,
      durationMs: { count: timed, sum, max },
      outcomes: Object.fromEntries(outcomes),
    });
    return Object.fromEntries(
      Array.from(this.#families, ([family, names]) => [family, Object.fromEntries(Array.from(names, ([name, count]) => [name, toStats(count)]))]),
    );
  }

  clear(): void {
    this.#families.clear();
  }
}

/** Checks a record and returns it. @param texts The fields that must be strings @throws `InvalidParams` */
export function assertRecord<T extends object>(record: T, ...texts: readonly (keyof T & string)[]): T {
  assertObject('metrics', 'record', record);
  for (const text of texts) assertString('metrics', `record/${text}`, record[text]);
  const { durationMs } = record as { durationMs?: unknown };
  if (durationMs !== undefined) assertDuration('record/durationMs', durationMs);
  return record;
}

/** @throws `InvalidParams` unless the value is a finite number of milliseconds */
export function assertDuration(param: string, value: unknown): void {
  assertNumber('metrics', param, value, { min: 0, max: FINITE, unit: MILLISECONDS });
}

function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key) ?? create();
  map.set(key, found);
  return found;
}

function boundedName(names: ReadonlyMap<string, unknown>, name: string): string {
  const short = name.slice(0, MAX_LENGTH);
  return names.has(short) || names.size < MAX_NAMES ? short : 'other';
}
