import type { Account, Described, Point, SumsQuery } from '../aws/contract.js';
import type { Amount } from '../contract.js';
import { plus } from '../ledger/month-balance.js';
import { type ConfigurationHistory, goneFrom, memoryIn, REST } from './configuration-history.js';
import { DAY, HOUR, inGroups, MINUTE } from './deps.js';

/** Use in a part of the month. */
export interface Measured {
  readonly total: Amount;
  /** Use of each function that was measured on its own. */
  readonly functions: Readonly<Record<string, Amount>>;
  /** Use of all functions that are not protected, without the guardian. */
  readonly other: Amount;
}

/** The use of a day. */
export type DayUse = Amount & { readonly day: string };

/** Use of the month in whole hours. All of it is read again once an hour, so that data which CloudWatch received late are included. */
export interface Base extends Measured {
  readonly month: string;
  /** Milliseconds since the epoch, a whole hour. */
  readonly until: number;
  readonly days: readonly DayUse[];
  /** Daily use of all functions that are not protected, without the guardian. */
  readonly otherDays: readonly DayUse[];
  /** The busiest hour of the last day of these functions. */
  readonly busiest: Amount;
}

export const NOTHING: Amount = { requests: 0, mbMs: 0 };
/** Number of functions that are measured one by one. Further ones are measured together, as if each had the memory of the largest. */
const APART = 100;

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly periodMs: SumsQuery['periodMs'];
}

/** Use of one function, or of all functions that were not measured on their own. */
interface Part {
  readonly name: string;
  readonly uses: readonly ({ readonly at: number } & Amount)[];
}

/** Converts a point of `Duration`. AWS bills whole milliseconds, so one millisecond is added for each invocation. The time after the handler is added as well. */
const worth = ({ value, count }: Omit<Point, 'at'>, memoryMb: number, afterMs: number): Amount => ({
  requests: count,
  mbMs: Math.ceil((value + count * (1 + afterMs)) * memoryMb),
});
const sum = (amounts: readonly Amount[]): Amount => amounts.reduce((all, each) => plus(all, each), NOTHING);

/**
 * Reads the series of all functions together and of each in `apart`, and derives the rest, which counts as large as the largest. Each has the memory
 * that it had at the time.
 */
async function read({ account, history, afterMs }: MeasureInput, stretch: Stretch, apart: readonly Described[]): Promise<readonly Part[]> {
  const [invocations, durations] = await Promise.all([account.sums({ metric: 'Invocations', ...stretch }), account.sums({ metric: 'Duration', ...stretch })]);
  const parts = await inGroups(apart, async ({ name }) => ({ name, points: await account.sums({ metric: 'Duration', function: name, ...stretch }) }));
  const known = new Map<number, { value: number; count: number }>();
  for (const { at, value, count } of parts.flatMap(({ points }) => points)) {
    const all = known.get(at) ?? { value: 0, count: 0 };
    known.set(at, { value: all.value + value, count: all.count + count });
  }
  const lasted = new Map(durations.map(({ at, value }) => [at, value]));
  // The number of requests is taken from Invocations, which AWS bills. A function without a point of its own there has one in Duration.
  const rest = invocations.map(({ at, value }) => ({
    at,
    count: Math.max(0, value - (known.get(at)?.count ?? 0)),
    value: Math.max(0, (lasted.get(at) ?? 0) - (known.get(at)?.value ?? 0)),
  }));
  return [...parts, { name: REST, points: rest }].map(({ name, points }) => ({
    name,
    uses: points.map((point) => ({ at: point.at, ...worth(point, memoryIn(history, name, [point.at, point.at + stretch.periodMs]), afterMs) })),
  }));
}

/** Whether a function is neither protected nor the guardian. */
const isOther = ({ names, self }: Pick<MeasureInput, 'names' | 'self'>, { name }: Pick<Part, 'name'>): boolean => !names.has(name) && name !== self;

function summed(parts: readonly Part[], input: MeasureInput): Measured {
  const amounts = parts.map((part) => ({ part, amount: sum(part.uses.map(({ requests, mbMs }) => ({ requests, mbMs }))) }));
  return {
    total: sum(amounts.map(({ amount }) => amount)),
    functions: Object.fromEntries(amounts.flatMap(({ part, amount }) => (part.name === REST ? [] : [[part.name, amount]]))),
    other: sum(amounts.flatMap(({ part, amount }) => (isOther(input, part) ? [amount] : []))),
  };
}

/** Input of a measurement. */
export interface MeasureInput {
  readonly account: Account;
  readonly described: readonly Described[];
  /** Names of protected functions. */
  readonly names: ReadonlySet<string>;
  /** Name of the guardian's own function. */
  readonly self: string | undefined;
  readonly history: ConfigurationHistory;
  /** Milliseconds that are billed after the handler of each invocation. `Duration` ends with the handler. */
  readonly afterMs: number;
}

/** Reads the month since its start, in hours, with one call per function and two for the sums. */
export async function readBase(input: MeasureInput, month: string, stretch: { readonly from: number; readonly to: number }): Promise<Base> {
  const { described, names, history } = input;
  const empty = { month, until: stretch.to, total: NOTHING, functions: {}, other: NOTHING, days: [], otherDays: [], busiest: NOTHING };
  if (stretch.to <= stretch.from) return empty;
  const order = [...described, ...goneFrom(history, described)].sort((a, b) => Number(isOther(input, a)) - Number(isOther(input, b)));
  const parts = await read(input, { ...stretch, periodMs: HOUR }, order.slice(0, names.size + 1 + APART));
  const foreign = parts.filter((part) => isOther(input, part));
  const last = Array.from(slots(foreign, HOUR)).flatMap(([at, amount]) => (at >= stretch.to - DAY ? [amount] : []));
  const busiest = { requests: Math.max(0, ...last.map(({ requests }) => requests)), mbMs: Math.max(0, ...last.map(({ mbMs }) => mbMs)) };
  return { ...empty, ...summed(parts, input), days: daysOf(parts), otherDays: daysOf(foreign), busiest };
}

/** Sums the use of functions, by the start of each hour or day. */
function slots(parts: readonly Part[], length: number): ReadonlyMap<number, Amount> {
  const all = new Map<number, Amount>();
  for (const { at, requests, mbMs } of parts.flatMap(({ uses }) => uses)) {
    const slot = at - (at % length);
    all.set(slot, plus(all.get(slot), { requests, mbMs }));
  }
  return all;
}

function daysOf(parts: readonly Part[]): readonly DayUse[] {
  const days = Array.from(slots(parts, DAY), ([at, amount]) => ({ day: new Date(at).toISOString().slice(0, 10), ...amount }));
  return days.sort((a, b) => (a.day < b.day ? -1 : 1));
}

/** Reads the use after the base, in minutes, with one call per protected function, one for the guardian and two for the sums. */
export async function readRecent(input: MeasureInput, stretch: { readonly from: number; readonly to: number }): Promise<Measured> {
  if (stretch.to <= stretch.from) return { total: NOTHING, functions: {}, other: NOTHING };
  const { described, history } = input;
  const own = [...described, ...goneFrom(history, described)].filter((each) => !isOther(input, each));
  return summed(await read(input, { ...stretch, periodMs: MINUTE }, own), input);
}

/** Adds recent use to the last day, or as a day of its own. */
export function withRecent(days: readonly DayUse[], recent: Amount, day: string): readonly DayUse[] {
  const last = days.at(-1);
  if (recent.requests === 0 && recent.mbMs === 0) return days;
  if (last?.day !== day) return [...days, { day, ...recent }];
  return [...days.slice(0, -1), { day, ...plus(last, recent) }];
}
