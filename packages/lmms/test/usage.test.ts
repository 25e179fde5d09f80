import { control, createGateway } from '@suga/gateway';
import { lmms, type Usage } from '@suga/lmms';
import { mergeUsage, recommend, slowdown, toProfile } from '@suga/lmms/advice';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { part, testGateway } from './test-gateway.js';

const requestUsage = (usage: Usage, type: string) => usage.requests[type];

describe('usage', () => {
  it('is counted by request type: single interfaces and pairs', async () => {
    const made = testGateway(['a', 'b', 'c']);
    await made.use('http', 'a', 'b', 'a');
    await made.use('http', 'b');
    await made.use('sqs', 'c', 'a');
    const usage = made.memory.usage();
    expect(requestUsage(usage, 'http')).toEqual({
      invocations: 2,
      coldStarts: 1,
      interfaces: { a: 1, b: 2 },
      cold: { a: 1, b: 1 },
      operations: { 'a.get': 1, 'b.get': 2 },
      together: { 'a+b': 1 },
    });
    expect(requestUsage(usage, 'sqs')).toMatchObject({ interfaces: { a: 1, c: 1 }, together: { 'a+c': 1 }, cold: {} });
    expect(usage.loads).toEqual({
      a: { count: 1, totalMs: expect.any(Number) },
      b: { count: 1, totalMs: expect.any(Number) },
      c: { count: 1, totalMs: expect.any(Number) },
    });
  });

  it('costs calls nothing as long as invocations do not overlap', async () => {
    const made = testGateway(['a']);
    await made.use('http', 'a');
    expect(made.control.stats().interfaces['a']?.operations['get']?.bound).toBe('direct');
  });

  it('of overlapping invocations is never mixed, from the first overlap on', async () => {
    const made = testGateway(['a', 'b', 'c']);
    const wait = () => new Promise(setImmediate);
    const run = (type: string, name: string) =>
      made.control.run({ id: type, source: type }, async () => {
        await wait();
        made.parts[name]?.get(1);
        await wait();
        made.parts[name]?.get(2);
      });
    // The first has used something before the second begins.
    await Promise.all([
      made.control.run({ id: 'first', source: 'first' }, async () => {
        made.parts['c']?.get(1);
        await wait();
        await wait();
        await wait();
      }),
      run('one', 'a'),
      run('two', 'b'),
      ...Array.from({ length: 50 }, () => run('one', 'a')),
      ...Array.from({ length: 50 }, () => run('two', 'b')),
    ]);
    const { requests } = made.memory.usage();
    expect(requests['first']?.interfaces).toEqual({ c: 1 });
    expect(requests['one']).toMatchObject({ invocations: 51, interfaces: { a: 51 }, together: {} });
    expect(requests['two']).toMatchObject({ invocations: 51, interfaces: { b: 51 }, together: {} });
    await made.use('three', 'a', 'b');
    expect(made.memory.usage().requests['three']).toMatchObject({ interfaces: { a: 1, b: 1 } });
  });

  it('of interfaces that were loaded before counts from when the middleware was attached', async () => {
    const made = testGateway(['a']);
    made.control.unload('a');
    await made.use('http');
    await made.use('http', 'a');
    made.control.unload('a');
    await made.use('http');
    expect(requestUsage(made.memory.usage(), 'http')).toMatchObject({ invocations: 3, interfaces: { a: 1 } });
  });

  it('keeps a limited number of request types, however many a caller invents', async () => {
    const made = testGateway(['a']);
    for (let type = 0; type < 300; type++) await made.use(`type ${type}`);
    await made.use('type 5');
    const { requests } = made.memory.usage();
    expect(Object.keys(requests)).toHaveLength(101);
    expect([requests['other']?.invocations, requests['type 5']?.invocations]).toEqual([200, 2]);
  });

  it('is counted under the route, else the source, else "unknown"', async () => {
    const { control, memory } = testGateway([]);
    await control.run({ id: '1', source: 'http' }, () => control.routed('GET /'));
    await control.run({ id: '2', source: 'http' }, () => undefined);
    await control.run({ id: '3' }, () => undefined);
    expect(Object.keys(memory.usage().requests)).toEqual(['GET /', 'http', 'unknown']);
  });

  it('names pairs of interfaces in alphabetical order, each once', async () => {
    const made = testGateway(['c', 'b', 'a']);
    await made.use('http', 'c', 'b', 'a');
    await made.use('http', 'b', 'c', 'b');
    expect(requestUsage(made.memory.usage(), 'http')?.together).toEqual({ 'b+c': 2, 'a+c': 1, 'a+b': 1 });
  });

  it('distinguishes the operations of one interface, and counts the interface once', async () => {
    const made = testGateway(['a', 'b']);
    await made.control.run({ id: '1', source: 'http' }, async () => {
      for (const name of ['b', 'a']) {
        made.parts[name]?.get(1);
        await made.parts[name]?.later(1);
      }
    });
    expect(requestUsage(made.memory.usage(), 'http')).toEqual({
      invocations: 1,
      coldStarts: 1,
      interfaces: { a: 1, b: 1 },
      cold: { a: 1, b: 1 },
      operations: { 'a.get': 1, 'a.later': 1, 'b.get': 1, 'b.later': 1 },
      together: { 'a+b': 1 },
    });
  });

  it('counts cold starts that overlap with others, and no call from outside of invocations', async () => {
    const made = testGateway(['a', 'b', 'c']);
    const turn = () => new Promise(setImmediate);
    const cold = made.control.run({ id: '1', source: 'cold' }, async () => {
      await turn();
      made.parts['a']?.get(1);
    });
    await Promise.all([cold, made.control.run({ id: '2', source: 'warm' }, async () => (await turn(), made.parts['b']?.get(1)))]);
    expect(made.parts['c']?.get(1)).toBe(1);
    await made.use('later');
    const { requests } = made.memory.usage();
    expect(requests['cold']).toMatchObject({ coldStarts: 1, cold: { a: 1 } });
    expect(requests['warm']).toMatchObject({ coldStarts: 0, cold: {}, interfaces: { b: 1 } });
    expect(requests['later']?.interfaces).toEqual({});
  });

  it('of overlapping invocations includes interfaces that were loaded before', async () => {
    const made = testGateway(['a', 'b']);
    const turn = () => new Promise(setImmediate);
    await made.use('warm', 'a', 'b');
    const run = (type: string, ...names: readonly string[]) =>
      made.control.run({ id: type, source: type }, async () => {
        made.parts[names[0] ?? '']?.get(1);
        await turn();
        for (const name of names) made.parts[name]?.get(1);
        await turn();
      });
    await Promise.all([run('first', 'a'), run('second', 'b'), run('both', 'a', 'b'), run('both', 'b', 'a')]);
    const { requests } = made.memory.usage();
    expect([requests['first']?.interfaces, requests['second']?.interfaces]).toEqual([{ a: 1 }, { b: 1 }]);
    expect(requests['both']).toMatchObject({ interfaces: { a: 2, b: 2 }, together: { 'a+b': 2 } });
  });

  it('excludes calls after the end of their invocation, and these calls still work', async () => {
    const made = testGateway(['a']);
    const ended = Promise.withResolvers<void>();
    const strays: Promise<unknown>[] = [];
    const leave = () => made.control.run({ id: '1', source: 'left' }, async () => void strays.push(ended.promise.then(() => made.parts['a']?.get(7))));
    await Promise.all([leave(), leave()]);
    ended.resolve();
    expect(await Promise.all(strays)).toEqual([7, 7]);
    expect(requestUsage(made.memory.usage(), 'left')).toMatchObject({ invocations: 2, interfaces: {} });
  });

  it('is counted for the invocation during which the middleware is added, and later calls cost nothing', async () => {
    const gateway = createGateway({ a: part() } as never) as never as { readonly a: { get(key: number): number } };
    const memory = lmms();
    await control(gateway as never).run({ id: '1', source: 'first' }, () => control(gateway as never).use(memory));
    for (const id of ['2', '3']) await control(gateway as never).run({ id, source: 'later' }, () => void gateway.a.get(1));
    expect(memory.usage().requests['later']).toMatchObject({ invocations: 2, operations: { 'a.get': 2 } });
    expect(control(gateway as never).stats().interfaces['a']?.operations['get']?.bound).toBe('direct');
  });

  it('adds up the number and time of loads', async () => {
    const made = testGateway(['a', 'b']);
    await made.use('http', 'a', 'b');
    const first = made.memory.report().loaded['a']?.loadMs ?? 0;
    made.control.unload('a');
    await made.use('http', 'a');
    const second = made.memory.report().loaded['a']?.loadMs ?? 0;
    expect(made.memory.usage().loads['a']).toEqual({ count: 2, totalMs: first + second });
    const { a } = made.memory.usage().loads;
    Object.assign(a ?? {}, { count: 99 });
    expect(made.memory.usage().loads['a']?.count).toBe(2);
  });
});

const usageArbitrary = (): fc.Arbitrary<Usage> => {
  const name = fc.constantFrom('a', 'b', '__proto__', 'constructor');
  const counts = fc.dictionary(name, fc.nat(50));
  const request = fc.record({ invocations: fc.nat(50), coldStarts: fc.nat(50), interfaces: counts, cold: counts, operations: counts, together: counts });
  const load = fc.record({ count: fc.nat(9), totalMs: fc.nat(99) });
  return fc.record({ version: fc.constant(1 as const), environments: fc.nat(9), requests: fc.dictionary(name, request), loads: fc.dictionary(name, load) });
};
const totals = ({ requests, loads, environments }: Usage) => [
  environments,
  Object.values(requests).reduce((sum, { invocations }) => sum + invocations, 0),
  Object.values(requests).reduce((sum, { operations }) => sum + Object.values(operations).reduce((all, one) => all + one, 0), 0),
  Object.values(loads).reduce((sum, { count }) => sum + count, 0),
];

describe('the profile of one environment', () => {
  it('contains what its cold start used, at the memory setting', async () => {
    const made = testGateway(['a', 'b']);
    expect(made.memory.profile()).toEqual({ version: 1, coldStarts: 0, preload: [] });
    await made.use('http', 'a');
    await made.use('http', 'b');
    expect(made.memory.profile()).toEqual({ version: 1, coldStarts: 1, preload: ['a'] });
  });
});

describe('merging', () => {
  it('adds up in any order, and never changes a prototype', () => {
    fc.assert(
      fc.property(usageArbitrary(), usageArbitrary(), usageArbitrary(), (a, b, c) => {
        const all = mergeUsage(a, b, c);
        expect(totals(all)).toEqual(totals(a).map((one, index) => one + (totals(b)[index] ?? 0) + (totals(c)[index] ?? 0)));
        expect(mergeUsage(c, mergeUsage(b, a))).toEqual(all);
        expect('invocations' in {}).toBe(false);
      }),
    );
  });

  it('returns ordinary objects', () => {
    const usage = { version: 1, environments: 1, requests: {}, loads: { a: { count: 1, totalMs: 1 } } } as const;
    const plain = { value: { count: 2, totalMs: 2 }, configurable: true, enumerable: true, writable: true };
    expect(Object.getOwnPropertyDescriptor(mergeUsage(usage, usage).loads, 'a')).toEqual(plain);
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ version: 2, requests: {}, loads: {} }],
    [{ version: 1, requests: null, loads: {} }],
    [{ version: 1, requests: 'GET /', loads: {} }],
    [{ version: 1, requests: {}, loads: 5 }],
    ['text'],
  ])('refuses %j', (usage) => {
    expect(() => mergeUsage(usage as never)).toThrow(
      expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining('this is not usage data') }),
    );
  });
});

describe('advice', () => {
  const usage: Usage = {
    version: 1,
    environments: 10,
    requests: {
      'GET /': {
        invocations: 900,
        coldStarts: 9,
        interfaces: { cache: 900, admin: 1, report: 3 },
        cold: { cache: 9, report: 3 },
        operations: {},
        together: {},
      },
      'GET /admin': { invocations: 100, coldStarts: 1, interfaces: { cache: 100, admin: 90 }, cold: { cache: 1 }, operations: {}, together: {} },
    },
    loads: { cache: { count: 10, totalMs: 20 }, admin: { count: 5, totalMs: 10 }, report: { count: 3, totalMs: 30 } },
  };

  it('preloads what is worth it at the memory setting: more if a call has less CPU', () => {
    expect([10_240, 1769, 1024, 512, 256].map((memory) => toProfile(usage, memory).preload)).toEqual([
      ['cache'],
      ['cache'],
      ['cache'],
      ['cache', 'report'],
      ['cache', 'report'],
    ]);
    expect([slowdown(10_240), slowdown(1769)]).toEqual([1, 1.3]);
    // Measured: 2.1 at 1,024 MB, 4.7 at 512, 10.6 at 256.
    for (const [memory, measured] of [
      [1024, 2.1],
      [512, 4.7],
      [256, 10.6],
    ] as const)
      expect(slowdown(memory) / measured).toBeCloseTo(1, 0);
  });

  it('gives reasons with numbers', () => {
    const words = recommend(usage, 1024).map(({ action, interface: name, request, reason }) => `${action} ${name}${request ? ` ${request}` : ''}: ${reason}`);
    expect(words).toEqual([
      'preload cache: used in 100 % of 10 cold starts; saves about 2.5 ms of each at 1024 MB',
      'preload for admin GET /admin: used in 90 % of 100 requests of this type, and not in most cold starts',
    ]);
  });

  /** Usage of one request type. `cold` is the number of cold starts that needed each interface; a load took 10 ms. */
  const needed = (coldStarts: number, cold: Record<string, number>, loads = Object.keys(cold)): Usage => ({
    version: 1,
    environments: 1,
    requests: { http: { invocations: 100, coldStarts, interfaces: {}, cold, operations: {}, together: {} } },
    loads: Object.fromEntries(loads.map((name) => [name, { count: 2, totalMs: 20 }])),
  });
  const adviceOn = (usage: Usage) => recommend(usage, 1769).map(({ action, interface: name, reason }) => `${action} ${name}: ${reason}`);

  it('needs a minimum number of cold starts', () => {
    expect([toProfile(needed(2, { a: 2 }), 512).preload, adviceOn(needed(2, { a: 2 }))]).toEqual([[], []]);
    expect([toProfile(needed(3, { a: 3 }), 512).preload, adviceOn(needed(3, { a: 3 })).length]).toEqual([['a'], 1]);
  });

  it('names what to preload in alphabetical order', () => {
    expect(toProfile(needed(10, { c: 10, a: 10, b: 10 }), 512)).toEqual({ version: 1, coldStarts: 10, preload: ['a', 'b', 'c'] });
  });

  it('advises to leave lazy what less than a tenth of the cold starts need', () => {
    expect(adviceOn(needed(100, { rarely: 9, sometimes: 10 }))).toEqual([
      'leave lazy rarely: used in 9 % of 100 cold starts; loading it in INIT would cost each 10.0 ms',
    ]);
  });

  it('has no time of an interface whose load was not recorded', () => {
    expect(adviceOn(needed(10, { a: 10 }, []))).toEqual(['preload a: used in 100 % of 10 cold starts; saves about 0.0 ms of each at 1769 MB']);
    const never = needed(10, { a: 10 });
    expect(adviceOn({ ...never, loads: { a: { count: 0, totalMs: 0 } } })).toEqual([expect.stringContaining('saves about 0.0 ms')]);
  });

  it('preloads for a request type what more than half of its requests use', () => {
    const usage = needed(10, {});
    const http = { ...(usage.requests['http'] as Usage['requests'][string]), interfaces: { half: 50, most: 51 } };
    expect(recommend({ ...usage, requests: { http } }, 512).map(({ interface: name }) => name)).toEqual(['most']);
    expect(recommend({ ...usage, requests: { http: { ...http, coldStarts: 2 } } }, 512)).toEqual([]);
  });
});
