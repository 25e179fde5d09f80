import type { Account, Described, Point, SumsQuery } from '../account.js';
import type { Amount } from '../contract.js';
import { added } from '../month.js';
import { DAY, HOUR, inGroups, MINUTE } from './guard.js';
import { goneFrom, REST, type Sizes, sizeIn } from './sizes.js';

/** What a stretch of the month came to. */
export interface Measured {
  readonly total: Amount;
  /** Of each function that was read by itself. */
  readonly functions: Readonly<Record<string, Amount>>;
  /** Of all that are not protected. */
  readonly other: Amount;
}

/** The month in whole hours; read anew once an hour, and whole, so that what CloudWatch learnt late is in it. */
export interface Base extends Measured {
  readonly month: string;
  /** Ms since the epoch, a whole hour. */
  readonly until: number;
  readonly days: readonly ({ readonly day: string } & Amount)[];
  /** The busiest hour of the last day of all that are not protected. */
  readonly busiest: Amount;
}

export const NOTHING: Amount = { requests: 0, mbMs: 0 };
/** More functions than these are measured together, as if each had the memory of the largest. */
const APART = 100;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly periodMs: SumsQuery['periodMs'];
}

/** What one function used, or all that were not read by themselves. */
interface Part {
  readonly name: string;
  readonly uses: readonly ({ readonly at: number } & Amount)[];
}

/** What a point of `Duration` is worth: AWS bills whole milliseconds, so each invocation may be one longer; and what comes after the handler. */
const worth = ({ value, count }: Omit<Point, 'at'>, memoryMb: number, afterMs: number): Amount => ({
  requests: count,
  mbMs: Math.ceil((value + count * (1 + afterMs)) * memoryMb),
});
const sum = (amounts: readonly Amount[]): Amount => amounts.reduce((all, each) => added(all, each), NOTHING);

/** The series of all functions together, of each in `apart`, and of the rest, as large as the largest; each with the memory that it had at the time. */
async function read({ account, sizes, afterMs }: Scene, stretch: Stretch, apart: readonly Described[]): Promise<readonly Part[]> {
  const [invocations, durations] = await Promise.all([account.sums({ metric: 'Invocations', ...stretch }), account.sums({ metric: 'Duration', ...stretch })]);
  const parts = await inGroups(apart, async ({ name }) => ({ name, points: await account.sums({ metric: 'Duration', function: name, ...stretch }) }));
  const known = new Map<number, { value: number; count: number }>();
  for (const { at, value, count } of parts.flatMap(({ points }) => points)) {
    const all = known.get(at) ?? { value: 0, count: 0 };
    known.set(at, { value: all.value + value, count: all.count + count });
  }
  const lasted = new Map(durations.map(({ at, value }) => [at, value]));
  // Requests from Invocations, which is what AWS bills; what has no point of its own there has one in Duration.
  const rest = invocations.map(({ at, value }) => ({
    at,
    count: Math.max(0, value - (known.get(at)?.count ?? 0)),
    value: Math.max(0, (lasted.get(at) ?? 0) - (known.get(at)?.value ?? 0)),
  }));
  return [...parts, { name: REST, points: rest }].map(({ name, points }) => ({
    name,
    uses: points.map((point) => ({ at: point.at, ...worth(point, sizeIn(sizes, name, [point.at, point.at + stretch.periodMs]), afterMs) })),
  }));
}

const isProtected = (names: ReadonlySet<string>, { name }: Part): boolean => names.has(name);

function summed(parts: readonly Part[], names: ReadonlySet<string>): Measured {
  const amounts = parts.map((part) => ({ part, amount: sum(part.uses.map(({ requests, mbMs }) => ({ requests, mbMs }))) }));
  return {
    total: sum(amounts.map(({ amount }) => amount)),
    functions: Object.fromEntries(amounts.flatMap(({ part, amount }) => (part.name === REST ? [] : [[part.name, amount]]))),
    other: sum(amounts.flatMap(({ part, amount }) => (isProtected(names, part) ? [] : [amount]))),
  };
}

/** Where and what to measure. */
export interface Scene {
  readonly account: Account;
  readonly described: readonly Described[];
  /** Names of protected functions. */
  readonly names: ReadonlySet<string>;
  readonly sizes: Sizes;
  /** Billed after the handler of each invocation, in ms: `Duration` ends with the handler. */
  readonly afterMs: number;
}

/** Reads the month from its begin in hours: one call for each function, and two. */
export async function readBase(scene: Scene, month: string, stretch: { readonly from: number; readonly to: number }): Promise<Base> {
  const { described, names, sizes } = scene;
  const empty = { month, until: stretch.to, total: NOTHING, functions: {}, other: NOTHING, days: [], busiest: NOTHING };
  if (stretch.to <= stretch.from) return empty;
  const order = [...described, ...goneFrom(sizes, described)].sort((a, b) => Number(names.has(b.name)) - Number(names.has(a.name)));
  const parts = await read(scene, { ...stretch, periodMs: HOUR }, order.slice(0, names.size + APART));
  const hours = (chosen: readonly Part[], length: number): Map<number, Amount> => {
    const slots = new Map<number, Amount>();
    for (const { at, requests, mbMs } of chosen.flatMap(({ uses }) => uses)) {
      const slot = at - (at % length);
      slots.set(slot, added(slots.get(slot), { requests, mbMs }));
    }
    return slots;
  };
  const days = Array.from(hours(parts, DAY), ([at, amount]) => ({ day: new Date(at).toISOString().slice(0, 10), ...amount }));
  const foreign = hours(
    parts.filter((part) => !isProtected(names, part)),
    HOUR,
  );
  const last = Array.from(foreign).flatMap(([at, amount]) => (at >= stretch.to - DAY ? [amount] : []));
  const busiest = { requests: Math.max(0, ...last.map(({ requests }) => requests)), mbMs: Math.max(0, ...last.map(({ mbMs }) => mbMs)) };
  return { ...empty, ...summed(parts, names), days: days.sort((a, b) => (a.day < b.day ? -1 : 1)), busiest };
}

/** What came after the base, by minutes: one call for each protected function, and two. */
export async function readRecent(scene: Scene, stretch: { readonly from: number; readonly to: number }): Promise<Measured> {
  if (stretch.to <= stretch.from) return { total: NOTHING, functions: {}, other: NOTHING };
  const { described, names, sizes } = scene;
  const own = [...described, ...goneFrom(sizes, described)].filter(({ name }) => names.has(name));
  return summed(await read(scene, { ...stretch, periodMs: MINUTE }, own), names);
}
