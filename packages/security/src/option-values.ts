import { invalidParam } from '@suga/gateway/errors';

/** Options without those that are `undefined`. */
export type Given<T> = { readonly [Name in keyof T]: Exclude<T[Name], undefined> };

/** Options with none left out. */
export type Complete<T> = { readonly [Name in keyof T]-?: Exclude<T[Name], undefined> };

/** Longest delay of a timer, in ms; a longer one goes off at once. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** The options that are given: one that is `undefined` is one that is left out, so that it replaces nothing when it is spread. */
export function withoutUndefined<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}

interface Range {
  /** @default 0 */
  readonly least?: number;
  readonly most?: number;
  /** Name of what is counted, for the error. */
  readonly of?: string;
}

/** @throws `InvalidParams` for what is no finite number in that range: compared with `NaN`, every limit would hold or none */
export function finite(name: string, value: unknown, { least = 0, most = Number.MAX_SAFE_INTEGER, of = 'a number' }: Range = {}): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw invalidParam('security', name, value, most === Number.MAX_SAFE_INTEGER ? `${of} from ${least}` : `${of} from ${least} to ${most}`);
}

/** One text or several. @throws `InvalidParams` also for empty ones: a variable that is not set is no issuer */
export function texts(name: string, value: unknown): string[] {
  const all = [value].flat();
  if (all.length > 0 && all.every((each) => typeof each === 'string' && each !== '')) return all as string[];
  throw invalidParam('security', name, value, 'a text or a list of texts, none of them empty');
}
