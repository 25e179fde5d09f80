import { createGateway } from '@suga/gateway';
import { type DynamoClient, type StoreCall, type StoreOutcome, store } from '@suga/store';
import { settled } from '@suga/vitest/clock';
import { until } from '@suga/vitest/until';
import { expect, it, vi } from 'vitest';

const get = (key: string): StoreCall => ({ operation: 'get', params: { key } });
const increment = (key: string): StoreCall => ({ operation: 'increment', params: { key } });
const nothing = async () => ({});

/** A table that responds to reads at once, and updates after `go` is called. */
function slowUpdates() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const client: DynamoClient = {
    batchGetItem: async () => ({ Responses: { t: [{ id: { S: 'a' }, value: { N: '1' } }] } }),
    batchWriteItem: nothing,
    putItem: nothing,
    updateItem: () => promise.then(() => ({ Attributes: { value: { N: '5' } } })),
  };
  return { go: resolve, box: createGateway({ store: store({ timeout: 600_000, backend: { type: 'dynamodb', table: 't', client } }) }).store };
}

it('reports each outcome as soon as it is known, and returns all of them in their order', async () => {
  const { box, go } = slowUpdates();
  const reported: [number, StoreOutcome][] = [];
  const all = box.run([increment('hot'), get('a'), get(''), get('b')], (index, outcome) => void reported.push([index, outcome]));
  await until(() => expect(reported).toHaveLength(3));
  expect(reported.map(([index]) => index).sort()).toEqual([1, 2, 3]);
  go();
  const outcomes = await all;
  expect(outcomes).toMatchObject([{ value: 5 }, { value: 1 }, { error: { code: 'InvalidParams' } }, { value: undefined }]);
  expect(reported.at(-1)?.[0]).toBe(0);
  for (const [index, outcome] of reported) expect(outcome).toBe(outcomes[index]);
  expect(box.stats()).toMatchObject({ calls: { get: 2, increment: 1 }, failures: 0 });
});

it('reports calls that follow an update of the same key together with it', async () => {
  const { box, go } = slowUpdates();
  const reported: number[] = [];
  go();
  expect(await box.run([increment('n'), get('n')], (index) => void reported.push(index))).toEqual([{ value: 5 }, { value: 5 }]);
  expect([reported, box.stats().requests]).toEqual([[0, 1], { UpdateItem: 1 }]);
});

it('reports calls without a response at the time limit, each once', async () => {
  const client = { batchGetItem: () => new Promise<object>(() => undefined), batchWriteItem: nothing, putItem: nothing, updateItem: nothing };
  const box = createGateway({ store: store({ timeout: 20, backend: { type: 'dynamodb', table: 't', client } }) }).store;
  const reported: number[] = [];
  await box.run([get('a'), get('b')], (index) => void reported.push(index));
  expect([reported, box.stats().failures]).toEqual([[0, 1], 2]);
});

it('sets no timer for a time that has passed', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  const { now } = Date;
  // Sending the request moves the clock forward by a minute, as if it had blocked this thread for that long.
  const batchGetItem = () => (vi.spyOn(Date, 'now').mockImplementation(() => now() + 60_000), new Promise<object>(() => undefined));
  const client = { batchGetItem, batchWriteItem: nothing, putItem: nothing, updateItem: nothing };
  const box = createGateway({ store: store({ timeout: 1000, backend: { type: 'dynamodb', table: 't', client } }) }).store;
  await expect(box.get('a')).rejects.toMatchObject({ code: 'Unavailable' });
  vi.restoreAllMocks();
  await settled();
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

it('a listener that throws causes a warning, and fails nothing else', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const { store: box } = createGateway({ store: store() });
  const result = await box.run([increment('n'), increment('n'), get('')], () => {
    throw new Error('own fault');
  });
  expect(result).toMatchObject([{ value: 1 }, { value: 2 }, { error: { code: 'InvalidParams' } }]);
  expect(warn).toHaveBeenCalledTimes(3);
  warn.mockRestore();
});

it.each([[1], [{}], [null]])('refuses %j as a listener, before anything is sent', async (each) => {
  const { store: box } = createGateway({ store: store() });
  await expect(box.run([increment('n')], each as never)).rejects.toMatchObject({ code: 'InvalidParams' });
  expect(await box.get('n')).toBeUndefined();
});
