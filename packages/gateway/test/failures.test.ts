import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { type AnyInterface, control, createGateway, type Middleware, wrappers } from '@suga/gateway';
import { describe, expect, it, vi } from 'vitest';
import { cachedBeside, errorOf, type NotesLog, notes, single } from './fixtures/notes.js';

const warnings = () => vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
const of = (returns: 'promise' | 'stream', run: () => unknown) => {
  const gateway = createGateway({});
  control(gateway).register('it', single({ params: {}, returns }, run));
  return { call: () => control(gateway).execute('it', 'run'), inFlight: () => control(gateway).stats().interfaces['it']?.inFlight };
};

describe('a change that fails leaves nothing behind', () => {
  it('a middleware that cannot bind', async () => {
    const gateway = createGateway({ notes: notes() });
    gateway.notes.add('x');
    const bad = {
      name: 'bad',
      bind: () => {
        throw new Error('cannot');
      },
    };
    expect(await errorOf(() => control(gateway).use(bad))).toMatchObject({ message: 'cannot' });
    control(gateway).unload('notes');
    expect(gateway.notes.add('x')).toBe(0);
  });

  it('an override that is no function, or gives none', async () => {
    const gateway = createGateway({ notes: notes() });
    expect(await errorOf(() => control(gateway).override('notes', 'add', 7 as never))).toMatchObject({ code: 'InvalidDefinition' });
    gateway.notes.add('x');
    expect(await errorOf(() => control(gateway).override('notes', 'add', () => 5 as never))).toMatchObject({ code: 'InvalidDefinition' });
    control(gateway).unload('notes');
    expect(gateway.notes.add('x')).toBe(0);
  });

  it('an override of what is not loaded yet fails when it is made, and not at the first call', async () => {
    const gateway = createGateway({ notes: notes() });
    expect(await errorOf(() => control(gateway).override('notes', 'add', (() => 5) as never))).toMatchObject({
      code: 'InvalidDefinition',
      message:
        'override of "notes.add": the last argument must return the new function, but returned 5. Write (original) => (…args) => …, or () => yourFunction.',
    });
    expect(control(gateway).stats().interfaces['notes']).toMatchObject({ loaded: false, operations: { add: { bound: 'cold' } } });
    expect(gateway.notes.add('x')).toBe(0);
  });

  it('an override may be tried before the interface is loaded: what it wraps then is the operation', () => {
    const gateway = createGateway({ notes: notes() });
    const made: unknown[] = [];
    control(gateway).override('notes', 'add', (original) => {
      made.push(original);
      return (text) => original(`${text}!`);
    });
    expect(made).toHaveLength(1);
    gateway.notes.add('x');
    expect([made.length, gateway.notes.get(0)]).toEqual([2, 'x!']);
  });

  it.each([[null], [undefined], [[]], [{}], [{ name: 'x', bind: 5 }], ['x']])('%o for a middleware', async (middleware) => {
    expect(await errorOf(() => createGateway({}, { middleware: [middleware as never] }))).toMatchObject({ code: 'InvalidDefinition' });
  });
});

describe('what is called with something else than it takes', () => {
  const definition = (load: () => unknown): AnyInterface => ({ operations: { run: { params: {} } }, load: load as AnyInterface['load'] });
  it.each<[string, () => unknown, string, string]>([
    ['createGateway()', () => createGateway(undefined as never), 'InvalidParams', 'expected interfaces by name, as in { cache: cache() }, got undefined'],
    ['createGateway(null)', () => createGateway(null as never), 'InvalidParams', 'got null'],
    ['createGateway([])', () => createGateway([] as never), 'InvalidParams', 'got an array of 0'],
    [
      'createGateway({}, null)',
      () => createGateway({}, null as never),
      'InvalidParams',
      'expected options in an object, as in { middleware: [lmms()] }, got null',
    ],
    ['createGateway({}, [])', () => createGateway({}, [] as never), 'InvalidParams', 'got an array of 0'],
    ['one middleware', () => createGateway({}, { middleware: {} as never }), 'InvalidParams', '"middleware" must be a list, as in [lmms()], got an object'],
    ['a function of a definition', () => createGateway({ notes: notes as never }), 'InvalidDefinition', 'call it, as in { cache: cache() }'],
    ['no definition', () => createGateway({ notes: undefined as never }), 'InvalidDefinition', 'a definition must be { operations, load }'],
    ['control()', () => control(undefined as never), 'InvalidParams', 'control: expected a gateway from createGateway(…) or @suga/gateway/auto, got undefined'],
    ['control({})', () => control({} as never), 'InvalidParams', 'got an object'],
    ['wrappers()', () => wrappers(null as never, 'notes' as never), 'InvalidParams', 'wrappers: expected a gateway'],
    ['no work', () => control(createGateway({})).run({ id: '1' }, undefined as never), 'InvalidParams', 'run: the work must be a function, got undefined'],
    [
      'a load that is asynchronous',
      () => control(createGateway({ it: definition(async () => ({ operations: { run: () => 1 } })) as never })).load('it'),
      'InvalidDefinition',
      'load() returned a promise, but the first call cannot wait for it. Use require',
    ],
    [
      'a load that gives nothing',
      () => control(createGateway({ it: definition(() => undefined) as never })).load('it'),
      'InvalidDefinition',
      'no such function',
    ],
    [
      'a parameter without a schema',
      () =>
        control(
          createGateway({ it: { ...definition(() => ({ operations: { run: () => 1 } })), operations: { run: { params: { a: undefined } } } } as never }),
        ).execute('it', 'run'),
      'InvalidDefinition',
      'operation "run" has no schema for its parameter "a"; write {} to allow any value',
    ],
  ])('%s', async (_, call, code, says) => {
    expect(await errorOf(call)).toMatchObject({ name: 'SugaError', code, message: expect.stringContaining(says) });
  });
});

describe('undoing', () => {
  it('a replacement brings back what it replaced', () => {
    const gateway = createGateway({ notes: notes() });
    const undo = control(gateway).register(
      'notes',
      single({ params: {} }, () => 'fake'),
      { replace: true },
    );
    expect(control(gateway).execute('notes', 'run')).toBe('fake');
    undo();
    expect(gateway.notes.add('x')).toBe(0);
    undo();
    expect(gateway.notes.get(0)).toBe('x');
  });

  it('takes back one change, however often it is called', () => {
    const gateway = createGateway({ notes: notes() });
    const twice = (original: (...args: unknown[]) => unknown) => (text: unknown) => original(`${String(text)}!`);
    const undo = control(gateway).override('notes', 'add', twice);
    control(gateway).override('notes', 'add', twice);
    undo();
    undo();
    gateway.notes.add('a');
    expect(gateway.notes.get(0)).toBe('a!');
    const idle: Middleware = { name: 'idle' };
    control(gateway).use(idle);
    expect(() => control(gateway).use(idle)).toThrow(/already in use/);
  });
});

describe('hooks and disposals that fail', () => {
  it('are warnings, and break nothing', async () => {
    const warn = warnings();
    const throws = () => {
      throw Object.create(null);
    };
    const gateway = createGateway({ notes: notes(), other: notes() }, { middleware: [{ name: 'broken', loaded: throws, unloaded: throws, end: throws }] });
    control(gateway).register('sore', {
      operations: { run: { params: {} } },
      load: () => ({
        operations: { run: () => 1 },
        [Symbol.dispose]: () => {
          throw new Error('sore');
        },
      }),
    } as AnyInterface);
    expect(control(gateway).execute('sore', 'run')).toBe(1);
    expect(gateway.notes.add('x')).toBe(0);
    expect(await control(gateway).run({ id: 'r1' }, () => 'fine')).toBe('fine');
    expect(control(gateway).stats().active).toBe(0);
    control(gateway)[Symbol.dispose]();
    expect(Object.values(control(gateway).stats().interfaces).map(({ loaded }) => loaded)).toEqual([false, false, false]);
    expect(warn.mock.calls.length).toBeGreaterThanOrEqual(6);
    warn.mockRestore();
  });

  it('do not hide why a load failed', async () => {
    const warn = warnings();
    const sore: AnyInterface = {
      operations: { run: { params: {} } },
      load: () => ({
        operations: { run: () => 1 },
        [Symbol.dispose]: () => {
          throw new Error('sore');
        },
      }),
    };
    const gateway = createGateway(
      {},
      {
        middleware: [
          {
            name: 'bad',
            bind: () => {
              throw new Error('the cause');
            },
          },
        ],
      },
    );
    control(gateway).register('sore', sore);
    expect(await errorOf(() => control(gateway).execute('sore', 'run'))).toMatchObject({ code: 'LoadFailed', cause: { message: 'the cause' } });
    warn.mockRestore();
  });

  it('a middleware that calls what it is just binding gets an error', async () => {
    const gateway = createGateway({ notes: notes() });
    const eager: Middleware = {
      name: 'eager',
      bind: ({ name }, next) => {
        if (name === 'add') gateway.notes.get(0);
        return next;
      },
    };
    control(gateway).use(eager);
    expect(await errorOf(() => gateway.notes.add('x'))).toMatchObject({ code: 'LoadCycle' });
  });
});

describe('whatever a hook throws', () => {
  it('is in the warning: an error as it is, anything else as the cause of one', async () => {
    const warn = warnings();
    const thrown = [undefined, 'a text', new RangeError('an error')];
    const throwing = () => {
      throw thrown.pop();
    };
    const gateway = createGateway({ notes: notes() }, { middleware: [{ name: 'broken', loaded: throwing, unloaded: throwing }] });
    gateway.notes.add('x');
    control(gateway).unload('notes');
    gateway.notes.add('x');
    expect(warn.mock.calls.map(([warning]) => warning)).toEqual([
      expect.objectContaining({ name: 'RangeError', message: 'an error' }),
      expect.objectContaining({ message: expect.stringContaining('not an Error'), cause: 'a text' }),
      expect.objectContaining({ message: expect.stringContaining('not an Error') }),
    ]);
    expect(Object.hasOwn(warn.mock.calls[2]?.[0] as object, 'cause')).toBe(false);
    warn.mockRestore();
  });
});

describe('a load that fails', () => {
  it('leaves no half-loaded module, and the next one can be dropped', () => {
    const require = createRequire(import.meta.url);
    const { moody } = require('./fixtures/moody.cjs') as { moody: () => AnyInterface };
    const gateway = createGateway({});
    control(gateway).register('moody', moody());
    const before = cachedBeside(require);
    expect(() => control(gateway).execute('moody', 'run')).toThrow(/not today/);
    expect(cachedBeside(require)).toEqual(before);
    expect(control(gateway).execute('moody', 'run')).toBe(1);
    expect(control(gateway).unload('moody')).toEqual({ unloaded: true, code: 'dropped' });
  });
});

describe('what is in flight is counted right', () => {
  it('for things that only look like promises', async () => {
    const settled = of('promise', () => ({ then: (done: (value: number) => void) => (done(1), done(2)) }));
    expect(await settled.call()).toBe(1);
    expect(settled.inFlight()).toBe(0);
    const broken = of('promise', () => ({
      then: () => {
        throw new Error('no');
      },
    }));
    expect(await errorOf(broken.call)).toMatchObject({ message: 'no' });
    expect(broken.inFlight()).toBe(0);
  });

  it('for iterables, closed streams and what cannot be watched', async () => {
    const iterable = of('stream', () => ({
      async *[Symbol.asyncIterator]() {
        yield 1;
      },
    }));
    const given = iterable.call() as AsyncIterable<number>;
    expect(iterable.inFlight()).toBe(1);
    expect(await Array.fromAsync(given)).toEqual([1]);
    expect(iterable.inFlight()).toBe(0);
    const frozen = of('stream', () => Object.freeze({ next: () => ({ done: true, value: 0 }) }));
    expect(frozen.call()).toMatchObject({ next: expect.any(Function) });
    expect(frozen.inFlight()).toBe(0);
    const closed = of('stream', () => new Readable({ read() {} }).destroy());
    closed.call();
    expect(closed.inFlight()).toBe(0);
    const quiet = of('stream', () => Readable.from(['a'], { emitClose: false }));
    await (quiet.call() as Readable).toArray();
    expect(quiet.inFlight()).toBe(0);
  });
});

describe('the facade', () => {
  it('leaves a spy in its place when an operation gets hot', () => {
    const log: Partial<NotesLog> = {};
    const gateway = createGateway({ notes: notes(log) });
    const spy = vi.spyOn(gateway.notes, 'get');
    for (let call = 0; call < 1500; call++) gateway.notes.get(0);
    expect(spy).toHaveBeenCalledTimes(1500);
  });
});

describe('the open door', () => {
  it('refuses what JSON cannot hold deep inside, with a code', async () => {
    const gateway = createGateway({ notes: notes() });
    const params = { text: 'x', tags: [1n] };
    expect(await errorOf(() => control(gateway).execute('notes', 'add', params))).toMatchObject({
      code: 'InvalidParams',
      issues: [{ param: expect.stringContaining('tags') }],
    });
  });

  it('tells of twenty wrong parameters at most', async () => {
    const gateway = createGateway({ notes: notes() });
    const params = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`wrong${at}`, at]));
    const error = await errorOf(() => control(gateway).execute('notes', 'add', params));
    expect(error.issues).toHaveLength(20);
    expect(error.message.length).toBeLessThan(3_000);
  });

  it('tells of twenty at most of those that there are, too', async () => {
    const names = Array.from({ length: 25 }, (_, at) => `p${at}`);
    const gateway = createGateway({});
    control(gateway).register(
      'it',
      single({ params: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) }, () => 0),
    );
    const error = await errorOf(() => control(gateway).execute('it', 'run', Object.fromEntries(names.map((name) => [name, 5]))));
    expect(error.issues).toHaveLength(20);
  });
});
