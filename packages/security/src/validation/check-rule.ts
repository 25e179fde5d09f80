import type { ParamIssue } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { ListRule, NumberRule, RecordRule, Rule, StringRule } from '../contract.js';
import { isEmail, isUrl } from './formats.js';
import { assertRule } from './rule-options.js';

/** State of one validation. */
export interface CheckState {
  readonly issues: ParamIssue[];
  /** Whether values arrive as strings, as in a request's query. If so, `"5"` is a number. */
  readonly texts: boolean;
  /** Rules whose options have been checked in this call. All items of a list share one rule, which is checked once. */
  readonly checked: Set<Rule>;
}

/** Represents a body that could not be parsed. */
export const unreadableBody: unique symbol = Symbol('unreadable');

/** Limit of reported issues: the error response must not become longer than the request. */
const MAX_ISSUES = 20;

export function addIssue({ issues }: CheckState, issue: ParamIssue): undefined {
  if (issues.length < MAX_ISSUES) issues.push({ ...issue, param: issue.param.slice(0, 200), expected: issue.expected.slice(0, 500) });
}

/** Returns the value as the rule accepts it. Problems are added to `state.issues`. */
export function checkRule(value: unknown, rule: Rule, name: string, state: CheckState): unknown {
  const type = typeof rule === 'object' && rule !== null ? rule.type : undefined;
  if (type === undefined || !Object.hasOwn(checksByType, type))
    throw invalidParam(
      'security',
      name.includes('/') ? `rule for ${name}` : 'rule',
      type,
      `a Standard Schema, or { type } with one of ${Object.keys(checksByType).join(', ')}`,
    );
  if (!state.checked.has(rule)) {
    assertRule(rule);
    state.checked.add(rule);
  }
  if (value === undefined) {
    if (rule.default !== undefined || rule.optional === true) return rule.default;
    return addIssue(state, { param: name, problem: 'missing', expected: `a ${type}`, got: 'nothing' });
  }
  return checksByType[type](value, rule as never, name, state);
}

type Check<R extends Rule> = (value: unknown, rule: R, name: string, state: CheckState) => unknown;

const checksByType: { readonly [Type in Rule['type']]: Check<Extract<Rule, { type: Type }>> } = {
  string: (value, rule, name, state) => (isValidText(value, rule) ? value : invalid(value, describeText(rule), name, state)),
  email: (value, _, name, state) => (isEmail(value) ? value : invalid(value, 'an email address', name, state)),
  url: (value, { protocols = ['https'], max = 2048 }, name, state) =>
    isUrl(value, protocols, max) ? value : invalid(value, `a URL with ${protocols.join(' or ')}, of at most ${max} characters`, name, state),
  number: (value, rule, name, state) => {
    const number = state.texts ? toNumber(value) : value;
    return isValidNumber(number, rule) ? number : invalid(value, describeNumber(rule), name, state);
  },
  boolean: (value, _, name, state) => {
    const boolean = state.texts && (value === 'true' || value === 'false') ? value === 'true' : value;
    return typeof boolean === 'boolean' ? boolean : invalid(value, 'true or false', name, state);
  },
  record: checkRecord,
  list: checkList,
  any: (value) => value,
};

function checkRecord(
  value: unknown,
  { fields, unknown = 'refuse', values = { type: 'any' }, max = 100 }: RecordRule,
  name: string,
  state: CheckState,
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return invalid(value, 'an object', name, state);
  const names = Object.keys(value);
  if (!fields && names.length > max) return invalid(value, `an object of at most ${max} names`, name, state);
  const valid = new Map<string, unknown>();
  for (const key of fields ? Object.keys(fields) : names) {
    // Own properties only: every object inherits names like `constructor`.
    const field = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    const passed = checkRule(field, fields ? (fields[key] as Rule) : values, `${name}/${key}`, state);
    if (passed !== undefined) valid.set(key, passed);
  }
  if (fields && unknown === 'refuse') for (const key of names) if (!Object.hasOwn(fields, key)) unexpected(`${name}/${key}`, state);
  // No `__proto__`: code that copies the result by assignment would set a prototype with it.
  valid.delete('__proto__');
  return Object.fromEntries(valid);
}

function checkList(value: unknown, { of = { type: 'any' }, min = 0, max = 100 }: ListRule, name: string, state: CheckState): unknown {
  if (!Array.isArray(value) || value.length < min || value.length > max) return invalid(value, `an array of ${min} to ${max} items`, name, state);
  return Array.from(value, (item: unknown, index) => checkRule(item, of, `${name}/${index}`, state));
}

function isValidText(value: unknown, { min = 0, max = 1000, pattern, oneOf }: StringRule): value is string {
  if (typeof value !== 'string' || value.length < min || value.length > max) return false;
  if (oneOf && !oneOf.includes(value)) return false;
  // `search` begins at the start, even if a global pattern has another `lastIndex`.
  return pattern === undefined || value.search(pattern) !== -1;
}

const describeText = ({ min = 0, max = 1000, pattern, oneOf }: StringRule): string =>
  oneOf ? `one of ${oneOf.map((text) => `"${text}"`).join(', ')}` : `a string of ${min} to ${max} characters${pattern ? ` like ${pattern.source}` : ''}`;

function isValidNumber(value: unknown, { min = -Infinity, max = Infinity, integer = false }: NumberRule): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isSafeInteger(value));
}

function describeNumber({ min, max, integer }: NumberRule): string {
  const number = integer ? 'an integer' : 'a number';
  if (min === undefined) return max === undefined ? number : `${number} of at most ${max}`;
  return max === undefined ? `${number} of at least ${min}` : `${number} from ${min} to ${max}`;
}

/** Converts decimals as JSON writes them. `""`, `" 5"` and `0x10` are not numbers. */
const toNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d{1,400}(?:\.\d{1,400})?(?:e[+-]?\d{1,3})?$/i.test(value) ? Number(value) : value;

function invalid(value: unknown, expected: string, param: string, state: CheckState): undefined {
  const got = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return addIssue(state, { param, problem: 'invalid', expected, got });
}

const unexpected = (param: string, state: CheckState): undefined => addIssue(state, { param, problem: 'unexpected', expected: 'nothing', got: 'something' });
