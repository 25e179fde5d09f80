import { assertBoolean, assertNumber, assertOneOf } from '@suga/gateway/check';
import { MAX_TIMER } from '@suga/gateway/deadline';
import { invalidParam } from '@suga/gateway/errors';
import { type Complete, withoutUndefined } from '@suga/gateway/options';
import type { HttpOptions, Method, RequestOptions, ResponseCacheOptions, RetryOptions } from './contract.js';

/** The complete settings of a request, with all defaults filled in. */
export interface Settings {
  readonly timeout: number;
  readonly attemptTimeout: number;
  readonly redirects: number;
  readonly maxBytes: number;
  readonly throwOnError: boolean;
  readonly as: 'json' | 'text' | 'bytes' | undefined;
  readonly retry: Complete<RetryOptions>;
  readonly breaker: boolean | string;
  readonly cache: Complete<ResponseCacheOptions> | undefined;
}

export const METHODS: readonly Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

const CACHE: Complete<ResponseCacheOptions> = { ttl: 0, maxBytes: 262_144 };

const STANDARD: Settings = {
  timeout: 30_000,
  attemptTimeout: 10_000,
  redirects: 5,
  maxBytes: 5_242_880,
  throwOnError: false,
  as: undefined,
  retry: {
    attempts: 3,
    // The idempotent methods: sending a request again changes nothing more (RFC 9110, 9.2.2).
    methods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'],
    statuses: [408, 429, 500, 502, 503, 504],
    baseDelay: 100,
    maxDelay: 5_000,
  },
  breaker: false,
  cache: undefined,
};

/** Validates options and fills in the defaults: `standard` for a client, the settings of the client for a request. @throws `InvalidParams` */
export function settingsOf(given: HttpOptions | RequestOptions, standard: Settings = STANDARD): Settings {
  const number = (name: 'timeout' | 'attemptTimeout' | 'redirects' | 'maxBytes', least: number): number => whole(name, given[name] ?? standard[name], least);
  const as = given.as ?? standard.as;
  const breaker = given.breaker ?? standard.breaker;
  if (as !== undefined) assertOneOf('http', 'as', as, ['json', 'text', 'bytes']);
  if (typeof breaker !== 'boolean' && (typeof breaker !== 'string' || breaker === ''))
    throw invalidParam('http', 'breaker', breaker, "true, false or a circuit's name");
  return {
    timeout: number('timeout', 1),
    attemptTimeout: number('attemptTimeout', 1),
    redirects: number('redirects', 0),
    maxBytes: number('maxBytes', 0),
    throwOnError: flag('throwOnError', given.throwOnError ?? standard.throwOnError),
    as,
    retry: retryOf(given.retry, standard.retry),
    breaker,
    cache: cacheOf(given.cache, standard.cache),
  };
}

function retryOf(given: RequestOptions['retry'], standard: Settings['retry']): Settings['retry'] {
  if (given === undefined) return standard;
  const retry = { ...standard, ...withoutUndefined(retryOptions(given)) };
  whole('retry.attempts', retry.attempts, 1);
  whole('retry.baseDelay', retry.baseDelay, 0);
  whole('retry.maxDelay', retry.maxDelay, 0);
  list('retry.methods', retry.methods, (each) => METHODS.includes(each), `a list of ${METHODS.join(', ')}`);
  list('retry.statuses', retry.statuses, Number.isInteger, 'an array of integers');
  return retry;
}

function retryOptions(given: Exclude<RequestOptions['retry'], undefined>): RetryOptions {
  if (given === false) return { attempts: 1 };
  if (typeof given === 'number') return { attempts: given };
  if (typeof given !== 'object' || given === null) throw invalidParam('http', 'retry', given, 'false, a number or an object');
  return given;
}

function cacheOf(given: RequestOptions['cache'], standard: Settings['cache']): Settings['cache'] {
  if (given === undefined) return standard;
  if (given === false) return undefined;
  if (given !== true && (typeof given !== 'object' || given === null)) throw invalidParam('http', 'cache', given, 'true, false or an object');
  const { ttl, maxBytes } = { ...CACHE, ...standard, ...(given !== true && withoutUndefined(given)) };
  return { ttl: whole('cache.ttl', ttl, 0), maxBytes: whole('cache.maxBytes', maxBytes, 0) };
}

function list<T>(name: string, values: readonly T[], fits: (value: T) => boolean, expected: string): void {
  if (!Array.isArray(values)) throw invalidParam('http', name, values, expected);
  for (const value of values) if (!fits(value)) throw invalidParam('http', name, value, expected);
}

/** @throws `InvalidParams` for a value that is not a boolean. The string "false" of a variable would otherwise count as true. */
export function flag(name: string, value: boolean): boolean {
  return assertBoolean('http', name, value);
}

/** @throws `InvalidParams` for a value that is not a number from `least` to the longest delay of a timer */
export function whole(name: string, value: number, least: number): number {
  return assertNumber('http', name, value, { min: least, max: MAX_TIMER });
}
