import { SugaError } from '@suga/gateway/errors';
import type { LoggingOptions, LogLevel } from './contract.js';

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

interface Settings extends Pick<LoggingOptions, 'write'> {
  /** Rank of the least serious level that is written. */
  readonly threshold: number;
  readonly service: string;
  readonly keys: object;
}

/** Options, completed from the environment. A level there that is no level counts as not set: a log must not stop a function. */
export function settings({ level, service, keys = {}, write }: LoggingOptions): Settings {
  const { LOG_LEVEL, AWS_LAMBDA_LOG_LEVEL, SERVICE_NAME, AWS_LAMBDA_FUNCTION_NAME } = process.env;
  const wanted = rankOf(level ?? toLevel(LOG_LEVEL) ?? 'info');
  const platform = rankOf(toLevel(AWS_LAMBDA_LOG_LEVEL) ?? 'debug');
  return {
    threshold: Math.max(wanted, platform),
    service: service ?? (SERVICE_NAME || AWS_LAMBDA_FUNCTION_NAME || 'unknown'),
    keys,
    ...(write && { write }),
  };
}

/** How serious a level is, in capitals too. @throws `InvalidParams` for a word that is no level */
export function rankOf(level: LogLevel): number {
  const known = toLevel(level);
  if (known) return LEVELS.indexOf(known);
  throw new SugaError('InvalidParams', `logging: ${JSON.stringify(String(level).slice(0, 40))} is no level; choose from ${LEVELS.join(', ')}.`);
}

function toLevel(word: unknown): LogLevel | undefined {
  const name = typeof word === 'string' ? word.toUpperCase() : '';
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
}
