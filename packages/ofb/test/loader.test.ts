import { createLoader, type Loader, type LoaderOptions } from '@suga/ofb/loader';
import { settled } from '@suga/vitest/clock';
import DataLoader from 'dataloader';
import { describe, expect, it } from 'vitest';

type Load = (keys: readonly unknown[]) => PromiseLike<ArrayLike<unknown>>;
type Options = LoaderOptions<unknown, unknown, unknown>;
type Make = (load: Load, options?: Options) => Loader<unknown, unknown>;

const makers: readonly [string, Make][] = [
  ['@suga/ofb/loader', (load, options) => createLoader(load as never, options)],
  ['dataloader 2.2.3', (load, options) => new DataLoader(load as never, options as never) as never],
];

/** A loader that returns each key as its value, and the keys that were requested. */
function identity(make: Make, options?: Options): { loader: Loader<unknown, unknown>; batches: unknown[][] } {
  const batches: unknown[][] = [];
  const loader = make(async (keys) => {
    batches.push([...keys]);
    return keys;
  }, options);
  return { loader, batches };
}

const reasons = async (calls: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(calls)).map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as Error).message));

describe.each(makers)('%s', (_name, make) => {
  it('loads the keys of one tick together, including those of promise jobs', async () => {
    const { loader, batches } = identity(make);
    const deep = async () => {
      await undefined;
      await undefined;
      return loader.load(3);
    };
    expect(await Promise.all([loader.load(1), loader.load(2), deep()])).toEqual([1, 2, 3]);
    expect(batches).toEqual([[1, 2, 3]]);
    await loader.load(4);
    expect(batches).toEqual([[1, 2, 3], [4]]);
  });

  it('includes keys requested by callers that received a value of another loader in that tick', async () => {
    const one = identity(make);
    const two = identity(make);
    const chain = async (key: number) => two.loader.load(await one.loader.load(key));
    await Promise.all([chain(1), chain(2)]);
    expect([one.batches, two.batches]).toEqual([[[1, 2]], [[1, 2]]]);
  });

  it('loads a key once, and resolves all callers with the same value', async () => {
    const { loader, batches } = identity(make);
    const key = { id: 1 };
    const [a, b] = await Promise.all([loader.load(key), loader.load(key)]);
    expect(a).toBe(b);
    expect(await loader.load(key)).toBe(a);
    expect(batches).toEqual([[key]]);
  });

  it('resolves cached values together with the batch of that tick', async () => {
    const { loader } = identity(make);
    await loader.load('a');
    const order: string[] = [];
    const kept = loader.load('a').then(() => order.push('a'));
    await Promise.resolve();
    expect(order).toEqual([]);
    await Promise.all([kept, loader.load('b').then(() => order.push('b'))]);
    expect(order.sort()).toEqual(['a', 'b']);
  });

  it('resolves cached values also if there is no batch', async () => {
    const { loader, batches } = identity(make);
    await loader.load('a');
    expect(await loader.load('a')).toBe('a');
    expect(batches).toHaveLength(1);
  });

  it('splits batches at maxBatchSize, and makes none if `batch` is false', async () => {
    const cut = identity(make, { maxBatchSize: 2 });
    await cut.loader.loadMany([1, 2, 3, 4, 5]);
    expect(cut.batches).toEqual([[1, 2], [3, 4], [5]]);
    const none = identity(make, { batch: false });
    await none.loader.loadMany([1, 2]);
    expect(none.batches).toEqual([[1], [2]]);
  });

  it('caches nothing if `cache` is false', async () => {
    for (const options of [{ cache: false }, { cacheMap: null }]) {
      const { loader, batches } = identity(make, options);
      await Promise.all([loader.load('a'), loader.load('a')]);
      await loader.load('a');
      expect(batches).toEqual([['a', 'a'], ['a']]);
      expect(loader.clear('a').clearAll().prime('a', 1)).toBe(loader);
      expect(await loader.load('a')).toBe('a');
    }
  });

  it('caches under cacheKeyFn, in cacheMap', async () => {
    const kept = new Map();
    const { loader, batches } = identity(make, { cacheKeyFn: (key) => (key as { id: number }).id, cacheMap: kept });
    const [a, b] = await Promise.all([loader.load({ id: 1, n: 1 }), loader.load({ id: 1, n: 2 })]);
    expect(a).toBe(b);
    expect(batches).toHaveLength(1);
    expect([...kept.keys()]).toEqual([1]);
    loader.clear({ id: 1 });
    expect(kept.size).toBe(0);
  });

  it('clears one key, or all', async () => {
    const { loader, batches } = identity(make);
    await loader.loadMany(['a', 'b']);
    expect(loader.clear('a')).toBe(loader);
    await loader.loadMany(['a', 'b']);
    expect(loader.clearAll()).toBe(loader);
    await loader.loadMany(['a', 'b']);
    expect(batches).toEqual([['a', 'b'], ['a'], ['a', 'b']]);
  });

  it('accepts primed values and errors, only for keys that are not cached', async () => {
    const { loader, batches } = identity(make);
    expect(loader.prime('a', 'A').prime('a', 'other').prime('p', Promise.resolve('P')).prime('e', new Error('E'))).toBe(loader);
    expect(await reasons([loader.load('a'), loader.load('p'), loader.load('e')])).toEqual(['A', 'P', 'E']);
    await loader.load('b');
    loader.prime('b', 'other');
    expect(await loader.load('b')).toBe('b');
    loader.clear('b').prime('b', 'B');
    expect(await loader.load('b')).toBe('B');
    expect(batches).toEqual([['b']]);
  });

  it('rejects one key with the Error in its place, and caches it', async () => {
    let batches = 0;
    const loader = make(async (keys) => {
      batches++;
      return keys.map((key) => (key === 'bad' ? new Error('no') : key));
    });
    expect(await reasons([loader.load('a'), loader.load('bad')])).toEqual(['a', 'no']);
    expect(await reasons([loader.load('bad')])).toEqual(['no']);
    expect(batches).toBe(1);
    const [ok, failed] = await loader.loadMany(['a', 'bad']);
    expect(ok).toBe('a');
    expect(failed).toBeInstanceOf(Error);
  });

  it('rejects all keys with one error if the batch fails, and caches nothing', async () => {
    let isDown = true;
    const down = new Error('down');
    const loader = make(async (keys) => {
      if (isDown) throw down;
      return keys;
    });
    const failed = await Promise.allSettled([loader.load('a'), loader.load('b')]);
    for (const each of failed) expect(each).toMatchObject({ status: 'rejected', reason: down });
    isDown = false;
    expect(await loader.loadMany(['a', 'b'])).toEqual(['a', 'b']);
  });

  it('still resolves cached values if the batch of that tick fails', async () => {
    let isDown = false;
    const loader = make(async (keys) => {
      if (isDown) throw new Error('down');
      return keys;
    });
    await loader.load('a');
    isDown = true;
    expect(await reasons([loader.load('a'), loader.load('b')])).toEqual(['a', 'down']);
  });

  const wrong: readonly [string, () => unknown][] = [
    ['throws', () => JSON.parse('{')],
    ['returns no promise', () => ['a']],
    ['returns undefined', () => undefined],
    ['resolves with a number', async () => 7],
    ['resolves with null', async () => null],
    ['resolves with another number of values', async () => ['a', 'b']],
  ];
  it.each(wrong)('rejects with a TypeError if the function %s', async (_what, load) => {
    await expect(make(load as Load).load('a')).rejects.toBeInstanceOf(TypeError);
  });

  it('survives values that throw when they are looked at', async () => {
    const trap = new Proxy(['x'], {
      get(target, name) {
        if (name === '0') throw new Error('trap');
        return Reflect.get(target, name);
      },
    });
    await expect(make(async () => trap).load('a')).rejects.toThrow('trap');
  });

  it('calls batchScheduleFn with what starts the batch', async () => {
    let start: (() => void) | undefined;
    const { loader, batches } = identity(make, { batchScheduleFn: (go) => void (start = go) });
    const both = Promise.all([loader.load(1), new Promise(setImmediate).then(() => loader.load(2))]);
    await settled();
    expect(batches).toEqual([]);
    start?.();
    expect(await both).toEqual([1, 2]);
    expect(batches).toEqual([[1, 2]]);
  });

  it('has a name, and is `this` of its function', async () => {
    let self: unknown;
    const loader = make(
      async function (this: unknown, keys) {
        self = this;
        return keys;
      },
      { name: 'users' },
    );
    await loader.load(1);
    expect(self).toBe(loader);
    expect([loader.name, identity(make).loader.name]).toEqual(['users', null]);
  });

  it('throws a TypeError for invalid arguments', () => {
    const load: Load = async (keys) => keys;
    for (const key of [null, undefined]) expect(() => make(load).load(key)).toThrow(TypeError);
    for (const keys of [null, undefined, 7, 'text']) expect(() => make(load).loadMany(keys as never)).toThrow(TypeError);
    for (const bad of [undefined, null, {}, 'text']) expect(() => make(bad as never)).toThrow(TypeError);
    expect(() => make(load, null as never)).toThrow(TypeError);
    for (const maxBatchSize of [0, -1, '2', null]) expect(() => make(load, { maxBatchSize } as never)).toThrow(TypeError);
    for (const fn of [null, 7, {}]) {
      expect(() => make(load, { batchScheduleFn: fn } as never)).toThrow(TypeError);
      expect(() => make(load, { cacheKeyFn: fn } as never)).toThrow(TypeError);
    }
    expect(() => make(load, { cacheMap: { get: () => undefined } } as never)).toThrow(TypeError);
  });

  it('accepts keys of every kind, including falsy and hostile ones', async () => {
    const { loader } = identity(make);
    const keys = [0, '', false, Number.NaN, '__proto__', 'constructor', Symbol('s'), 2n, () => 1, 'x'.repeat(1e6)];
    expect(await loader.loadMany(keys)).toEqual(keys);
    expect(await loader.loadMany({ length: 2, 0: 'a', 1: 'b' })).toEqual(['a', 'b']);
    expect(await loader.loadMany([])).toEqual([]);
  });

  it('loads a key twice if it is cleared before the batch is sent', async () => {
    const { loader, batches } = identity(make);
    const first = loader.load('a');
    loader.clear('a');
    expect(await Promise.all([first, loader.load('a')])).toEqual(['a', 'a']);
    expect(batches).toEqual([['a', 'a']]);
  });
});

it('rejects a batch size that is not a number', () => {
  expect(() => createLoader(async (keys: readonly number[]) => keys, { maxBatchSize: Number.NaN })).toThrow(TypeError);
});

it('an error has the value that the function threw as its cause, unless it is undefined', async () => {
  const errorFor = (thrown: unknown): Promise<unknown> => {
    const loader = createLoader((): never => {
      throw thrown;
    });
    return loader.load('a').catch((error: unknown) => error);
  };
  expect(await errorFor('why')).toMatchObject({ code: 'InvalidParams', cause: 'why' });
  expect(Object.hasOwn((await errorFor(undefined)) as object, 'cause')).toBe(false);
});
