import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { CacheOptions, ComputeOptions, EntryOptions } from './contract.js';
import { estimateSize } from './estimate-size.js';

/** What an entry will be stored under, and how. */
export interface EntrySettings {
  readonly key: string;
  readonly ttl: number;
  readonly tags: readonly string[];
  /** Size of the value in bytes, if it has been measured already. */
  bytes: number | undefined;
}

const NO_TAGS: readonly string[] = [];

/** The cache's settings, complete. @throws `InvalidParams` */
export function parseOptions(options: CacheOptions): Complete<Omit<CacheOptions, 'shared'>> {
  const { ttl = 300_000, maxEntries = 1000, maxBytes = Number.POSITIVE_INFINITY, sizeOf = estimateSize, refreshTimeout = 5000 } = parseObject(options);
  assertTime('ttl', ttl);
  assertTime('refreshTimeout', refreshTimeout);
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) throw invalidParam('cache', 'maxEntries', maxEntries, 'a whole number from 1');
  if (typeof maxBytes !== 'number' || !(maxBytes > 0)) throw invalidParam('cache', 'maxBytes', maxBytes, 'a number of bytes above 0, or Infinity');
  if (typeof sizeOf !== 'function') throw invalidParam('cache', 'sizeOf', sizeOf, 'a function');
  return {
    ttl,
    maxEntries,
    maxBytes,
    sizeOf: maxBytes === Number.POSITIVE_INFINITY ? () => 0 : (value, key) => assertBytes(sizeOf(value, key)),
    refreshTimeout,
  };
}

/** @throws `InvalidParams` */
function parseObject<T>(options: T): T {
  if (typeof options !== 'object' || options === null) throw invalidParam('cache', 'options', options, 'an object');
  return options;
}

/** @throws `InvalidParams` */
export function parseKey(key: string): string {
  if (typeof key !== 'string' || key === '') throw invalidParam('cache', 'key', key, 'a string that is not empty');
  return key;
}

/** @throws `InvalidParams` */
export function parsePrefix(prefix: string): string {
  if (typeof prefix !== 'string') throw invalidParam('cache', 'prefix', prefix, 'a string');
  return prefix;
}

/** A copy: nobody changes it while it is worked on. @throws `InvalidParams` */
export function parseList<T>(param: string, values: readonly T[]): readonly T[] {
  if (!Array.isArray(values)) throw invalidParam('cache', param, values, 'an array');
  return [...values];
}

/** @throws `InvalidParams` */
export function parseEntry(key: string, options: EntryOptions | undefined, defaultTtl: number): EntrySettings {
  parseKey(key);
  if (options === undefined) return { key, ttl: defaultTtl, tags: NO_TAGS, bytes: undefined };
  const { ttl = defaultTtl, tags = NO_TAGS } = parseObject(options);
  assertTime('ttl', ttl);
  return { key, ttl, tags: tags === NO_TAGS ? tags : parseTags(tags), bytes: undefined };
}

/** @throws `InvalidParams` */
export function parseTags(tags: readonly string[]): readonly string[] {
  const list = parseList('tags', tags);
  for (const tag of list) if (typeof tag !== 'string' || tag === '') throw invalidParam('cache', 'tags', tag, 'an array of strings that are not empty');
  return list;
}

/** @throws `InvalidParams` */
export function assertComputation(
  compute: unknown,
  { staleWhileRevalidate = 0, negativeTtl = 1, errorTtl = 0, revalidate = 'now', shared }: ComputeOptions,
): void {
  if (typeof compute !== 'function') throw invalidParam('cache', 'compute', compute, 'a function');
  for (const [param, value] of Object.entries({ staleWhileRevalidate, errorTtl })) if (value !== 0) assertTime(param, value);
  assertTime('negativeTtl', negativeTtl);
  if (revalidate !== 'now' && revalidate !== 'next') throw invalidParam('cache', 'revalidate', revalidate, '"now" or "next"');
  if (shared !== undefined && typeof shared !== 'boolean') throw invalidParam('cache', 'shared', shared, 'true or false');
}

/** @throws `InvalidParams` */
export function assertTime(param: string, value: number): void {
  if (typeof value !== 'number' || !(value > 0)) throw invalidParam('cache', param, value, 'a number of milliseconds above 0, or Infinity');
}

function assertBytes(bytes: number): number {
  if (typeof bytes !== 'number' || !(bytes >= 0)) throw invalidParam('cache', 'sizeOf', bytes, 'a function that gives a number of bytes');
  return bytes;
}
