import {
  assertBoolean,
  assertFunction,
  assertInteger,
  assertName,
  assertNames,
  assertNumber,
  assertObject,
  assertOneOf,
  MILLISECONDS,
} from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { CacheOptions, ComputeOptions, EntryOptions } from './contract.js';
import { estimateSize } from './estimate-size.js';

/** Checked settings of an entry that will be stored; times in ms. */
export interface EntrySettings {
  readonly key: string;
  readonly ttl: number;
  readonly tags: readonly string[];
  /** Size of the value in bytes, if it has been measured already. */
  bytes: number | undefined;
}

const NO_TAGS: readonly string[] = [];
/** Range of all durations. Created once, because every `set` checks one. */
const TIME = { above: 0, unit: MILLISECONDS };

/** Checks the options and fills in the defaults. @throws `InvalidParams` */
export function parseOptions(options: CacheOptions): Complete<Omit<CacheOptions, 'shared'>> {
  const {
    ttl = 300_000,
    maxEntries = 1000,
    maxBytes = Number.POSITIVE_INFINITY,
    sizeOf = estimateSize,
    refreshTimeout = 5000,
  } = assertObject('cache', 'options', options);
  assertTime('ttl', ttl);
  assertTime('refreshTimeout', refreshTimeout);
  assertInteger('cache', 'maxEntries', maxEntries, [1]);
  assertNumber('cache', 'maxBytes', maxBytes, { above: 0, unit: 'bytes' });
  assertFunction('cache', 'sizeOf', sizeOf);
  return {
    ttl,
    maxEntries,
    maxBytes,
    sizeOf: maxBytes === Number.POSITIVE_INFINITY ? () => 0 : (value, key) => assertBytes(sizeOf(value, key)),
    refreshTimeout,
  };
}

/** @throws `InvalidParams` */
export const parseKey = (key: string): string => assertName('cache', 'key', key);

/** @throws `InvalidParams` */
export function parseEntry(key: string, options: EntryOptions | undefined, defaultTtl: number): EntrySettings {
  parseKey(key);
  if (options === undefined) return { key, ttl: defaultTtl, tags: NO_TAGS, bytes: undefined };
  const { ttl = defaultTtl, tags = NO_TAGS } = assertObject('cache', 'options', options);
  assertTime('ttl', ttl);
  return { key, ttl, tags: tags === NO_TAGS ? tags : assertNames('cache', 'tags', tags), bytes: undefined };
}

/** @throws `InvalidParams` */
export function assertComputation(
  compute: unknown,
  { staleWhileRevalidate = 0, negativeTtl = 1, errorTtl = 0, revalidate = 'now', shared }: ComputeOptions,
): void {
  assertFunction('cache', 'compute', compute);
  for (const [param, value] of Object.entries({ staleWhileRevalidate, errorTtl })) if (value !== 0) assertTime(param, value);
  assertTime('negativeTtl', negativeTtl);
  assertOneOf('cache', 'revalidate', revalidate, ['now', 'next']);
  if (shared !== undefined) assertBoolean('cache', 'shared', shared);
}

/** @throws `InvalidParams` */
export const assertTime = (param: string, value: number): number => assertNumber('cache', param, value, TIME);

function assertBytes(bytes: number): number {
  if (typeof bytes !== 'number' || !(bytes >= 0)) throw invalidParam('cache', 'sizeOf', bytes, 'a function that returns a number of bytes');
  return bytes;
}
