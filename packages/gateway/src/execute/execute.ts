import { type ParamIssue, SugaError } from '../bundled/errors.js';
import { nearest } from '../bundled/suggest.js';
import { invalidDefinition, invalidSchema } from '../error-factories.js';
import { formatValue, truncate } from '../format-value.js';
import type { Facts, Handler, Operation, Schema } from '../gateway.js';
import { compile, type Validate } from './schema.js';

/** Validates named parameters against an operation's facts, and calls the operation. */
export function execute(of: Operation, facade: Readonly<Record<string, Handler>>, params: object, remote: boolean): unknown {
  const { facts, interface: name, name: operation } = of;
  if (remote && facts.remote !== true) {
    throw new SugaError('NotRemote', `Operation "${name}.${operation}" cannot be called from an event: its facts do not say remote: true.`);
  }
  assertFacts(of);
  const values = assertParams(params, `${name}.${operation}`);
  const issues = [...missingOrUnexpected(facts, values), ...invalidValues(of, values)];
  if (issues.length > MAX_ISSUES) issues.length = MAX_ISSUES;
  if (issues.length > 0) throw new SugaError('InvalidParams', `${name}.${operation}: ${issues.map(sentence).join('; ')}.`, { issues });
  return (facade[operation] as Handler)(...toArguments(facts, values));
}

/** Maximum number of parameters in an error. A request must not be able to cause a huge message. */
const MAX_ISSUES = 20;

const validatedFacts = new WeakSet<Facts>();

/** Checks the rules for facts that the compiler cannot check. Done once per operation. */
function assertFacts({ facts, interface: name, name: operation }: Operation): void {
  if (validatedFacts.has(facts)) return;
  const { params, required = [] } = facts;
  if (typeof params !== 'object') throw invalidDefinition(name, 'params', operation);
  const [unusable] = Object.entries(params).find(([, schema]) => typeof schema !== 'object' || schema === null) ?? [];
  if (unusable !== undefined) throw invalidDefinition(name, 'schema', operation, unusable);
  const stray = required.find((param) => !Object.hasOwn(params, param));
  if (stray !== undefined) throw invalidDefinition(name, 'required', operation, stray);
  // JavaScript sorts integer-like keys to the front, so the order of the parameters would be lost.
  const numeral = Object.keys(params).find((param) => !/^[a-z_$]/i.test(param));
  if (numeral !== undefined) throw invalidDefinition(name, 'order', operation, numeral);
  validatedFacts.add(facts);
}

type Params = Readonly<Record<string, unknown>>;

function assertParams(params: unknown, id: string): Params {
  const prototype: unknown = params === null ? undefined : Object.getPrototypeOf(params);
  // In every realm, the prototype of plain objects is the only one that has no prototype itself.
  if (prototype === null || (prototype !== undefined && Object.getPrototypeOf(prototype) === null)) return params as Params;
  const issues: ParamIssue[] = [{ param: '', problem: 'invalid', expected: 'an object of named parameters', got: formatValue(params) }];
  throw new SugaError('InvalidParams', `${id}: expected an object of named parameters, got ${formatValue(params)}.`, { issues });
}

function missingOrUnexpected({ params, required = [] }: Facts, values: Params): ParamIssue[] {
  const issues: ParamIssue[] = [];
  for (const param of required) {
    if (!Object.hasOwn(values, param) || values[param] === undefined) {
      issues.push({ param, problem: 'missing', expected: expectation(params[param] ?? {}), got: 'nothing' });
    }
  }
  const names = Object.keys(params);
  for (const param of Object.keys(values)) {
    if (Object.hasOwn(params, param)) continue;
    if (issues.length >= MAX_ISSUES) break;
    const meant = nearest(param, names);
    const expected = meant ? `"${meant}"` : names.length > 0 ? `only ${names.map((name) => `"${name}"`).join(', ')}` : 'no parameters';
    issues.push({ param: truncate(param), problem: 'unexpected', expected, got: formatValue(values[param]) });
  }
  return issues;
}

function invalidValues(of: Operation, values: Params): ParamIssue[] {
  const issues: ParamIssue[] = [];
  for (const [param, schema] of Object.entries(of.facts.params)) {
    const value = Object.hasOwn(values, param) ? values[param] : undefined;
    // `undefined` counts as an absent argument. An empty schema also allows values that JSON cannot hold, such as functions.
    if (value === undefined || Object.keys(schema).length === 0) continue;
    const issue = issueOf({ of, param, schema }, value);
    if (issue) issues.push(issue);
  }
  return issues;
}

const validators = new WeakMap<Schema, Validate>();

/** A parameter of an operation, with its schema. */
interface Param {
  readonly of: Operation;
  readonly param: string;
  readonly schema: Schema;
}

function issueOf({ of, param, schema }: Param, value: unknown): ParamIssue | undefined {
  if (!['string', 'number', 'boolean', 'object'].includes(typeof value)) {
    return { param, problem: 'invalid', expected: expectation(schema), got: formatValue(value) };
  }
  const errors = errorsOf(validatorOf({ of, param, schema }), value);
  // The last error is the innermost one: it is about the most deeply nested value.
  const innermost = errors.at(-1);
  if (!innermost) return undefined;
  const path = decodeURIComponent(innermost.instanceLocation).replace(/^#\/?/, '');
  const deep = path !== '' || !Object.hasOwn(schema, 'type') || innermost.keyword !== 'type';
  const expected = deep ? describeError(innermost) : expectation(schema);
  return { param: path ? `${param}/${path}` : param, problem: 'invalid', expected, got: formatValue(path ? valueAt(value, path) : value) };
}

/** Words that are put before the number of each bound. */
const BOUND_WORDS: Readonly<Record<string, string>> = {
  minLength: 'a length from',
  maxLength: 'a length up to',
  minItems: 'a number of items from',
  maxItems: 'a number of items up to',
  minProperties: 'a number of properties from',
  maxProperties: 'a number of properties up to',
  minimum: 'a number from',
  maximum: 'a number up to',
  exclusiveMinimum: 'a number above',
  exclusiveMaximum: 'a number below',
};

/** Turns the validator's message into an expectation. The bound is the last number in that message. */
function describeError({ keyword, error }: ReturnType<Validate>[number]): string {
  const [, bound] = /(-?\d[\d.e+-]*?)\)?[^\d]*$/.exec(error) ?? [];
  return BOUND_WORDS[keyword] && bound ? `${BOUND_WORDS[keyword]} ${bound}` : error.replace(/\.$/, '');
}

/** @throws `InvalidDefinition` for an invalid schema */
function validatorOf({ of, param, schema }: Param): Validate {
  const known = validators.get(schema);
  if (known) return known;
  try {
    const made = compile(schema);
    validators.set(schema, made);
    return made;
  } catch (cause) {
    throw invalidSchema(of, param, cause);
  }
}

/** Returns the validator's errors. It throws for values that JSON cannot hold and for values that are nested too deeply. */
function errorsOf(validate: Validate, value: unknown): ReturnType<Validate> {
  try {
    return validate(value);
  } catch (thrown) {
    const error = thrown instanceof RangeError ? 'a value that is nested less deeply' : 'a value that JSON can represent';
    return [{ keyword: '', keywordLocation: '', instanceLocation: '#', error }];
  }
}

/** The value at the end of a JSON pointer. */
function valueAt(value: unknown, path: string): unknown {
  const keys = path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>((inner, key) => (inner as Params)[key], value);
}

function toArguments({ params }: Facts, values: Params): unknown[] {
  const args = Object.keys(params).map((param) => (Object.hasOwn(values, param) ? values[param] : undefined));
  // Absent arguments at the end are not passed, as in a direct call.
  while (args.length > 0 && args.at(-1) === undefined) args.pop();
  return args;
}

function sentence({ param, problem, expected, got }: ParamIssue): string {
  if (problem === 'missing') return `"${param}" is missing (expected ${expected})`;
  if (problem === 'unexpected') return `"${param}" is not a parameter (expected ${expected})`;
  return `"${param}" is invalid: expected ${expected}, got ${got}`;
}

function expectation(schema: Schema): string {
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].map(formatValue).join(', ')}`;
  const type = schema['type'];
  return Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'a value';
}
