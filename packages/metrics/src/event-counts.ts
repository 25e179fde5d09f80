import type { Family, FamilyStats, PerformanceReport } from './contract.js';
import { assertObject, invalid } from './validation.js';

/** Names of one family that are told apart; what comes after goes under `other`. */
const MAX_NAMES = 100;
const MAX_LENGTH = 100;

/** What a helper says of one record. */
export interface Seen {
  readonly family: Family;
  readonly name: string;
  readonly failed: boolean;
  readonly outcome?: string | number | undefined;
  readonly durationMs?: number | undefined;
}

interface Tally {
  count: number;
  failures: number;
  timed: number;
  sum: number;
  max: number;
  readonly outcomes: Map<string, number>;
}

/** Counts what the helpers record, by family and name. */
export class Families {
  readonly #families = new Map<Family, Map<string, Tally>>();

  get isEmpty(): boolean {
    return this.#families.size === 0;
  }

  add({ family, name, failed, outcome, durationMs }: Seen): void {
    const names = put(this.#families, family, () => new Map<string, Tally>());
    const tally = put(names, bounded(names, name), (): Tally => ({ count: 0, failures: 0, timed: 0, sum: 0, max: 0, outcomes: new Map() }));
    tally.count++;
    if (failed) tally.failures++;
    if (durationMs !== undefined) {
      tally.timed++;
      tally.sum += durationMs;
      tally.max = Math.max(tally.max, durationMs);
    }
    if (outcome === undefined) return;
    const key = bounded(tally.outcomes, String(outcome));
    tally.outcomes.set(key, (tally.outcomes.get(key) ?? 0) + 1);
  }

  stats(): NonNullable<PerformanceReport['families']> {
    const told = ({ count, failures, timed, sum, max, outcomes }: Tally): FamilyStats => ({
      count,
      failures,
      durationMs: { count: timed, sum, max },
      outcomes: Object.fromEntries(outcomes),
    });
    return Object.fromEntries(
      Array.from(this.#families, ([family, names]) => [family, Object.fromEntries(Array.from(names, ([name, tally]) => [name, told(tally)]))]),
    );
  }

  clear(): void {
    this.#families.clear();
  }
}

/** @throws `InvalidParams` for what a helper cannot count */
export function assertRecord<T extends object>(record: T, ...texts: readonly (keyof T & string)[]): T {
  assertObject('record', record);
  for (const text of texts) if (typeof record[text] !== 'string') throw invalid(`record/${text}`, record[text], 'a string');
  const { durationMs } = record as { durationMs?: unknown };
  if (durationMs !== undefined && !(Number.isFinite(durationMs) && (durationMs as number) >= 0)) {
    throw invalid('record/durationMs', durationMs, 'a number of milliseconds from 0');
  }
  return record;
}

function put<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function bounded(known: ReadonlyMap<string, unknown>, name: string): string {
  const short = name.slice(0, MAX_LENGTH);
  return known.has(short) || known.size < MAX_NAMES ? short : 'other';
}
