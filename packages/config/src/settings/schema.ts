import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { ConfigErrorCode, OutputOf, SchemaResult, StandardSchema } from '../contract.js';
import { quote } from './files.js';

/** Validates a value and returns the schema's output; a promise if the schema returns one. */
export function check<Schema extends StandardSchema>(schema: Schema, value: unknown, what: string): OutputOf<Schema> | Promise<OutputOf<Schema>> {
  const result = standardOf(schema).validate(value);
  if (typeof result !== 'object' || result === null) throw invalidParam('config', 'schema', result, 'a schema whose validate returns { value } or { issues }');
  // A promise of another realm or library is not an instance of Promise.
  if ('then' in result) return Promise.resolve(result).then((settled) => outcome(settled, value, what));
  return outcome(result, value, what);
}

function standardOf(schema: StandardSchema): StandardSchema['~standard'] {
  // The schemas of some libraries are functions.
  const standard = (schema as StandardSchema | undefined | null)?.['~standard'];
  if (typeof standard?.validate === 'function') return standard;
  throw invalidParam('config', 'schema', schema, 'a schema of Standard Schema (https://standardschema.dev)');
}

/** Returns the output, or throws. The libraries' own messages are left out: some quote the value, which may be a secret. */
function outcome(result: SchemaResult<unknown>, value: unknown, what: string): unknown {
  if (!result.issues) return result.value;
  const problems = result.issues.slice(0, 20).map(({ path = [] }) => {
    const keys = path.map((segment) => (typeof segment === 'object' ? segment.key : segment));
    const problem = lookUp(value, keys) === undefined ? 'is missing' : 'does not fit';
    return { name: keys.map(String).join('.'), problem };
  });
  const messages = problems.map(({ name, problem }) => (name === '' ? `the value ${problem}` : `${quote(name)} ${problem}`));
  throw new SugaError<ConfigErrorCode>('InvalidValue', `config: ${what} must fit the schema: ${[...new Set(messages)].join(', ')}.`, {
    details: { names: problems.map(({ name }) => name) },
  });
}

function lookUp(value: unknown, keys: readonly PropertyKey[]): unknown {
  let found = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}
