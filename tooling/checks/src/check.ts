/** A broken rule: the place, the problem, and the remedy. */
export interface Violation {
  /** Path relative to the root. */
  readonly file: string;
  readonly line?: number;
  readonly problem: string;
  readonly remedy: string;
}

/** Checks the repository under `root` and changes nothing. */
export type Check = (root: string) => readonly Violation[];

/** A check that needs other tools and takes longer. */
export type SlowCheck = (root: string) => Promise<readonly Violation[]>;

/** Rewrites derived files. Returns the files that it changed, relative to the root. */
export type Update = (root: string) => readonly string[];

/** Formats a violation as a line for a terminal. Most editors turn its start into a link. */
export const toLine = ({ file, line, problem, remedy }: Violation): string => `${file}${line === undefined ? '' : `:${line}`} ${problem}: ${remedy}`;

/** Returns the line of the first match of `needle` in the text, from 1. `undefined` if there is none. */
export function lineOf(text: string, needle: string): number | undefined {
  const at = text.indexOf(needle);
  return at < 0 ? undefined : lineAt(text, at);
}

/** Returns the line of a position, from 1. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;
