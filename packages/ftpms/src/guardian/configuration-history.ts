import type { Described } from '../aws/contract.js';

/** A configuration that a function had. Times are in ms since the epoch. */
export interface FunctionConfiguration {
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Reserved concurrency as its owner set it. Undefined if there was none. */
  readonly concurrency?: number;
  /** Whether it was a protected function. */
  readonly isProtected?: boolean;
  readonly from: number;
  /** Undefined for the present configuration. */
  readonly to?: number;
}

/**
 * Configurations that functions had in this month. AWS's metrics do not contain them, and a deployment changes them while invocations run. The
 * largest recent configuration of a function therefore counts, even if it is deleted or no longer named as protected.
 */
export interface ConfigurationHistory {
  /** Time of the last run, in ms since the epoch. */
  readonly at: number;
  readonly of: Readonly<Record<string, readonly FunctionConfiguration[]>>;
}

/** A function as it is now. */
export interface Present extends Described {
  readonly concurrency?: number | undefined;
  readonly isProtected: boolean;
}

/** Name for all functions that are not measured one by one. They count as the largest of all functions. No function has this name. */
export const REST = '';
/** Number of configurations kept per function. Older ones are merged into their largest. */
const MAX_CONFIGURATIONS = 8;
/** Number of functions kept. The others are measured together. */
const MAX_FUNCTIONS = 300;
/**
 * Time for which an ended configuration still counts, in ms. An invocation that started just before a deployment runs for up to 15 minutes, and
 * CloudWatch may be 15 minutes late. The third quarter covers differences between clocks, and the minutes until a deployment has spread.
 */
const RECENT_MS = 45 * 60_000;

/**
 * Adds the present configurations. A change happened at some time between the last run and this one, so both configurations count for that time.
 * @param before the history so far
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

/** Ends the last configuration: the function is deleted, or has another configuration since. */
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

/** The largest of each value; protected if any was. */
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

/** Returns the configurations for the next month: the present ones, and those that invocations may still have. */
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
 * Returns the largest recent values of each protected function, by name. Functions that are deleted or no longer named as protected are included, as
 * long as one of their invocations may be in flight or not measured.
 */
export function recentlyProtected({ of }: ConfigurationHistory, now: number): ReadonlyMap<string, Largest> {
  const all = new Map<string, Largest>();
  for (const [name, configurations] of Object.entries(of)) {
    const recent = configurations.filter((each) => each.isProtected && isRecent(each, now));
    if (recent.length > 0) all.set(name, largestOf(recent));
  }
  return all;
}

/** Returns the functions of this month that are deleted, with their last configuration. */
export function goneFrom({ of }: ConfigurationHistory, described: readonly Described[]): readonly Described[] {
  const names = new Set([REST, ...described.map(({ name }) => name)]);
  return Object.entries(of).flatMap(([name, all]) => (names.has(name) ? [] : [{ name, memoryMb: all.at(-1)?.memoryMb ?? 128, timeoutMs: 0 }]));
}

/** Returns the largest memory that a function had in a period, in MB. */
export function memoryIn({ of }: ConfigurationHistory, name: string, [from, to]: readonly [number, number]): number {
  const all = Object.hasOwn(of, name) ? of[name] : of[REST];
  const within = (all ?? []).filter((each) => each.from < to && (each.to ?? Number.POSITIVE_INFINITY) >= from);
  return Math.max(128, ...within.map(({ memoryMb }) => memoryMb));
}
