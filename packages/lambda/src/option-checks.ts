import { LambdaError } from './errors.js';
import { isJsonObject, isString } from './json/json-object.js';

/** A check of a value, and a description of the values that it allows. */
export type OptionCheck = readonly [fits: (value: unknown) => boolean, allowed: string];

/**
 * Refuses misspelt names and values that cannot work. Without it, JavaScript code and casts would pass them unnoticed.
 * @param where prefix of each name in messages, such as `cors.`
 * @throws LambdaError `InvalidOptions`
 */
export function assertOptions(options: unknown, checks: Readonly<Record<string, OptionCheck>>, where = ''): void {
  if (!isJsonObject(options)) throw new LambdaError('InvalidOptions', `Expected an object with options, not ${formatValue(options)}.`);
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) throw unknownName(where, name, Object.keys(checks));
    const [fits, allowed] = check;
    if (value !== undefined && !fits(value)) throw new LambdaError('InvalidOptions', `${where}${name}: expected ${allowed}, not ${formatValue(value)}.`);
  }
}

/**
 * Creates the error for an unknown name. It suggests the first known name that starts with the same two letters. An edit distance would be
 * bundled into five files, among them the one that every cold start loads.
 */
export function unknownName(where: string, name: string, known: readonly string[]): LambdaError {
  const start = name.slice(0, 2).toLowerCase();
  const meant = known.find((each) => each.toLowerCase().startsWith(start));
  const hint = meant ? ` Did you mean ${meant}?` : '';
  return new LambdaError('InvalidOptions', `${where}${name}: unknown name.${hint} Known names: ${known.join(', ')}.`);
}

/** Whether a value is an array of strings. */
export const isStringList = (value: unknown): boolean => Array.isArray(value) && value.every(isString);
/** The check of an option that is one path or several. */
export const pathsCheck: OptionCheck = [(value) => isString(value) || isStringList(value), 'a path like "/shop", or an array of them'];
export const isBoolean = (value: unknown): boolean => typeof value === 'boolean';
/** Whether a value is a duration. `Infinity` is one. */
export const isDuration = (value: unknown): boolean => typeof value === 'number' && value >= 0;
export const isFunction = (value: unknown): boolean => typeof value === 'function';

/** Formats a value for a message, shortened. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'function' || isJsonObject(value) ? `a value of type ${typeof value}` : String(value);
}
