/** What several runs of one thing came to. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  /** Between the 10th and the 90th percentile: how far to trust the median. */
  readonly spread: number;
  readonly runs: number;
}

/** Minimum, median and spread. One number alone says nothing on a shared machine. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.round(share * (sorted.length - 1)))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), spread: at(0.9) - at(0.1), runs: sorted.length };
}
