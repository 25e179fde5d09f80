import type { ParamIssue } from '@suga/gateway';
import { assertObject, assertString, isObject } from '@suga/gateway/check';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import { withoutUndefined } from '@suga/gateway/options';
import type { RequestLike, RequestRules, Rule, SecurityErrorCode, StandardSchema } from '../contract.js';
import { type CheckState, checkRule, unreadableBody } from './check-rule.js';
import { toRequestParts } from './request-parts.js';
import { assertTexts } from './rule-options.js';
import { checkSchema, isSchema } from './standard-schema.js';

/** Returns the value if it fits a rule or a schema. @throws `InvalidInput` */
export function validate(value: unknown, rule: object, name = 'value'): unknown {
  const state = newState(name);
  const valid = isSchema(rule) ? checkSchema(value, rule, name, state) : checkRule(value, rule as Rule, name, state);
  return validOrThrow(valid, state);
}

/** Returns the value if it fits a rule of the given type. @throws `InvalidInput` */
export function validateAs(type: Rule['type'], value: unknown, rule: object = {}, name = 'value'): unknown {
  assertObject('security', 'rule', rule);
  const state = newState(name);
  return validOrThrow(checkRule(value, { ...rule, type, optional: false, default: undefined } as Rule, name, state), state);
}

/** Returns the parts of a request that the rules name. @throws `InvalidInput` with the problems of all parts */
export function validateRequest(request: RequestLike, rules: RequestRules): object {
  if (typeof request !== 'object' || request === null) throw invalidParam('security', 'request', request, 'a request');
  assertObject('security', 'rules', rules);
  const state = newState();
  const parts = toRequestParts(request);
  const { methods, params = {}, query = {}, headers = {}, body } = rules;
  assertTexts('rules.methods', methods);
  assertParts(rules, { params, query, headers });
  if (methods && !methods.includes(parts.method)) state.issues.push({ param: 'method', problem: 'invalid', expected: methods.join(' or '), got: 'another' });
  const checkFields = (from: object, fields: Readonly<Record<string, Rule>>, name: string) =>
    checkRule(from, { type: 'record', fields, unknown: 'drop' }, name, { ...state, texts: true });
  const valid = {
    params: checkFields(parts.params, params, 'params'),
    query: checkFields(parts.query(query), query, 'query'),
    headers: checkFields(parts.headers(headers), headers, 'headers'),
    body: body === undefined ? undefined : checkBody(parts.body, body, state),
  };
  return validOrThrow(valid, state) as object;
}

const PARTS: readonly string[] = ['methods', 'params', 'query', 'headers', 'body'];

/** Refuses misspelled and invalid parts of rules: a part without rules would pass unchecked. @throws `InvalidParams` */
function assertParts(rules: RequestRules, fields: Readonly<Record<string, unknown>>): void {
  const misspelled = Object.keys(withoutUndefined(rules)).find((name) => !PARTS.includes(name));
  if (misspelled !== undefined) throw invalidParam('security', `rules.${misspelled}`, undefined, `left out: rules are of ${PARTS.join(', ')}`);
  for (const [name, value] of Object.entries(fields)) {
    if (!isObject(value)) throw invalidParam('security', `rules.${name}`, value, 'an object with a rule for each name');
  }
}

function checkBody(read: () => unknown, rule: Rule | StandardSchema, state: CheckState): unknown {
  const body = read();
  if (body === unreadableBody) {
    state.issues.push({ param: 'body', problem: 'invalid', expected: 'JSON', got: 'something else' });
    return undefined;
  }
  return isSchema(rule) ? checkSchema(body, rule, 'body', state) : checkRule(body, rule, 'body', state);
}

function newState(name = ''): CheckState {
  assertString('security', 'name', name);
  return { issues: [], texts: false, checked: new Set() };
}

function validOrThrow(valid: unknown, { issues }: CheckState): unknown {
  if (issues.length === 0) return valid;
  const message = `Invalid input: ${issues.map(describeIssue).join('; ')}.`;
  throw new SugaError<SecurityErrorCode>('InvalidInput', message, { issues });
}

function describeIssue({ param, problem, expected }: ParamIssue): string {
  if (problem === 'missing') return `"${param}" is missing`;
  return problem === 'unexpected' ? `"${param}" is not expected` : `"${param}" must be ${expected}`;
}
