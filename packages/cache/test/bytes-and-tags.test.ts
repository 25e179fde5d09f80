import { type CacheOptions, cache } from '@suga/cache';
import { createGateway } from '@suga/gateway';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

const fresh = (options?: CacheOptions) => createGateway({ cache: cache(options) }).cache;
const at = (ms: number) => vi.spyOn(Date, 'now').mockReturnValue(ms);
afterEach(() => void vi.restoreAllMocks());

describe('the limit in bytes', () => {
  it('removes the least recently used entry', () => {
    const box = fresh({ maxBytes: 10_000 });
    for (const key of ['a', 'b', 'c']) box.set(key, 'x'.repeat(3000));
    box.get('a');
    box.set('d', 'x'.repeat(3000));
    expect(box.keys()).toEqual(['c', 'a', 'd']);
    expect(box.stats()).toMatchObject({ entries: 3, evictions: 1, maxBytes: 10_000 });
    expect(box.stats().bytes).toBeGreaterThan(9000);
  });

  it('removes expired entries before live ones', () => {
    at(0);
    const box = fresh({ maxBytes: 3, sizeOf: () => 1 });
    box.set('live', 1);
    for (const key of ['ends', 'ends too']) box.set(key, 1, { ttl: 10 });
    at(10);
    box.set('d', 1);
    expect(box.keys()).toEqual(['live', 'd']);
    box.set('e', 1);
    expect(box.keys()).toEqual(['live', 'd', 'e']);
    expect(box.stats()).toMatchObject({ entries: 3, bytes: 3, evictions: 0 });
    box.set('f', 1);
    expect(box.keys()).toEqual(['d', 'e', 'f']);
    expect(box.stats()).toMatchObject({ evictions: 1 });
  });

  it('does not store a value that alone exceeds it, and removes the earlier value', () => {
    const box = fresh({ maxBytes: 1000 });
    box.set('a', 'small');
    box.set('a', 'x'.repeat(2000));
    expect(box.has('a')).toBe(false);
    expect(box.stats()).toMatchObject({ entries: 0, bytes: 0, tooLarge: 1, evictions: 0 });
  });

  it('measures with the sizeOf option', () => {
    const box = fresh({ maxBytes: 10, sizeOf: (value, key) => (key === 'heavy' ? 9 : Number(value)) });
    box.set('a', 2);
    box.set('heavy', 0);
    expect(box.stats()).toMatchObject({ entries: 1, bytes: 9 });
    expect(() => fresh({ maxBytes: 10, sizeOf: () => Number.NaN }).set('a', 1)).toThrow('"sizeOf" must be a function that returns a number of bytes, got NaN');
  });

  describe('a value that cannot be measured', () => {
    const staged = () => {
      const box = fresh({
        maxBytes: 100,
        sizeOf: (value) => {
          if (value === 'unmeasurable') throw new RangeError('cannot be measured');
          return 1;
        },
      });
      box.setMany([
        { key: 'a', value: 'old a' },
        { key: 'b', value: 'old b', tags: ['old'] },
      ]);
      return box;
    };
    const unchanged = (box: ReturnType<typeof staged>): void => {
      expect(box.getMany(['a', 'b', 'c'])).toEqual(['old a', 'old b', undefined]);
      expect(box.stats()).toMatchObject({ entries: 2, bytes: 2, evictions: 0, tooLarge: 0 });
      expect(box.invalidateTags(['old'])).toBe(1);
    };

    it.each([0, 1, 2])('changes nothing, at index %d of setMany', (place) => {
      const box = staged();
      const entries = ['a', 'b', 'c'].map((key, index) => ({ key, value: index === place ? 'unmeasurable' : 'new' }));
      expect(() => box.setMany(entries)).toThrow('cannot be measured');
      unchanged(box);
    });

    it('changes nothing, in set', () => {
      const box = staged();
      expect(() => box.set('b', 'unmeasurable')).toThrow('cannot be measured');
      unchanged(box);
    });

    it('does not stop a computation for its key from being stored', async () => {
      const box = staged();
      const computed = box.getOrCompute('c', async () => 'computed');
      expect(() => box.set('c', 'unmeasurable')).toThrow('cannot be measured');
      await computed;
      expect(box.get('c')).toBe('computed');
    });

    it('is returned when it was computed, and a failed computation rejects with its own error', async () => {
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const box = fresh({ maxBytes: 100, sizeOf: () => Number.NaN });
      expect(await box.getOrCompute('a', () => 'value')).toBe('value');
      await expect(box.getOrCompute('b', () => Promise.reject(new TypeError('mine')), { errorTtl: 1000 })).rejects.toThrow('mine');
      expect(warned).toHaveBeenCalledTimes(2);
    });
  });

  it("estimates within a factor of two of the heap's growth", () => {
    const shapes: Record<string, () => unknown> = {
      texts: () => Array.from({ length: 20_000 }, (_, index) => `${index}`.padStart(60, 'x').split('').join('')),
      numbers: () => Array.from({ length: 100_000 }, (_, index) => index + 0.5),
      dates: () => Array.from({ length: 20_000 }, (_, index) => new Date(index)),
      records: () => Array.from({ length: 20_000 }, (_, index) => ({ id: index, on: true, at: Math.random(), room: ['kitchen', 'hall'] })),
    };
    const box = fresh({ maxBytes: 2 ** 30 });
    for (const [name, make] of Object.entries(shapes)) {
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      const value = make();
      globalThis.gc?.();
      const grown = process.memoryUsage().heapUsed - before;
      box.set(name, value);
      const estimated = box.metadata(name)?.bytes ?? 0;
      expect(estimated / grown, name).toBeGreaterThan(0.5);
      expect(estimated / grown, name).toBeLessThan(2);
    }
  });

  it('measures circular values and objects that throw without throwing', () => {
    const circle: Record<string, unknown> = { map: new Map([[{}, new Set([1])]]), bytes: new Uint8Array(5000) };
    circle['self'] = circle;
    const trap = new Proxy({}, { ownKeys: () => { throw new Error('no'); } }); // biome-ignore format: one line
    const box = fresh({ maxBytes: 1_000_000 });
    const pretender = new Proxy({}, { getPrototypeOf: () => { throw new Error('no'); } }); // biome-ignore format: one line
    for (const value of [circle, trap, pretender, 2n ** 70n, Symbol('s'), () => 1, null]) box.set('k', value);
    box.set('circle', circle);
    expect(box.metadata('circle')?.bytes).toBeGreaterThan(5000);
    fc.assert(
      fc.property(fc.anything({ withMap: true, withSet: true, withTypedArray: true, withBigInt: true }), (value) => {
        box.set('any', value);
        expect(box.metadata('any')?.bytes ?? 8).toBeGreaterThan(0);
      }),
    );
  });

  it('is never exceeded, for any sequence of values', () => {
    const step = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(60), fc.boolean());
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const box = fresh({ maxBytes: 100, sizeOf: Number });
        const model = new Map<string, number>();
        for (const [key, size, remove] of steps) {
          model.delete(key);
          if (remove) box.delete(key);
          else box.set(key, size);
          if (!remove) model.set(key, size);
          for (const oldest of model.keys()) {
            if ([...model.values()].reduce((sum, one) => sum + one, 0) <= 100) break;
            model.delete(oldest);
          }
          expect(box.keys()).toEqual([...model.keys()]);
          expect(box.stats().bytes).toBe([...model.values()].reduce((sum, one) => sum + one, 0));
        }
      }),
    );
  });
});

describe('tags', () => {
  it('invalidate all entries with one of them', () => {
    const box = fresh();
    box.set('lamp', 1, { tags: ['devices', 'hall'] });
    box.set('heater', 2, { tags: ['devices'] });
    box.set('user', 3, { tags: ['users'] });
    expect(box.invalidateTags(['hall'])).toBe(1);
    expect(box.keys()).toEqual(['heater', 'user']);
    expect(box.invalidateTags(['hall', 'devices', 'users', '__proto__'])).toBe(2);
    expect(box.stats().entries).toBe(0);
  });

  it('are those of the last value, and are removed with the entry', () => {
    const box = fresh({ maxEntries: 1 });
    box.set('a', 1, { tags: ['old'] });
    box.set('a', 2, { tags: ['new'] });
    expect(box.invalidateTags(['old'])).toBe(0);
    box.set('b', 1);
    expect(box.invalidateTags(['new'])).toBe(0);
    expect(box.get('b')).toBe(1);
  });

  it('keep a running computation from being stored when they are invalidated', async () => {
    const box = fresh();
    let finish: (value: string) => void = () => undefined;
    const computed = box.getOrCompute('a', () => new Promise<string>((resolve) => (finish = resolve)), { tags: ['devices'] });
    expect(box.invalidateTags(['devices'])).toBe(0);
    finish('out of date');
    expect(await computed).toBe('out of date');
    expect(box.has('a')).toBe(false);
  });

  it.each([['hall'], [[1]], [['']], [null]])('refuse %j', (tags) => {
    expect(() => fresh().set('a', 1, { tags: tags as never })).toThrow('"tags" must be');
    expect(() => fresh().invalidateTags(tags as never)).toThrow('"tags" must be');
  });
});

describe('metadata', () => {
  it('has times, uses and tags', () => {
    at(1000);
    const box = fresh({ ttl: 500 });
    box.set('a', 1, { tags: ['t'] });
    box.get('a');
    box.has('a');
    expect(box.metadata('a')).toEqual({ createdAt: 1000, expiresAt: 1500, hits: 1, bytes: 0, tags: ['t'] });
    at(1500);
    expect(box.metadata('a')).toBeUndefined();
  });

  it('lists keys by prefix, and only those of live entries', () => {
    at(0);
    const box = fresh();
    box.setMany([
      { key: 'user:1', value: 1 },
      { key: 'user:2', value: 1, ttl: 10 },
      { key: 'device:1', value: 1 },
    ]);
    expect(box.keys('user:')).toEqual(['user:1', 'user:2']);
    at(10);
    expect(box.keys('user:')).toEqual(['user:1']);
    expect(box.prune()).toBe(1);
    expect(box.prune()).toBe(0);
    expect(box.clear()).toBe(2);
  });
});
