import { invalidParam, paramError, type SugaError } from './errors.js';

/*
 * Settings that come from an option or, if it is absent, from an environment variable. A wrong value throws `InvalidParams`. The error names
 * the option or the variable, the value, and what is allowed.
 */

/** The place of a setting. */
export interface Setting {
  /** Name of the package, for the error. */
  readonly where: string;
  /** Name of the option, for the error. */
  readonly option: string;
  /** Name of the environment variable. */
  readonly variable: string;
}

/** The numbers that are allowed for a setting. */
export interface NumberSetting extends Setting {
  /** Value if neither the option nor the variable is set. */
  readonly fallback: number;
  /** Lower bound, which is included. */
  readonly min?: number | undefined;
  /** Lower bound, which is not included. */
  readonly above?: number | undefined;
  /** Upper bound, which is included. @default none: an option may be `Infinity` */
  readonly max?: number | undefined;
  /** Whether only integers are allowed. @default false */
  readonly integer?: boolean | undefined;
  /** Number of the option's units in one of the variable's: 1000 for ms from a variable in seconds. @default 1 */
  readonly scale?: number | undefined;
  /** Unit of the variable, in words, if it is not that of the option. */
  readonly unit?: string | undefined;
}

const YES = ['true', '1', 'yes', 'on'];
const NO = ['false', '0', 'no', 'off'];

/** Returns a switch. It is on if neither the option nor the variable is set. @throws `InvalidParams` */
export function flagSetting(setting: Setting, value: boolean | undefined): boolean {
  const { where, option, variable } = setting;
  if (typeof value === 'boolean') return value;
  if (value !== undefined) throw invalidParam(where, option, value, 'true or false');
  const text = process.env[variable]?.trim().toLowerCase();
  if (!text || YES.includes(text)) return true;
  if (NO.includes(text)) return false;
  throw invalidVariable(setting, text, `one of ${[...YES, ...NO].join(', ')}`);
}

/** Returns a number. @throws `InvalidParams` */
export function numberSetting(setting: NumberSetting, value: number | undefined): number {
  const { where, option, variable, fallback, scale = 1, unit = '' } = setting;
  if (value !== undefined) {
    if (isAllowed(setting, value)) return value;
    throw invalidParam(where, option, value, inWords(setting, ''));
  }
  const text = process.env[variable]?.trim();
  if (!text) return fallback;
  const number = Number(text);
  if (Number.isFinite(number) && isAllowed(setting, number)) return number * scale;
  throw invalidVariable(setting, text, inWords(setting, unit));
}

/** Returns the names in the option, or in the variable's comma-separated list. @throws `InvalidParams` */
export function namesSetting({ where, option, variable }: Setting, value: readonly string[] | undefined): readonly string[] {
  if (value === undefined) return splitNames(process.env[variable]);
  if (Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '')) return value;
  throw invalidParam(where, option, value, 'an array of non-empty strings');
}

/** Returns a name, or `undefined` if neither the option nor the variable is set. @throws `InvalidParams` */
export function nameSetting({ where, option, variable }: Setting, value: string | undefined): string | undefined {
  if (value !== undefined && (typeof value !== 'string' || value.trim() === '')) throw invalidParam(where, option, value, 'a non-empty string');
  return (value ?? process.env[variable])?.trim() || undefined;
}

/** Returns the names of a comma-separated list. */
export const splitNames = (text = ''): string[] => text.split(',').flatMap((name) => name.trim() || []);

/** Returns the boolean that a variable's text stands for, or `undefined` if it is neither a yes nor a no. */
export function toBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined;
}

function isAllowed(
  { min = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, integer }: NumberSetting,
  value: unknown,
) {
  return typeof value === 'number' && value >= min && value > above && value <= max && (!integer || Number.isSafeInteger(value));
}

function inWords({ min, above, max, integer }: NumberSetting, unit: string): string {
  const number = `${integer ? 'an integer' : 'a number'}${unit && ` of ${unit}`}`;
  if (above !== undefined) return `${number} above ${above}${max === undefined ? '' : ` and at most ${max}`}`;
  return max === undefined ? `${number} of at least ${min}` : `${number} from ${min} to ${max}`;
}

/** The message shows a variable's value: unlike an argument, it is short and not a secret. */
const invalidVariable = ({ where, variable }: Setting, text: string, expected: string): SugaError =>
  paramError(where, { param: variable, expected, got: JSON.stringify(text.slice(0, 100)) });
