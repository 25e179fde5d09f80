import { invalidParam } from '@suga/gateway/errors';
import type { Rule } from './contract.js';

/** Every option of every rule, whatever its type. */
interface Options {
  readonly type: Rule['type'];
  readonly min?: unknown;
  readonly max?: unknown;
  readonly pattern?: unknown;
  readonly oneOf?: unknown;
  readonly protocols?: unknown;
  readonly unknown?: unknown;
}

/**
 * Refuses a rule that would let through what it was written to keep out: no number is above `NaN`, and a text has parts of itself in it
 * where a list of texts was meant.
 * @throws `InvalidParams`, with the option's name
 */
export function assertOptions(rule: Rule): void {
  const { type, min, max, pattern, oneOf, protocols, unknown } = rule as Options;
  assertBound('rule.min', min, type);
  assertBound('rule.max', max, type);
  assertTexts('rule.oneOf', oneOf);
  assertTexts('rule.protocols', protocols);
  if (pattern !== undefined && Object.prototype.toString.call(pattern) !== '[object RegExp]') {
    throw invalidParam('security', 'rule.pattern', pattern, 'a regular expression');
  }
  if (unknown !== undefined && unknown !== 'refuse' && unknown !== 'drop') throw invalidParam('security', 'rule.unknown', unknown, '"refuse" or "drop"');
}

/** @throws `InvalidParams` unless it is left out or a list of texts */
export function assertTexts(name: string, value: unknown): void {
  if (value === undefined || (Array.isArray(value) && value.every((each) => typeof each === 'string'))) return;
  throw invalidParam('security', name, value, 'a list of texts');
}

/** `Infinity` is the word for no limit. */
function assertBound(name: string, value: unknown, type: Rule['type']): void {
  if (value === undefined || (typeof value === 'number' && (type === 'number' ? !Number.isNaN(value) : value >= 0))) return;
  throw invalidParam('security', name, value, type === 'number' ? 'a number' : 'a number from 0');
}
