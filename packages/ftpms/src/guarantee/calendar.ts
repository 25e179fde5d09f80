/** Returns a month's name in UTC, by which AWS bills: `2026-11`. @param at ms since the epoch */
export const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

/** Returns the start of a month, in ms since the epoch. @param month `2026-11` */
export const beginOf = (month: string): number => Date.parse(`${month}-01T00:00:00Z`);

/** Returns the end of a month, which is the start of the next one. */
export function endOf(month: string): number {
  const begin = new Date(beginOf(month));
  return Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + 1);
}

/** Number of days in a month, 28 to 31. */
export const daysIn = (month: string): number => (endOf(month) - beginOf(month)) / 86_400_000;
