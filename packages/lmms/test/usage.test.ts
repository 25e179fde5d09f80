import type { Usage } from '@suga/lmms';
import { mergeUsage, profileOf, recommend, slowdown } from '@suga/lmms/advice';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stage } from './stage.js';

const requestUsage = (usage: Usage, type: string) => usage.requests[type];

describe('usage', () => {
  it('is counted by request type: what was used, and what together', async () => {
    const made = stage(['a', 'b', 'c']);
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

  it('costs calls nothing as long as invocations come one at a time', async () => {
    const made = stage(['a']);
    await made.use('http', 'a');
    expect(made.control.stats().interfaces['a']?.operations['get']?.bound).toBe('direct');
  });

  it('of overlapping invocations is never mixed, from the first overlap on', async () => {
    const made = stage(['a', 'b', 'c']);
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

  it('of what was warm before the middleware came counts from then on', async () => {
    const made = stage(['a']);
    made.control.unload('a');
    await made.use('http');
    await made.use('http', 'a');
    made.control.unload('a');
    await made.use('http');
    expect(requestUsage(made.memory.usage(), 'http')).toMatchObject({ invocations: 3, interfaces: { a: 1 } });
  });

  it('keeps few request types, however many a caller invents', async () => {
    const made = stage(['a']);
    for (let type = 0; type < 300; type++) await made.use(`type ${type}`);
    const { requests } = made.memory.usage();
    expect(Object.keys(requests)).toHaveLength(101);
    expect(requests['other']?.invocations).toBe(200);
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

describe('merging', () => {
  it('adds up, in any order, and nothing reaches a prototype', () => {
    fc.assert(
      fc.property(usageArbitrary(), usageArbitrary(), usageArbitrary(), (a, b, c) => {
        const all = mergeUsage(a, b, c);
        expect(totals(all)).toEqual(totals(a).map((one, index) => one + (totals(b)[index] ?? 0) + (totals(c)[index] ?? 0)));
        expect(mergeUsage(c, mergeUsage(b, a))).toEqual(all);
        expect('invocations' in {}).toBe(false);
      }),
    );
  });

  it.each([[null], [{}], [{ version: 2, requests: {}, loads: {} }], [{ version: 1, requests: null, loads: {} }], ['text']])('refuses %j', (usage) => {
    expect(() => mergeUsage(usage as never)).toThrow('this is no usage');
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

  it('preloads what pays at the memory setting: the less CPU a call has, the sooner', () => {
    expect([10_240, 1769, 1024, 512, 256].map((memory) => profileOf(usage, memory).preload)).toEqual([
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

  it('says why, with the numbers', () => {
    const told = recommend(usage, 1024).map(({ action, interface: name, request, because }) => `${action} ${name}${request ? ` ${request}` : ''}: ${because}`);
    expect(told).toEqual([
      'preload cache: used in 100 % of 10 cold starts; saves about 2.5 ms of each at 1024 MB',
      'preload for admin GET /admin: used in 90 % of 100 requests of this type, and not in most cold starts',
    ]);
  });

  it('waits for a few cold starts', () => {
    const young = { ...usage, requests: { 'GET /': { ...usage.requests['GET /'], coldStarts: 2 } as never } };
    expect([profileOf(young, 512).preload, recommend(young, 512)]).toEqual([[], []]);
  });
});
