import type { Described } from '../aws/contract.js';

/** A configuration that a function had. Times are ms since the epoch. */
export interface FunctionConfiguration {
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Reserved concurrency as its owner set it; absent if there was none. */
  readonly concurrency?: number;
  /** Whether it was a protected function. */
  readonly isProtected?: boolean;
  readonly from: number;
  /** Absent for the present one. */
  readonly to?: number;
}

/**
 * The configurations that functions had in this month. AWS's metrics do not tell them, and a deployment changes them while invocations run:
 * what a function could use is the largest it had lately, also if it is deleted, or not named as protected any more.
 */
export interface ConfigurationHistory {
  /** The time of the last look. */
  readonly at: number;
  readonly of: Readonly<Record<string, readonly FunctionConfiguration[]>>;
}

/** A function as it is now. */
export interface Present extends Described {
  readonly concurrency?: number | undefined;
  readonly isProtected: boolean;
}

/** Stands for all functions that are not read by themselves: as large as the largest. No function has that name. */
export const REST = '';
/** How many configurations are kept of one function; older ones are merged into their largest. */
const MAX_CONFIGURATIONS = 8;
/** How many functions are kept; the others are measured with the rest. */
const MAX_FUNCTIONS = 300;
/**
 * For how long an ended configuration counts as a possible one, in ms. An invocation that began just before a deployment runs for up to 15 minutes,
 * and CloudWatch may be 15 minutes late; the third quarter covers clocks, and the minutes until a deployment has spread.
 */
const RECENT_MS = 45 * 60_000;

/**
 * Adds what is seen now. A change happened at some time between the last look and this one, so both configurations count for that time.
 * @param before The history so far.
 */
export function withPresent(before: ConfigurationHistory | undefined, functions: readonly Present[], now: number): ConfigurationHistory {
  const largest = { memoryMb: Math.max(128, ...functions.map(({ memoryMb }) => memoryMb)), timeoutMs: 0 };
  const present = new Map<string, Omit<Present, 'name'>>([
    ...functions.map(({ name, ...each }) => [name, each] as const),
    [REST, { ...largest, isProtected: false }],
  ]);
  const known = new Map(Object.entries(before?.of ?? {}));
  for (const [name, each] of present) known.set(name, continued(known.get(name) ?? [], each, { from: before?.at ?? 0, now }));
  for (const [name, all] of known) if (!present.has(name)) known.set(name, ended(all, now));
  const weight = (name: string): number => (name === REST ? 3 : known.get(name)?.some(({ isProtected }) => isProtected) ? 2 : present.has(name) ? 1 : 0);
  const kept = Array.from(known)
    .sort(([a], [b]) => weight(b) - weight(a))
    .slice(0, MAX_FUNCTIONS);
  return { at: now, of: Object.fromEntries(kept) };
}

function continued(
  all: readonly FunctionConfiguration[],
  { memoryMb, timeoutMs, concurrency, isProtected }: Omit<Present, 'name'>,
  { from, now }: { readonly from: number; readonly now: number },
): readonly FunctionConfiguration[] {
  const last = all.at(-1);
  const isSame =
    last?.to === undefined &&
    last?.memoryMb === memoryMb &&
    last.timeoutMs === timeoutMs &&
    last.concurrency === concurrency &&
    (last.isProtected ?? false) === isProtected;
  if (isSame) return all;
  const next: FunctionConfiguration = {
    memoryMb,
    timeoutMs,
    ...(concurrency !== undefined && { concurrency }),
    ...(isProtected && { isProtected }),
    from: last ? from : 0,
  };
  return shortened([...ended(all, now), next]);
}

/** The function is gone, or has another configuration since. */
function ended(all: readonly FunctionConfiguration[], now: number): readonly FunctionConfiguration[] {
  const last = all.at(-1);
  return last && last.to === undefined ? [...all.slice(0, -1), { ...last, to: now }] : all;
}

function shortened(all: readonly FunctionConfiguration[]): readonly FunctionConfiguration[] {
  const [first, second, ...rest] = all;
  if (!first || !second || all.length <= MAX_CONFIGURATIONS) return all;
  return [{ ...second, ...largestOf([first, second]), from: first.from }, ...rest];
}

type Largest = Pick<FunctionConfiguration, 'memoryMb' | 'timeoutMs' | 'concurrency' | 'isProtected'>;

/** The largest of each; protected if any was. */
function largestOf(all: readonly FunctionConfiguration[]): Largest {
  const concurrency = Math.max(...all.map((each) => each.concurrency ?? -1));
  return {
    memoryMb: Math.max(128, ...all.map((each) => each.memoryMb)),
    timeoutMs: Math.max(0, ...all.map((each) => each.timeoutMs)),
    ...(concurrency >= 0 && { concurrency }),
    ...(all.some(({ isProtected }) => isProtected) && { isProtected: true }),
  };
}

const isRecent = ({ to }: FunctionConfiguration, now: number): boolean => to === undefined || to >= now - RECENT_MS;

/** The configurations for the month that begins: the present ones, and those that invocations may still run with. */
export const forNextMonth = ({ of, at }: ConfigurationHistory): ConfigurationHistory => ({
  at,
  of: Object.fromEntries(
    Object.entries(of).flatMap(([name, all]) => {
      const recent = all.filter((each) => isRecent(each, at));
      return recent.length > 0 ? [[name, recent]] : [];
    }),
  ),
});

/**
 * The largest of everything that each protected function had lately, by name. Functions that are deleted, or no longer named as protected,
 * are among them as long as an invocation of theirs may be in flight or not measured.
 */
export function recentlyProtected({ of }: ConfigurationHistory, now: number): ReadonlyMap<string, Largest> {
  const all = new Map<string, Largest>();
  for (const [name, configurations] of Object.entries(of)) {
    const recent = configurations.filter((each) => each.isProtected && isRecent(each, now));
    if (recent.length > 0) all.set(name, largestOf(recent));
  }
  return all;
}

/** Functions that were there this month and are deleted, as they were last. */
export function goneFrom({ of }: ConfigurationHistory, described: readonly Described[]): readonly Described[] {
  const names = new Set([REST, ...described.map(({ name }) => name)]);
  return Object.entries(of).flatMap(([name, all]) => (names.has(name) ? [] : [{ name, memoryMb: all.at(-1)?.memoryMb ?? 128, timeoutMs: 0 }]));
}

/** The largest memory that a function had in a stretch of time, in MB. */
export function memoryIn({ of }: ConfigurationHistory, name: string, [from, to]: readonly [number, number]): number {
  const all = Object.hasOwn(of, name) ? of[name] : of[REST];
  const within = (all ?? []).filter((each) => each.from < to && (each.to ?? Number.POSITIVE_INFINITY) >= from);
  return Math.max(128, ...within.map(({ memoryMb }) => memoryMb));
}
