import { nameSetting, splitNames } from '@suga/gateway/settings';
import { settings as shared } from '../config.js';
import type { FtpmsOptions } from '../contract.js';
import { at, invalidSetting, setting } from '../environment-variables.js';
import type { GuardianSettings } from './deps.js';

/** Options of the guardian, the command line and deployments. Each can also be set by an environment variable. */
export interface GuardianOptions
  extends Pick<FtpmsOptions, 'table' | 'scope' | 'gbSecondsLimit' | 'requestLimit' | 'thresholds' | 'emergency' | 'afterMs' | 'guardian'> {
  /** Protected functions, and whether they are critical. @default FTPMS_FUNCTIONS: `orders:critical,thumbs` */
  readonly functions?: readonly { readonly name: string; readonly critical?: boolean | undefined }[] | undefined;
  /**
   * Milliseconds from the first refusal until the last function is stopped. Measure it with `suga ftpms drill`.
   * @default FTPMS_STOP_LATENCY_S (in seconds), else 60_000
   */
  readonly stopLatencyMs?: number | undefined;
  /** ARN of the SNS topic for alerts. Without it alerts are only in the report. @default FTPMS_TOPIC */
  readonly topic?: string | undefined;
}

/** Options with defaults filled in. */
export interface Configuration {
  readonly table: string;
  readonly topic: string | undefined;
  readonly settings: GuardianSettings;
}

const NAME = /^[\w-]{1,64}$/;
const [LEAST, MOST] = [1, 900];

/** Completes options from environment variables. @throws `InvalidParams` with the name of the option or variable, its value, and the allowed values */
export function configuration(options: GuardianOptions = {}): Configuration {
  const { scope, limit, thresholds, emergency, afterMs, guardian } = shared(options);
  const table = nameSetting(setting('table', 'FTPMS_TABLE'), options.table);
  if (table === undefined || !/^[\w.-]{3,255}$/.test(table))
    throw invalidSetting(
      at('table', options.table, 'FTPMS_TABLE'),
      table,
      'the name of the ledger\'s DynamoDB table (option "table", --table, or FTPMS_TABLE)',
    );
  const topic = nameSetting(setting('topic', 'FTPMS_TOPIC'), options.topic);
  if (topic !== undefined && !/^arn:[\w-]+:sns:[\w-]+:\d+:[\w-]+$/.test(topic))
    throw invalidSetting(at('topic', options.topic, 'FTPMS_TOPIC'), topic, 'the ARN of an SNS topic');
  const named = guardian === undefined ? undefined : nameOf(guardian);
  // A stop by command from a shell must not stop the guardian, which has to undo it.
  const functions = new Map(Array.from(parseFunctions(options.functions)).filter(([name]) => name !== named));
  const self = process.env['AWS_LAMBDA_FUNCTION_NAME'] ?? named;
  const settings = { scope, limit, thresholds, emergency, afterMs, functions, stopLatencyMs: latency(options.stopLatencyMs), self };
  return { table, topic, settings };
}

/** Returns the function's name from a name, an ARN or a partial ARN, with or without a version. */
const nameOf = (function_: string): string => /(?:^|:)function:([\w-]+)/.exec(function_)?.[1] ?? function_.replace(/:.*$/, '');

function parseFunctions(given: GuardianOptions['functions']): ReadonlyMap<string, boolean> {
  if (given !== undefined) {
    const isList = Array.isArray(given) && given.every((each) => typeof each === 'object' && each !== null && NAME.test(String(each.name)));
    if (!isList || given.length === 0) throw invalidSetting('functions', given, 'an array of { name, critical }, with names of functions');
    return new Map(given.map(({ name, critical = false }) => [name, critical === true]));
  }
  const pairs = splitNames(process.env['FTPMS_FUNCTIONS']).map((each): [string, boolean] => {
    const [, name, mark] = /^([\w-]{1,64})(:critical)?$/.exec(each) ?? [];
    if (name === undefined) throw invalidSetting('FTPMS_FUNCTIONS', each, 'names of functions, those that are critical with ":critical", separated by commas');
    return [name, mark !== undefined];
  });
  if (pairs.length === 0) throw invalidSetting('FTPMS_FUNCTIONS', undefined, 'the names of the protected functions, separated by commas');
  return new Map(pairs);
}

function latency(given: number | undefined): number {
  const text = process.env['FTPMS_STOP_LATENCY_S']?.trim();
  const seconds = given === undefined ? Number(text || 60) : given / 1000;
  if (seconds >= LEAST && seconds <= MOST) return Math.ceil(seconds * 1000);
  const words = `from ${LEAST} to ${MOST} seconds`;
  throw given === undefined ? invalidSetting('FTPMS_STOP_LATENCY_S', text, words) : invalidSetting('stopLatencyMs', given, words);
}
