import type { Timing } from '../report-contract.js';

/** Number of buckets per doubling: values are accurate within an eighth. */
const STEPS = 8;
/** Smallest time that is distinguished, in ms: a tenth of a microsecond. */
const LEAST = 1e-4;
/** Number of doublings above it: up to five hours. */
const DOUBLINGS = 37;

/** Counts times in buckets that grow with the time. It needs 1.2 KB, however many times are added. */
export class Histogram {
  readonly #counts = new Uint32Array(STEPS * DOUBLINGS);
  #count = 0;
  #failures = 0;
  #sum = 0;
  #max = 0;

  add(ms: number, failed: boolean): void {
    this.#count++;
    if (failed) this.#failures++;
    this.#sum += ms;
    this.#max = Math.max(this.#max, ms);
    const bucket = bucketOf(ms);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  read(): Timing {
    const [p50 = 0, p95 = 0, p99 = 0] = [0.5, 0.95, 0.99].map((share) => this.#percentile(share));
    return { count: this.#count, failures: this.#failures, mean: this.#count === 0 ? 0 : this.#sum / this.#count, p50, p95, p99, max: this.#max };
  }

  #percentile(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (const [bucket, count] of this.#counts.entries()) {
      left -= count;
      if (left <= 0) return Math.min(this.#max, upperBound(bucket));
    }
    return this.#max;
  }
}

/** Returns the bucket of a time. Each doubling is divided into equal steps. */
function bucketOf(ms: number): number {
  const units = Math.max(1, ms / LEAST);
  const doubling = Math.floor(Math.log2(units));
  const step = Math.floor((units / 2 ** doubling - 1) * STEPS);
  return Math.min(STEPS * DOUBLINGS - 1, doubling * STEPS + Math.max(0, Math.min(STEPS - 1, step)));
}

const upperBound = (bucket: number): number => LEAST * 2 ** Math.floor(bucket / STEPS) * (1 + ((bucket % STEPS) + 1) / STEPS);
