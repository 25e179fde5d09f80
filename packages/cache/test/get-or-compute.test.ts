import { type CacheOptions, type ComputeOptions, cache } from '@suga/cache';
import { control, createGateway } from '@suga/gateway';
import { settled } from '@suga/vitest/clock';
import { until } from '@suga/vitest/until';
import { afterEach, describe, expect, it, vi } from 'vitest';

const gatewayOf = (options?: CacheOptions) => createGateway({ cache: cache(options) });
const at = (ms: number) => vi.spyOn(Date, 'now').mockReturnValue(ms);
afterEach(() => void vi.restoreAllMocks());

/** Returns 1, 2, 3 …, and counts its calls. */
const counting = () => {
  let calls = 0;
  return { compute: async () => ++calls, calls: () => calls };
};

describe('a missing value', () => {
  it('is not cached by default', async () => {
    const { cache: box } = gatewayOf();
    const compute = vi.fn(async () => undefined);
    for (let time = 0; time < 2; time++) expect(await box.getOrCompute('a', compute)).toBeUndefined();
    expect(compute).toHaveBeenCalledTimes(2);
    expect(box.stats().entries).toBe(0);
  });

  it.each([[undefined], [null]])('is cached (%s) for negativeTtl, and appears in no other operation', async (nothing) => {
    at(0);
    const { cache: box } = gatewayOf();
    const compute = vi.fn(async () => nothing);
    for (let time = 0; time < 3; time++) expect(await box.getOrCompute('a', compute, { negativeTtl: 100 })).toBe(nothing);
    expect(compute).toHaveBeenCalledTimes(1);
    expect([box.get('a', 'fallback'), box.has('a'), box.getMany(['a']), box.keys(), box.metadata('a'), box.delete('a')]).toEqual([
      'fallback',
      false,
      [undefined],
      [],
      undefined,
      false,
    ]);
    await box.getOrCompute('a', compute, { negativeTtl: 100 });
    at(100);
    await box.getOrCompute('a', compute, { negativeTtl: 100 });
    expect(compute).toHaveBeenCalledTimes(3);
  });

  it('is replaced by a value', async () => {
    const { cache: box } = gatewayOf();
    await box.getOrCompute('a', () => undefined, { negativeTtl: 1000 });
    box.set('a', 1);
    expect(await box.getOrCompute('a', () => 2)).toBe(1);
  });
});

describe('failures', () => {
  const failing = () => vi.fn(async () => Promise.reject(new Error('down')));

  it('are not cached by default', async () => {
    const { cache: box } = gatewayOf();
    const compute = failing();
    for (let time = 0; time < 2; time++) await expect(box.getOrCompute('a', compute)).rejects.toThrow('down');
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it('are thrown again, as the same error, for errorTtl', async () => {
    at(0);
    const { cache: box } = gatewayOf();
    const compute = failing();
    const errors = [];
    for (let time = 0; time < 2; time++) errors.push(await box.getOrCompute('a', compute, { errorTtl: 100 }).catch((error) => error));
    expect(errors[0]).toBe(errors[1]);
    expect(compute).toHaveBeenCalledTimes(1);
    expect([box.get('a'), box.has('a'), box.stats().hits]).toEqual([undefined, false, 1]);
    at(100);
    expect(await box.getOrCompute('a', () => 'up', { errorTtl: 100 })).toBe('up');
  });
});

describe('stale values', () => {
  const stale: ComputeOptions = { ttl: 100, staleWhileRevalidate: 1000 };

  it('are returned at once while one caller computes the new one', async () => {
    const now = at(0);
    const { cache: box } = gatewayOf();
    const { compute, calls } = counting();
    await box.getOrCompute('a', compute, stale);
    now.mockReturnValue(100);
    expect(box.get('a')).toBeUndefined();
    expect(await Promise.all([1, 2, 3].map(() => box.getOrCompute('a', compute, stale)))).toEqual([1, 1, 1]);
    await until(() => expect(box.get('a')).toBe(2));
    expect(calls()).toBe(2);
    expect(box.stats()).toMatchObject({ stale: 3, refreshes: 1, failedRefreshes: 0 });
  });

  it('are removed after staleWhileRevalidate, and not kept without it', async () => {
    const now = at(0);
    const { cache: box } = gatewayOf();
    const { compute } = counting();
    await box.getOrCompute('a', compute, stale);
    now.mockReturnValue(1100);
    expect(await box.getOrCompute('a', compute, stale)).toBe(2);
    box.set('b', 1, { ttl: 100 });
    now.mockReturnValue(1200);
    expect(await box.getOrCompute('b', () => 2, stale)).toBe(2);
  });

  it('are not returned to a caller without staleWhileRevalidate', async () => {
    const now = at(0);
    const { cache: box } = gatewayOf();
    const { compute } = counting();
    await box.getOrCompute('a', compute, stale);
    now.mockReturnValue(500);
    expect(await box.getOrCompute('a', compute, { ttl: 100 })).toBe(2);
  });

  it('stay when the refresh fails, and the next caller tries again', async () => {
    const now = at(0);
    const { cache: box } = gatewayOf();
    await box.getOrCompute('a', () => 'old', stale);
    now.mockReturnValue(200);
    for (let time = 1; time <= 2; time++) {
      expect(await box.getOrCompute('a', () => Promise.reject(new Error('down')), { ...stale, errorTtl: 1000 })).toBe('old');
      await until(() => expect(box.stats().failedRefreshes).toBe(time));
    }
  });

  it('hold the response until they are refreshed, but only in the invocation that started the refresh', async () => {
    const now = at(0);
    const gateway = gatewayOf();
    const { cache: box } = gateway;
    await box.getOrCompute('a', () => 'old', { ttl: 1, staleWhileRevalidate: 60_000 });
    now.mockReturnValue(1);
    let finish: (value: string) => void = () => undefined;
    const slow = () => new Promise<string>((resolve) => (finish = resolve));
    const refreshing = control(gateway).run({ id: '1' }, () => box.getOrCompute('a', slow, { staleWhileRevalidate: 60_000 }));
    let ended = false;
    void refreshing.then(() => (ended = true));
    expect(await control(gateway).run({ id: '2' }, () => box.getOrCompute('a', slow, { staleWhileRevalidate: 60_000 }))).toBe('old');
    expect(ended).toBe(false);
    finish('new');
    expect(await refreshing).toBe('old');
    expect(box.get('a')).toBe('new');
  });

  it("are refreshed in the next invocation with revalidate: 'next', whichever it is", async () => {
    const now = at(0);
    const gateway = gatewayOf();
    const { cache: box } = gateway;
    const { compute, calls } = counting();
    const next: ComputeOptions = { ttl: 1, staleWhileRevalidate: 60_000, revalidate: 'next' };
    await box.getOrCompute('a', compute, next);
    now.mockReturnValue(1);
    await control(gateway).run({ id: '1' }, () => Promise.all([1, 2].map(() => box.getOrCompute('a', compute, next))));
    expect(calls()).toBe(1);
    await control(gateway).run({ id: '2' }, () => undefined);
    expect([calls(), box.stats().refreshes]).toEqual([2, 1]);
    await control(gateway).run({ id: '3' }, () => undefined);
    expect(calls()).toBe(2);
  });

  it('hold the response for refreshTimeout, also if it is longer than a timer allows', async () => {
    const now = at(0);
    const warned = vi.fn();
    process.on('warning', warned);
    const gateway = gatewayOf({ refreshTimeout: 2 ** 40 });
    const { cache: box } = gateway;
    await box.getOrCompute('a', () => 'old', { ttl: 1, staleWhileRevalidate: 60_000 });
    now.mockReturnValue(1);
    const slow = async () => (await settled(), 'new');
    expect(await control(gateway).run({ id: '1' }, () => box.getOrCompute('a', slow, { staleWhileRevalidate: 60_000 }))).toBe('old');
    expect(box.stats()).toMatchObject({ refreshes: 1, failedRefreshes: 0 });
    process.off('warning', warned);
    expect(warned).not.toHaveBeenCalled();
  });

  it('a refresh is abandoned after refreshTimeout', async () => {
    const now = at(0);
    const gateway = gatewayOf({ refreshTimeout: 20 });
    const { cache: box } = gateway;
    await box.getOrCompute('a', () => 'old', { ttl: 1, staleWhileRevalidate: 60_000 });
    now.mockReturnValue(1);
    await control(gateway).run({ id: '1' }, () => box.getOrCompute('a', () => new Promise(() => undefined), { staleWhileRevalidate: 60_000 }));
    expect(box.stats()).toMatchObject({ refreshes: 1, failedRefreshes: 1 });
  });
});

describe('wrong settings', () => {
  it.each([
    [{ staleWhileRevalidate: -1 }, 'staleWhileRevalidate'],
    [{ negativeTtl: 0 }, 'negativeTtl'],
    [{ errorTtl: '5m' }, 'errorTtl'],
    [{ revalidate: 'later' }, 'revalidate'],
  ])('%j are refused before the value is computed', async (options, name) => {
    const compute = vi.fn();
    await expect(gatewayOf().cache.getOrCompute('a', compute, options as never)).rejects.toThrow(`"${name}" must be`);
    expect(compute).not.toHaveBeenCalled();
  });

  it.each([
    [{ maxBytes: 0 }, 'maxBytes'],
    [{ sizeOf: 5 }, 'sizeOf'],
    [{ refreshTimeout: Number.NaN }, 'refreshTimeout'],
  ])('%j are refused when the cache is loaded', (options, name) => {
    expect(() => gatewayOf(options as never).cache.get('a')).toThrow(`"${name}" must be`);
  });
});

describe('a caller that joins another invocation', () => {
  const pending = () => new Promise<never>(() => undefined);

  it('computes itself if the other one reaches its deadline', async () => {
    const gateway = gatewayOf();
    const deadline = new AbortController();
    const failing = () => new Promise<string>((_, reject) => deadline.signal.addEventListener('abort', () => reject(new Error('100 ms were left'))));
    const first = control(gateway).run({ id: '1', signal: deadline.signal }, () => gateway.cache.getOrCompute('a', failing));
    const second = control(gateway).run({ id: '2' }, () => gateway.cache.getOrCompute('a', async () => 'own'));
    deadline.abort();
    await expect(first).rejects.toThrow('100 ms were left');
    expect(await second).toBe('own');
    expect(gateway.cache.get('a')).toBe('own');
  });

  it('gets the error of a computation that failed by itself', async () => {
    const gateway = gatewayOf();
    const run = (id: string) => control(gateway).run({ id }, () => gateway.cache.getOrCompute('a', () => Promise.reject(new Error('down'))));
    const outcomes = await Promise.allSettled([run('1'), run('2')]);
    expect(outcomes.map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['down', 'down']);
  });

  it('does not wait for a computation that the other one has abandoned', async () => {
    const gateway = gatewayOf();
    let second: Promise<string> | undefined;
    await control(gateway).run({ id: '1' }, async () => {
      gateway.cache.getOrCompute('a', pending).catch(() => undefined);
      second = control(gateway).run({ id: '2' }, () => gateway.cache.getOrCompute('a', async () => 'own'));
      await new Promise(setImmediate);
    });
    expect(await second).toBe('own');
  });

  it('waits only once for a computation that has been hanging since INIT', async () => {
    const gateway = gatewayOf();
    gateway.cache.getOrCompute('a', pending).catch(() => undefined);
    await control(gateway).run({ id: '1' }, async () => {
      gateway.cache.getOrCompute('a', async () => 'own').catch(() => undefined);
      await new Promise(setImmediate);
    });
    expect(await control(gateway).run({ id: '2' }, () => gateway.cache.getOrCompute('a', async () => 'own'))).toBe('own');
  });
});

it('a computation that starts after the end of its invocation does not block the key for later ones', async () => {
  const gateway = gatewayOf();
  gateway.cache.stats();
  await control(gateway).run({ id: '1' }, () => {
    setImmediate(() => void gateway.cache.getOrCompute('a', () => new Promise(() => undefined)));
  });
  await new Promise(setImmediate);
  await control(gateway).run({ id: '2' }, async () => {
    gateway.cache.getOrCompute('a', async () => 'own').catch(() => undefined);
    await new Promise(setImmediate);
  });
  expect(await control(gateway).run({ id: '3' }, () => gateway.cache.getOrCompute('a', async () => 'own'))).toBe('own');
});

it.each([new Error('no size'), 'no size', undefined])('returns a value that cannot be stored, and does not block the key: %o', async (thrown) => {
  // process.emitWarning is not replaced: the real one throws for a value that is neither an Error nor a string.
  const warned = vi.spyOn(process, 'emitWarning');
  const sizeOf = (value: unknown) => {
    if (value === 'bad') throw thrown;
    return 1;
  };
  const { cache: box } = gatewayOf({ maxBytes: 100, sizeOf });
  expect(await box.getOrCompute('a', async () => 'bad')).toBe('bad');
  expect(await box.getOrCompute('a', async () => 'good')).toBe('good');
  expect(warned).toHaveBeenCalledTimes(1);
});
