import type { Facts } from '@suga/gateway';
import { toBoundedText } from '../bounded-copy.js';
import { checkSchema } from './schema.js';

/** A mistake in the facts or the function of one operation. */
export interface FactProblem {
  readonly severity: 'error' | 'warning';
  readonly problem: string;
  readonly remedy: string;
}

type Table = Readonly<Record<string, Facts>>;

const FLAGS = ['idempotent', 'critical', 'cacheable', 'remote'] as const;
const RETURNS = ['value', 'promise', 'stream'];

/** Checks facts as the compiler does, for definitions that it has not seen, and finds some mistakes that it cannot find. */
export function checkFacts(operation: string, facts: Facts, table: Table): readonly FactProblem[] {
  if (typeof facts?.params !== 'object' || facts.params === null) return [error('it has no params', 'write params: {} if it takes none')];
  return [...params(facts), ...kinds(facts), ...batch(operation, facts, table), ...sense(facts)];
}

const error = (problem: string, remedy: string): FactProblem => ({ severity: 'error', problem, remedy });
const warning = (problem: string, remedy: string): FactProblem => ({ severity: 'warning', problem, remedy });

function params({ params: given, required = [] }: Facts): readonly FactProblem[] {
  const found: FactProblem[] = [];
  for (const [name, schema] of Object.entries(given)) {
    if (!/^[a-z][^\W_]*$/.test(name))
      found.push(error(`parameter "${name}" is not a camelCase word`, 'rename it; a name that begins with a digit changes the order'));
    for (const problem of checkSchema(schema, `"${name}"`)) found.push(error(problem, 'write a JSON Schema, or {} for any value'));
  }
  if (!Array.isArray(required)) return [...found, error('required is not an array', 'list the names of the required parameters')];
  for (const name of required) {
    if (typeof name !== 'string' || !Object.hasOwn(given, name))
      found.push(error(`it requires "${toBoundedText(name, 100)}", which is not among its params`, 'use the same name in both'));
  }
  if (new Set(required).size < required.length) found.push(warning('required names a parameter twice', 'remove one'));
  return found;
}

function kinds({ returns, result, timeout, summary, ...flags }: Facts): readonly FactProblem[] {
  const found: FactProblem[] = [];
  if (returns !== undefined && !RETURNS.includes(returns))
    found.push(error(`returns is "${toBoundedText(returns, 100)}"`, `write one of ${RETURNS.join(', ')}`));
  if (result !== undefined) for (const problem of checkSchema(result, 'result')) found.push(error(problem, 'write a JSON Schema, or leave it out'));
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout > 0)) found.push(error('timeout is not a time above 0', 'write it in ms'));
  if (summary !== undefined && (typeof summary !== 'string' || summary.trim() === ''))
    found.push(error('summary is not a sentence', 'write one, or leave it out'));
  for (const flag of FLAGS) {
    if (flags[flag] !== undefined && typeof flags[flag] !== 'boolean') found.push(error(`${flag} is neither true nor false`, 'write one of them'));
  }
  return found;
}

function batch(operation: string, { batch: name, returns = 'value' }: Facts, table: Table): readonly FactProblem[] {
  if (name === undefined) return [];
  const many = typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
  if (!many) return [error(`batch names "${toBoundedText(name, 100)}", but there is no such operation`, 'add it, or remove the fact')];
  const found: FactProblem[] = [];
  if (name === operation) found.push(error('batch names the operation itself', 'name the one that takes many'));
  if (Object.values(many.params ?? {})[0]?.['type'] !== 'array') {
    found.push(error(`the first parameter of "${name}", its batch, is not an array`, 'let it take an array of items'));
  }
  if ((many.returns ?? 'value') !== returns) found.push(error(`it returns a ${returns}, but "${name}", its batch, does not`, 'let both return the same kind'));
  return found;
}

/** Checks combinations of facts that are valid one by one but doubtful together. */
function sense({ params: given, remote, cacheable, idempotent }: Facts): readonly FactProblem[] {
  const found: FactProblem[] = [];
  if (cacheable === true && idempotent !== true) {
    found.push(warning('its result may be cached, but it is not idempotent', 'set idempotent: true, or remove cacheable'));
  }
  if (remote !== true) return found;
  for (const [name, schema] of Object.entries(given)) {
    if (typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0) {
      found.push(warning(`an event may send anything as "${name}"`, 'give it a schema, or remove remote'));
    }
  }
  return found;
}
