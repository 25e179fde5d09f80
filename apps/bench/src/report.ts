import { type Spread, spreadOf } from './spread.ts';

/** One row: what was measured, how often, and what it should come to. */
export interface Row {
  /** Under which the READMEs know it. */
  readonly key: string;
  readonly what: string;
  readonly samples: readonly number[];
  /** What the median should not exceed. */
  readonly target?: number;
  /** What it should come to at least. */
  readonly least?: number;
  /** Behind the point. @default 2 */
  readonly digits?: number;
}

/** Prints rows, and keeps what the READMEs say of them. */
export class Report {
  /** Medians as text by key; `@22` follows the key for what was measured on Node 22. */
  readonly results: Record<string, string> = {};

  add(node: string, { key, what, samples, target, least, digits = 2 }: Row): void {
    const spread = spreadOf(samples);
    this.results[node === '24' ? key : `${key}@${node}`] = spread.median.toFixed(digits);
    const atMost = target === undefined ? '' : verdict(`≤ ${target}`, spread.median <= target);
    const atLeast = least === undefined ? '' : verdict(`≥ ${least}`, spread.median >= least);
    console.log(`${what.padEnd(76)} ${show(spread, digits)}${atMost}${atLeast}`);
  }
}

/** For people: `1.023 (min 1.001, spread 0.040, 9 runs)`. */
const show = ({ min, median, spread, runs }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (min ${min.toFixed(digits)}, spread ${spread.toFixed(digits)}, ${runs} runs)`;

const verdict = (target: string, isReached: boolean): string => `  ${target}: ${isReached ? 'reached' : 'NOT REACHED'}`;
