import { assertNumber, assertOneOf } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { Rule } from '../contract.js';

const LENGTHS = ['min', 'max'];
/** Options of each type, in addition to `type`, `optional` and `default`. */
const OPTIONS: Readonly<Record<Rule['type'], readonly string[]>> = {
  string: [...LENGTHS, 'pattern', 'oneOf'],
  email: [],
  url: ['protocols', 'max'],
  number: [...LENGTHS, 'integer'],
  boolean: [],
  record: ['fields', 'unknown', 'values', 'max'],
  list: ['of', ...LENGTHS],
  any: [],
};
const COMMON = new Set(['type', 'optional', 'default']);

/** All options of all rule types. */
interface AllOptions {
  readonly type: Rule['type'];
  readonly min?: unknown;
  readonly max?: unknown;
  readonly pattern?: unknown;
  readonly oneOf?: unknown;
  readonly protocols?: unknown;
  readonly unknown?: unknown;
}

/**
 * Refuses a rule that would accept values it should reject. A misspelled option checks nothing. No number is above `NaN`. And `includes`
 * of a string finds substrings if an array of strings was meant.
 * @throws `InvalidParams`, with the option's name
 */
export function assertRule(rule: Rule): void {
  const { type, min, max, pattern, oneOf, protocols, unknown } = rule as AllOptions;
  for (const [name, value] of Object.entries(rule)) {
    if (value === undefined || COMMON.has(name) || OPTIONS[type].includes(name)) continue;
    throw invalidParam('security', `rule.${name}`, undefined, `left out: a rule of type "${type}" has ${[...OPTIONS[type], 'optional', 'default'].join(', ')}`);
  }
  assertBound('rule.min', min, type);
  assertBound('rule.max', max, type);
  assertTexts('rule.oneOf', oneOf);
  assertTexts('rule.protocols', protocols);
  if (pattern !== undefined && Object.prototype.toString.call(pattern) !== '[object RegExp]') {
    throw invalidParam('security', 'rule.pattern', pattern, 'a regular expression');
  }
  if (unknown !== undefined) assertOneOf('security', 'rule.unknown', unknown, ['refuse', 'drop']);
}

/** @throws `InvalidParams` unless the value is undefined or an array of strings */
export function assertTexts(name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.every((each) => typeof each === 'string'))) return;
  throw invalidParam('security', name, value, 'an array of strings');
}

/** Checks a limit. `Infinity` means no limit. */
function assertBound(name: string, value: unknown, type: Rule['type']): void {
  if (value === undefined) return;
  if (type !== 'number') assertNumber('security', name, value, { min: 0 });
  else if (typeof value !== 'number' || Number.isNaN(value)) throw invalidParam('security', name, value, 'a number');
}
