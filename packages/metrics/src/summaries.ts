import type { MetricSummary, MetricUnit } from './contract.js';

/** Maximum number of metrics with a summary, because callers may invent any number of names. */
const MAX_NAMES = 1000;

type Summary = { -readonly [Field in keyof MetricSummary]: MetricSummary[Field] };

/** Summaries of each metric's values, over all dimensions. */
export class Summaries {
  #values = 0;
  readonly #summaries = new Map<string, Summary>();

  /** Number of values since the interface was loaded. */
  get values(): number {
    return this.#values;
  }

  add(name: string, value: number, unit: MetricUnit): void {
    this.#values++;
    const existing = this.#summaries.get(name);
    if (existing) {
      existing.unit = unit;
      existing.count++;
      existing.sum += value;
      existing.min = Math.min(existing.min, value);
      existing.max = Math.max(existing.max, value);
      existing.last = value;
    } else if (this.#summaries.size < MAX_NAMES) {
      this.#summaries.set(name, { unit, count: 1, sum: value, min: value, max: value, last: value });
    }
  }

  get(name: string): MetricSummary | undefined {
    const existing = this.#summaries.get(name);
    return existing && { ...existing };
  }

  all(): Record<string, MetricSummary> {
    return Object.fromEntries(Array.from(this.#summaries, ([name, summary]) => [name, { ...summary }]));
  }

  clear(): void {
    this.#summaries.clear();
  }
}
