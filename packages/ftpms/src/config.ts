import { assertObject } from '@suga/gateway/check';
import { memorySizeMb } from '@suga/gateway/memory';
import { flagSetting, type NumberSetting, nameSetting, numberSetting, type Setting, splitNames, toBoolean } from '@suga/gateway/settings';
import type { Amount, FtpmsOptions, Thresholds } from './contract.js';
import { at, invalidSetting, setting } from './environment-variables.js';

/** All settings of a protected function, with defaults filled in. */
export interface Settings {
  readonly enabled: boolean;
  /** Undefined in local mode. */
  readonly table: string | undefined;
  /** A table is set, but this process is not a Lambda function. It therefore runs in local mode. */
  readonly isOutside?: true;
  readonly scope: string;
  /** Whether invocations of that event source are critical. */
  readonly isCritical: (source: string | undefined) => boolean;
  /** Whether invocations of any event source are critical. */
  readonly hasCritical: boolean;
  readonly guardian: string | undefined;
  readonly failMode: 'closed' | 'open';
  readonly emergency: number;
  /** Milliseconds that are billed after the handler, for each invocation. */
  readonly afterMs: number;
  /** Milliseconds of an INIT that are billed before the process starts. */
  readonly beforeMs: number;
  readonly limit: Amount;
  readonly thresholds: Thresholds;
  readonly memoryMb: number;
  /** Number of invocations that run at once in an environment of Managed Instances. Undefined on plain Lambda. */
  readonly concurrency: number | undefined;
  readonly onLevel: FtpmsOptions['onLevel'];
}

/** A GB-second in MB·ms, calculated as in AWS's own example. https://aws.amazon.com/lambda/pricing/ */
export const GB_SECOND = 1_024_000;
const MEMORY_MB = 128;
/** Lambda's longest timeout, in ms. */
const LONGEST_MS = 900_000;
/** Milliseconds from the start of the environment to the start of the process, without extensions. See DESIGN.md. */
const BEFORE_MS = 250;
/** Lambda's time limit for an INIT, in ms. */
const LONGEST_INIT_MS = 10_000;

/** Completes options from environment variables. @throws `InvalidParams` with the name of the option or variable, its value, and the allowed values */
export function settings(options: FtpmsOptions): Settings {
  assertObject('ftpms', 'options', options);
  const { env } = process;
  const { onLevel, failMode = env['FTPMS_FAIL_MODE']?.trim() || 'closed' } = options;
  if (failMode !== 'closed' && failMode !== 'open') throw invalidSetting(at('failMode', options.failMode, 'FTPMS_FAIL_MODE'), failMode, '"closed" or "open"');
  if (onLevel !== undefined && typeof onLevel !== 'function') throw invalidSetting('onLevel', onLevel, 'a function');
  const memoryMb = memorySizeMb();
  const table = nameSetting(setting('table', 'FTPMS_TABLE'), options.table);
  return {
    enabled: flagSetting(setting('enabled', 'FTPMS_ENABLED'), options.enabled),
    // A function that runs on a developer's computer does not spend the account's allowance and must not book it.
    table: memoryMb === undefined ? undefined : table,
    ...(memoryMb === undefined && table !== undefined && { isOutside: true }),
    scope: scope(options.scope),
    ...critical(options.critical ?? parseCritical(env['FTPMS_CRITICAL']), at('critical', options.critical, 'FTPMS_CRITICAL')),
    guardian: nameSetting(setting('guardian', 'FTPMS_GUARDIAN'), options.guardian),
    failMode,
    emergency: count(setting('emergency', 'FTPMS_EMERGENCY'), options.emergency, { fallback: 10 }),
    afterMs: count(setting('afterMs', 'FTPMS_AFTER_MS'), options.afterMs, { fallback: 0, max: LONGEST_MS }),
    beforeMs: count(setting('beforeMs', 'FTPMS_BEFORE_MS'), options.beforeMs, { fallback: BEFORE_MS, max: LONGEST_INIT_MS }),
    limit: limits(options),
    thresholds: thresholds(options.thresholds),
    memoryMb: memoryMb ?? MEMORY_MB,
    concurrency: Number(env['AWS_LAMBDA_MAX_CONCURRENCY']) || undefined,
    onLevel,
  };
}

/** Returns an integer from 0. */
const count = (of: Setting, value: number | undefined, more: Pick<NumberSetting, 'fallback' | 'max'>): number =>
  numberSetting({ ...of, ...more, min: 0, integer: true }, value);

/** Parses a variable: true for all, false for none, else names that are separated by commas. */
function parseCritical(text = ''): boolean | readonly string[] {
  return toBoolean(text) ?? (text.trim() !== '' && splitNames(text));
}

/** The largest limit whose MB·ms are exact. */
const MAX_LIMIT = Math.floor(Number.MAX_SAFE_INTEGER / GB_SECOND);

function limits({ gbSecondsLimit, requestLimit }: FtpmsOptions): Amount {
  const common = { above: 0, max: MAX_LIMIT };
  const gbSeconds = numberSetting({ ...setting('gbSecondsLimit', 'FTPMS_GB_SECONDS_LIMIT'), fallback: 400_000, ...common }, gbSecondsLimit);
  const requests = numberSetting({ ...setting('requestLimit', 'FTPMS_REQUEST_LIMIT'), fallback: 1_000_000, ...common }, requestLimit);
  return { requests: Math.floor(requests), mbMs: Math.floor(gbSeconds * GB_SECOND) };
}

/** Completes thresholds from environment variables. @throws `InvalidParams` unless 0 < warn < throttle < block ≤ 1 */
export function thresholds(given: Partial<Thresholds> = {}): Thresholds {
  assertObject('ftpms', 'thresholds', given);
  const all = { warn: share('warn', given.warn, 0.75), throttle: share('throttle', given.throttle, 0.85), block: share('block', given.block, 0.95) };
  const check = (low: keyof Thresholds, high: keyof Thresholds): void => {
    if (all[low] < all[high]) return;
    // If only one of the two was set, the error names that one.
    const isLow = given[low] !== undefined || (given[high] === undefined && Boolean(process.env[variableOf(low)]?.trim()));
    const [wrong, than, words] = isLow ? ([low, high, 'below'] as const) : ([high, low, 'above'] as const);
    throw invalidSetting(at(`thresholds/${wrong}`, given[wrong], variableOf(wrong)), all[wrong], `${words} ${than}, which is ${all[than]}`);
  };
  check('warn', 'throttle');
  check('throttle', 'block');
  return all;
}

const variableOf = (name: keyof Thresholds): string => `FTPMS_${name.toUpperCase()}_THRESHOLD`;

function share(name: keyof Thresholds, given: number | undefined, fallback: number): number {
  const text = process.env[variableOf(name)]?.trim();
  const value = given ?? (text ? Number(text) : fallback);
  const isShare = typeof value === 'number' && value > 0 && value <= 100 && !(value > 1 && value < 2);
  const words = 'a share above 0 and up to 1, or a percentage from 2 to 100';
  if (!isShare) throw invalidSetting(at(`thresholds/${name}`, given, variableOf(name)), given ?? text, words);
  return value > 1 ? value / 100 : value;
}

/** Returns the validated scope. @throws `InvalidParams` if the scope cannot be part of the table's keys, or would share keys with another scope */
export function scope(given?: string): string {
  const value = nameSetting(setting('scope', 'FTPMS_SCOPE'), given) ?? 'account';
  if (!/^[\w.:/-]{1,128}$/.test(value)) throw invalidSetting(at('scope', given, 'FTPMS_SCOPE'), value, '1 to 128 letters, digits or _ . : / -');
  return value;
}

function critical(value: boolean | readonly string[], name: string): Pick<Settings, 'isCritical' | 'hasCritical'> {
  if (typeof value === 'boolean') return { isCritical: () => value, hasCritical: value };
  const isList = Array.isArray(value) && value.every((source) => typeof source === 'string' && source !== '');
  if (!isList) throw invalidSetting(name, value, 'true, false or an array of event sources');
  const sources = new Set<string | undefined>(value);
  return { isCritical: (source) => sources.has(source), hasCritical: sources.size > 0 };
}

const CREDENTIALS = 'credentials that may read the functions: eval "$(aws configure export-credentials --format env)"';

/** The endpoint, region and credentials for requests to an AWS service. */
export interface Connection {
  readonly url: URL;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
}

/** Read from the environment again for each request, because Lambda's credentials change. @throws `InvalidParams` without a region or credentials */
export function connection(service: 'dynamodb' | 'lambda' | 'freetier'): Connection {
  const { env } = process;
  // The Free Tier API exists only in us-east-1.
  const region = service === 'freetier' ? 'us-east-1' : (env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION']);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (!region) throw invalidSetting('AWS_REGION', undefined, 'the region of the functions and the table, such as eu-west-1');
  if (!accessKeyId) throw invalidSetting('AWS_ACCESS_KEY_ID', undefined, CREDENTIALS);
  if (!secretAccessKey) throw invalidSetting('AWS_SECRET_ACCESS_KEY', undefined, CREDENTIALS);
  const domain = service === 'freetier' ? 'api.aws' : region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? env['AWS_ENDPOINT_URL'] ?? `https://${service}.${region}.${domain}`;
  return { url: new URL(url), region, credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } };
}
