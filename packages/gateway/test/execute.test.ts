import { runInNewContext } from 'node:vm';
import { control, createGateway, type Schema } from '@suga/gateway';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorOf, notes, single } from './fixtures/notes.js';

const fresh = () => {
  const gateway = createGateway({ notes: notes() });
  return { gateway, execute: control(gateway).execute.bind(control(gateway)) };
};
const door = (schema: Schema, run: (...args: never[]) => unknown = (...args) => args) => {
  const gateway = createGateway({});
  control(gateway).register('it', single({ params: { value: schema, other: {} }, required: ['value'] }, run));
  return (params: object) => control(gateway).execute('it', 'run', params);
};

describe('execute', () => {
  it('calls with named parameters in the order of the facts', () => {
    const { execute } = fresh();
    expect(execute('notes', 'add', { tags: ['a'], text: 'x' })).toBe(0);
    expect(execute('notes', 'get', { id: 0 })).toBe('x');
    expect(execute('notes', 'find', { query: { text: 'x' } })).toEqual(['x']);
    expect(door({})({ value: 1 })).toEqual([1]);
    expect(door({})({ value: 1, other: undefined })).toEqual([1]);
    expect(door({})({ other: 2, value: 1 })).toEqual([1, 2]);
  });

  it.each([
    ['note', 'add', 'UnknownInterface', 'Did you mean "notes"?'],
    ['zebra', 'add', 'UnknownInterface', 'Known: notes.'],
    ['notes', 'ad', 'UnknownOperation', 'Did you mean "add"?'],
    ['notes', 'svae', 'UnknownOperation', 'Did you mean "save"?'],
    ['notes', 'launchRocket', 'UnknownOperation', 'Known: add, get'],
    ['__proto__', 'add', 'UnknownInterface', 'Known: notes.'],
    ['constructor', 'name', 'UnknownInterface', 'Known: notes.'],
    ['notes', '__proto__', 'UnknownOperation', 'Known: add'],
    ['notes', 'constructor', 'UnknownOperation', 'Known: add'],
    ['notes', 'hasOwnProperty', 'UnknownOperation', 'Known: add'],
  ])('refuses %s.%s', async (name, operation, code, says) => {
    const { execute } = fresh();
    expect(await errorOf(() => execute(name, operation, {}))).toMatchObject({ code, message: expect.stringContaining(says) });
  });

  it.each([
    [{}, [{ param: 'text', problem: 'missing', expected: 'string', got: 'nothing' }]],
    [{ text: undefined }, [{ param: 'text', problem: 'missing' }]],
    [{ text: 42 }, [{ param: 'text', problem: 'invalid', expected: 'string', got: '42' }]],
    [{ text: null }, [{ param: 'text', problem: 'invalid', got: 'null' }]],
    [{ text: 10n }, [{ param: 'text', problem: 'invalid', got: 'a bigint' }]],
    [
      { txt: 'x' },
      [
        { param: 'text', problem: 'missing' },
        { param: 'txt', problem: 'unexpected', expected: '"text"', got: '"x"' },
      ],
    ],
    [{ text: 'x', tags: [1] }, [{ param: 'tags/0', problem: 'invalid', got: '1' }]],
    [{ text: 'x', tags: 'a' }, [{ param: 'tags', problem: 'invalid', expected: 'array', got: '"a"' }]],
    [{ text: 'a text of more than twenty' }, [{ param: 'text', problem: 'invalid' }]],
  ])('says which parameters of %o are wrong', async (params, issues) => {
    const { execute } = fresh();
    const error = await errorOf(() => execute('notes', 'add', params));
    expect(error).toMatchObject({ code: 'InvalidParams', issues });
    for (const { param } of issues) expect(error.message).toContain(`"${param}"`);
  });

  it.each([[null], ['x'], [42], [[]], [new Map()], [new Date()], [() => 0]])('wants an object of named parameters, not %o', async (params) => {
    const { execute } = fresh();
    expect(await errorOf(() => execute('notes', 'add', params as never))).toMatchObject({
      code: 'InvalidParams',
      message: expect.stringContaining('named parameters'),
      issues: [{ param: '', problem: 'invalid', expected: 'an object of named parameters', got: expect.any(String) }],
    });
  });

  it('tells of what is no parameter: the one that was meant, those there are, or that there are none', async () => {
    const { execute } = fresh();
    const [, other] = (await errorOf(() => door({})({ zebra: 1 }))).issues ?? [];
    expect(other).toEqual({ param: 'zebra', problem: 'unexpected', expected: 'only "value", "other"', got: '1' });
    expect((await errorOf(() => execute('notes', 'all', { zebra: [1, 2] }))).issues).toEqual([
      { param: 'zebra', problem: 'unexpected', expected: 'no parameters', got: 'an array of 2' },
    ]);
    const long = (await errorOf(() => execute('notes', 'all', { ['z'.repeat(61)]: 'y'.repeat(61) }))).issues;
    expect(long).toMatchObject([{ param: `${'z'.repeat(57)}…`, got: `"${'y'.repeat(56)}…` }]);
    const short = (await errorOf(() => execute('notes', 'all', { ['z'.repeat(60)]: 'y'.repeat(58) }))).issues;
    expect(short).toMatchObject([{ param: 'z'.repeat(60), got: `"${'y'.repeat(58)}"` }]);
  });

  it('knows parameters by their own names, not by those that every object has', async () => {
    const gateway = createGateway({});
    const facts = { params: { valueOf: { type: 'string' }, toString: { type: 'string' }, last: {} }, required: ['valueOf'] };
    control(gateway).register(
      'it',
      single(facts as never, (...args) => args),
    );
    const call = (params: object) => control(gateway).execute('it', 'run', params);
    expect(await errorOf(() => call({}))).toMatchObject({ issues: [{ param: 'valueOf', problem: 'missing', expected: 'string', got: 'nothing' }] });
    expect(await errorOf(() => call({ valueOf: 'x', constructor: 1 }))).toMatchObject({ issues: [{ param: 'constructor', problem: 'unexpected' }] });
    expect(call({ valueOf: 'x', last: 1 })).toEqual(['x', undefined, 1]);
  });

  it.each([
    [{ 'a/b': 5 }, 'query/a~1b'],
    [{ 'a~b': 5 }, 'query/a~0b'],
    [{ 'ü und #?%25': 5 }, 'query/ü und #?%25'],
    [{ list: [{ 'x y': 5 }] }, 'query/list/0/x y'],
  ])('points into %o, and shows what is there', async (query, param) => {
    const texts = { type: 'string' };
    const list = { type: 'array', items: { additionalProperties: texts } };
    const call = door({ type: 'object', properties: { list }, additionalProperties: texts });
    const error = await errorOf(() => call({ value: query }));
    expect(error.issues).toEqual([{ param: param.replace('query', 'value'), problem: 'invalid', expected: expect.any(String), got: '5' }]);
  });

  it('asks for what the schema says, in words', async () => {
    const asked = async (schema: Schema, value: unknown): Promise<unknown> => {
      const [issue] = (await errorOf(() => door(schema)({ value }))).issues as { expected: string; got: string }[];
      return [issue?.expected, issue?.got];
    };
    expect(await asked({ enum: ['on', 1, null] }, 1n)).toEqual(['one of "on", 1, null', 'a bigint']);
    expect(await asked({ type: 'integer' }, Symbol('s'))).toEqual(['integer', 'a symbol']);
    expect(await asked({ minLength: 2 }, () => 1)).toEqual(['a value', 'a function']);
    expect(await asked({ type: ['string', 'null'] }, true)).toEqual(['string or null', 'true']);
    expect(await asked({ type: 'string', pattern: '^a' }, 'b')).toEqual([expect.stringMatching(/pattern[^.]*$/), '"b"']);
    expect(await asked({ type: 'object', required: ['a'] }, {})).toEqual([expect.stringContaining('required'), 'an object']);
  });

  it('says of each parameter what is wrong with it', async () => {
    const { execute } = fresh();
    const { message } = await errorOf(() => execute('notes', 'add', { tags: 5, tag: 'x' }));
    expect(message).toBe(
      'notes.add: "text" is missing (expected string); "tag" is not a parameter (expected "tags"); "tags" is invalid: expected array, got 5.',
    );
  });

  it('takes parameters from another realm or without a prototype', () => {
    const { execute } = fresh();
    expect(execute('notes', 'add', Object.assign(Object.create(null), { text: 'x' }))).toBe(0);
    expect(execute('notes', 'add', runInNewContext("({ text: 'y' })"))).toBe(1);
  });

  it('says what is wrong deep inside, also for alternatives', async () => {
    const { execute } = fresh();
    const error = await errorOf(() => execute('notes', 'find', { query: { limit: 0 } }));
    expect(error).toMatchObject({ code: 'InvalidParams', issues: [{ param: 'query/limit', got: '0' }] });
    expect(await errorOf(() => execute('notes', 'find', { query: { limits: 1 } }))).toMatchObject({ code: 'InvalidParams' });
    expect(await errorOf(() => door({ enum: ['on', 'off'] })({ value: 'maybe' }))).toMatchObject({ issues: [{ param: 'value', got: '"maybe"' }] });
    expect(await errorOf(() => door({ type: ['string', 'null'] })({ value: 1 }))).toMatchObject({ issues: [{ expected: 'string or null', got: '1' }] });
  });

  it('passes what JSON cannot hold through a schema that asks for nothing', () => {
    const compute = () => 1;
    expect(door({})({ value: compute })).toEqual([compute]);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(door({ type: 'object' })({ value: circular })).toEqual([circular]);
  });

  it('reaches only remote operations for an event', async () => {
    const { execute } = fresh();
    expect(execute('notes', 'add', { text: 'x' }, { remote: true })).toBe(0);
    expect(await errorOf(() => execute('notes', 'get', { id: 0 }, { remote: true }))).toMatchObject({
      code: 'NotRemote',
      message: expect.stringContaining('notes.get'),
    });
  });

  it.each([1, 'true', {}])('takes a call for one from an event whatever it says so with: %o', async (remote) => {
    const { execute } = fresh();
    expect(execute('notes', 'add', { text: 'x' }, { remote: remote as never })).toBe(0);
    expect(await errorOf(() => execute('notes', 'get', { id: 0 }, { remote: remote as never }))).toMatchObject({ code: 'NotRemote' });
  });

  it.each([undefined, {}, { remote: false }, { remote: undefined }])('takes a call for the function’s own without such a word: %o', (options) => {
    const { execute } = fresh();
    execute('notes', 'add', { text: 'x' });
    expect(execute('notes', 'get', { id: 0 }, options)).toBe('x');
  });

  it('keeps a huge value out of its message', async () => {
    const { execute } = fresh();
    const error = await errorOf(() => execute('notes', 'get', { id: 'x'.repeat(10_000_000), ['y'.repeat(10_000_000)]: 1 }));
    expect(error.code).toBe('InvalidParams');
    expect(error.message.length).toBeLessThan(600);
    expect((await errorOf(() => execute('z'.repeat(10_000_000), 'x'))).message.length).toBeLessThan(200);
  });

  it.each([
    [{ params: { a: {} }, required: ['b'] }, 'requires "b"'],
    [{ params: { 1: {}, a: {} } }, 'parameter "1"'],
    [{ params: { a: {}, '1a': {} } }, 'parameter "1a"'],
    [{ params: { '-': {} } }, 'parameter "-"'],
    [{ params: { a: null } }, 'no schema for its parameter "a"'],
    [{ params: { a: {}, b: 'string' } }, 'no schema for its parameter "b"'],
    [{ params: 'a, b' }, 'operation "run" has no params'],
  ])('refuses facts it cannot work with: %o', async (facts, says) => {
    const gateway = createGateway({});
    control(gateway).register(
      'it',
      single(facts as never, () => 0),
    );
    // Every time: what was refused once is not taken for checked.
    for (let time = 0; time < 2; time++) {
      expect(await errorOf(() => control(gateway).execute('it', 'run'))).toMatchObject({ code: 'InvalidDefinition', message: expect.stringContaining(says) });
    }
  });

  it.each(['a', 'Z', '_x', '$1'])('takes %s for the name of a parameter', (name) => {
    const gateway = createGateway({});
    control(gateway).register(
      'it',
      single({ params: { [name]: {} } }, (value) => value),
    );
    expect(control(gateway).execute('it', 'run', { [name]: 5 })).toBe(5);
  });
});

describe('for any input', () => {
  it('execute either calls the operation with exactly what was given, or refuses with a code', () => {
    const call = door({ type: 'string' });
    fc.assert(
      fc.property(
        fc.object({ key: fc.oneof(fc.string(), fc.constantFrom('value', 'other', '__proto__', 'constructor')), withNullPrototype: true }),
        (params) => {
          try {
            const args = call(params) as unknown[];
            expect(typeof params['value']).toBe('string');
            expect(args[0]).toBe(params['value']);
            expect(Object.keys(params).filter((key) => key !== 'value' && key !== 'other')).toEqual([]);
          } catch (error) {
            expect((error as { code: string }).code).toBe('InvalidParams');
          }
        },
      ),
    );
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('the registry keeps what was registered under its name, and nothing else', () => {
    const name = fc.oneof(fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/), fc.string(), fc.constantFrom('__proto__', 'constructor', 'then', 'valueOf'));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.boolean())), (steps) => {
        const gateway = createGateway({});
        const model = new Map<string, number>();
        const undo = new Map<string, () => void>();
        steps.forEach(([step, take], index) => {
          if (take && model.delete(step)) return undo.get(step)?.();
          try {
            undo.set(
              step,
              control(gateway).register(
                step,
                single({ params: {} }, () => index),
              ),
            );
            expect(model.has(step)).toBe(false);
            model.set(step, index);
          } catch (error) {
            expect((error as { code: string }).code).toBe('InvalidDefinition');
          }
        });
        expect(control(gateway).names()).toEqual([...model.keys()]);
        for (const [step] of steps) if (/^[a-z]+$/.test(step) && !(step in Object.prototype)) expect(step in gateway).toBe(model.has(step));
        for (const [registered, index] of model) expect(control(gateway).execute(registered, 'run')).toBe(index);
      }),
    );
  });
});
