import { invalidParam } from './errors.js';

/*
 * Checks of arguments and options. All take the interface's name and the parameter's name for the error, and throw `InvalidParams`.
 * One rule has one wording in every interface.
 */

/** Whether a value is an object and neither an array nor `null`. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the value if it is an object and not an array. @throws `InvalidParams` */
export function assertObject<T>(where: string, param: string, value: T): T {
  if (isObject(value)) return value;
  throw invalidParam(where, param, value, 'an object');
}

/** Returns the value if it is a string. @throws `InvalidParams` */
export function assertString(where: string, param: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalidParam(where, param, value, 'a string');
}

/** Returns the value if it is a non-empty string. @throws `InvalidParams` */
export function assertName(where: string, param: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidParam(where, param, value, 'a non-empty string');
}

/** Returns the value if it is a boolean. @throws `InvalidParams` */
export function assertBoolean(where: string, param: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidParam(where, param, value, 'true or false');
}

/** Returns the value if it is a function. @throws `InvalidParams` */
export function assertFunction<T>(where: string, param: string, value: T): T {
  if (typeof value === 'function') return value;
  throw invalidParam(where, param, value, 'a function');
}

/** Returns a copy of the value if it is an array, so that the caller cannot change it meanwhile. @throws `InvalidParams` */
export function assertArray<T>(where: string, param: string, value: readonly T[]): readonly T[] {
  if (Array.isArray(value)) return [...value];
  throw invalidParam(where, param, value, 'an array');
}

/** Returns a copy of the value if it is an array of non-empty strings. @throws `InvalidParams` that names the first invalid item's type */
export function assertNames(where: string, param: string, value: unknown): readonly string[] {
  const expected = 'an array of non-empty strings';
  if (!Array.isArray(value)) throw invalidParam(where, param, value, expected);
  for (const item of value) if (typeof item !== 'string' || item === '') throw invalidParam(where, param, item, expected);
  return [...value];
}

/** Returns the value if it is one of the allowed strings. @throws `InvalidParams` */
export function assertOneOf<T extends string>(where: string, param: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T;
  throw invalidParam(where, param, value, `one of ${allowed.map((each) => `"${each}"`).join(', ')}`);
}

/** Returns the value if it is an integer within the bounds, which are included. @throws `InvalidParams` */
export function assertInteger(
  where: string,
  param: string,
  value: unknown,
  [min, max = Number.MAX_SAFE_INTEGER]: readonly [min: number, max?: number | undefined],
): number {
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  throw invalidParam(where, param, value, max === Number.MAX_SAFE_INTEGER ? `an integer of at least ${min}` : `an integer from ${min} to ${max}`);
}

/** The numbers that are allowed. */
export interface Range {
  /** Lower bound, which is included. */
  readonly min?: number | undefined;
  /** Lower bound, which is not included. */
  readonly above?: number | undefined;
  /** Upper bound, which is included. `FINITE` allows every number but `Infinity`. @default none: `Infinity` is allowed */
  readonly max?: number | undefined;
  /** Unit in words: `milliseconds`. */
  readonly unit?: string | undefined;
}

/** Returns the value if it is a number within the range. @throws `InvalidParams` */
export function assertNumber(where: string, param: string, value: unknown, range: Range): number {
  const { min = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  if (typeof value === 'number' && value >= min && (value > above || above === Number.NEGATIVE_INFINITY) && value <= max) return value;
  throw invalidParam(where, param, value, describeRange(range));
}

/** An upper bound for all numbers but `Infinity`. */
export const FINITE: number = Number.MAX_VALUE;

/** A range in words: `a number of milliseconds above 0, or Infinity`. */
function describeRange({ min, above, max, unit }: Range): string {
  const number = `a ${max === FINITE ? 'finite ' : ''}number${unit ? ` of ${unit}` : ''}`;
  if (max === FINITE) return above === undefined ? `${number} of at least ${min}` : `${number} above ${above}`;
  if (above !== undefined) return `${number} above ${above}${max === undefined ? ', or Infinity' : ` and at most ${max}`}`;
  return max === undefined ? `${number} from ${min}, or Infinity` : `${number} from ${min} to ${max}`;
}

/** The unit of durations. */
export const MILLISECONDS = 'milliseconds';
