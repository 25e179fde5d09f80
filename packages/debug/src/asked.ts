import { invalidParam } from '@suga/gateway/errors';

/** An options object, or none. */
export function optionsOf<T extends object>(options: T | undefined, param = 'options'): T | Partial<T> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw invalidParam('debug', param, options, 'an object');
  return options;
}

/** A name that is not empty. */
export function nameOf(name: string): string {
  if (typeof name !== 'string' || name === '') throw invalidParam('debug', 'name', name, 'a string that is not empty');
  return name;
}

/** Something to call. */
export function functionOf<T>(param: string, value: T): T {
  if (typeof value !== 'function') throw invalidParam('debug', param, value, 'a function');
  return value;
}

/** A whole number within limits. */
export function countOf(param: string, value: number, [least, most]: readonly [number, number]): number {
  if (!Number.isInteger(value) || value < least || value > most) throw invalidParam('debug', param, value, `a whole number from ${least} to ${most}`);
  return value;
}

/** A time that a timer can wait for. */
export function timeOf(param: string, value: number): number {
  if (typeof value !== 'number' || !(value > 0 && value < 2 ** 31)) throw invalidParam('debug', param, value, 'a number of ms above 0, less than 2^31');
  return value;
}
