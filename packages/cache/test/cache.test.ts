import { type CacheOptions, cache } from '@suga/cache';
import { control, createGateway } from '@suga/gateway';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

const fresh = (options?: CacheOptions) => createGateway({ cache: cache(options) }).cache;
const at = (ms: number) => vi.spyOn(Date, 'now').mockReturnValue(ms);
afterEach(() => void vi.restoreAllMocks());

describe('get and set', () => {
  it('store values without copying them', () => {
    const box = fresh();
    const value = { name: 'lamp' };
    box.set('device', value);
    expect(box.get('device')).toBe(value);
    expect(box.get<string>('other', 'fallback')).toBe('fallback');
    expect(box.get('other')).toBeUndefined();
    for (const odd of [null, 0, '', false]) {
      box.set('odd', odd);
      expect(box.get('odd', 'fallback')).toBe(odd);
    }
  });

  it('treat undefined as no value', () => {
    const box = fresh();
    box.set('key', 1);
    box.set('key', undefined);
    expect(box.has('key')).toBe(false);
    expect(box.stats().entries).toBe(0);
  });

  it.each(['__proto__', 'constructor', 'toString', 'a\nb', '🏠', 'x'.repeat(100_000)])('accept %.20j as a key', (key) => {
    const box = fresh();
    expect(box.get(key)).toBeUndefined();
    box.set(key, 1);
    expect([box.get(key), box.has(key), box.delete(key), box.delete(key)]).toEqual([1, true, true, false]);
  });

  it.each([[''], [undefined], [null], [1], [{}]])('refuse %j for a key', async (key) => {
    const box = fresh();
    const refused = expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining('"key"') });
    for (const use of [box.get, box.has, box.delete, (each: string) => box.set(each, 1), (each: string) => box.getMany([each])]) {
      expect(() => use(key as string)).toThrow(refused);
    }
    await expect(box.getOrCompute(key as string, () => 1)).rejects.toThrow(refused);
  });

  it.each([0, -1, Number.NaN, '5' as unknown as number, null as unknown as number])('refuse %j for a time to live', (ttl) => {
    const refused = expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining('"ttl"') });
    expect(() => fresh().set('key', 1, { ttl })).toThrow(refused);
    expect(() => fresh({ ttl }).get('key')).toThrow(expect.objectContaining({ code: 'LoadFailed', cause: refused }));
  });

  it.each([0, 1.5, Infinity, -1])('refuse %j for maxEntries', (maxEntries) => {
    expect(() => fresh({ maxEntries }).get('key')).toThrow(/integer of at least 1/);
  });
});

describe('time to live', () => {
  it('ends by the clock: after five minutes by default, or after the given ttl', () => {
    at(0);
    const box = fresh();
    box.set('default', 1);
    box.set('short', 1, { ttl: 10 });
    box.set('ever', 1, { ttl: Infinity });
    at(9);
    expect(box.getMany(['default', 'short', 'ever'])).toEqual([1, 1, 1]);
    at(10);
    expect(box.get('short')).toBeUndefined();
    expect(box.has('short')).toBe(false);
    at(300_000);
    expect(box.getMany(['default', 'ever'])).toEqual([undefined, 1]);
    expect(box.stats().entries).toBe(1);
  });

  it('starts again with a new value', () => {
    at(0);
    const box = fresh({ ttl: 10 });
    box.set('key', 1);
    at(8);
    box.set('key', 2);
    at(15);
    expect(box.get('key')).toBe(2);
    at(18);
    expect(box.delete('key')).toBe(false);
  });
});

describe('the limit', () => {
  it('removes the least recently used entry', () => {
    const box = fresh({ maxEntries: 2 });
    box.set('a', 1);
    box.set('b', 2);
    box.get('a');
    box.set('c', 3);
    expect(box.getMany(['a', 'b', 'c'])).toEqual([1, undefined, 3]);
    expect(box.has('a')).toBe(true);
    expect(box.stats()).toMatchObject({ entries: 2, evictions: 1, maxEntries: 2 });
  });
});

describe('a full cache', () => {
  it('removes expired entries before live ones, used or not', () => {
    at(0);
    const box = fresh({ maxEntries: 3, ttl: 1000 });
    box.set('live', 1);
    box.set('short', 2, { ttl: 10 });
    box.set('endless', 3, { ttl: Number.POSITIVE_INFINITY });
    at(9);
    box.get('short');
    at(10);
    box.set('new', 4);
    expect(box.keys()).toEqual(['live', 'endless', 'new']);
    expect(box.stats().evictions).toBe(0);
    box.set('newer', 5);
    expect(box.keys()).toEqual(['endless', 'new', 'newer']);
    expect(box.stats().evictions).toBe(1);
  });

  it('removes a stale entry before a valid one, and counts it as an eviction', async () => {
    at(0);
    const box = fresh({ maxEntries: 2 });
    box.set('live', 1);
    await box.getOrCompute('stale', () => 2, { ttl: 10, staleWhileRevalidate: 100 });
    at(50);
    box.set('new', 3);
    expect(box.keys()).toEqual(['live', 'new']);
    expect(box.stats().evictions).toBe(1);
  });

  it('never removes a live entry while an expired one is left, for any sequence of operations', () => {
    const ttls = [5, 20, 100, Number.POSITIVE_INFINITY];
    const step = fc.record({
      key: fc.constantFrom(...'abcdefgh'),
      ttl: fc.constantFrom(...ttls),
      pass: fc.nat(10),
      act: fc.constantFrom('set', 'get', 'delete'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const box = fresh({ maxEntries: 4 });
        let now = 0;
        for (const { key, ttl, pass, act } of steps) {
          at((now += pass));
          const live = box.keys();
          const { entries } = box.stats();
          if (act === 'delete') box.delete(key);
          else if (act === 'get') box.get(key);
          else box.set(key, now, { ttl });
          const lost = live.filter((name) => name !== key && !box.has(name));
          if (lost.length > 0) expect([act, entries]).toEqual(['set', live.length]);
          expect(lost.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('many at once', () => {
  it('set, get and delete', () => {
    const box = fresh();
    box.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 2, ttl: 60_000 },
    ]);
    expect(box.getMany(['b', 'x', 'a'])).toEqual([2, undefined, 1]);
    expect(box.deleteMany(['a', 'x'])).toBe(1);
    expect(box.clear()).toBe(1);
  });

  it('set all or nothing', () => {
    const box = fresh();
    expect(() =>
      box.setMany([
        { key: 'a', value: 1 },
        { key: '', value: 2 },
      ]),
    ).toThrow(/"key"/);
    expect(box.stats().entries).toBe(0);
  });
});

describe('getOrCompute', () => {
  it('computes once for all callers in the meantime, then never again', async () => {
    const box = fresh();
    const compute = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { made: true };
    });
    const all = await Promise.all(Array.from({ length: 50 }, () => box.getOrCompute('key', compute)));
    expect(new Set(all).size).toBe(1);
    expect(await box.getOrCompute('key', compute)).toBe(all[0]);
    expect(compute).toHaveBeenCalledTimes(1);
    expect(box.stats()).toMatchObject({ joined: 49, hits: 1, misses: 1 });
  });

  it('rejects for all waiting callers and stores nothing', async () => {
    const box = fresh();
    const broken = () => Promise.reject(new RangeError('no'));
    const results = await Promise.allSettled([box.getOrCompute('key', broken), box.getOrCompute('key', broken)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await box.getOrCompute('key', () => 7)).toBe(7);
    await expect(
      box.getOrCompute('thrown', () => {
        throw new RangeError('at once');
      }),
    ).rejects.toThrow('at once');
  });

  it('does not overwrite a set, delete or clear that came during the computation', async () => {
    for (const change of [
      (box: ReturnType<typeof fresh>) => box.set('key', 'new'),
      (box: ReturnType<typeof fresh>) => box.delete('key'),
      (box: ReturnType<typeof fresh>) => box.clear(),
    ]) {
      const box = fresh();
      let finish: (value: string) => void = () => undefined;
      const computing = box.getOrCompute(
        'key',
        () =>
          new Promise<string>((resolve) => {
            finish = resolve;
          }),
      );
      await null;
      change(box);
      const after = box.getOrCompute('key', () => 'newer');
      finish('old');
      expect(await computing).toBe('old');
      expect(['new', 'newer']).toContain(await after);
      expect(box.get('key')).toBe(await after);
    }
  });

  it('serves 200 overlapping invocations with one computation per key', async () => {
    const gateway = createGateway({ cache: cache() });
    const compute = vi.fn((key: string) => Promise.resolve(`value of ${key}`));
    const one = (index: number) =>
      control(gateway).run({ id: `r${index}` }, () => {
        const key = `k${index % 10}`;
        return gateway.cache.getOrCompute(key, () => compute(key));
      });
    const values = await Promise.all(Array.from({ length: 200 }, (_, index) => one(index)));
    expect(values.every((value, index) => value === `value of k${index % 10}`)).toBe(true);
    expect(compute).toHaveBeenCalledTimes(10);
  });
});

describe('as an interface', () => {
  it('reports the entries that unloading would lose', () => {
    const gateway = createGateway({ cache: cache() });
    gateway.cache.get('key');
    expect(control(gateway).heldState('cache')).toBeUndefined();
    gateway.cache.set('key', 1);
    expect(control(gateway).heldState('cache')).toBe('1 entries');
    expect(control(gateway).unload('cache').unloaded).toBe(true);
    expect(gateway.cache.get('key')).toBeUndefined();
  });

  it('can be called through execute, and events may call only stats', () => {
    const gateway = createGateway({ cache: cache() });
    const controls = control(gateway);
    controls.execute('cache', 'set', { key: 'a', value: 1, options: { ttl: 60_000 } });
    expect(controls.execute('cache', 'get', { key: 'a' })).toBe(1);
    expect(controls.execute('cache', 'stats', {}, { remote: true })).toMatchObject({ entries: 1 });
    expect(() => controls.execute('cache', 'get', { key: 'a' }, { remote: true })).toThrow(expect.objectContaining({ code: 'NotRemote' }));
    expect(() => controls.execute('cache', 'set', { key: 'a', value: 1, options: { tll: 50 } })).toThrow(expect.objectContaining({ code: 'InvalidParams' }));
  });
});

describe('for any sequence of operations', () => {
  it('behaves like a list ordered by last use', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      fc.record({ does: fc.constant('set' as const), key, value: fc.integer() }),
      fc.record({ does: fc.constantFrom('get' as const, 'delete' as const, 'has' as const), key }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, maxEntries) => {
        const box = fresh({ maxEntries });
        const model = new Map<string, number>();
        for (const taken of steps) {
          const known = model.get(taken.key);
          if (taken.does === 'has') expect(box.has(taken.key)).toBe(known !== undefined);
          else if (taken.does === 'get') expect(box.get(taken.key)).toBe(known);
          else if (taken.does === 'delete') expect(box.delete(taken.key)).toBe(known !== undefined);
          else if (taken.does === 'set') box.set(taken.key, taken.value);
          if (taken.does === 'has') continue;
          model.delete(taken.key);
          if (taken.does === 'set') model.set(taken.key, taken.value);
          else if (taken.does === 'get' && known !== undefined) model.set(taken.key, known);
          const [oldest] = model.keys();
          if (model.size > maxEntries && oldest !== undefined) model.delete(oldest);
        }
        expect(box.stats().entries).toBe(model.size);
      }),
    );
  });
});
