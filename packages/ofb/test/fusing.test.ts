import type { Handler, Middleware } from '@suga/gateway';
import { ownClock, settled } from '@suga/vitest/clock';
import { describe, expect, it, vi } from 'vitest';
import { createTestGateway, deferred } from './test-gateway.js';

describe('calls of one tick', () => {
  it('become one call, and each caller gets its own result', async () => {
    const { kv, trips } = createTestGateway();
    expect(await Promise.all([kv.set('a', 1), kv.get('a'), kv.increment('b', 2), kv.get('c')])).toEqual([1, 1, 2, undefined]);
    expect(trips).toEqual([{ operation: 'run', count: 4 }]);
  });

  it('include calls made in promise jobs of the same tick', async () => {
    const { kv, trips } = createTestGateway();
    const later = async (key: string) => {
      for (let job = 0; job < 20; job++) await undefined;
      return kv.get(key);
    };
    await Promise.all([kv.get('a'), later('b'), later('c')]);
    expect(trips).toEqual([{ operation: 'run', count: 3 }]);
  });

  it('are sent as a list or as a record, one batch per operation', async () => {
    const { kv, trips } = createTestGateway({ values: new Map(Object.entries({ a: 1, b: 2 })) });
    expect(await Promise.all([kv.peek('a'), kv.look('a'), kv.peek('x'), kv.look('b'), kv.look('__proto__')])).toEqual([1, 1, undefined, 2, undefined]);
    expect(trips.sort((one, other) => one.count - other.count)).toEqual([
      { operation: 'peekMany', count: 2 },
      { operation: 'lookAll', count: 3 },
    ]);
  });

  it('become several concurrent batches if a limit requires it', async () => {
    const { kv, trips, fusing } = createTestGateway({ fusion: { maxCalls: 100 } });
    const keys = Array.from({ length: 1001 }, (_, index) => `k${index}`);
    await Promise.all(keys.map((key) => kv.get(key)));
    expect(trips.map(({ count }) => count).sort((a, b) => b - a)).toEqual([...Array(10).fill(100), 1]);
    expect(fusing.explain()).toMatchObject({ calls: 1001, batchCalls: 11, saved: 990, largest: 100, operations: { 'kv.get': { notBatched: { limit: 10 } } } });
  });

  it('are split by bytes; a call that is too large or cannot be measured is sent alone', async () => {
    const { kv, trips } = createTestGateway({ fusion: { maxBytes: 100 } });
    await Promise.all([
      kv.set('a', 'x'.repeat(50)),
      kv.set('b', 'x'.repeat(50)),
      kv.set('c', 'x'.repeat(400)),
      kv.set('d', 1n),
      kv.set('e', 1),
      kv.set('f', 1),
    ]);
    expect(trips.map(({ operation, count }) => `${operation} ${count}`)).toEqual(['set 1', 'set 1', 'set 1', 'set 1', 'run 2']);
  });

  it('may fill the bytes of a batch exactly, but not exceed them', async () => {
    const bytes = Buffer.byteLength(JSON.stringify(['ü', 'x']));
    for (const [maxBytes, counts, limit] of [
      [3 * bytes, [3], 0],
      [3 * bytes - 1, [1, 2], 1],
    ] as const) {
      const { kv, trips, fusing } = createTestGateway({ fusion: { maxBytes } });
      await Promise.all(['ü', 'ö', 'ä'].map((key) => kv.set(key, 'x')));
      expect(trips.map(({ count }) => count).sort()).toEqual(counts);
      expect(fusing.explain().operations['kv.set']).toMatchObject({ notBatched: { limit } });
    }
  });

  it('are sent alone if the form cannot express their parameters', async () => {
    const { kv, trips, fusing } = createTestGateway();
    const { peek, look } = kv as unknown as Record<'peek' | 'look', (...args: unknown[]) => Promise<unknown>>;
    await Promise.all([peek('a'), peek('b', 'more'), peek('c', undefined), peek(4), look('a'), look(5), look('c')]);
    expect(trips.map(({ operation, count }) => `${operation} ${count}`).sort()).toEqual(['look 1', 'lookAll 2', 'peek 1', 'peekMany 3']);
    expect(fusing.explain()).toMatchObject({
      calls: 7,
      batchCalls: 4,
      saved: 3,
      largest: 3,
      operations: {
        'kv.peek': { batched: 3, single: 1, notBatched: { parameters: 1 } },
        'kv.look': { batched: 2, single: 1, notBatched: { parameters: 1 } },
      },
    });
  });

  it('call the operation itself if there is only one', async () => {
    const { kv, trips } = createTestGateway();
    await kv.set('a', 1);
    expect(await kv.get('a')).toBe(1);
    expect(trips).toEqual([
      { operation: 'set', count: 1 },
      { operation: 'get', count: 1 },
    ]);
  });
});

describe('binding', () => {
  it('leaves operations that return values unchanged; one that returns a promise and has no batch only keeps its order', async () => {
    const { kv, control, fusing } = createTestGateway();
    kv.size();
    const { operations } = control.stats().interfaces['kv'] as never as { operations: Record<string, { bound: unknown }> };
    expect(operations['size']?.bound).toBe('direct');
    expect(operations['clear']?.bound).toEqual(['ofb']);
    expect(operations['run']?.bound).toEqual(['ofb']);
    expect(operations['get']?.bound).toEqual(['ofb']);
    expect(fusing.explain().operations['kv.clear']).toEqual({ fused: false, reason: 'no batch fact' });
  });

  it('changes nothing when ofb is disabled', async () => {
    const { kv, control, trips } = createTestGateway({ ofb: { enabled: false } });
    await Promise.all([kv.get('a'), kv.get('a')]);
    expect(trips).toHaveLength(2);
    expect(control.stats().interfaces['kv']?.operations['get']?.bound).toBe('direct');
  });

  it('lets inner middleware see the batch once, and outer middleware every call', async () => {
    const seen: string[] = [];
    const spy = (name: string): Middleware => ({
      name,
      bind:
        ({ name: operation }, next): Handler =>
        (...args) => {
          seen.push(`${name} ${operation}`);
          return next(...args);
        },
    });
    const { kv } = createTestGateway({ inside: [spy('in')], outside: [spy('out')] });
    await Promise.all([kv.get('a'), kv.get('b')]);
    expect(seen).toEqual(['out get', 'out get', 'in run']);
  });

  it('counts calls as in flight until every result has arrived', async () => {
    const { kv, control } = createTestGateway({ pause: settled });
    const both = Promise.all([kv.get('a'), kv.get('b')]);
    expect(control.unload('kv')).toEqual({ unloaded: false, reason: 'in flight' });
    await both;
    expect(control.unload('kv')).toMatchObject({ unloaded: true });
    expect(await Promise.all([kv.set('a', 1), kv.get('a')])).toEqual([1, 1]);
  });

  it('releases an unloaded core', async () => {
    const { kv, control } = createTestGateway();
    await Promise.all([kv.get('a'), kv.get('b')]);
    control.unload('kv');
    expect(control.stats().interfaces['kv']?.operations['get']?.bound).toBe('cold');
  });

  it('calls an override of an operation, and fuses again when it is removed', async () => {
    const { kv, control, trips } = createTestGateway();
    const undo = control.override('kv', 'get', () => async (key) => `mine ${key}`);
    expect(await Promise.all([kv.get('a'), kv.get('b')])).toEqual(['mine a', 'mine b']);
    undo();
    await Promise.all([kv.get('a'), kv.get('b')]);
    expect(trips).toEqual([{ operation: 'run', count: 2 }]);
  });

  it('does not fuse an operation if inner middleware wraps only it or only its batch, and warns once', async () => {
    for (const guarded of ['get', 'run']) {
      const warnings: string[] = [];
      const note = (warning: Error): void => void warnings.push(warning.message);
      process.on('warning', note);
      const guard: Middleware = {
        name: 'guard',
        bind: ({ name }, next): Handler =>
          name !== guarded
            ? next
            : async (...args) => {
                if (args[0] === 'secret') throw new Error('denied');
                return next(...args);
              },
      };
      const { kv, trips, control, fusing } = createTestGateway({ inside: [guard] });
      await Promise.all([kv.get('x').catch(() => 0), kv.get('y')]);
      control.rebind();
      const [, secret] = await Promise.allSettled([kv.get('x'), kv.get('secret')]);
      expect(secret.status).toBe(guarded === 'get' ? 'rejected' : 'fulfilled');
      expect(trips.every(({ operation }) => operation === 'get')).toBe(true);
      expect(fusing.explain().operations['kv.get']).toEqual({ fused: false, reason: expect.stringContaining('guard') });
      await new Promise(setImmediate);
      process.off('warning', note);
      expect(warnings).toEqual([expect.stringMatching(/"kv.get" is not fused: guard .*"run".*first/)]);
    }
  });

  it('starts again for an interface that replaces another', async () => {
    const { kv, control, fusing } = createTestGateway();
    await kv.get('a');
    const operations = { get: { params: { key: {} }, returns: 'promise' } } as const;
    control.register('kv', { operations, load: () => ({ operations: { get: async () => 'other' } }) }, { replace: true });
    expect(await control.execute('kv', 'get', { key: 'a' })).toBe('other');
    expect(fusing.explain().operations).toEqual({ 'kv.get': { fused: false, reason: 'no batch fact' } });
  });

  it('is limited to one gateway per instance', () => {
    const { fusing, control } = createTestGateway();
    expect(() => control.use(fusing)).toThrow(/ofb/);
  });
});

describe('identical reads', () => {
  it('are sent once while one is in flight, and each caller has its own result', async () => {
    const { kv, trips, fusing } = createTestGateway({ pause: settled, values: new Map([['a', { deep: 1 }]]) });
    const first = kv.get('a');
    const second = kv.get('a');
    await new Promise(setImmediate);
    const third = kv.get('a');
    const answers = await Promise.all([first, second, third]);
    expect(answers).toEqual([{ deep: 1 }, { deep: 1 }, { deep: 1 }]);
    expect(new Set(answers).size).toBe(3);
    expect(trips).toEqual([{ operation: 'get', count: 1 }]);
    expect(fusing.explain()).toMatchObject({ saved: 2, operations: { 'kv.get': { calls: 3, deduplicated: 2, single: 1 } } });
    await kv.get('a');
    expect(trips).toHaveLength(2);
  });

  it('are matched by their parameters, also while other reads of the same key are in flight', async () => {
    const gate = deferred();
    const { kv, trips, fusing } = createTestGateway({ late: (operation) => (operation === 'get' ? Promise.resolve() : gate.promise) });
    const [got, peeked, looked] = [kv.get('a'), kv.peek('a'), kv.look('a')];
    await settled();
    // The first of the three has its result; the others are still in flight.
    await got;
    const more = [kv.peek('a'), kv.look('a')];
    gate.resolve();
    await Promise.all([peeked, looked, ...more]);
    expect(trips.map(({ operation }) => operation)).toEqual(['get', 'peek', 'look']);
    expect(fusing.explain().operations).toMatchObject({ 'kv.get': { deduplicated: 0 }, 'kv.peek': { deduplicated: 1 }, 'kv.look': { deduplicated: 1 } });
  });

  it.each([
    [999, 1],
    [1000, 2],
  ])('join one that has been in flight for %d ms: %d requests', async (ms, count) => {
    ownClock();
    const gate = deferred();
    const { kv, trips } = createTestGateway({ pause: () => gate.promise });
    const first = kv.get('a');
    await settled();
    vi.setSystemTime(Date.now() + ms);
    const second = kv.get('a');
    await settled();
    expect(trips).toHaveLength(count);
    gate.resolve();
    await Promise.all([first, second]);
  });

  it('are not shared across a write', async () => {
    const { kv } = createTestGateway({ pause: settled, values: new Map([['a', 0]]) });
    const first = kv.get('a');
    await new Promise(setImmediate);
    const write = kv.set('a', 1);
    const second = kv.get('a');
    expect(await Promise.all([first, write, second])).toEqual([0, 1, 1]);
  });

  it('are not shared if an operation that is not fused may have written meanwhile', async () => {
    const { kv, run } = createTestGateway({ pause: settled, values: new Map([['a', 0]]) });
    await kv.size();
    await run(async () => {
      const cleared = kv.clear();
      const first = kv.get('a');
      await cleared;
      const second = kv.get('a');
      await first;
      expect(await second).toBeUndefined();
    });
  });

  it('are matched by the content of their parameters', async () => {
    const { kv, trips } = createTestGateway();
    await Promise.all([kv.get({ a: 1, b: [2] }), kv.get({ b: [2], a: 1 }), kv.get({ a: 1, b: [3] }), kv.get(1), kv.get('1')]);
    expect(trips).toEqual([{ operation: 'run', count: 4 }]);
  });
});
