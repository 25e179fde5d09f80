import { execFileSync } from 'node:child_process';
import { type CacheOptions, cache, type SharedOptions } from '@suga/cache';
import { control, createGateway, type Interface } from '@suga/gateway';
import { until } from '@suga/vitest/until';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

interface Call {
  readonly operation: 'set' | 'delete';
  readonly params: { readonly key: string; readonly value?: unknown; readonly options?: { readonly ttl: number } };
}

interface Store {
  getMany(keys: readonly string[]): Promise<unknown[]>;
  set(key: string, value: unknown, options: { ttl: number }): Promise<boolean>;
  run(calls: readonly Call[]): Promise<object[]>;
  increment(key: string): Promise<number>;
}

type Step = (operation: keyof Store) => Promise<unknown> | undefined;

const warnings: string[] = [];
beforeEach(() => {
  warnings.length = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(String(warning)));
});
afterEach(() => void vi.restoreAllMocks());

/** A store with the contract of the store interface, shared by any number of gateways. Values pass through JSON, as they do on the wire. */
function remote() {
  const items = new Map<string, { readonly text: string; readonly ends: number }>();
  const calls: string[] = [];
  const at = { step: (() => undefined) as Step, broken: undefined as string | undefined };
  const read = (key: string): unknown => {
    const found = items.get(key);
    return found && found.ends > Date.now() ? JSON.parse(found.text) : undefined;
  };
  const write = (key: string, value: unknown, ttl: number) => void items.set(key, { text: JSON.stringify(value), ends: Date.now() + ttl });
  const step = async (operation: keyof Store) => {
    calls.push(operation);
    await at.step(operation);
  };
  const operations: Store = {
    getMany: async (keys) => (await step('getMany'), keys.map(read)),
    set: async (key, value, { ttl }) => (await step('set'), write(key, value, ttl), true),
    run: async (calls) => {
      await step('run');
      return calls.map(({ operation, params: { key, value, options } }) => {
        if (at.broken === key) return { error: new Error(`no room for ${key}`) };
        if (operation === 'delete') items.delete(key);
        else write(key, value, options?.ttl ?? Number.POSITIVE_INFINITY);
        return { value: true };
      });
    },
    increment: async (key) => {
      await step('increment');
      const next = ((read(key) as number | undefined) ?? 0) + 1;
      write(key, next, Number.POSITIVE_INFINITY);
      return next;
    },
  };
  const facts = (...params: string[]) => ({ params: Object.fromEntries(params.map((name) => [name, {}])), returns: 'promise' }) as const;
  const definition = (): Interface<Store> => ({
    operations: { getMany: facts('keys'), set: facts('key', 'value', 'options'), run: facts('calls'), increment: facts('key') },
    load: () => ({ operations }),
  });
  const values = () => [...items.keys()].filter((key) => key.includes(':k:'));
  return { at, calls, items, values, definition };
}

/** Resolves after a few turns of the event loop. */
const slowly = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

type Remote = ReturnType<typeof remote>;

/** The default timeout is 250 ms. A busy machine may need that long for an answer. */
const PATIENT = { timeout: 60_000 };

function environment(store: Remote, options: CacheOptions = {}) {
  const gateway = createGateway({ store: store.definition(), cache: cache({ shared: PATIENT, ...options }) });
  const run = <T>(work: (box: typeof gateway.cache) => T | Promise<T>, details: { deadline?: number } = {}) =>
    control(gateway).run({ id: '1', ...details }, () => work(gateway.cache));
  return { box: gateway.cache, gateway, run, shared: () => gateway.cache.stats().shared };
}

describe('two environments', () => {
  it('compute a value once', async () => {
    const store = remote();
    const [one, other] = [environment(store), environment(store)];
    const compute = vi.fn(async () => ({ name: 'lamp' }));
    expect(await one.run((box) => box.getOrCompute('device', compute))).toEqual({ name: 'lamp' });
    for (let time = 0; time < 2; time++) expect(await other.run((box) => box.getOrCompute('device', compute))).toEqual({ name: 'lamp' });
    expect(compute).toHaveBeenCalledTimes(1);
    expect([one.shared(), other.shared()]).toEqual([
      { hits: 0, misses: 1, writes: 1, failures: 0 },
      { hits: 1, misses: 0, writes: 0, failures: 0 },
    ]);
    expect(store.calls).toEqual(['getMany', 'set', 'getMany']);
  });

  it('keep it no longer than the first one would have', async () => {
    const store = remote();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const [one, other] = [environment(store, { ttl: 100 }), environment(store, { ttl: 100 })];
    let value = 0;
    await one.run((box) => box.getOrCompute('a', () => ++value));
    now.mockReturnValue(1060);
    expect(await other.run((box) => box.getOrCompute('a', () => ++value))).toBe(1);
    now.mockReturnValue(1100);
    expect(await other.run((box) => box.getOrCompute('a', () => ++value))).toBe(2);
  });

  it('find it in the store after memory has removed it', async () => {
    const store = remote();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const one = environment(store, { ttl: 100, shared: { ttl: 1000, prefix: 'orders:' } });
    let value = 0;
    for (const [time, expected] of [
      [1000, 1],
      [1500, 1],
      [1601, 1],
      [2001, 2],
    ] as const) {
      now.mockReturnValue(time);
      expect(await one.run((box) => box.getOrCompute('a', () => ++value))).toBe(expected);
    }
    expect([...store.items.keys()]).toEqual(['orders:k:a']);
  });

  it('no longer see a deleted value, not even directly after the delete', async () => {
    const store = remote();
    const [one, other] = [environment(store), environment(store)];
    let value = 0;
    const get = (box: typeof one.box) => box.getOrCompute('a', () => ++value);
    await one.run(get);
    const again = await one.run((box) => {
      expect(box.delete('a')).toBe(true);
      return get(box);
    });
    expect([again, await other.run(get)]).toEqual([2, 2]);
    await one.run((box) => box.set('a', 'by hand'));
    expect([await one.run(get), await environment(store).run(get)]).toEqual(['by hand', 3]);
  });

  it.each(['run', 'set'] as const)('requests of one key stay in order, also if %s is slow', async (slow) => {
    const store = remote();
    const one = environment(store);
    let value = 0;
    const get = (box: typeof one.box) => box.getOrCompute('a', () => ++value);
    store.at.step = (operation) => (operation === slow ? slowly() : undefined);
    await one.run(async (box) => {
      await get(box);
      box.delete('a');
      await new Promise(setImmediate);
      expect(await get(box)).toBe(2);
      box.delete('a');
    });
    expect([store.values(), one.shared()]).toEqual([[], { hits: 0, misses: 2, writes: 2, failures: 0 }]);
  });

  it('deletes of one tick are sent in one call, and the response waits for it', async () => {
    const store = remote();
    const one = environment(store);
    await one.run((box) => Promise.all(['a', 'b', 'c'].map((key) => box.getOrCompute(key, () => 1))));
    expect(store.values()).toHaveLength(3);
    store.calls.length = 0;
    await one.run((box) => (box.deleteMany(['a', 'b']), box.delete('c')));
    expect([store.calls, store.values()]).toEqual([['run'], []]);
  });

  it('no longer use a value that one of them has invalidated by tag, whichever of them wrote it', async () => {
    const store = remote();
    const [one, other] = [environment(store), environment(store)];
    let value = 0;
    const get = (box: typeof one.box, key: string, tags: string[]) => box.getOrCompute(key, () => ++value, { tags });
    await one.run((box) => get(box, 'a', ['users', 'all']));
    await one.run((box) => get(box, 'b', ['devices']));
    await other.run((box) => void box.invalidateTags(['users']));
    expect(await environment(store).run((box) => get(box, 'a', ['users', 'all']))).toBe(3);
    expect(await environment(store).run((box) => get(box, 'a', ['users', 'all']))).toBe(3);
    expect(await environment(store).run((box) => get(box, 'b', ['devices']))).toBe(2);
  });

  it('a value that was computed before its tag was invalidated is not shared after', async () => {
    const store = remote();
    const [one, other] = [environment(store), environment(store)];
    const { promise, resolve } = Promise.withResolvers<string>();
    const old = one.run((box) => box.getOrCompute('a', () => promise, { tags: ['t'] }));
    await until(() => expect(store.calls).toContain('getMany'));
    await other.run((box) => void box.invalidateTags(['t']));
    resolve('old');
    expect(await old).toBe('old');
    expect(await other.run((box) => box.getOrCompute('a', () => 'new', { tags: ['t'] }))).toBe('new');
  });

  it('a value that was superseded while it was computed is not shared', async () => {
    const store = remote();
    const one = environment(store);
    const { promise, resolve } = Promise.withResolvers<string>();
    await one.run(async (box) => {
      const computing = box.getOrCompute('a', () => promise);
      await until(() => expect(store.calls).toContain('getMany'));
      box.delete('a');
      resolve('old');
      expect(await computing).toBe('old');
    });
    expect(store.values()).toEqual([]);
  });

  it('a value that was being computed elsewhere while its key was removed is not shared after', async () => {
    const store = remote();
    const [one, other] = [environment(store), environment(store)];
    const { promise, resolve } = Promise.withResolvers<string>();
    const old = one.run((box) => box.getOrCompute('a', () => promise));
    await until(() => expect(store.calls).toContain('getMany'));
    await other.run((box) => void box.delete('a'));
    resolve('old');
    expect(await old).toBe('old');
    expect(await environment(store).run((box) => box.getOrCompute('a', () => 'new'))).toBe('new');
    expect(await environment(store).run((box) => box.getOrCompute('a', () => 'newer'))).toBe('new');
  });

  it('a removal mark lives as long as a value that was being computed at that time', async () => {
    const store = remote();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const [one, other] = [environment(store, { shared: { ttl: 3_600_000 } }), environment(store, { shared: { ttl: 3_600_000 } })];
    const { promise, resolve } = Promise.withResolvers<string>();
    const old = one.run((box) => box.getOrCompute('a', () => promise));
    await until(() => expect(store.calls).toContain('getMany'));
    await other.run((box) => void box.delete('a'));
    now.mockReturnValue(890_000);
    resolve('old');
    await old;
    now.mockReturnValue(890_000 + 3_599_999);
    expect(await environment(store).run((box) => box.getOrCompute('a', () => 'new'))).toBe('new');
    // A value that was computed after the removal outlives the mark.
    now.mockReturnValue(890_000 + 3_600_000 + 100_000);
    expect(await environment(store).run((box) => box.getOrCompute('a', () => 'newer'))).toBe('new');
  });

  it('removals of several invocations in one tick are sent separately, each with its own deadline', async () => {
    const store = remote();
    const one = environment(store);
    store.calls.length = 0;
    await Promise.all(['a', 'b'].map((key) => one.run((box) => (box.delete(key), box.delete(`${key}2`)))));
    expect(store.calls).toEqual(['run', 'run']);
  });

  it.each<[string, CacheOptions]>([
    ['the store keeps values longer', { shared: { ttl: 3_600_000 } }],
    ['memory keeps values longer', { ttl: 3_600_000 }],
  ])('no value outlives the ttl of its call, also if %s', async (_, options) => {
    const store = remote();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const one = environment(store, options);
    let value = 0;
    const get = () => one.run((box) => box.getOrCompute('a', () => ++value, { ttl: 100 }));
    expect([await get(), await environment(store, options).run((box) => box.getOrCompute('a', () => 0))]).toEqual([1, 1]);
    now.mockReturnValue(1100);
    expect(await get()).toBe(2);
    expect([...store.items.entries()].find(([key]) => key.endsWith(':a'))?.[1].ends).toBe(1200);
  });

  it('refresh by computing, and use a value from the store only if another one has just refreshed it', async () => {
    const store = remote();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const options = { ttl: 100, shared: { ttl: 3_600_000 } };
    const [one, other] = [environment(store, options), environment(store, options)];
    const get = (of: typeof one, value: unknown) => of.run((box) => box.getOrCompute('a', () => value, { staleWhileRevalidate: 10_000 }));
    await get(one, 'first');
    expect(await get(other, '')).toBe('first');
    now.mockReturnValue(1200);
    expect([await get(one, 'second'), await get(one, '')]).toEqual(['first', 'second']);
    now.mockReturnValue(1250);
    const compute = vi.fn(() => 'own');
    await other.run((box) => box.getOrCompute('a', compute, { staleWhileRevalidate: 10_000 }));
    expect([await get(other, ''), compute.mock.calls.length]).toEqual(['second', 0]);
  });

  it.each([[new Date(0)], [undefined]])('a refresh that returns %s removes the old value from the store', async (value) => {
    const store = remote();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const one = environment(store, { ttl: 100, shared: { ttl: 3_600_000 } });
    const get = (of: unknown) => one.run((box) => box.getOrCompute('a', () => of, { staleWhileRevalidate: 10_000 }));
    await get('old');
    now.mockReturnValue(1200);
    expect(await get(value)).toBe('old');
    expect(store.values()).toEqual([]);
  });

  it('share a refreshed value before the response', async () => {
    const store = remote();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    const one = environment(store, { ttl: 100 });
    const get = (value: string) => one.run((box) => box.getOrCompute('a', () => value, { staleWhileRevalidate: 10_000 }));
    await get('old');
    now.mockReturnValue(1200);
    let done = false;
    store.at.step = (operation) => (operation === 'set' ? slowly().then(() => void (done = true)) : undefined);
    expect(await get('new')).toBe('old');
    expect(done).toBe(true);
    expect(await environment(store, { ttl: 100 }).run((box) => box.getOrCompute('a', () => 'newer'))).toBe('new');
  });

  it('read the store once each for many overlapping invocations', async () => {
    const store = remote();
    const both = [environment(store), environment(store)];
    await both[0]?.run((box) => box.getOrCompute('a', () => 'value'));
    store.calls.length = 0;
    const compute = vi.fn(() => 'other');
    const fresh = [environment(store), environment(store)];
    const all = await Promise.all(Array.from({ length: 60 }, (_, index) => fresh[index % 2]?.run((box) => box.getOrCompute('a', compute))));
    expect(new Set(all)).toEqual(new Set(['value']));
    expect([store.calls, compute.mock.calls.length]).toEqual([['getMany', 'getMany'], 0]);
  });
});

describe('values that are not shared', () => {
  const bytes = new Uint8Array([1]);
  const circle: unknown[] = [];
  circle.push(circle);
  const hole = Object.assign(new Array<unknown>(2), { 1: 1 });
  const odd: unknown[] = [
    hole,
    Object.assign(new Array<unknown>(2), { 1: 1, extra: 1 }),
    Object.assign([1], { extra: 1 }),
    -0,
    [-0],
    { z: -0 },
    { [Symbol.for('s')]: 1 },
    Object.defineProperty({}, 'hidden', { value: 5 }),
  ];
  const others: unknown[] = [undefined, new Map([[1, 2]]), { at: new Date(0) }, [undefined], { deep: [Number.NaN] }, bytes, () => 1, circle, 1n];
  it.each([...odd, ...others].map((each) => [each] as const))('a value that JSON would change: %s', async (value) => {
    const store = remote();
    const one = environment(store);
    expect(await one.run((box) => box.getOrCompute('a', () => value))).toBe(value);
    expect([store.items.size, warnings]).toEqual([0, []]);
  });

  it('a value with more than a million parts in JSON', async () => {
    const store = remote();
    const folded = Array.from({ length: 40 }).reduce<unknown>((inner) => [inner, inner], []);
    const given = await environment(store).run((box) => box.getOrCompute('a', () => folded));
    expect([given === folded, store.items.size]).toEqual([true, 0]);
  });

  it('a value that references one object several times is shared', async () => {
    const store = remote();
    const none: unknown[] = [];
    const value = { tags: none, roles: none, left: undefined };
    await environment(store).run((box) => box.getOrCompute('a', () => value));
    expect(await environment(store).run((box) => box.getOrCompute('a', () => 'computed'))).toEqual({ tags: [], roles: [] });
  });

  it('errors and missing values', async () => {
    const store = remote();
    const one = environment(store);
    await expect(one.run((box) => box.getOrCompute('a', () => Promise.reject(new Error('down')), { errorTtl: 1000 }))).rejects.toThrow('down');
    expect(await one.run((box) => box.getOrCompute('b', () => null, { negativeTtl: 1000 }))).toBe(null);
    expect(store.items.size).toBe(0);
  });

  it('a computation with shared: false', async () => {
    const store = remote();
    expect(await environment(store).run((box) => box.getOrCompute('a', () => 1, { shared: false }))).toBe(1);
    expect(store.calls).toEqual([]);
  });
});

describe('a shared tier that does not work', () => {
  it.each<[string, SharedOptions, Step]>([
    ['cannot be used', {}, () => Promise.reject(Object.assign(new Error('table is missing'), { name: 'SugaError', code: 'Unavailable' }))],
    ['hangs', { timeout: 20 }, () => new Promise(() => undefined)],
  ])('%s: the value is computed, and for a second the store is not asked again', async (_, shared, step) => {
    const store = remote();
    store.at.step = step;
    const one = environment(store, { shared });
    const now = vi.spyOn(Date, 'now').mockReturnValue(1000);
    expect(await one.run((box) => box.getOrCompute('a', () => 1))).toBe(1);
    expect(await one.run((box) => box.getOrCompute('b', () => 2))).toBe(2);
    expect([store.calls, one.shared()]).toEqual([['getMany'], { hits: 0, misses: 0, writes: 0, failures: 1 }]);
    expect(warnings).toHaveLength(1);
    store.at.step = () => undefined;
    now.mockReturnValue(2000);
    await one.run((box) => box.getOrCompute('c', () => 3));
    expect(one.shared()).toMatchObject({ misses: 1, writes: 1 });
  });

  it('writes and removals that fail are counted and reported once', async () => {
    const store = remote();
    store.at.step = (operation) => (operation === 'getMany' ? undefined : Promise.reject(new Error('read only')));
    const one = environment(store);
    for (const key of ['a', 'b']) expect(await one.run((box) => box.getOrCompute(key, () => key))).toBe(key);
    expect(await one.run((box) => box.delete('a'))).toBe(true);
    await one.run((box) => void box.invalidateTags(['t']));
    expect(one.shared()).toMatchObject({ writes: 0, failures: 4 });
    expect(warnings).toEqual([expect.stringContaining('read only')]);
  });

  it('a removal that hangs holds the response at most for refreshTimeout', async () => {
    const store = remote();
    store.at.step = () => new Promise(() => undefined);
    const one = environment(store, { refreshTimeout: 20 });
    expect(await one.run((box) => box.delete('a'))).toBe(false);
  });

  it('a foreign item under the key is ignored', async () => {
    const store = remote();
    for (const text of ['1', 'null', '{}', '[]', '{"value":1}', '{"value":1,"expires":null,"tags":[["x"]],"versions":[]}', '{"__proto__":{"value":1}}']) {
      store.items.set('cache:k:a', { text, ends: Number.POSITIVE_INFINITY });
      expect(await environment(store).run((box) => box.getOrCompute('a', () => 'own'))).toBe('own');
    }
  });

  it('a gateway without a store gets an error that says what to do when the cache is loaded', async () => {
    const gateway = createGateway({ cache: cache({ shared: true }) });
    expect(() => gateway.cache.get('a')).toThrow(
      expect.objectContaining({ code: 'LoadFailed', message: expect.stringContaining('"store"'), cause: expect.objectContaining({ code: 'NotInstalled' }) }),
    );
  });

  it('a key that the store rejects does not keep other keys from being read', async () => {
    const store = remote();
    await environment(store).run((box) => box.getOrCompute('good', () => 'stored'));
    store.at.step = (operation) =>
      operation === 'getMany' ? Promise.reject(Object.assign(new Error('key'), { name: 'SugaError', code: 'InvalidParams' })) : undefined;
    const one = environment(store);
    expect(await one.run((box) => box.getOrCompute('bad', () => 1))).toBe(1);
    store.at.step = () => undefined;
    expect(await one.run((box) => box.getOrCompute('good', () => 'computed'))).toBe('stored');
    expect(one.shared()).toMatchObject({ failures: 1, hits: 1 });
  });

  it('a removal that fails in part is counted and reported', async () => {
    const store = remote();
    store.at.broken = 'cache:k:a';
    const one = environment(store);
    await one.run((box) => void box.deleteMany(['a', 'b']));
    expect([one.shared()?.failures, warnings]).toEqual([1, [expect.stringContaining('no room for cache:k:a')]]);
  });
});

describe('settings', () => {
  it.each([[{ shared: 1 }], [{ shared: [] }], [{ shared: { ttl: 0 } }], [{ shared: { timeout: Number.NaN } }], [{ shared: { prefix: 1 } }]])(
    'refuses %j',
    (options) => {
      const load = () => control(createGateway({ cache: cache(options as never) })).load('cache');
      expect(load).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'InvalidParams' }) }));
    },
  );

  it('refuses wrong values in a call', async () => {
    const wrong = environment(remote()).box.getOrCompute('a', () => 1, { shared: 'no' as never });
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidParams' });
  });

  it('loads and counts nothing if the shared tier is not used', async () => {
    const gateway = createGateway({ cache: cache() });
    await gateway.cache.getOrCompute('a', () => 1);
    expect(gateway.cache.stats()).not.toHaveProperty('shared');
    const code = `
      const { createGateway } = require('@suga/gateway');
      const gateway = createGateway({ cache: require('@suga/cache').cache() });
      gateway.cache.getOrCompute('a', () => 1).then(() => console.log(Object.keys(require.cache).filter((file) => /shared\\.js$/.test(file)).length));`;
    expect(execFileSync(process.execPath, ['-e', code], { cwd: import.meta.dirname, encoding: 'utf8' }).trim()).toBe('0');
  });
});
