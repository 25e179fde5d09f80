import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { BufferOptions, LoggingOptions, LogLevel } from './contract.js';

/** The levels, least serious first. */
export const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'critical'];

/** What Lambda and Powertools call the levels. */
const NAMES: Readonly<Record<string, LogLevel>> = {
  TRACE: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'critical',
  CRITICAL: 'critical',
};

/** What is kept below the level, and when it is written. */
export interface Buffering {
  readonly rank: number;
  readonly maxBytes: number;
  readonly flushOnError: boolean;
}

interface Settings {
  /** Rank of the least serious level that is written. */
  readonly threshold: number;
  /** Rank of the least serious level that Lambda lets through. */
  readonly platform: number;
  /** Whether something was asked for that Lambda will not let through. */
  readonly hidden: boolean;
  readonly service: string;
  readonly sampleRate: number;
  readonly buffering: Buffering | undefined;
  readonly indent: number;
}

/** Options, completed from the environment. What makes no sense there counts as not set: a log must not stop a function. */
export function settings(options: LoggingOptions): Settings {
  assertObject('options', options);
  const { level, service, sampleRate, buffer, pretty } = options;
  assertKind('service', service, 'string', 'a text');
  assertKind('pretty', pretty, 'boolean', 'true or false');
  assertKind('write', options.write, 'function', 'a function');
  if (buffer === null || (buffer !== undefined && typeof buffer !== 'boolean' && typeof buffer !== 'object'))
    throw invalidParam('logging', 'buffer', buffer, 'true, false or an object');
  const env = process.env;
  const asked = level ?? toLevel(env['LOG_LEVEL']) ?? toLevel(env['POWERTOOLS_LOG_LEVEL']);
  const wanted = rankOf(asked ?? 'info');
  const platform = rankOf(toLevel(env['AWS_LAMBDA_LOG_LEVEL']) ?? 'debug');
  const rate = rateOf(sampleRate, env['LOG_SAMPLE_RATE'] || env['POWERTOOLS_LOGGER_SAMPLE_RATE']);
  return {
    threshold: Math.max(wanted, platform),
    platform,
    hidden: platform > 0 && ((asked !== undefined && wanted < platform) || rate > 0 || Boolean(buffer)),
    service: service ?? (env['SERVICE_NAME'] || env['POWERTOOLS_SERVICE_NAME'] || env['AWS_LAMBDA_FUNCTION_NAME'] || 'unknown'),
    sampleRate: rate,
    buffering: buffer ? bufferingOf(buffer === true ? {} : buffer) : undefined,
    indent: (pretty ?? /^(true|1|yes|on)$/i.test(env['POWERTOOLS_DEV'] ?? '')) ? 2 : 0,
  };
}

/** How serious a level is, in capitals too. @throws `InvalidParams` for a word that is no level */
export function rankOf(level: LogLevel): number {
  const known = toLevel(level);
  if (known) return LEVELS.indexOf(known);
  throw new SugaError('InvalidParams', `logging: ${told(level)} is no level; choose from ${LEVELS.join(', ')}.`);
}

export function toLevel(word: unknown): LogLevel | undefined {
  const name = typeof word === 'string' && word.length < 10 ? word.toUpperCase() : '';
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
}

const told = (word: unknown): string => (typeof word === 'string' ? JSON.stringify(word.slice(0, 40)) : typeof word);

/** @throws `InvalidParams` */
export function assertObject(param: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw invalidParam('logging', param, value, 'an object');
}

function assertKind(param: string, value: unknown, kind: 'string' | 'boolean' | 'function', expected: string): void {
  if (value !== undefined && typeof value !== kind) throw invalidParam('logging', param, value, expected);
}

function rateOf(given: number | undefined, variable: string | undefined): number {
  const valid = (rate: unknown): rate is number => typeof rate === 'number' && rate >= 0 && rate <= 1;
  if (given !== undefined && !valid(given)) throw invalidParam('logging', 'sampleRate', given, 'a number from 0 to 1');
  const fallback = Number(variable);
  return given ?? (valid(fallback) ? fallback : 0);
}

function bufferingOf({ level = 'debug', maxBytes = 20_480, flushOnError = true }: BufferOptions): Buffering {
  if (!(Number.isSafeInteger(maxBytes) && maxBytes > 0)) throw invalidParam('logging', 'buffer.maxBytes', maxBytes, 'a whole number from 1');
  assertKind('buffer.flushOnError', flushOnError, 'boolean', 'true or false');
  return { rank: rankOf(level), maxBytes, flushOnError };
}
