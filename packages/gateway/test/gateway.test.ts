import { control, createGateway, isSugaError, type Middleware, SugaError, wrappers } from '@suga/gateway';
import { ownClock } from '@suga/vitest/clock';
import { describe, expect, it, vi } from 'vitest';
import { errorOf, type Notes, type NotesLog, notes, single } from './fixtures/notes.js';

const tag = (name: string, log: string[] = []): Middleware => ({
  name,
  bind: (operation, next) => (operation.name === 'add' ? (...args) => (log.push(name), next(...args)) : next),
});

function thrown(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected an error, none came');
}

describe('loading', () => {
  it('loads an interface at its first call and not before', () => {
    const log: Partial<NotesLog> = {};
    const gateway = createGateway({ notes: notes(log) });
    const { add } = gateway.notes;
    expect(log.loads).toBeUndefined();
    expect(control(gateway).stats().interfaces['notes']).toMatchObject({ loaded: false, loads: 0, calls: 0, operations: { add: { bound: 'cold' } } });
    expect(add('first')).toBe(0);
    expect(add('second')).toBe(1);
    expect(log.loads).toBe(1);
  });

  it('leaves results as they are: values stay values, promises stay promises', async () => {
    const gateway = createGateway({ notes: notes() });
    gateway.notes.add('x');
    expect(gateway.notes.get(0)).toBe('x');
    const saving = gateway.notes.save(0);
    expect(saving).toBeInstanceOf(Promise);
    expect(await saving).toBe('none: x');
    expect([...gateway.notes.all()]).toEqual(['x']);
  });

  it('can try again after a load that failed', async () => {
    let broken = true;
    const gateway = createGateway({
      notes: notes({}, () => {
        if (broken) throw new Error('disk full');
      }),
    });
    const error = await errorOf(() => gateway.notes.add('x'));
    expect(error).toMatchObject({
      code: 'LoadFailed',
      message: expect.stringContaining('disk full'),
      cause: expect.objectContaining({ message: 'disk full' }),
    });
    broken = false;
    expect(gateway.notes.add('x')).toBe(0);
  });

  it('says which declared operation the core does not have', async () => {
    const gateway = createGateway({});
    control(gateway).register('odd', { operations: { there: { params: {} }, gone: { params: {} } }, load: () => ({ operations: { there: () => 1 } }) });
    const error = await errorOf(() => control(gateway).execute('odd', 'there'));
    expect(error).toMatchObject({ code: 'InvalidDefinition', message: expect.stringContaining('"gone"') });
  });

  it('lets cores reach each other inside operations, in any order', () => {
    const gateway = createGateway({});
    const other = (name: string) => (): unknown => 0 + Number(name.length);
    control(gateway).register('first', {
      operations: { run: { params: {} } },
      load: (host) => ({ operations: { run: () => host.peer<{ run(): number }>('second').run() + 1 } }),
    });
    expect(() => control(gateway).execute('first', 'run')).toThrow(/no interface "second"/);
    control(gateway).register('second', single({ params: {} }, other('second')));
    expect(control(gateway).execute('first', 'run')).toBe(7);
  });

  it('names the cycle when interfaces load each other', async () => {
    const calls = (peer: string) => notes({}, (host) => void host.peer<Notes>(peer).get(0));
    const gateway = createGateway({ a: calls('b'), b: calls('c'), c: calls('a') });
    expect(await errorOf(() => gateway.a.get(0))).toMatchObject({ code: 'LoadCycle', message: expect.stringContaining('a → b → c → a') });
    expect(await errorOf(() => gateway.b.get(0))).toMatchObject({ code: 'LoadCycle' });
  });

  it('names only those of the cycle, and can load what is not part of one afterwards', async () => {
    const calls = (peer: string) => notes({}, (host) => void host.peer<Notes>(peer).get(0));
    const gateway = createGateway({ a: calls('b'), b: calls('c'), c: calls('b'), d: notes() });
    expect(await errorOf(() => gateway.a.get(0))).toMatchObject({
      code: 'LoadCycle',
      message: expect.stringMatching(/^Interfaces load each other: b → c → b\. /),
    });
    expect(gateway.d.add('x')).toBe(0);
  });

  it('says which interface could not be loaded, also for an error with a code of its own or none at all', async () => {
    for (const [cause, says] of [
      [new SugaError('NotInstalled', 'no backend'), 'no backend'],
      ['a text', '"a text"'],
      [undefined, 'undefined'],
      [{}, 'an object'],
    ] as const) {
      const gateway = createGateway({
        notes: notes({}, () => {
          throw cause;
        }),
      });
      const error = await errorOf(() => gateway.notes.add('x'));
      expect(error).toMatchObject({ code: 'LoadFailed', message: `Interface "notes" could not be loaded: ${says}` });
      expect(error.cause).toBe(cause);
    }
  });

  it('tells a host which interfaces there are', () => {
    const seen: boolean[] = [];
    const gateway = createGateway({ notes: notes({}, (host) => void seen.push(host.has('notes'), host.has('nothing'))) });
    control(gateway).load('notes');
    expect(seen).toEqual([true, false]);
  });
});

describe('registration', () => {
  it('adds an interface at run time and takes it out again', async () => {
    const gateway = createGateway({ notes: notes() });
    const undo = control(gateway).register(
      'extra',
      single({ params: {} }, () => 42),
    );
    const extra = (gateway as unknown as { extra: { run(): number } }).extra;
    expect(extra.run()).toBe(42);
    undo();
    expect(control(gateway).names()).toEqual(['notes']);
    expect(await errorOf(() => extra.run())).toMatchObject({ code: 'UnknownInterface', message: expect.stringContaining('was removed') });
    expect('extra' in gateway).toBe(false);
  });

  it('replaces only when asked to, and not what has calls in flight', async () => {
    const gateway = createGateway({ notes: notes() });
    const again = () =>
      control(gateway).register(
        'notes',
        single({ params: {} }, () => 'new'),
      );
    expect(await errorOf(again)).toMatchObject({ code: 'InvalidDefinition', message: expect.stringContaining('already registered') });
    gateway.notes.add('x');
    const saving = gateway.notes.save(0);
    const replace = () =>
      control(gateway).register(
        'notes',
        single({ params: {} }, () => 'new'),
        { replace: true },
      );
    expect(await errorOf(replace)).toMatchObject({ code: 'InFlight' });
    await saving;
    replace();
    expect(control(gateway).execute('notes', 'run')).toBe('new');
  });

  it.each(['__proto__', 'constructor', 'then', 'toString', 'Upper', 'with-dash', '', '1st', 'a b'])('refuses the name %j', async (name) => {
    const gateway = createGateway({});
    expect(await errorOf(() => control(gateway).register(name, notes()))).toMatchObject({ code: 'InvalidDefinition' });
    expect(
      await errorOf(() => control(gateway).register('fine', { operations: Object.fromEntries([[name, { params: {} }]]), load: () => ({ operations: {} }) })),
    ).toMatchObject({ code: 'InvalidDefinition' });
    expect(control(gateway).names()).toEqual([]);
  });

  it.each([
    [notes],
    [undefined],
    [null],
    [{}],
    [{ operations: {} }],
    [{ load: () => ({}) }],
    [{ operations: null, load: () => ({}) }],
    [{ operations: { run: null }, load: () => ({}) }],
    [{ operations: { run: {} }, load: () => ({}) }],
    ['x'],
  ])('refuses %o as a definition', async (definition) => {
    const gateway = createGateway({});
    expect(await errorOf(() => control(gateway).register('odd', definition as never))).toMatchObject({ code: 'InvalidDefinition' });
  });

  it('overrides an operation and puts it back', () => {
    const gateway = createGateway({ notes: notes() });
    const undo = control(gateway).override('notes', 'add', (original) => (text) => original(`${text}!`));
    gateway.notes.add('a');
    expect(gateway.notes.get(0)).toBe('a!');
    expect(control(gateway).stats().interfaces['notes']?.operations['add']?.bound).toEqual(['override']);
    control(gateway).unload('notes');
    gateway.notes.add('b');
    expect(gateway.notes.get(0)).toBe('b!');
    undo();
    gateway.notes.add('c');
    expect(gateway.notes.get(1)).toBe('c');
    expect(() => control(gateway).override('notes', 'ad' as 'add', (original) => original)).toThrow(/Did you mean "add"/);
  });

  it('overrides what is loaded, at once', () => {
    const gateway = createGateway({ notes: notes() });
    const { add } = gateway.notes;
    add('a');
    const undo = control(gateway).override('notes', 'add', (original) => (text) => original(`${text}!`));
    add('b');
    undo();
    add('c');
    expect([0, 1, 2].map((id) => gateway.notes.get(id))).toEqual(['a', 'b!', 'c']);
  });

  it('hands out what it replaces while it is tried, too: a call of it is one of the operation', () => {
    const gateway = createGateway({ notes: notes() });
    let added: unknown;
    control(gateway).override('notes', 'add', (original) => {
      added ??= original('while it is tried');
      return original;
    });
    expect([added, gateway.notes.get(0)]).toEqual([0, 'while it is tried']);
  });

  it('releases what it replaces, and takes it out of use', async () => {
    const log: Partial<NotesLog> = {};
    const gateway = createGateway({ notes: notes(log) });
    const { add } = gateway.notes;
    add('x');
    control(gateway).register('notes', notes(), { replace: true });
    expect(log.disposed).toBe(1);
    expect(await errorOf(() => add('y'))).toMatchObject({ code: 'UnknownInterface', message: expect.stringContaining('removed or replaced') });
    expect(gateway.notes.add('z')).toBe(0);
  });

  it.each([[undefined], [null], [5], [['list']], [Symbol('s')]])('refuses %o as a name', async (name) => {
    expect(await errorOf(() => control(createGateway({})).register(name as never, notes()))).toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringContaining('cannot name an interface'),
    });
  });

  it.each([
    ['get', 'gett', true],
    ['get', 'GET', true],
    ['get', 'gte', true],
    ['get', 'et', true],
    ['get', 'xyz', false],
    ['get', 'gxxxx', false],
    ['circuitBreaker', 'circutBraeker', true],
    ['circuitBreaker', 'cbreaker', false],
    ['abcdefghijkl', 'abcdefghwxyz', true],
    ['abcdefghijkl', 'abcdefgvwxyz', false],
    ['ab', 'xy', false],
  ])('of a gateway with %s: whether %s is taken for it', (known, asked, isMeant) => {
    const { message } = thrown(() => control(createGateway({ [known]: notes() })).load(asked));
    expect(message).toBe(`There is no interface "${asked}". ${isMeant ? `Did you mean "${known}"?` : `Known: ${known}.`}`);
  });

  it('suggests the nearest of several, and says where there is none', () => {
    const gateway = createGateway({ store: notes(), stone: notes(), core: notes() });
    expect(thrown(() => control(gateway).load('stones')).message).toContain('Did you mean "stone"?');
    expect(thrown(() => control(gateway).load('sttore')).message).toContain('Did you mean "store"?');
    expect(thrown(() => control(createGateway({})).load('store')).message).toContain('Known: none.');
    expect(thrown(() => control(gateway).load(5 as never)).message).toBe('There is no interface 5. Known: store, stone, core.');
  });

  it('suggests only what has something in common with the name', () => {
    const gateway = createGateway({ ab: notes() });
    expect(() => control(gateway).load('x')).toThrow(/^There is no interface "x"\. (?!Did you mean)/);
    expect(() => control(gateway).load('ba')).toThrow(/Did you mean "ab"/);
  });
});

describe('middleware', () => {
  it('binds outermost last, costs nothing where it adds nothing, and says how each operation is bound', () => {
    const log: string[] = [];
    const gateway = createGateway({ notes: notes() }, { middleware: [tag('inner', log), tag('outer', log)] });
    gateway.notes.add('x');
    gateway.notes.get(0);
    expect(log).toEqual(['outer', 'inner']);
    const { operations } = control(gateway).stats().interfaces['notes'] ?? {};
    expect(operations?.['add']?.bound).toEqual(['outer', 'inner']);
    expect(operations?.['get']?.bound).toBe('direct');
  });

  it('is added and removed at run time, also for functions that callers already have', () => {
    const log: string[] = [];
    const gateway = createGateway({ notes: notes() });
    const { add } = gateway.notes;
    add('x');
    const undo = control(gateway).use(tag('late', log));
    add('y');
    undo();
    undo();
    add('z');
    expect(log).toEqual(['late']);
  });

  it('is removed once, whatever else is in use', () => {
    const log: string[] = [];
    const gateway = createGateway({ notes: notes() }, { middleware: [tag('first', log)] });
    const undo = control(gateway).use(tag('second', log));
    control(gateway).use(tag('third', log));
    undo();
    undo();
    gateway.notes.add('x');
    expect(log).toEqual(['third', 'first']);
  });

  it('makes an operation that returns values count as in flight where it gives a promise', async () => {
    const slow: Middleware = {
      name: 'slow',
      bind:
        (_operation, next) =>
        async (...args) =>
          next(...args),
    };
    const gateway = createGateway({ notes: notes() }, { middleware: [slow] });
    const adding = gateway.notes.add('x') as unknown as Promise<number>;
    expect(control(gateway).unload('notes')).toEqual({ unloaded: false, reason: 'in flight' });
    expect(await adding).toBe(0);
    expect(control(gateway).unload('notes')).toMatchObject({ unloaded: true });
  });

  it('binds again on request: everything, one interface, one operation', () => {
    let open = true;
    const seen: string[] = [];
    const guard: Middleware = {
      name: 'guard',
      bind: ({ interface: name, name: operation }, next) => (
        seen.push(`${name}.${operation}`),
        open
          ? next
          : () => {
              throw new SugaError('Throttled', 'not now');
            }
      ),
    };
    const gateway = createGateway({ notes: notes(), more: notes() }, { middleware: [guard] });
    gateway.notes.add('x');
    gateway.more.add('x');
    seen.length = 0;
    open = false;
    control(gateway).rebind('notes', 'add');
    expect(seen).toEqual(['notes.add']);
    expect(() => gateway.notes.add('y')).toThrow('not now');
    expect(gateway.more.add('y')).toBe(1);
    control(gateway).rebind('more');
    expect(() => gateway.more.add('y')).toThrow('not now');
    open = true;
    control(gateway).rebind();
    expect(gateway.notes.add('y')).toBe(1);
  });

  it('learns of loading and unloading, and gets the controls', () => {
    const spy = { name: 'spy', attach: vi.fn(), loaded: vi.fn(), unloaded: vi.fn() };
    const gateway = createGateway({ notes: notes() }, { middleware: [spy] });
    expect(spy.attach).toHaveBeenCalledWith(control(gateway));
    gateway.notes.add('x');
    expect(spy.loaded).toHaveBeenCalledWith('notes', expect.objectContaining({ loaded: true, loads: 1 }));
    control(gateway).unload('notes');
    expect(spy.unloaded).toHaveBeenCalledWith('notes');
  });

  it('is an object, though a function looks like one', async () => {
    const bare = ((_operation: unknown, next: unknown) => next) as never;
    expect(await errorOf(() => createGateway({}, { middleware: [bare] }))).toMatchObject({
      code: 'InvalidDefinition',
      message: expect.stringContaining('not a function'),
    });
  });

  it('must bind to a function', async () => {
    const gateway = createGateway({ notes: notes() }, { middleware: [{ name: 'forgetful', bind: () => undefined as never }] });
    expect(await errorOf(() => gateway.notes.add('x'))).toMatchObject({ code: 'InvalidDefinition', message: expect.stringContaining('forgetful') });
  });
});

describe('statistics', () => {
  it('count calls, loads and the last use', async () => {
    const gateway = createGateway({ notes: notes() });
    expect(control(gateway).stats()).toMatchObject({ active: 0, invocations: 0 });
    const before = Date.now();
    await control(gateway).run({ id: 'r1' }, () => {
      gateway.notes.add('x');
      gateway.notes.add('y');
      expect(control(gateway).stats().active).toBe(1);
    });
    const { active, invocations, interfaces } = control(gateway).stats();
    expect({ active, invocations }).toEqual({ active: 0, invocations: 1 });
    expect(interfaces['notes']).toMatchObject({ loaded: true, loads: 1, calls: 2, inFlight: 0, operations: { add: { calls: 2 }, get: { calls: 0 } } });
    expect(interfaces['notes']?.loadMs).toBeGreaterThan(0);
    expect(interfaces['notes']?.lastUse).toBeGreaterThanOrEqual(before);
  });

  it('know when an interface was last used: as of the boundary or the question that saw a new call', async () => {
    const clock = ownClock();
    const gateway = createGateway({ notes: notes() });
    const lastUse = (): number | undefined => control(gateway).stats().interfaces['notes']?.lastUse;
    const begin = Date.now();
    expect(lastUse()).toBeUndefined();
    gateway.notes.add('x');
    expect(lastUse()).toBe(begin);
    await clock.pass(100);
    expect(lastUse()).toBe(begin);
    await control(gateway).run({ id: 'r' }, () => void gateway.notes.get(0));
    await clock.pass(100);
    expect(lastUse()).toBe(begin + 100);
  });

  it('know names and facts without loading', () => {
    const log: Partial<NotesLog> = {};
    const gateway = createGateway({ notes: notes(log) });
    expect(control(gateway).names()).toEqual(['notes']);
    expect(control(gateway).operations('notes')['save']).toMatchObject({ returns: 'promise', required: ['id'] });
    expect(control(gateway).heldState('notes')).toBeUndefined();
    expect(log.loads).toBeUndefined();
    control(gateway).load('notes');
    gateway.notes.add('x');
    expect(control(gateway).heldState('notes')).toBe('1 notes');
  });
});

describe('named wrappers', () => {
  it('are the functions of the facade, under names of their own', () => {
    const log: Partial<NotesLog> = {};
    const gateway = createGateway({ notes: notes(log), other: notes(log) });
    const { notesAdd, otherGet, ...rest } = wrappers(gateway, 'notes', 'other');
    expect(log.loads).toBeUndefined();
    expect(notesAdd).toBe(gateway.notes.add);
    expect(notesAdd('x')).toBe(0);
    expect(otherGet(0)).toBeUndefined();
    expect(Object.keys(rest)).toHaveLength(10);
  });
});

describe('errors', () => {
  it('are distinguished by code, also across copies of the class', () => {
    const error = new SugaError('Blocked', 'no');
    expect(isSugaError(error)).toBe(true);
    expect(isSugaError(error, 'Blocked')).toBe(true);
    expect(isSugaError(error, 'Throttled')).toBe(false);
    expect(isSugaError(Object.assign(new Error('x'), { name: 'SugaError', code: 'Blocked' }), 'Blocked')).toBe(true);
    for (const other of [undefined, null, 'Blocked', new Error('x'), {}]) expect(isSugaError(other)).toBe(false);
  });

  it('of an implementation pass through unchanged', async () => {
    const gateway = createGateway({ notes: notes() });
    gateway.notes.add('x');
    await expect(gateway.notes.save(9)).rejects.toThrow(RangeError);
  });
});
