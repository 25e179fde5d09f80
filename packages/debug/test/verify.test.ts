import { type Debug, debug, type Verification } from '@suga/debug';
import { type AnyInterface, control, createGateway, type Facts, type Handler, type Interface } from '@suga/gateway';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseParameters } from '../src/verify/parameters.js';
import { checkSchema } from '../src/verify/schema.js';

const gatewayOf = (interfaces: Record<string, AnyInterface>) =>
  createGateway({ debug: debug(), ...interfaces } as unknown as { debug: Interface<Debug>; [name: string]: Interface<object> }) as unknown as {
    debug: Debug;
  } & Parameters<typeof control>[0];
const verify = (interfaces: Record<string, AnyInterface>): Verification => gatewayOf(interfaces).debug.verify();
const one = (facts: object, fn: (...args: never[]) => unknown = (..._: never[]) => 1, others: Record<string, object> = {}): AnyInterface => ({
  operations: { go: facts as Facts, ...(others as Record<string, Facts>) },
  load: () => ({ operations: { go: fn, ...Object.fromEntries(Object.keys(others).map((name) => [name, (..._: unknown[]) => 1])) } }),
});
const problems = (facts: object, fn?: (...args: never[]) => unknown, others?: Record<string, object>) =>
  verify({ shop: one(facts, fn, others) }).findings.map(({ severity, operation, problem }) => `${severity} ${operation}: ${problem}`);

describe('verify', () => {
  it('finds nothing if nothing is wrong, including itself', () => {
    const shop = one({ params: { id: { type: 'string' }, options: { type: 'object' } }, required: ['id'] }, (_id: string, _options = {}) => 1);
    expect(verify({ shop })).toEqual({ ok: true, interfaces: 2, operations: 26, notInstalled: [], findings: [] });
  });

  it.each<[string, string, object]>([
    ['a name in upper case', 'error go: parameter "Big" is not a camelCase word', { params: { Big: {} } }],
    ['a digit', 'error go: parameter "1" is not a camelCase word', { params: { 1: {} } }],
    ['a parameter without schema', 'error go: "id" has no schema', { params: { id: 'string' } }],
    ['a type that JSON does not have', 'error go: "id": "date" is not a JSON type', { params: { id: { type: 'date' } } }],
    [
      'such a type deeper in a schema',
      'error go: "id"/items/a: "int" is not a JSON type',
      { params: { id: { items: { properties: { a: { type: 'int' } } } } } },
    ],
    ['an empty choice', 'error go: "id": enum is empty', { params: { id: { enum: [] } } }],
    ['a wrong pattern', 'error go: "id": pattern is not a regular expression', { params: { id: { pattern: '(' } } }],
    ['limits that no value can satisfy', 'error go: "id": minimum is above maximum', { params: { id: { minimum: 2, maximum: 1 } } }],
    [
      'a required name that is not a property',
      'error go: "id" requires "b", which is not among its properties',
      { params: { id: { properties: {}, required: ['b'] } } },
    ],
    ['a required name that is not a parameter', 'error go: it requires "key", which is not among its params', { params: { id: {} }, required: ['key'] }],
    ['a required name that every object has', 'error go: it requires "toString", which is not among its params', { params: {}, required: ['toString'] }],
    ['required without an array', 'error go: required is not an array', { params: { id: {} }, required: 'id' }],
    ['a name that is required twice', 'warning go: required names a parameter twice', { params: { id: {} }, required: ['id', 'id'] }],
    ['unknown returns', 'error go: returns is "later"', { params: {}, returns: 'later' }],
    ['a result that is not a schema', 'error go: result has no schema', { params: {}, result: 'number' }],
    ['a timeout of 0', 'error go: timeout is not a time above 0', { params: {}, timeout: 0 }],
    ['an empty summary', 'error go: summary is not a sentence', { params: {}, summary: ' ' }],
    ['a flag that is not a boolean', 'error go: remote is neither true nor false', { params: {}, remote: 'yes' }],
    [
      'a cacheable result of an operation that is not idempotent',
      'warning go: its result may be cached, but it is not idempotent',
      { params: {}, cacheable: true },
    ],
    ['a remote operation with a parameter of any type', 'warning go: an event may send anything as "id"', { params: { id: {} }, remote: true }],
    ['a batch that does not exist', 'error go: batch names "goMany", but there is no such operation', { params: {}, batch: 'goMany' }],
    ['a batch name that every object has', 'error go: batch names "toString", but there is no such operation', { params: {}, batch: 'toString' }],
  ])('finds %s', (_, expected, facts) => {
    expect(problems(facts)).toEqual([expected]);
  });

  it('finds a batch that does not take an array, or returns another kind', () => {
    expect(problems({ params: {}, batch: 'goMany' }, undefined, { goMany: { params: { ids: { type: 'string' } }, returns: 'promise' } })).toEqual([
      'error go: the first parameter of "goMany", its batch, is not an array',
      'error go: it returns a value, but "goMany", its batch, does not',
    ]);
    expect(problems({ params: {}, batch: 'goMany' }, undefined, { goMany: { params: { ids: { type: 'array' } } } })).toEqual([]);
  });

  it('finds functions that take more or fewer parameters than their facts declare', () => {
    const params = { id: {}, options: {} };
    expect(problems({ params }, (_a: unknown, _b: unknown, _c: unknown) => 1)).toEqual(['error go: its function takes 3 parameters, its facts declare 2']);
    expect(problems({ params }, (_a: unknown, _b: unknown, _c = 1) => 1)).toEqual(['warning go: its function takes 3 parameters, its facts declare 2']);
    expect(problems({ params }, (_a: unknown) => 1)).toEqual(['warning go: its function takes 1 of 2 parameters and never sees "options"']);
    expect(problems({ params }, () => 1)).toEqual([]);
    expect(problems({ params }, (..._: unknown[]) => 1)).toEqual([]);
    expect(problems({ params }, Math.max)).toEqual([]);
  });

  it('finds operations that the core does not have, interfaces that fail to load, and circles', () => {
    const params = {};
    const missing: AnyInterface = { operations: { get: { params }, set: { params } }, load: () => ({ operations: { get: () => 1 } }) };
    const failing: AnyInterface = {
      operations: { go: { params } },
      load: () => {
        throw new Error('no disk');
      },
    };
    const to = (name: string): AnyInterface => ({
      operations: { go: { params } },
      load: (host) => (host.peer<{ go: Handler }>(name).go(), { operations: { go: () => 1 } }),
    });
    const { ok, findings } = verify({ missing, failing, hen: to('egg'), egg: to('hen') });
    expect(ok).toBe(false);
    expect(findings.map(({ interface: of }) => of)).toEqual(['missing', 'failing', 'hen', 'egg']);
    expect(findings.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('"set"'),
      expect.stringContaining('no disk'),
      expect.stringContaining('hen → egg → hen'),
      expect.stringContaining('egg → hen → egg'),
    ]);
    for (const { remedy, severity } of findings) expect([severity, remedy]).toEqual(['error', expect.stringMatching(/.{10}/)]);
  });

  it('finds operations that cannot be bound, and continues if a core cannot say what it holds', () => {
    const mute: AnyInterface = {
      operations: { go: { params: {} } },
      load: () => ({
        operations: { go: () => 1 },
        heldState: () => {
          throw new Error('mute');
        },
      }),
    };
    let broken = false;
    const gateway = gatewayOf({ mute, shop: one({ params: {} }, () => 1) });
    control(gateway).load('shop');
    control(gateway).use({ name: 'fragile', bind: (operation, next) => (broken && operation.interface === 'shop' ? (undefined as never) : next) });
    expect(gateway.debug.verify().findings).toEqual([]);
    broken = true;
    expect(gateway.debug.verify().findings).toMatchObject([
      { severity: 'error', interface: 'shop', operation: 'go', problem: expect.stringContaining('fragile') },
    ]);
  });

  it('leaves interfaces loaded or unloaded as they were', () => {
    const holding: AnyInterface = { ...one({ params: {} }, () => 1), load: () => ({ operations: { go: () => 1 }, heldState: () => '1 entry' }) };
    const gateway = gatewayOf({ cold: one({ params: {} }, () => 1), warm: one({ params: {} }, () => 1), holding });
    const { stats, load } = control(gateway);
    load.call(control(gateway), 'warm');
    const look = () => Object.entries(stats.call(control(gateway)).interfaces).map(([name, each]) => [name, each.loaded, each.operations['go']?.bound]);
    gateway.debug.verify({ load: false });
    expect(look()).toEqual([
      ['debug', true, undefined],
      ['cold', false, 'cold'],
      ['warm', true, 'direct'],
      ['holding', false, 'cold'],
    ]);
    gateway.debug.verify();
    expect(look()).toEqual([
      ['debug', true, undefined],
      ['cold', false, 'cold'],
      ['warm', true, 'direct'],
      ['holding', true, 'direct'],
    ]);
  });

  it('lists interfaces that are known by name only', async () => {
    vi.stubEnv('SUGA_INTERFACES', 'ghost=@acme/nowhere');
    const { gateway: auto } = await import('@suga/gateway/auto');
    vi.unstubAllEnvs();
    const one = auto.debug as Debug;
    const { notInstalled, interfaces, ok } = one.verify({ load: false });
    expect([notInstalled.includes('ghost'), notInstalled.length + interfaces, ok]).toEqual([true, 14, true]);
    expect((await one.health()).interfaces).not.toHaveProperty('ghost');
    await expect(one.checkComponent('ghost')).rejects.toMatchObject({ code: 'UnknownComponent' });
  });
});

describe('parameters', () => {
  const name = fc.constantFrom('a', 'b1', '_c', '$d', 'key');
  const value = fc.constantFrom('1', '"),("', "'\\',('", '`)`', '[1, 2]', '{ a: [1, "}"] }', '(1, 2)', '/* , ) */ 2', '() => (1, 2)');
  const param = fc.oneof(
    name,
    fc.tuple(name, value).map(([of, given]) => `${of} = ${given}`),
    fc.constant('{ a, b: { c } = {} }'),
    fc.constant('[x, ...y]'),
  );
  const rest = fc.constantFrom('', '...all');
  const shape = fc.constantFrom('(P) => 1', 'async (P) => ({})', 'function (P) { return (1) }', '({ go(P) {} }).go', '({ async *go(P) {} }).go');

  it('are counted in any function', () => {
    fc.assert(
      fc.property(fc.array(param, { maxLength: 6 }), rest, shape, (params, more, form) => {
        // Each name occurs once, because only their number matters.
        const list = [...params, ...(more ? [more] : [])]
          .map((each, index) => each.replace(/^(?:a|b1|_c|\$d|key)\b/, `p${index}`))
          .map((each, index) => each.replace('{ a, b: { c }', `{ a: q${index}`).replace('[x, ...y]', `[...y${index}]`));
        const fn = new Function(`return ${form.replace('P', () => list.join(', '))}`)();
        expect(parseParameters(fn)).toEqual({ count: params.length, rest: more !== '' });
      }),
    );
  });

  it('are not guessed at', () => {
    const source = (text: string) => new Function(`return ${text}`)();
    expect(
      [Math.max, (() => 1).bind(null), source('(a = /,/) => 1'), source('({ ["a(b"](c) {} })["a(b"]'), source(['(a = `$', '{`,`}`) => 1'].join(''))].map(
        parseParameters,
      ),
    ).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(parseParameters(source('a => 1'))).toEqual({ count: 1, rest: false });
    expect(parseParameters(source('function (a) { return arguments }'))).toEqual({ count: 1, rest: true });
  });
});

it('the check of schemas never throws, for any schema', () => {
  fc.assert(fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (schema) => Array.isArray(checkSchema(schema, 'it'))));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('type', 'properties', 'items', 'required', 'enum', 'minimum', 'maximum', 'pattern'), fc.anything()), (schema) =>
      Array.isArray(checkSchema(schema, 'it')),
    ),
  );
  const circle: Record<string, unknown> = {};
  circle['items'] = circle;
  expect(checkSchema(circle, 'it')).toEqual([expect.stringContaining('nested too deeply')]);
});
