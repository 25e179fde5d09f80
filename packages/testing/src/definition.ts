import type { Facts, Schema } from '@suga/gateway';
import type { Check, Subject } from './contract.js';
import { assert } from './test-gateway.js';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
const RETURNS = ['value', 'promise', 'stream'];
const FLAGS = ['idempotent', 'critical', 'cacheable', 'remote'] as const;

/** Checks of the definition alone. Its data is known before anything is loaded. */
export function definitionChecks({ definition, calls }: Subject<object>): readonly Check[] {
  const table = (): [string, Facts][] => Object.entries(definition().operations as Readonly<Record<string, Facts>>);
  const forEachOperation = (check: (facts: Facts, name: string, all: ReadonlyMap<string, Facts>) => void) => async () => {
    const all = new Map(table());
    for (const [name, facts] of all) check(facts, name, all);
  };
  return [
    {
      name: 'the definition is a table of operations and a function that loads them',
      run: async () => {
        assert(typeof definition().load === 'function', 'load is not a function');
        assert(table().length > 0, 'there are no operations');
        const unknown = Object.keys(calls).filter((name) => !table().some(([known]) => known === name));
        assert(unknown.length === 0, `calls: there is no operation ${unknown.join(', ')}`);
      },
    },
    { name: 'every parameter has a name and a JSON Schema', run: forEachOperation(checkParams) },
    { name: 'every fact has a value that the gateway accepts', run: forEachOperation(checkFacts) },
    { name: 'a batch fact names an operation that takes an array', run: forEachOperation(checkBatch) },
  ];
}

function checkParams({ params, required = [] }: Facts, name: string): void {
  assert(typeof params === 'object' && params !== null, `${name} has no params`);
  for (const [param, schema] of Object.entries(params)) {
    assert(/^[a-z][^\W_]*$/.test(param), `${name}: "${param}" is not a camelCase word`);
    assertSchema(schema, `${name}: "${param}"`);
  }
  for (const param of required) assert(Object.hasOwn(params, param), `${name} requires "${param}", which is not among its params`);
}

/** Checks the parts of JSON Schema that are most often wrong, not all of it. */
function assertSchema(schema: Schema, where: string): void {
  assert(typeof schema === 'object' && schema !== null && !Array.isArray(schema), `${where} has no schema: write {} for any value`);
  const { type, properties, items, required } = schema;
  for (const one of [type ?? []].flat()) assert(TYPES.includes(one as string), `${where}: "${one}" is not a JSON type`);
  if (properties) for (const [key, inner] of Object.entries(properties)) assertSchema(inner as Schema, `${where}/${key}`);
  if (items) assertSchema(items as Schema, `${where}/items`);
  if (required && properties) {
    for (const key of required as string[]) assert(Object.hasOwn(properties, key), `${where} requires "${key}", which is not among its properties`);
  }
}

function checkFacts({ returns = 'value', result, timeout, summary, ...flags }: Facts, name: string): void {
  assert(RETURNS.includes(returns), `${name}: returns is none of ${RETURNS.join(', ')}`);
  if (result) assertSchema(result, `${name}: result`);
  assert(timeout === undefined || timeout > 0, `${name}: timeout is not a number of ms above 0`);
  assert(summary === undefined || summary.trim() !== '', `${name}: the summary is empty`);
  for (const flag of FLAGS) assert(['boolean', 'undefined'].includes(typeof flags[flag]), `${name}: ${flag} is neither true nor false`);
}

function checkBatch(one: Facts, name: string, all: ReadonlyMap<string, Facts>): void {
  if (one.batch === undefined) return;
  const many = all.get(one.batch);
  assert(many, `${name}: there is no operation "${one.batch}"`);
  assert(Object.values(many.params)[0]?.['type'] === 'array', `${name}: the first parameter of "${one.batch}" is not an array`);
  assert((many.returns ?? 'value') === (one.returns ?? 'value'), `${name} and "${one.batch}" return different kinds of values`);
}
