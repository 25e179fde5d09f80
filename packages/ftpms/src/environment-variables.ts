import { SugaError } from '@suga/gateway/errors';

/** The variable that is read if the option is not set, the default, and the allowed values. */
export interface Bounds {
  readonly variable: string;
  readonly otherwise: number;
  readonly most?: number;
  readonly words?: string;
}

/** Returns a number above 0. @throws `InvalidParams`, as all functions here: with the name of the option or variable, its value, and the allowed values */
export function number(
  option: string,
  given: number | undefined,
  { variable, otherwise, most = Number.MAX_SAFE_INTEGER, words = `a number above 0 and up to ${most}` }: Bounds,
): number {
  const text = process.env[variable]?.trim();
  const value = given ?? (text ? Number(text) : otherwise);
  if (typeof value !== 'number' || !(value > 0 && value <= most)) throw invalidSetting(at(option, given, variable), given ?? text, words);
  return value;
}

/** Returns an integer from 0. */
export function count(option: string, given: number | undefined, { variable, otherwise, most = Number.MAX_SAFE_INTEGER }: Bounds): number {
  const text = process.env[variable]?.trim();
  const value = given ?? (text ? Number(text) : otherwise);
  if (Number.isSafeInteger(value) && value >= 0 && value <= most) return value;
  throw invalidSetting(
    at(option, given, variable),
    given ?? text,
    most === Number.MAX_SAFE_INTEGER ? 'a whole number from 0' : `a whole number from 0 to ${most}`,
  );
}

const YES = ['true', '1', 'yes', 'on'];
const NO = ['false', '0', 'no', 'off'];

/** Whether the value of a variable means "off". */
export const isOff = (text: string): boolean => NO.includes(text.trim().toLowerCase());

/** Returns a flag. True if neither the option nor the variable is set. */
export function flag(option: string, given: boolean | undefined, variable: string): boolean {
  const value = given ?? process.env[variable]?.trim().toLowerCase();
  if (value === undefined || value === '') return true;
  if (typeof value === 'boolean') return value;
  if (given !== undefined) throw invalidSetting(option, given, 'true or false');
  if (YES.includes(value)) return true;
  if (NO.includes(value)) return false;
  throw invalidSetting(variable, value, `one of ${[...YES, ...NO].join(', ')}`);
}

/** Returns a name, or undefined if there is none. */
export function text(option: string, given: string | undefined, variable: string): string | undefined {
  if (given !== undefined && (typeof given !== 'string' || given.trim() === '')) throw invalidSetting(option, given, 'a name');
  return (given ?? process.env[variable])?.trim() || undefined;
}

/** Parses a variable: true for all, false for none, else names that are separated by commas. */
export const listed = (names = ''): boolean | readonly string[] => {
  const word = names.trim().toLowerCase();
  return YES.includes(word) || (!NO.includes(word) && word !== '' && names.split(',').flatMap((name) => name.trim() || []));
};

/** Returns the name of the option or of the variable: the one that the value came from. */
export const at = (option: string, given: unknown, variable: string): string => (given === undefined ? variable : option);

/** Creates the error for an invalid value. */
export function invalidSetting(name: string, value: unknown, allowed: string): SugaError {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : typeof value === 'object' && value !== null ? typeof value : String(value);
  return new SugaError('InvalidParams', `ftpms: ${name} is ${value === undefined ? `not set: give ${allowed}` : `${shown}: must be ${allowed}`}.`, {
    issues: [{ param: name, problem: 'invalid', expected: allowed, got: shown }],
  });
}
