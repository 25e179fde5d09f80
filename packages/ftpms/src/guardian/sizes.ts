import type { Described } from '../account.js';

/** A memory that a function had, from a time on and until another; the present one has no end. Times are ms since the epoch. */
export interface Size {
  readonly mb: number;
  readonly from: number;
  readonly to?: number;
}

/** Which memory functions had in this month; those that are gone are in it as they were. AWS's metrics do not tell it. */
export interface Sizes {
  /** When they were looked at. */
  readonly at: number;
  readonly of: Readonly<Record<string, readonly Size[]>>;
}

/** All functions that are not read by themselves: as large as the largest. No function has that name. */
export const REST = '';
/** So many are kept of one function; what is older is taken for the largest of its time. */
const MOST = 8;
/** So many functions are kept; what is of others is in the rest. */
const FUNCTIONS = 300;

/** When is looked, and which functions matter most. */
interface Look {
  readonly names: ReadonlySet<string>;
  readonly now: number;
}

/** What is known now. A function that has another memory than at the last look may have got it just after that look, or just before this one. */
export function seenSizes(before: Sizes | undefined, described: readonly Described[], { names, now }: Look): Sizes {
  const largest = Math.max(128, ...described.map(({ memoryMb }) => memoryMb));
  const known = new Map(Object.entries(before?.of ?? {}));
  for (const { name, memoryMb } of [...described, { name: REST, memoryMb: largest }]) {
    const sizes = known.get(name) ?? [];
    const last = sizes.at(-1);
    if (last?.mb === memoryMb) continue;
    const next: Size = { mb: memoryMb, from: last ? (before?.at ?? 0) : 0 };
    known.set(name, shortened(last ? [...sizes.slice(0, -1), { ...last, to: now }, next] : [next]));
  }
  const weight = (name: string): number => (name === REST ? 2 : Number(names.has(name)));
  return {
    at: now,
    of: Object.fromEntries(
      Array.from(known)
        .sort(([a], [b]) => weight(b) - weight(a))
        .slice(0, FUNCTIONS),
    ),
  };
}

/** For the month that begins: as functions are. */
export const presentSizes = (sizes: Sizes): Sizes => ({
  ...sizes,
  of: Object.fromEntries(Object.entries(sizes.of).map(([name, all]) => [name, all.filter(({ to }) => to === undefined)])),
});

/** Functions that were there this month and are no more, with the memory they had last. */
export function goneFrom({ of }: Sizes, described: readonly Described[]): readonly Described[] {
  const names = new Set([REST, ...described.map(({ name }) => name)]);
  return Object.entries(of).flatMap(([name, sizes]) => (names.has(name) ? [] : [{ name, memoryMb: sizes.at(-1)?.mb ?? 128, timeoutMs: 0 }]));
}

/** The largest memory that a function had in a stretch of time. */
export function sizeIn({ of }: Sizes, name: string, [from, to]: readonly [number, number]): number {
  const sizes = Object.hasOwn(of, name) ? of[name] : of[REST];
  return Math.max(128, ...(sizes ?? []).flatMap((size) => (size.from < to && (size.to ?? Number.POSITIVE_INFINITY) >= from ? size.mb : [])));
}

function shortened(sizes: readonly Size[]): readonly Size[] {
  const [first, second, ...rest] = sizes;
  if (!first || !second || sizes.length <= MOST) return sizes;
  return [{ ...second, mb: Math.max(first.mb, second.mb), from: first.from }, ...rest];
}
