import { LambdaError } from './errors.js';
import { isJsonObject, isString } from './json/json-object.js';

/** Whether a value will do, and what would, in words. */
export type OptionCheck = readonly [fits: (value: unknown) => boolean, allowed: string];

/**
 * Refuses what would pass in silence where nothing checks types: a misspelt name, a value that cannot work.
 * @param where Put before each name, as in `cors.`.
 * @throws LambdaError `InvalidOptions`
 */
export function assertOptions(options: unknown, checks: Readonly<Record<string, OptionCheck>>, where = ''): void {
  if (!isJsonObject(options)) throw new LambdaError('InvalidOptions', `Expected options in an object, not ${formatValue(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) throw unknownName(where, name, Object.keys(checks));
    const [fits, allowed] = check;
    if (value !== undefined && !fits(value)) throw new LambdaError('InvalidOptions', `${where}${name}: expected ${allowed}, not ${formatValue(value)}.`);
  }
}

/** The error for a name there is not, with what was probably meant: the first that begins alike. */
export function unknownName(where: string, name: string, known: readonly string[]): LambdaError {
  const start = name.slice(0, 2).toLowerCase();
  const meant = known.find((each) => each.toLowerCase().startsWith(start));
  const hint = meant ? ` Did you mean ${meant}?` : '';
  return new LambdaError('InvalidOptions', `${where}${name}: there is no such name.${hint} Choose from ${known.join(', ')}.`);
}

/** Whether a value is a list of texts. */
export const isStringList = (value: unknown): boolean => Array.isArray(value) && value.every(isString);
/** The check of an option that is a path, or several. */
export const pathsCheck: OptionCheck = [(value) => isString(value) || isStringList(value), 'a path like "/shop", or a list of them'];
export const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
/** Whether a value can be a duration; Infinity can. */
export const isDuration = (value: unknown): boolean => typeof value === 'number' && value >= 0;
export const isFunction = (value: unknown): boolean => typeof value === 'function';

/** A value short enough for a message. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'function' || isJsonObject(value) ? `a value of type ${typeof value}` : String(value);
}
