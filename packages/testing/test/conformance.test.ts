import { conformance } from '@suga/testing';
import { describe, expect, it } from 'vitest';
import { type Fault, subject } from './notes.js';

describe('an interface that follows all rules passes', () => {
  for (const { name, run } of conformance(subject())) it(name, run);
});

const problemOf = async (check: string, fault: Fault): Promise<string | undefined> => {
  const one = conformance(subject(fault)).find(({ name }) => name === check);
  if (!one) throw new Error(`there is no check "${check}"`);
  return one.run().then(
    () => undefined,
    (error: Error) => error.message,
  );
};

const faults: readonly [check: string, words: RegExp, fault: Fault][] = [
  ['every parameter has a name and a JSON Schema', /"texts" is not a JSON type|"text" has no schema/, { facts: { add: { params: { text: 'string' } } } }],
  ['every parameter has a name and a JSON Schema', /add: "my text" is not a camelCase word/, { facts: { add: { params: { 'my text': {} }, required: [] } } }],
  ['every parameter has a name and a JSON Schema', /add requires "key"/, { facts: { add: { required: ['key'] } } }],
  ['every parameter has a name and a JSON Schema', /"text" is not a JSON type/, { facts: { find: { params: { text: { type: 'text' } } } } }],
  ['every fact has a value that the gateway accepts', /returns is none of/, { facts: { add: { returns: 'number' } } }],
  ['every fact has a value that the gateway accepts', /remote is neither/, { facts: { add: { remote: 'yes' } } }],
  ['every fact has a value that the gateway accepts', /timeout is not a number of ms/, { facts: { add: { timeout: -1 } } }],
  ['a batch fact names an operation that takes an array', /no operation "addAll"/, { facts: { add: { batch: 'addAll' } } }],
  ['a batch fact names an operation that takes an array', /first parameter of "find" is not an array/, { facts: { add: { batch: 'find' } } }],
  ['the core has the operations of the table, and no others', /has extra/, { operations: { extra: () => 1 } }],
  ['two gateways share no state', /holds 4 notes/, { stored: [] }],
  [
    'it can be unloaded more than once, and loads again',
    /could not be unloaded/,
    { operations: { all: () => ({ next: () => new Promise(() => undefined), [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true }) }) }) } },
  ],
  ['it can be unloaded more than once, and loads again', /disposed twice/, { core: { [Symbol.dispose]: onceOnly() } }],
  ['loading, calls and unloading leave nothing behind', /an active Timeout/, { operations: { add: () => (setTimeout(() => undefined, 4000), 1) } }],
  [
    'loading, calls and unloading leave nothing behind',
    /a listener of the process for SIGUSR2/,
    { operations: { add: () => (process.on('SIGUSR2', () => undefined), 1) } },
  ],
  [
    'loading, calls and unloading leave nothing behind',
    /the global leaked/,
    { operations: { add: () => (((globalThis as Record<string, unknown>)[`leaked${Math.random()}`] = 1), 1) } },
  ],
  ['operations return what their facts say', /add returns a promise, but its facts say value/, { operations: { add: async () => 1 } }],
  ['operations return what their facts say', /find: the result does not fit/, { operations: { find: async () => [1] } }],
  ['execute accepts the same arguments', /"text" is invalid/, { facts: { add: { params: { text: { type: 'number' } } } } }],
  ['an idempotent operation can be called again', /add is idempotent, but failed/, { operations: { add: onceOnly() } }],
  [
    'wrong arguments are accepted, or get an error that explains them',
    /find with undefined as argument 1 failed with an error of the engine/,
    { operations: { find: async (text: string) => [text.trim()] } },
  ],
  [
    'wrong arguments are accepted, or get an error that explains them',
    /an unhandled rejection/,
    { operations: { add: () => (void Promise.reject(new Error('stray')), 1) } },
  ],
  ['hostile arguments do no harm', /threw a value that is not an Error/, { operations: { find: async () => Promise.reject('no') } }],
  ['hostile arguments do no harm', /polluted Object.prototype/, { operations: { add: polluting } }],
  ['30 overlapping invocations end with nothing in flight', /disposed twice/, { operations: { find: onceOnly() } }],
];

function onceOnly(): () => number {
  let calls = 0;
  return () => {
    if (++calls % 2 === 0) throw new Error('disposed twice');
    return calls;
  };
}

function polluting(text: string): number {
  if (text === '__proto__') Object.defineProperty(Object.prototype, 'polluted', { configurable: true, value: true });
  return 1;
}

describe('an interface that breaks a rule fails', () => {
  it.each(faults)('%s: %s', async (check, words, fault) => {
    try {
      expect(await problemOf(check, fault)).toMatch(words);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
      process.removeAllListeners('SIGUSR2');
    }
  });

  it.each([
    (text: unknown) => (text as string).trim(),
    (text: unknown) => (text as { a: { b: 1 } }).a.b,
    (text: unknown) => [...(text as string[])],
    (text: unknown) => 'a' in (text as object),
    (text: unknown) => Object.keys(text as object),
    (text: unknown) => new (text as typeof Object)(),
    (text: unknown) => new Array(text as number),
    (text: unknown) => new WeakSet([text as object]),
    ({ a }: never) => a,
  ])('with an unchecked argument: %s', async (find) => {
    expect(
      await problemOf('wrong arguments are accepted, or get an error that explains them', { operations: { find: async (text: never) => [find(text)] } }),
    ).toMatch('failed with an error of the engine');
  });

  it.each(['Cannot use that id: it is too long.', '"id" is not an object id', 'the text is not defined in the table', '"work" is not a function'])(
    'but not with a message of its own: %s',
    async (message) => {
      const find = async () => Promise.reject(new TypeError(message));
      expect(await problemOf('wrong arguments are accepted, or get an error that explains them', { operations: { find } })).toBeUndefined();
      const own = Object.assign(new Error('Cannot read properties of undefined'), { name: 'SugaError', code: 'LoadFailed' });
      expect(
        await problemOf('wrong arguments are accepted, or get an error that explains them', { operations: { find: async () => Promise.reject(own) } }),
      ).toBeUndefined();
    },
  );

  it('with calls of unknown operations, and with operations without calls', async () => {
    const run = (calls: object, check: string) =>
      conformance({ ...subject(), calls: calls as never })
        .find(({ name }) => name === check)
        ?.run();
    await expect(run({ ...subject().calls, extra: [] }, 'the definition is a table of operations and a function that loads them')).rejects.toThrow(
      'no operation extra',
    );
    await expect(run({}, 'operations return what their facts say')).rejects.toThrow('no arguments for "add"');
  });

  it('with an operation that never ends', { timeout: 30_000 }, async () => {
    expect(await problemOf('hostile arguments do no harm', { operations: { find: () => new Promise(() => undefined) } })).toMatch('has not ended after 10 s');
  });
});
