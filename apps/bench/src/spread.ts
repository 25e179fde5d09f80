/** Statistics of several runs of one measurement. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  /** Difference between the 10th and the 90th percentile. It shows how reliable the median is. */
  readonly spread: number;
  readonly runs: number;
}

/** Returns minimum, median and spread. On a shared machine, one number alone means nothing. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.round(share * (sorted.length - 1)))] ?? Number.NaN;
  return { min: at(0), median: at(0.5), spread: at(0.9) - at(0.1), runs: sorted.length };
}
