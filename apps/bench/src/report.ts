import { type Spread, spreadOf } from './spread.ts';

/** One row of the report: a measurement, its samples and its target. */
export interface Row {
  /** The key in the `bench` markers of the READMEs. */
  readonly key: string;
  readonly what: string;
  readonly samples: readonly number[];
  /** Upper limit of the median. */
  readonly target?: number;
  /** Lower limit of the median. */
  readonly min?: number;
  /** Number of decimals. @default 2 */
  readonly digits?: number;
}

/** Returns the key of a result on a Node version. Keys of Node 22 end with `@22`. */
export const keyOn = (node: string, key: string): string => (node === '24' ? key : `${key}@${node}`);

/** Prints rows, and collects the medians for the READMEs. */
export class Report {
  /** Medians as strings, by key. */
  readonly results: Record<string, string> = {};

  add(node: string, { key, what, samples, target, min, digits = 2 }: Row): void {
    const spread = spreadOf(samples);
    this.results[keyOn(node, key)] = spread.median.toFixed(digits);
    const atMost = target === undefined ? '' : verdict(`≤ ${target}`, spread.median <= target);
    const atLeast = min === undefined ? '' : verdict(`≥ ${min}`, spread.median >= min);
    console.log(`${what.padEnd(76)} ${show(spread, digits)}${atMost}${atLeast}`);
  }
}

/** Formats a spread: `1.023 (min 1.001, spread 0.040, 9 runs)`. */
const show = ({ min, median, spread, runs }: Spread, digits: number): string =>
  `${median.toFixed(digits)} (min ${min.toFixed(digits)}, spread ${spread.toFixed(digits)}, ${runs} runs)`;

const verdict = (target: string, isReached: boolean): string => `  ${target}: ${isReached ? 'reached' : 'NOT REACHED'}`;
