import { assertArray, assertBoolean, assertInteger, assertNumber, assertObject, assertOneOf, MILLISECONDS } from '@suga/gateway/check';
import { MAX_TIMER } from '@suga/gateway/deadline';
import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { Command } from './backend.js';
import type { IncrementOptions, SetOptions, StoreCall, StoreOptions } from './contract.js';
import { invalidValue, storeError } from './errors.js';
import { serialize } from './serialization.js';

/** Settings of the store that commands depend on; `ttl` in ms. */
export interface CommandSettings {
  readonly prefix: string;
  readonly ttl: number;
  readonly maxBytes: number;
}

/** Maximum size of a key in bytes, from DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (2026-11-21). */
const MAX_KEY = 2048;
/** Maximum time to live in ms (31,000 years); a longer one counts as no limit, because no backend counts much further. */
const MAX_TIME = 1e15;
/** Range of all durations. */
const TIME = { above: 0, unit: MILLISECONDS };

const OPERATIONS: readonly StoreCall['operation'][] = ['get', 'set', 'delete', 'increment', 'touch'];

type Settings = Complete<Omit<StoreOptions, 'backend'>>;

/** Checks the options and fills in the defaults. @throws `InvalidParams` */
export function parseOptions(options: StoreOptions): Settings {
  const { prefix = '', ttl = Number.POSITIVE_INFINITY, timeout = 5000 } = parseObject<StoreOptions>('options', options);
  if (typeof prefix !== 'string' || Buffer.byteLength(prefix) > 1024) throw invalidParam('store', 'prefix', prefix, 'a string of at most 1,024 bytes');
  assertNumber('store', 'timeout', timeout, { above: 0, max: MAX_TIMER, unit: MILLISECONDS });
  return { prefix, ttl: parseTime('ttl', ttl), timeout };
}

/** Checks a call and converts it to a command. @throws `InvalidParams`, `TooLarge` */
export function toCommand(call: StoreCall, settings: CommandSettings): Command {
  const { operation, params } = parseObject<StoreCall>('calls', call);
  const args = parseObject<StoreCall['params']>('params', params);
  const key = parseKey(args.key, settings.prefix);
  assertOneOf('store', 'operation', operation, OPERATIONS);
  switch (operation) {
    case 'get':
    case 'delete':
      return { operation, key };
    case 'touch':
      return { operation, key, ttl: parseTime('ttl', (args as { readonly ttl: number }).ttl) };
    case 'set':
      return parseSet(key, args as { readonly value: unknown; readonly options?: SetOptions }, settings);
    case 'increment':
      return parseIncrement(key, args as { readonly by?: number; readonly options?: IncrementOptions });
  }
}

/** Checks a list and copies it, so that the caller cannot change it while its calls run. @throws `InvalidParams` */
export function parseList<T>(param: string, values: readonly T[]): readonly T[] {
  return assertArray('store', param, values);
}

/** @throws `InvalidParams` */
export function parseObject<T>(param: string, value: unknown): T {
  assertObject('store', param, value);
  return value as T;
}

function parseKey(key: unknown, prefix: string): string {
  const expected = `a string of 1 to ${MAX_KEY} bytes, the prefix included`;
  if (typeof key !== 'string') throw invalidParam('store', 'key', key, expected);
  // In UTF-8, a key that is not well-formed would have the same bytes as another key.
  if (!key.isWellFormed()) throw invalidValue({ param: 'key', expected: 'a string of well-formed Unicode', got: 'a string with an unpaired surrogate' });
  // No character takes more than three bytes.
  if (key !== '' && (prefix.length + key.length) * 3 <= MAX_KEY) return prefix + key;
  const [bytes, prefixBytes] = [Buffer.byteLength(key), Buffer.byteLength(prefix)];
  if (bytes > 0 && prefixBytes + bytes <= MAX_KEY) return prefix + key;
  throw invalidValue({ param: 'key', expected, got: `one of ${bytes} bytes${prefixBytes > 0 ? ` and a prefix of ${prefixBytes}` : ''}` });
}

function parseSet(
  key: string,
  { value, options = {} }: { readonly value: unknown; readonly options?: SetOptions },
  { ttl: defaultTtl, maxBytes }: CommandSettings,
): Command {
  const { ttl = defaultTtl, ifAbsent = false } = parseObject<SetOptions>('options', options);
  assertBoolean('store', 'ifAbsent', ifAbsent);
  const text = serialize(value);
  const bytes = Buffer.byteLength(text);
  const total = bytes + Buffer.byteLength(key);
  if (total <= maxBytes) return { operation: 'set', key, text, bytes, ttl: parseTime('ttl', ttl), ifAbsent };
  const sizes = `${total.toLocaleString('en')} bytes; the limit of the backend is ${maxBytes.toLocaleString('en')}`;
  throw storeError('TooLarge', `key and value take ${sizes}. Store large values elsewhere (S3), and their location here.`, {
    details: { bytes: total, limit: maxBytes },
  });
}

function parseIncrement(key: string, { by = 1, options = {} }: { readonly by?: number; readonly options?: IncrementOptions }): Command {
  const { ttl = Number.POSITIVE_INFINITY } = parseObject<IncrementOptions>('options', options);
  assertInteger('store', 'by', by, [Number.MIN_SAFE_INTEGER]);
  return { operation: 'increment', key, by, ttl: parseTime('ttl', ttl) };
}

function parseTime(param: string, value: number): number {
  assertNumber('store', param, value, TIME);
  return value > MAX_TIME ? Number.POSITIVE_INFINITY : Math.ceil(value);
}
