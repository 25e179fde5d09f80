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
    });
  });

  it('takes parameters from another realm or without a prototype', () => {
    const { execute } = fresh();
    expect(execute('notes', 'add', Object.assign(Object.create(null), { text: 'x' }))).toBe(0);
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
  ])('refuses facts it cannot work with: %o', async (facts, says) => {
    const gateway = createGateway({});
    control(gateway).register(
      'it',
      single(facts, () => 0),
    );
    expect(await errorOf(() => control(gateway).execute('it', 'run'))).toMatchObject({ code: 'InvalidDefinition', message: expect.stringContaining(says) });
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
