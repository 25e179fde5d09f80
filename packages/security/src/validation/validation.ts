import type { ParamIssue } from '@suga/gateway';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import { withoutUndefined } from '@suga/gateway/options';
import type { RequestLike, RequestRules, Rule, SecurityErrorCode, StandardSchema } from '../contract.js';
import { check, type Findings, unreadable } from './check-rule.js';
import { partsOf } from './request-parts.js';
import { assertTexts } from './rule-options.js';
import { checkSchema, isSchema } from './standard-schema.js';

/** A value that fits a rule or a schema. @throws `InvalidInput` */
export function validate(value: unknown, rule: object, name = 'value'): unknown {
  const found = findings(name);
  const valid = isSchema(rule) ? checkSchema(value, rule, name, found) : check(value, rule as Rule, name, found);
  return judged(valid, found);
}

/** A value that fits a rule of that type. @throws `InvalidInput` */
export function validateAs(type: Rule['type'], value: unknown, rule: object = {}, name = 'value'): unknown {
  if (typeof rule !== 'object' || rule === null) throw invalidParam('security', 'rule', rule, 'an object');
  const found = findings(name);
  return judged(check(value, { ...rule, type, optional: false, default: undefined } as Rule, name, found), found);
}

/** The parts of a request that rules name. @throws `InvalidInput` with everything that is wrong in all of them */
export function validateRequest(request: RequestLike, rules: RequestRules): object {
  if (typeof request !== 'object' || request === null) throw invalidParam('security', 'request', request, 'a request');
  if (typeof rules !== 'object' || rules === null) throw invalidParam('security', 'rules', rules, 'an object: { query, body … }');
  const found = findings();
  const parts = partsOf(request);
  const { methods, params = {}, query = {}, headers = {}, body } = rules;
  assertTexts('rules.methods', methods);
  assertParts(rules, { params, query, headers });
  if (methods && !methods.includes(parts.method)) found.issues.push({ param: 'method', problem: 'invalid', expected: methods.join(' or '), got: 'another' });
  const named = (from: object, fields: Readonly<Record<string, Rule>>, name: string) =>
    check(from, { type: 'record', fields, unknown: 'drop' }, name, { ...found, texts: true });
  const valid = {
    params: named(parts.params, params, 'params'),
    query: named(parts.query(query), query, 'query'),
    headers: named(parts.headers(headers), headers, 'headers'),
    body: body === undefined ? undefined : bodyOf(parts.body, body, found),
  };
  return judged(valid, found) as object;
}

const PARTS: readonly string[] = ['methods', 'params', 'query', 'headers', 'body'];

/** A part without rules would pass as it came. @throws `InvalidParams` */
function assertParts(rules: RequestRules, fields: Readonly<Record<string, unknown>>): void {
  const misspelled = Object.keys(withoutUndefined(rules)).find((name) => !PARTS.includes(name));
  if (misspelled !== undefined) throw invalidParam('security', `rules.${misspelled}`, undefined, `left out: rules are of ${PARTS.join(', ')}`);
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== 'object' || value === null) throw invalidParam('security', `rules.${name}`, value, 'an object with a rule for each name');
  }
}

function bodyOf(read: () => unknown, rule: Rule | StandardSchema, found: Findings): unknown {
  const body = read();
  if (body === unreadable) {
    found.issues.push({ param: 'body', problem: 'invalid', expected: 'JSON', got: 'something else' });
    return undefined;
  }
  return isSchema(rule) ? checkSchema(body, rule, 'body', found) : check(body, rule, 'body', found);
}

function findings(name = ''): Findings {
  if (typeof name !== 'string') throw invalidParam('security', 'name', name, 'a text');
  return { issues: [], texts: false, checked: new Set() };
}

function judged(valid: unknown, { issues }: Findings): unknown {
  if (issues.length === 0) return valid;
  const message = `Invalid input: ${issues.map(sentence).join('; ')}.`;
  throw new SugaError<SecurityErrorCode>('InvalidInput', message, { issues });
}

function sentence({ param, problem, expected }: ParamIssue): string {
  if (problem === 'missing') return `"${param}" is missing`;
  return problem === 'unexpected' ? `"${param}" is not expected` : `"${param}" must be ${expected}`;
}
