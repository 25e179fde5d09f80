import { assertFunction, assertInteger, assertName, assertNumber, assertObject, MILLISECONDS } from '@suga/gateway/check';
import { MAX_TIMER } from '@suga/gateway/deadline';

/** Returns the options, or an empty object if there are none. */
export const parseOptions = <T extends object>(options: T | undefined, param = 'options'): T | Partial<T> =>
  options === undefined ? {} : assertObject('debug', param, options);

/** Returns a non-empty name. */
export const parseName = (name: string): string => assertName('debug', 'name', name);

/** Returns the value if it is a function. */
export const parseFunction = <T>(param: string, value: T): T => assertFunction('debug', param, value);

/** Returns an integer within the bounds. */
export const parseInteger = (param: string, value: number, bounds: readonly [number, number]): number => assertInteger('debug', param, value, bounds);

/** Returns a time in ms that a timer can wait for. */
export const parseTime = (param: string, value: number): number => assertNumber('debug', param, value, { above: 0, max: MAX_TIMER, unit: MILLISECONDS });
