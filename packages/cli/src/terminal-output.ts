/** Limit of a cell in characters; longer cells are cut. Names come from files, and a name of a megabyte would make every line that long. */
const MAX_CELL = 160;

/** Formats rows as lines with aligned columns. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map((text) => (text.length > MAX_CELL ? `${text.slice(0, MAX_CELL - 1)}…` : text)));
  const widths: number[] = [];
  for (const row of cells) for (const [column, { length }] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, length);
  return cells.map((row) => `  ${row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

/** Returns the first ten rows, and a row with the number of the others. */
export function firstTen(rows: readonly (readonly string[])[]): (readonly string[])[] {
  return rows.length <= 10 ? [...rows] : [...rows.slice(0, 10), [`and ${rows.length - 10} more (--json has all)`]];
}

/** Escapes the characters that control a terminal. Names in files may come from strangers. */
export const escapeControls = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

/** Prints lines to standard output. */
export function print(lines: readonly string[]): void {
  process.stdout.write(lines.map((line) => `${escapeControls(line)}\n`).join(''));
}

/** Formats a share: `98 %`, or `–` if the whole is 0. */
export const formatPercent = (part: number, whole: number): string => (whole > 0 ? `${Math.round((part / whole) * 100)} %` : '–');

/** Formats a count: `1 file`, `2 files`. */
export const formatCount = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Formats bytes: `12.3 MB`, or `-12.3 MB` for a negative difference. */
export function formatSize(bytes: number): string {
  const [unit, name] = Math.abs(bytes) < 2 ** 20 ? [2 ** 10, 'KB'] : [2 ** 20, 'MB'];
  return `${(bytes / unit).toFixed(1)} ${name}`;
}
