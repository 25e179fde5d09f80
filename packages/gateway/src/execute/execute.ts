import { type ParamIssue, SugaError } from '../bundled/errors.js';
import { invalidDefinition, invalidSchema } from '../error-factories.js';
import type { Facts, Handler, Operation, Schema } from '../gateway.js';
import { compile, type Validate } from './schema.js';
import { clip, show } from '../format-value.js';
import { nearest } from '../suggest.js';

/** Calls an operation with named parameters, once they fit its facts. */
export function execute(of: Operation, facade: Readonly<Record<string, Handler>>, params: object, remote: boolean): unknown {
  const { facts, interface: name, name: operation } = of;
  if (remote && facts.remote !== true) {
    throw new SugaError('NotRemote', `Operation "${name}.${operation}" cannot be called from an event: its facts do not say remote: true.`);
  }
  assertFacts(of);
  const given = named(params, `${name}.${operation}`);
  const issues = [...absentOrUnexpected(facts, given), ...invalid(of, given)];
  if (issues.length > MOST) issues.length = MOST;
  if (issues.length > 0) throw new SugaError('InvalidParams', `${name}.${operation}: ${issues.map(sentence).join('; ')}.`, { issues });
  return (facade[operation] as Handler)(...positional(facts, given));
}

/** How many parameters an error tells of: what is refused must not make a longer message than what was sent. */
const MOST = 20;

const checked = new WeakSet<Facts>();

/** What the compiler cannot tell of an operation's facts, checked once. */
function assertFacts({ facts, interface: name, name: operation }: Operation): void {
  if (checked.has(facts)) return;
  const { params, required = [] } = facts;
  if (typeof params !== 'object') throw invalidDefinition(name, 'params', operation);
  const [unusable] = Object.entries(params).find(([, schema]) => typeof schema !== 'object' || schema === null) ?? [];
  if (unusable !== undefined) throw invalidDefinition(name, 'schema', operation, unusable);
  const stray = required.find((param) => !Object.hasOwn(params, param));
  if (stray !== undefined) throw invalidDefinition(name, 'required', operation, stray);
  // Integer-like keys would come first, whatever the order they were written in.
  const numeral = Object.keys(params).find((param) => !/^[a-z_$]/i.test(param));
  if (numeral !== undefined) throw invalidDefinition(name, 'order', operation, numeral);
  checked.add(facts);
}

type Given = Readonly<Record<string, unknown>>;

function named(params: unknown, id: string): Given {
  const prototype: unknown = params === null ? undefined : Object.getPrototypeOf(params);
  // The prototype of plain objects is the only one that has none itself, in every realm.
  if (prototype === null || (prototype !== undefined && Object.getPrototypeOf(prototype) === null)) return params as Given;
  const issues: ParamIssue[] = [{ param: '', problem: 'invalid', expected: 'an object of named parameters', got: show(params) }];
  throw new SugaError('InvalidParams', `${id}: expected an object of named parameters, got ${show(params)}.`, { issues });
}

function absentOrUnexpected({ params, required = [] }: Facts, given: Given): ParamIssue[] {
  const issues: ParamIssue[] = [];
  for (const param of required) {
    if (!Object.hasOwn(given, param) || given[param] === undefined) {
      issues.push({ param, problem: 'missing', expected: expectation(params[param] ?? {}), got: 'nothing' });
    }
  }
  const names = Object.keys(params);
  for (const param of Object.keys(given)) {
    if (Object.hasOwn(params, param)) continue;
    if (issues.length >= MOST) break;
    const meant = nearest(param, names);
    const expected = meant ? `"${meant}"` : names.length > 0 ? `only ${names.map((name) => `"${name}"`).join(', ')}` : 'no parameters';
    issues.push({ param: clip(param), problem: 'unexpected', expected, got: show(given[param]) });
  }
  return issues;
}

function invalid(of: Operation, given: Given): ParamIssue[] {
  const issues: ParamIssue[] = [];
  for (const [param, schema] of Object.entries(of.facts.params)) {
    const value = Object.hasOwn(given, param) ? given[param] : undefined;
    // `undefined` is an argument left out; a schema that asks for nothing admits what JSON cannot hold, functions among it.
    if (value === undefined || Object.keys(schema).length === 0) continue;
    const issue = check({ of, param, schema }, value);
    if (issue) issues.push(issue);
  }
  return issues;
}

const validators = new WeakMap<Schema, Validate>();

/** A parameter of an operation, and what its facts say of it. */
interface Param {
  readonly of: Operation;
  readonly param: string;
  readonly schema: Schema;
}

function check({ of, param, schema }: Param, value: unknown): ParamIssue | undefined {
  if (!['string', 'number', 'boolean', 'object'].includes(typeof value)) {
    return { param, problem: 'invalid', expected: expectation(schema), got: show(value) };
  }
  const errors = errorsOf(validatorOf({ of, param, schema }), value);
  // The last error is the innermost: the one that says what is wrong with the deepest value.
  const innermost = errors.at(-1);
  if (!innermost) return undefined;
  const path = decodeURIComponent(innermost.instanceLocation).replace(/^#\/?/, '');
  const deep = path !== '' || !Object.hasOwn(schema, 'type') || innermost.keyword !== 'type';
  const expected = deep ? inWords(innermost) : expectation(schema);
  return { param: path ? `${param}/${path}` : param, problem: 'invalid', expected, got: show(path ? descend(value, path) : value) };
}

/** Words for each bound, to stand before its number. */
const ASKED: Readonly<Record<string, string>> = {
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

/** The expectation, taken from a message that says what was wrong: the bound is its last number. */
function inWords({ keyword, error }: ReturnType<Validate>[number]): string {
  const [, bound] = /(-?\d[\d.e+-]*?)\)?[^\d]*$/.exec(error) ?? [];
  return ASKED[keyword] && bound ? `${ASKED[keyword]} ${bound}` : error.replace(/\.$/, '');
}

/** @throws `InvalidDefinition` for a schema that is none */
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

/** The validator throws for what JSON cannot hold, deep inside, and for what is nested too deeply. */
function errorsOf(validate: Validate, value: unknown): ReturnType<Validate> {
  try {
    return validate(value);
  } catch (thrown) {
    const error = thrown instanceof RangeError ? 'a value that is nested less deeply' : 'only what JSON can hold';
    return [{ keyword: '', keywordLocation: '', instanceLocation: '#', error }];
  }
}

/** The value at the end of a JSON pointer. */
function descend(value: unknown, path: string): unknown {
  const keys = path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<unknown>((inner, key) => (inner as Given)[key], value);
}

function positional({ params }: Facts, given: Given): unknown[] {
  const values = Object.keys(params).map((param) => (Object.hasOwn(given, param) ? given[param] : undefined));
  // Arguments left out at the end stay left out, as in a call by hand.
  while (values.length > 0 && values.at(-1) === undefined) values.pop();
  return values;
}

function sentence({ param, problem, expected, got }: ParamIssue): string {
  if (problem === 'missing') return `"${param}" is missing (expected ${expected})`;
  if (problem === 'unexpected') return `"${param}" is not a parameter (expected ${expected})`;
  return `"${param}" is invalid: expected ${expected}, got ${got}`;
}

function expectation(schema: Schema): string {
  if (Array.isArray(schema['enum'])) return `one of ${schema['enum'].map(show).join(', ')}`;
  const type = schema['type'];
  return Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : 'a value';
}
