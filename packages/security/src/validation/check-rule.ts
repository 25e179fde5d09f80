import type { ParamIssue } from '@suga/gateway';
import { invalidParam } from '@suga/gateway/errors';
import type { ListRule, NumberRule, RecordRule, Rule, StringRule } from '../contract.js';
import { isEmail, isUrl } from './formats.js';
import { assertOptions } from './rule-options.js';

/** What was found wrong so far. */
export interface Findings {
  readonly issues: ParamIssue[];
  /** Whether values come as texts, as a request's query does: `"5"` is a number then. */
  readonly texts: boolean;
  /** Rules whose options have been checked in this call: a list has one rule for all its items. */
  readonly checked: Set<Rule>;
}

/** Stands for a body that could not be parsed. */
export const unreadable: unique symbol = Symbol('unreadable');

/** What is refused must not make a longer answer than what was sent. */
const MAX_ISSUES = 20;

export function note({ issues }: Findings, issue: ParamIssue): undefined {
  if (issues.length < MAX_ISSUES) issues.push({ ...issue, param: issue.param.slice(0, 200), expected: issue.expected.slice(0, 500) });
}

/** The value as the rule lets it through; what is wrong is noted. */
export function check(value: unknown, rule: Rule, name: string, found: Findings): unknown {
  const type = typeof rule === 'object' && rule !== null ? rule.type : undefined;
  if (type === undefined || !Object.hasOwn(checks, type))
    throw invalidParam(
      'security',
      name.includes('/') ? `rule for ${name}` : 'rule',
      type,
      `a Standard Schema, or { type } with one of ${Object.keys(checks).join(', ')}`,
    );
  if (!found.checked.has(rule)) {
    assertOptions(rule);
    found.checked.add(rule);
  }
  if (value === undefined) {
    if (rule.default !== undefined || rule.optional === true) return rule.default;
    return note(found, { param: name, problem: 'missing', expected: `a ${type}`, got: 'nothing' });
  }
  return checks[type](value, rule as never, name, found);
}

type Check<R extends Rule> = (value: unknown, rule: R, name: string, found: Findings) => unknown;

const checks: { readonly [Type in Rule['type']]: Check<Extract<Rule, { type: Type }>> } = {
  string: (value, rule, name, found) => (isFittingText(value, rule) ? value : wrong(value, textWords(rule), name, found)),
  email: (value, _, name, found) => (isEmail(value) ? value : wrong(value, 'an email address', name, found)),
  url: (value, { protocols = ['https'], max = 2048 }, name, found) =>
    isUrl(value, protocols, max) ? value : wrong(value, `a URL with ${protocols.join(' or ')}, of at most ${max} characters`, name, found),
  number: (value, rule, name, found) => {
    const given = found.texts ? numberOf(value) : value;
    return isFittingNumber(given, rule) ? given : wrong(value, numberWords(rule), name, found);
  },
  boolean: (value, _, name, found) => {
    const given = found.texts && (value === 'true' || value === 'false') ? value === 'true' : value;
    return typeof given === 'boolean' ? given : wrong(value, 'true or false', name, found);
  },
  record,
  list,
  any: (value) => value,
};

function record(value: unknown, { fields, unknown = 'refuse', values = { type: 'any' }, max = 100 }: RecordRule, name: string, found: Findings): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(value, 'an object', name, found);
  const names = Object.keys(value);
  if (!fields && names.length > max) return wrong(value, `an object of at most ${max} names`, name, found);
  const valid = new Map<string, unknown>();
  for (const key of fields ? Object.keys(fields) : names) {
    // Own ones only: a name like `constructor` is there for every object.
    const given = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    const passed = check(given, fields ? (fields[key] as Rule) : values, `${name}/${key}`, found);
    if (passed !== undefined) valid.set(key, passed);
  }
  if (fields && unknown === 'refuse') for (const key of names) if (!Object.hasOwn(fields, key)) unexpected(`${name}/${key}`, found);
  // No `__proto__`: whoever copies the result with an assignment would get it for a prototype.
  valid.delete('__proto__');
  return Object.fromEntries(valid);
}

function list(value: unknown, { of = { type: 'any' }, min = 0, max = 100 }: ListRule, name: string, found: Findings): unknown {
  if (!Array.isArray(value) || value.length < min || value.length > max) return wrong(value, `a list of ${min} to ${max} items`, name, found);
  return Array.from(value, (item: unknown, index) => check(item, of, `${name}/${index}`, found));
}

function isFittingText(value: unknown, { min = 0, max = 1000, pattern, oneOf }: StringRule): value is string {
  if (typeof value !== 'string' || value.length < min || value.length > max) return false;
  if (oneOf && !oneOf.includes(value)) return false;
  // `search` begins at the start, whatever a global pattern's `lastIndex`.
  return pattern === undefined || value.search(pattern) !== -1;
}

const textWords = ({ min = 0, max = 1000, pattern, oneOf }: StringRule): string =>
  oneOf ? `one of ${oneOf.map((text) => `"${text}"`).join(', ')}` : `a text of ${min} to ${max} characters${pattern ? ` like ${pattern.source}` : ''}`;

function isFittingNumber(value: unknown, { min = -Infinity, max = Infinity, integer = false }: NumberRule): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max && (!integer || Number.isSafeInteger(value));
}

function numberWords({ min, max, integer }: NumberRule): string {
  const range = [...(min === undefined ? [] : [`from ${min}`]), ...(max === undefined ? [] : [`to ${max}`])];
  return [integer ? 'a whole number' : 'a number', ...range].join(' ');
}

/** Decimals as JSON writes them; `""`, `" 5"` and `0x10` are none. */
const numberOf = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d{1,400}(?:\.\d{1,400})?(?:e[+-]?\d{1,3})?$/i.test(value) ? Number(value) : value;

function wrong(value: unknown, expected: string, param: string, found: Findings): undefined {
  const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return note(found, { param, problem: 'invalid', expected, got });
}

const unexpected = (param: string, found: Findings): undefined => note(found, { param, problem: 'unexpected', expected: 'nothing', got: 'something' });
