import { invalidParam } from '@suga/gateway/errors';
import { type Complete, withoutUndefined } from '@suga/gateway/options';
import type { HttpOptions, Method, RequestOptions, ResponseCacheOptions, RetryOptions } from './contract.js';

/** Everything that a request needs to be told, with nothing left out. */
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

/** Those a second sending of which changes nothing more (RFC 9110, 9.2.2). */
const IDEMPOTENT: readonly Method[] = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'];

const RETRY: Complete<RetryOptions> = {
  attempts: 3,
  methods: IDEMPOTENT,
  statuses: [408, 429, 500, 502, 503, 504],
  baseDelay: 100,
  maxDelay: 5_000,
};

// Beyond, a timer goes off at once.
const LONGEST = 2 ** 31 - 1;

/** A request's settings, completed from the client's. @throws `InvalidParams` */
export function settingsOf(client: HttpOptions, request: RequestOptions = client): Settings {
  const pick = <K extends keyof HttpOptions & keyof RequestOptions>(name: K): RequestOptions[K] => request[name] ?? client[name];
  const as = pick('as');
  if (as !== undefined && !['json', 'text', 'bytes'].includes(as)) throw invalidParam('http', 'as', as, '"json", "text" or "bytes"');
  const breaker = pick('breaker') ?? false;
  if (typeof breaker !== 'boolean' && (typeof breaker !== 'string' || breaker === ''))
    throw invalidParam('http', 'breaker', breaker, "true, false or a circuit's name");
  return {
    timeout: whole('timeout', pick('timeout') ?? 30_000, 1),
    attemptTimeout: whole('attemptTimeout', pick('attemptTimeout') ?? 10_000, 1),
    redirects: whole('redirects', pick('redirects') ?? 5, 0),
    maxBytes: whole('maxBytes', pick('maxBytes') ?? 5_242_880, 0),
    throwOnError: flag('throwOnError', pick('throwOnError') ?? false),
    as,
    retry: retryOf(client.retry, request.retry),
    breaker,
    cache: cacheOf(client.cache, request.cache),
  };
}

function retryOf(client: RequestOptions['retry'], request: RequestOptions['retry']): Complete<RetryOptions> {
  const retry = { ...RETRY, ...withoutUndefined(retryOptions(client)), ...withoutUndefined(retryOptions(request)) };
  whole('retry.attempts', retry.attempts, 1);
  whole('retry.baseDelay', retry.baseDelay, 0);
  whole('retry.maxDelay', retry.maxDelay, 0);
  list('retry.methods', retry.methods, (each) => METHODS.includes(each), `a list of ${METHODS.join(', ')}`);
  list('retry.statuses', retry.statuses, Number.isInteger, 'a list of whole numbers');
  return retry;
}

function retryOptions(given: RequestOptions['retry']): RetryOptions {
  if (given === false) return { attempts: 1 };
  if (typeof given === 'number') return { attempts: given };
  if (given !== undefined && (typeof given !== 'object' || given === null)) throw invalidParam('http', 'retry', given, 'false, a number or an object');
  return given ?? {};
}

function cacheOf(client: RequestOptions['cache'], request: RequestOptions['cache'] = client): Complete<ResponseCacheOptions> | undefined {
  if (typeof request !== 'object' && request !== undefined && typeof request !== 'boolean')
    throw invalidParam('http', 'cache', request, 'true, false or an object');
  if (!request) return undefined;
  const [own, standard] = [request, client].map((each) => (typeof each === 'object' ? each : {})) as [ResponseCacheOptions, ResponseCacheOptions];
  const { ttl = standard.ttl ?? 0, maxBytes = standard.maxBytes ?? 262_144 } = own;
  return { ttl: whole('cache.ttl', ttl, 0), maxBytes: whole('cache.maxBytes', maxBytes, 0) };
}

function list<T>(name: string, values: readonly T[], fits: (value: T) => boolean, expected: string): void {
  if (!Array.isArray(values)) throw invalidParam('http', name, values, expected);
  for (const value of values) if (!fits(value)) throw invalidParam('http', name, value, expected);
}

/** @throws `InvalidParams` for what is no boolean: the text "false" of a variable would count as true */
export function flag(name: string, value: boolean): boolean {
  if (typeof value === 'boolean') return value;
  throw invalidParam('http', name, value, 'true or false');
}

/** @throws `InvalidParams` for what is not a number from `least` to the longest timer */
export function whole(name: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least && value <= LONGEST) return value;
  throw invalidParam('http', name, value, `a number from ${least} to ${LONGEST}`);
}
