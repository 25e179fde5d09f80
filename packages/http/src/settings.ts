import { assertBoolean, assertNumber, assertOneOf, isObject } from '@suga/gateway/check';
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

const DEFAULTS: Settings = {
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

/** Validates options and fills in the defaults: ours for a client, the settings of the client for a request. @throws `InvalidParams` */
export function parseSettings(options: HttpOptions | RequestOptions, defaults: Settings = DEFAULTS): Settings {
  const number = (name: 'timeout' | 'attemptTimeout' | 'redirects' | 'maxBytes', min: number): number =>
    assertAtLeast(name, options[name] ?? defaults[name], min);
  const as = options.as ?? defaults.as;
  const breaker = options.breaker ?? defaults.breaker;
  if (as !== undefined) assertOneOf('http', 'as', as, ['json', 'text', 'bytes']);
  if (typeof breaker !== 'boolean' && (typeof breaker !== 'string' || breaker === ''))
    throw invalidParam('http', 'breaker', breaker, "true, false or a circuit's name");
  return {
    timeout: number('timeout', 1),
    attemptTimeout: number('attemptTimeout', 1),
    redirects: number('redirects', 0),
    maxBytes: number('maxBytes', 0),
    throwOnError: flag('throwOnError', options.throwOnError ?? defaults.throwOnError),
    as,
    retry: parseRetry(options.retry, defaults.retry),
    breaker,
    cache: parseCache(options.cache, defaults.cache),
  };
}

function parseRetry(options: RequestOptions['retry'], defaults: Settings['retry']): Settings['retry'] {
  if (options === undefined) return defaults;
  const retry = { ...defaults, ...withoutUndefined(toRetryOptions(options)) };
  assertAtLeast('retry.attempts', retry.attempts, 1);
  assertAtLeast('retry.baseDelay', retry.baseDelay, 0);
  assertAtLeast('retry.maxDelay', retry.maxDelay, 0);
  list('retry.methods', retry.methods, (each) => METHODS.includes(each), `an array of ${METHODS.join(', ')}`);
  list('retry.statuses', retry.statuses, Number.isInteger, 'an array of integers');
  return retry;
}

function toRetryOptions(retry: Exclude<RequestOptions['retry'], undefined>): RetryOptions {
  if (retry === false) return { attempts: 1 };
  if (typeof retry === 'number') return { attempts: retry };
  if (!isObject(retry)) throw invalidParam('http', 'retry', retry, 'false, a number or an object');
  return retry;
}

function parseCache(options: RequestOptions['cache'], defaults: Settings['cache']): Settings['cache'] {
  if (options === undefined) return defaults;
  if (options === false) return undefined;
  if (options !== true && !isObject(options)) throw invalidParam('http', 'cache', options, 'true, false or an object');
  const { ttl, maxBytes } = { ...CACHE, ...defaults, ...(options !== true && withoutUndefined(options)) };
  return { ttl: assertAtLeast('cache.ttl', ttl, 0), maxBytes: assertAtLeast('cache.maxBytes', maxBytes, 0) };
}

function list<T>(name: string, values: readonly T[], fits: (value: T) => boolean, expected: string): void {
  if (!Array.isArray(values)) throw invalidParam('http', name, values, expected);
  for (const value of values) if (!fits(value)) throw invalidParam('http', name, value, expected);
}

/** @throws `InvalidParams` for a value that is not a boolean. The string "false" of a variable would otherwise count as true. */
export function flag(name: string, value: boolean): boolean {
  return assertBoolean('http', name, value);
}

/** @throws `InvalidParams` for a value that is not a number from `min` to the longest delay of a timer */
export function assertAtLeast(name: string, value: number, min: number): number {
  return assertNumber('http', name, value, { min, max: MAX_TIMER });
}
