import { type Control, control, createGateway, type Gateway, type Interface, wrappers } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { describe, expectTypeOf, it } from 'vitest';

interface Box {
  get<T>(key: string): T | undefined;
  put(key: string, value: unknown): void;
  fetch(url: string): Promise<string>;
  read(): AsyncIterable<string>;
}

declare module '@suga/gateway' {
  interface Interfaces {
    box: Box;
  }
}

const facts = {
  get: { params: { key: { type: 'string' } }, required: ['key'], batch: 'put' },
  put: { params: { key: { type: 'string' }, value: {} }, required: ['key'] },
  fetch: { params: { url: { type: 'string' } }, returns: 'promise' },
  read: { params: {}, returns: 'stream' },
} as const;
declare const load: Interface<Box>['load'];
const box = (): Interface<Box> => ({ operations: facts, load });

describe('a gateway', () => {
  it('has the contract of each interface as its type, generics included', () => {
    const gateway = createGateway({ box: box(), again: box() });
    expectTypeOf(gateway).toEqualTypeOf<Gateway<{ box: Box; again: Box }>>();
    expectTypeOf(gateway.box).toEqualTypeOf<Box>();
    expectTypeOf(gateway.box.get<{ name: string }>('k')).toEqualTypeOf<{ name: string } | undefined>();
    expectTypeOf(gateway.box.fetch('u')).toEqualTypeOf<Promise<string>>();
    // @ts-expect-error Property 'gte' does not exist on type 'Box'. Did you mean 'get'?
    gateway.box.gte('k');
    // @ts-expect-error no such interface
    gateway.bax;
    // @ts-expect-error a number is no key
    gateway.box.get(1);
    // @ts-expect-error interfaces are not assigned to
    gateway.box = gateway.again;
    // @ts-expect-error a definition is wanted, not the function that makes it
    createGateway({ box });
  });

  it('takes middleware as objects only', () => {
    createGateway({ box: box() }, { middleware: [{ name: 'idle', bind: (_operation, next) => next }] });
    // @ts-expect-error every function has a name and a bind, and would pass for a middleware
    createGateway({ box: box() }, { middleware: [(_operation: unknown, next: unknown) => next] });
  });

  it('gives named wrappers of the interfaces asked for', () => {
    const { boxGet, boxPut } = wrappers(createGateway({ box: box(), again: box() }), 'box');
    expectTypeOf(boxGet<number>('k')).toEqualTypeOf<number | undefined>();
    expectTypeOf(boxPut).toEqualTypeOf<Box['put']>();
    // @ts-expect-error not asked for
    wrappers(createGateway({ box: box(), again: box() }), 'box').againGet;
    // @ts-expect-error no such interface
    wrappers(createGateway({ box: box() }), 'bax');
  });

  it('keeps its controls off the facade', () => {
    const gateway = createGateway({ box: box() });
    // @ts-expect-error controls are reached with control(gateway)
    gateway.execute;
    expectTypeOf(control(gateway).execute('box', 'get', { key: 'k' })).toEqualTypeOf<unknown>();
    expectTypeOf(control(gateway)).toExtend<Control>();
  });

  it('knows the names of what is replaced', () => {
    const gateway = createGateway({ box: box(), again: box() });
    control(gateway).override('box', 'get', (original) => (key) => original(`${key}!`));
    // @ts-expect-error Did you mean "get"?
    control(gateway).override('box', 'gte', (original) => original);
    // @ts-expect-error no such interface
    control(gateway).override('bax', 'get', (original) => original);
    // @ts-expect-error a value is not what makes a function
    control(gateway).override('box', 'get', () => 5);
    control(auto).override('box', 'get', (original) => original);
    // @ts-expect-error no such operation
    control(auto).override('box', 'gte', (original) => original);
    control(auto).override('cache', 'whatever its types would say', (original) => original);
    const untyped: Control = control(gateway);
    untyped.override('anything', 'goes', (original) => original);
  });
});

describe('the ready-made gateway', () => {
  it('is typed for what is part of the compilation, and says what to add for the rest', () => {
    expectTypeOf(auto.box).toEqualTypeOf<Box>();
    expectTypeOf(auto.cache.hint).toExtend<`Add the package of "cache"${string}`>();
    // @ts-expect-error no types of it here
    auto.cache.get;
  });
});

describe('a definition', () => {
  it('must have every operation', () => {
    const { read: _, ...three } = facts;
    // @ts-expect-error "read" is missing
    const missing: Interface<Box> = { operations: three, load };
    void missing;
  });

  it('must not invent or misspell one', () => {
    // @ts-expect-error "peek" is not in the contract
    const invented: Interface<Box> = { operations: { ...facts, peek: { params: {} } }, load: load };
    const misspelt: Interface<Box> = {
      operations: {
        get: facts.get,
        fetch: facts.fetch,
        read: facts.read,
        // @ts-expect-error "putt" is not in the contract
        putt: facts.put,
      },
      load,
    };
    void [invented, misspelt];
  });

  it('must have the facts, spelt right, and true where the compiler can tell', () => {
    const wrong: Interface<Box> = {
      operations: {
        // @ts-expect-error params are missing
        get: { required: ['key'] },
        // @ts-expect-error "idempotend" is no fact
        put: { params: {}, idempotend: true },
        // @ts-expect-error it returns a promise and must say so
        fetch: { params: {} },
        // @ts-expect-error it returns a stream, not a value
        read: { params: {}, returns: 'value' },
      },
      load,
    };
    // @ts-expect-error "many" is no operation of the contract
    const batched: Interface<Box> = { operations: { ...facts, get: { params: {}, batch: 'many' } }, load };
    void [wrong, batched];
  });

  it('must load a core that has every operation', () => {
    // @ts-expect-error the core has no operations
    const empty: Interface<Box> = { operations: facts, load: () => ({ operations: {} }) };
    void empty;
  });
});
