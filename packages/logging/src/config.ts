import { assertBoolean, assertFunction, assertInteger, assertNumber, assertObject, assertString, isObject } from '@suga/gateway/check';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import { toBoolean } from '@suga/gateway/settings';
import type { BufferOptions, LoggingOptions, LogLevel } from './contract.js';

/** The levels, least serious first. */
export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'critical'];

/** Names of the levels in Lambda and Powertools. */
const LEVEL_NAMES: Readonly<Record<string, LogLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'critical',
  CRITICAL: 'critical',
};

/** Checked settings of the buffer; `rank` is the most serious level that is buffered. */
export interface BufferSettings {
  readonly rank: number;
  readonly maxBytes: number;
  readonly flushOnError: boolean;
}

interface Settings {
  /** Rank of the least serious level that is written. */
  readonly threshold: number;
  /** Rank of the least serious level that Lambda passes on. */
  readonly platform: number;
  /** Whether the settings ask for lines that Lambda drops. */
  readonly hidden: boolean;
  readonly service: string;
  readonly sampleRate: number;
  readonly buffering: BufferSettings | undefined;
  readonly indent: number;
}

/** Checks the options and completes them from environment variables. An invalid variable counts as not set: a log must not stop a function. */
export function resolveSettings(options: LoggingOptions): Settings {
  assertObject('logging', 'options', options);
  const { level, service, sampleRate, buffer, pretty } = options;
  if (service !== undefined) assertString('logging', 'service', service);
  if (pretty !== undefined) assertBoolean('logging', 'pretty', pretty);
  if (options.write !== undefined) assertFunction('logging', 'write', options.write);
  if (buffer !== undefined && typeof buffer !== 'boolean' && !isObject(buffer)) throw invalidParam('logging', 'buffer', buffer, 'true, false or an object');
  const env = process.env;
  const requested = level ?? toLevel(env['LOG_LEVEL']) ?? toLevel(env['POWERTOOLS_LOG_LEVEL']);
  const requestedRank = toRank(requested ?? 'info');
  const platform = toRank(toLevel(env['AWS_LAMBDA_LOG_LEVEL']) ?? 'debug');
  const rate = resolveSampleRate(sampleRate, env['LOG_SAMPLE_RATE'] || env['POWERTOOLS_LOGGER_SAMPLE_RATE']);
  return {
    threshold: Math.max(requestedRank, platform),
    platform,
    hidden: platform > 0 && ((requested !== undefined && requestedRank < platform) || rate > 0 || Boolean(buffer)),
    service: service ?? (env['SERVICE_NAME'] || env['POWERTOOLS_SERVICE_NAME'] || env['AWS_LAMBDA_FUNCTION_NAME'] || 'unknown'),
    sampleRate: rate,
    buffering: buffer ? parseBuffer(buffer === true ? {} : buffer) : undefined,
    indent: (pretty ?? toBoolean(env['POWERTOOLS_DEV'] ?? '') === true) ? 2 : 0,
  };
}

/** Converts a level to its rank, from 0 for the least serious one; capitals are allowed. @throws `InvalidParams` if the word is not a level */
export function toRank(level: LogLevel): number {
  const known = toLevel(level);
  if (known) return LEVELS.indexOf(known);
  throw new SugaError('InvalidParams', `logging: ${describe(level)} is not a level: use ${LEVELS.join(', ')}.`);
}

export function toLevel(word: unknown): LogLevel | undefined {
  const name = typeof word === 'string' && word.length < 10 ? word.toUpperCase() : '';
  return Object.hasOwn(LEVEL_NAMES, name) ? LEVEL_NAMES[name] : undefined;
}

const describe = (word: unknown): string => (typeof word === 'string' ? JSON.stringify(word.slice(0, 40)) : typeof word);

function resolveSampleRate(option: number | undefined, variable: string | undefined): number {
  if (option !== undefined) return assertNumber('logging', 'sampleRate', option, { min: 0, max: 1 });
  const rate = Number(variable);
  return rate >= 0 && rate <= 1 ? rate : 0;
}

function parseBuffer({ level = 'debug', maxBytes = 20_480, flushOnError = true }: BufferOptions): BufferSettings {
  assertInteger('logging', 'buffer.maxBytes', maxBytes, [1]);
  assertBoolean('logging', 'buffer.flushOnError', flushOnError);
  return { rank: toRank(level), maxBytes, flushOnError };
}
