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

/** Options, completed from the environment. A level there that is no level counts as not set: a log must not stop a function. */
export function settings({ level, service, keys = {}, write }: LoggingOptions): Required<Omit<LoggingOptions, 'write'>> & Pick<LoggingOptions, 'write'> {
  const { LOG_LEVEL, AWS_LAMBDA_LOG_LEVEL, SERVICE_NAME, AWS_LAMBDA_FUNCTION_NAME } = process.env;
  const wanted = level ?? toLevel(LOG_LEVEL) ?? 'info';
  const platform = toLevel(AWS_LAMBDA_LOG_LEVEL) ?? 'debug';
  return {
    level: LEVELS.indexOf(platform) > LEVELS.indexOf(wanted) ? platform : wanted,
    service: service ?? (SERVICE_NAME || AWS_LAMBDA_FUNCTION_NAME || 'unknown'),
    keys,
    ...(write && { write }),
  };
}

function toLevel(word: string | undefined): LogLevel | undefined {
  const name = word?.toUpperCase() ?? '';
  return Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
}
