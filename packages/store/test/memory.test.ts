import { control, createGateway } from '@suga/gateway';
import { store } from '@suga/store';
import { expect, it, vi } from 'vitest';

it('removes the least recently used entry when there are too many', async () => {
  const { store: box } = createGateway({ store: store({ backend: { type: 'memory', maxEntries: 2 } }) });
  await box.set('a', 1);
  await box.set('b', 2);
  await box.get('a');
  await box.set('c', 3);
  expect(await box.getMany(['a', 'b', 'c'])).toEqual([1, undefined, 3]);
  expect(box.stats()).toMatchObject({ entries: 2, evictions: 1 });
});

it('removes expired entries before live ones, so that a lock is not lost while an expired entry stays', async () => {
  let now = 1_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  const { store: box } = createGateway({ store: store({ backend: { type: 'memory', maxEntries: 3 } }) });
  await box.set('lock', 1, { ifAbsent: true, ttl: 1000 });
  await box.set('ends', 2, { ttl: 10 });
  await box.set('moved', 3, { ttl: 10 });
  await box.touch('moved', 500);
  await box.get('ends');
  now += 10;
  await box.set('new', 4);
  expect(await box.set('lock', 5, { ifAbsent: true })).toBe(false);
  expect(await box.getMany(['moved', 'ends', 'new'])).toEqual([3, undefined, 4]);
  expect(box.stats()).toMatchObject({ entries: 3, evictions: 0 });
  await box.set('another', 6);
  expect(await box.get('lock')).toBeUndefined();
  expect(box.stats()).toMatchObject({ entries: 3, evictions: 1 });
  vi.restoreAllMocks();
});

it('reports the entries that unloading would lose, and belongs to one gateway', async () => {
  const gateway = createGateway({ store: store() });
  expect(control(gateway).heldState('store')).toBeUndefined();
  await gateway.store.set('a', 1);
  await gateway.store.get('none');
  expect(control(gateway).heldState('store')).toBe('1 entries');
  expect(await createGateway({ store: store() }).store.get('a')).toBeUndefined();
  control(gateway)[Symbol.dispose]();
  expect(await gateway.store.get('a')).toBeUndefined();
});

it('works when the invocation has no time left', async () => {
  const gateway = createGateway({ store: store() });
  const result = await control(gateway).run({ id: '1', deadline: Date.now() }, () => gateway.store.increment('a'));
  expect(result).toBe(1);
});

it('loads no other backend', async () => {
  const gateway = createGateway({ store: store() });
  await gateway.store.set('a', 1);
  const loaded = Object.keys(process.getBuiltinModule('node:module').createRequire(import.meta.url).cache).filter((file) => file.includes('store/dist'));
  expect(loaded.some((file) => /(dynamodb|redis)\.js$/.test(file))).toBe(false);
});
