import { SugaError } from '@suga/gateway/errors';

/** Where a value may come from beside the option, and what it may be. */
export interface Bounds {
  readonly variable: string;
  readonly otherwise: number;
  readonly most?: number;
  readonly words?: string;
}

/** A number above 0. @throws `InvalidParams`, as all here: it names the option or the variable, its value, and what is allowed */
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

/** A whole number from 0. */
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

/** Whether a variable's text switches something off. */
export const isOff = (text: string): boolean => NO.includes(text.trim().toLowerCase());

/** True where nothing is said. */
export function flag(option: string, given: boolean | undefined, variable: string): boolean {
  const value = given ?? process.env[variable]?.trim().toLowerCase();
  if (value === undefined || value === '') return true;
  if (typeof value === 'boolean') return value;
  if (given !== undefined) throw invalidSetting(option, given, 'true or false');
  if (YES.includes(value)) return true;
  if (NO.includes(value)) return false;
  throw invalidSetting(variable, value, `one of ${[...YES, ...NO].join(', ')}`);
}

/** A name; nothing where it is empty. */
export function text(option: string, given: string | undefined, variable: string): string | undefined {
  if (given !== undefined && (typeof given !== 'string' || given.trim() === '')) throw invalidSetting(option, given, 'a name');
  return (given ?? process.env[variable])?.trim() || undefined;
}

/** All, none, or names that are separated by commas. */
export const listed = (names = ''): boolean | readonly string[] => {
  const word = names.trim().toLowerCase();
  return YES.includes(word) || (!NO.includes(word) && word !== '' && names.split(',').flatMap((name) => name.trim() || []));
};

/** Which of the two a value came from. */
export const at = (option: string, given: unknown, variable: string): string => (given === undefined ? variable : option);

/** The error for a value that is none. */
export function invalidSetting(name: string, value: unknown, allowed: string): SugaError {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : typeof value === 'object' && value !== null ? typeof value : String(value);
  return new SugaError('InvalidParams', `ftpms: ${name} is ${value === undefined ? `not set: give ${allowed}` : `${shown}: must be ${allowed}`}.`, {
    issues: [{ param: name, problem: 'invalid', expected: allowed, got: shown }],
  });
}
