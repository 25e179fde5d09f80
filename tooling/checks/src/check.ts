/** Something that is wrong: where, what, and what to do about it. */
export interface Violation {
  /** Relative to the root. */
  readonly file: string;
  readonly line?: number;
  readonly problem: string;
  readonly remedy: string;
}

/** Looks at the repository under `root` and changes nothing. */
export type Check = (root: string) => readonly Violation[];

/** The same for what takes other tools. */
export type SlowCheck = (root: string) => Promise<readonly Violation[]>;

/** Rewrites what is derived, and says which files it changed, relative to the root. */
export type Update = (root: string) => readonly string[];

/** One line for a terminal, which most editors turn into a link. */
export const toLine = ({ file, line, problem, remedy }: Violation): string => `${file}${line === undefined ? '' : `:${line}`} ${problem}: ${remedy}`;

/** The line on which the text first has the needle; `undefined` if nowhere. */
export function lineOf(text: string, needle: string): number | undefined {
  const at = text.indexOf(needle);
  return at < 0 ? undefined : lineAt(text, at);
}

/** The line of a position, from 1. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;
