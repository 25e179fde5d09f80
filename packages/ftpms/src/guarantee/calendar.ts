/** A month's name in UTC, by which AWS bills: `2026-11`. @param at ms since the epoch */
export const monthOf = (at: number): string => new Date(at).toISOString().slice(0, 7);

/** When a month begins, in ms since the epoch. @param month `2026-11` */
export const beginOf = (month: string): number => Date.parse(`${month}-01T00:00:00Z`);

/** When it ends, which is when the next begins. */
export function endOf(month: string): number {
  const begin = new Date(beginOf(month));
  return Date.UTC(begin.getUTCFullYear(), begin.getUTCMonth() + 1);
}

/** 28 to 31. */
export const daysIn = (month: string): number => (endOf(month) - beginOf(month)) / 86_400_000;
