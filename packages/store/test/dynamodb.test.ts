import { control, createGateway } from '@suga/gateway';
import { type DynamoClient, type DynamoOptions, type Store, type StoreCall, type StoreOptions, store } from '@suga/store';
import { ownClock } from '@suga/vitest/clock';
import { until } from '@suga/vitest/until';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CLOSED_PORT, dynamo, TABLE, withoutPackages } from './servers.ts';

type Method = keyof DynamoClient;
type Around = (method: Method, input: object, send: (input: object) => Promise<object>, options: { abortSignal?: AbortSignal }) => Promise<object>;

const METHODS: readonly Method[] = ['batchGetItem', 'batchWriteItem', 'putItem', 'updateItem'];
const keys = (count: number) => Array.from({ length: count }, (_, index) => `key ${index}`);
const named = (name: string, more: object = {}) => Object.assign(new Error('x'), { name, ...more });
const failure = (work: Promise<unknown>) => work.then(() => expect.unreachable('it did not fail')).catch((error) => error);
const codeOf = (outcome: object | undefined) => (outcome as { error?: { code?: string } }).error?.code;
let server: Awaited<ReturnType<typeof dynamo>>;
let serial = 0;
let prefix = '';

beforeAll(async () => {
  server = await dynamo();
});
afterAll(() => server.stop());
beforeEach(() => {
  prefix = `${serial++}:`;
});

/** The real client, with a function that wraps each request. */
function around(work: Around): DynamoClient {
  const wrapped = (method: Method) => [
    method,
    (input: object, options: object) => work(method, input, (sent) => (server.client as DynamoClient)[method](sent, options), options),
  ];
  return Object.fromEntries(METHODS.map(wrapped)) as unknown as DynamoClient;
}

function gatewayOf(options: Partial<DynamoOptions> = {}, others: StoreOptions = {}) {
  return createGateway({
    store: store({ prefix, timeout: 600_000, ...others, backend: { type: 'dynamodb', table: TABLE, client: server.client, ...options } }),
  });
}
const fresh = (options?: Partial<DynamoOptions>, others?: StoreOptions): Store => gatewayOf(options, others).store;

interface Batch {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: object[] } & object[]>>;
}

/** Processes one item of each batch, and returns the others as unprocessed. */
const stingy: Around = async (method, input, send) => {
  const requested = (input as Batch).RequestItems?.[TABLE];
  if (!requested) return send(input);
  if (method === 'batchGetItem') {
    const [first, ...rest] = requested.Keys;
    const result = await send({ RequestItems: { [TABLE]: { ...requested, Keys: [first] } } });
    return rest.length > 0 ? { ...result, UnprocessedKeys: { [TABLE]: { Keys: rest } } } : result;
  }
  const [first, ...rest] = requested;
  await send({ RequestItems: { [TABLE]: [first] } });
  return rest.length > 0 ? { UnprocessedItems: { [TABLE]: rest } } : {};
};

describe('requests', () => {
  it('are as few as the limits allow', async () => {
    const box = fresh();
    await box.setMany(keys(251).map((key) => ({ key, value: 'v' })));
    expect(box.stats().requests).toEqual({ BatchWriteItem: 11 });
    await box.getMany(keys(201));
    await box.deleteMany(keys(50));
    expect(box.stats().requests).toEqual({ BatchWriteItem: 13, BatchGetItem: 3 });
  });

  it('are one for each key, however often it is read and written', async () => {
    const box = fresh();
    const list: StoreCall[] = ['a', 'b'].flatMap((key) => [
      { operation: 'set', params: { key, value: 1 } } as const,
      { operation: 'get', params: { key } } as const,
      { operation: 'increment', params: { key } } as const,
      { operation: 'touch', params: { key, ttl: 1000 } } as const,
      { operation: 'get', params: { key } } as const,
    ]);
    expect((await box.run(list)).map((each) => 'value' in each && each.value)).toEqual([true, 1, 2, true, 2, true, 1, 2, true, 2]);
    expect(box.stats().requests).toEqual({ BatchWriteItem: 1 });
    await box.run([...list.slice(1, 5), { operation: 'set', params: { key: 'a', value: 3 } }]);
    expect(box.stats().requests).toEqual({ BatchWriteItem: 2, BatchGetItem: 1, UpdateItem: 2 });
  });

  it('are one for many increments of a key, and each gets its own number', async () => {
    const box = fresh();
    const result = await box.run(keys(40).map(() => ({ operation: 'increment', params: { key: 'n', by: 2 } })));
    expect(result).toEqual(keys(40).map((_, index) => ({ value: 2 * index + 2 })));
    expect(box.stats().requests).toEqual({ UpdateItem: 1 });
  });

  it('hold no more bytes than DynamoDB accepts', async () => {
    const sizes: number[] = [];
    const client = around((_, input, send) => {
      sizes.push(JSON.stringify(input).length);
      return send(input);
    });
    const box = fresh({ client });
    const value = '"'.repeat(175_000);
    await box.setMany(keys(25).map((key) => ({ key, value })));
    expect(Math.max(...sizes)).toBeLessThan(16 * 2 ** 20);
    expect(sizes.length).toBeGreaterThan(1);
    expect(await box.get('key 24')).toBe(value);
  });

  it('are at most `parallel` at a time', async () => {
    let [open, max] = [0, 0];
    const client = around(async (_, input, send) => {
      max = Math.max(max, ++open);
      return send(input).finally(() => open--);
    });
    await fresh({ client, parallel: 3 }).setMany(keys(250).map((key) => ({ key, value: 1 })));
    expect(max).toBe(3);
  });

  it('read with the consistency of the option', async () => {
    const seen: unknown[] = [];
    const client = around((_, input, send) => {
      seen.push(((input as Batch).RequestItems[TABLE] as { ConsistentRead?: boolean }).ConsistentRead);
      return send(input);
    });
    await fresh({ client }).get('a');
    await fresh({ client, consistent: false }).get('a');
    expect(seen).toEqual([true, false]);
  });

  it('write items that the table can expire by itself', async () => {
    const now = Date.now();
    const box = fresh();
    await box.run([
      { operation: 'set', params: { key: 'a', value: { b: 1 }, options: { ttl: 90_000 } } },
      { operation: 'set', params: { key: 'n', value: 7 } },
    ]);
    const item = async (key: string) => (await server.client.getItem({ TableName: TABLE, Key: { id: { S: prefix + key } } })).Item;
    const { expiresAt, until, ...rest } = (await item('a')) ?? {};
    expect(rest).toEqual({ id: { S: `${prefix}a` }, value: { S: '{"b":1}' } });
    expect(Number(until?.N) - now).toBeGreaterThanOrEqual(90_000);
    expect(Number(expiresAt?.N)).toBe(Math.ceil(Number(until?.N) / 1000));
    expect(await item('n')).toEqual({ id: { S: `${prefix}n` }, value: { N: '7' } });
  });
});

describe('an unprocessed item', () => {
  it('is sent again until it is processed', async () => {
    const box = fresh({ client: around(stingy) });
    await box.setMany(keys(4).map((key, value) => ({ key, value })));
    expect(await box.getMany([...keys(4), 'none'])).toEqual([0, 1, 2, 3, undefined]);
    expect(box.stats()).toMatchObject({ retries: 7, unprocessed: 3 + 2 + 1 + 4 + 3 + 2 + 1, failures: 0, requests: { BatchWriteItem: 4, BatchGetItem: 5 } });
  });

  it('is sent again until the time limit, with short pauses while each try makes progress', async () => {
    const pauses: number[] = [];
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.01);
    const timer = vi.spyOn(globalThis, 'setTimeout');
    const box = fresh({ client: around(stingy) });
    await box.setMany(keys(25).map((key, value) => ({ key, value })));
    for (const [, ms] of timer.mock.calls) if (ms !== undefined && ms < 25) pauses.push(ms);
    random.mockRestore();
    timer.mockRestore();
    expect(box.stats()).toMatchObject({ failures: 0, requests: { BatchWriteItem: 25 } });
    expect(Math.max(...pauses.filter((ms) => ms > 0 && ms < 1))).toBe(0.25);
  });

  it('is sent again any number of times before the time limit', async () => {
    let refusals = 40;
    const random = vi.spyOn(Math, 'random').mockReturnValue(0);
    const client = around(async (_, input, send) => (refusals-- > 0 ? { UnprocessedKeys: (input as Batch).RequestItems } : send(input)));
    expect(await fresh({ client }).get('none')).toBeUndefined();
    random.mockRestore();
    expect(refusals).toBe(-1);
  });

  it('fails alone at the time limit; finished calls return their values', async () => {
    await fresh().setMany(keys(3).map((key, value) => ({ key, value })));
    const now = vi.spyOn(Date, 'now');
    const client = around(async (method, input, send) => {
      const result = await stingy(method, input, send, {});
      now.mockReturnValue(Date.now() + 600_000);
      return result;
    });
    const result = await fresh({ client }).run(keys(3).map((key) => ({ operation: 'get', params: { key } })));
    now.mockRestore();
    expect(result[0]).toEqual({ value: 0 });
    expect(result.slice(1).map(codeOf)).toEqual(['Unavailable', 'Unavailable']);
  });

  it('a throttled batch is sent again, and so is a throttled increment', async () => {
    let refusals = 6;
    const client = around(async (_, input, send) => {
      if (refusals-- > 0) throw named('ProvisionedThroughputExceededException');
      return send(input);
    });
    const box = fresh({ client });
    expect(await box.increment('n')).toBe(1);
    expect(await box.get('n')).toBe(1);
    expect(box.stats()).toMatchObject({ retries: 6, failures: 0 });
  });

  it('is reported as throttled if it stays throttled', async () => {
    const client = around(() => Promise.reject(named('ThrottlingException')));
    const error = await failure(fresh({ client }, { timeout: 200 }).get('a'));
    expect(error).toMatchObject({ code: 'Unavailable' });
  });
});

describe('failures', () => {
  it('an interrupted request is sent again, unless it may have been done', async () => {
    let breaks = true;
    const client = around(async (_, input, send) => {
      const result = await send(input);
      if (breaks && ((breaks = false), true)) throw named('Error', { code: 'ECONNRESET' });
      return result;
    });
    const box = fresh({ client });
    expect(await box.set('a', 1)).toBe(true);
    breaks = true;
    expect(await failure(box.increment('n'))).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('ECONNRESET') });
    expect(await box.get('n')).toBe(1);
    breaks = true;
    expect(await failure(box.set('lock', 1, { ifAbsent: true }))).toMatchObject({ code: 'Unavailable' });
  });

  it.each([
    ['ResourceNotFoundException', 'create it'],
    ['AccessDeniedException', 'dynamodb:BatchGetItem'],
    ['ExpiredTokenException', 'credentials'],
    ['SomethingNew', 'SomethingNew'],
  ])('%s says what to do', async (name, words) => {
    const cause = named(name);
    const error = await failure(fresh({ client: around(() => Promise.reject(cause)) }).get('a'));
    expect(error).toMatchObject({ code: 'Unavailable', message: expect.stringContaining(words), cause });
  });

  it('quotes the message of an error without a code', async () => {
    const cause = new Error('the certificate has expired');
    const error = await failure(fresh({ client: around(() => Promise.reject(cause)) }).get('a'));
    expect(error).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('could not be used (Error: the certificate has expired)'), cause });
  });

  it('a table that is missing or has another key schema is named', async () => {
    expect(await failure(fresh({ table: 'missing' }).set('a', 1))).toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('"missing" does not exist'),
    });
    await server.client.createTable({
      TableName: 'other',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
    await until(async () => expect((await server.client.describeTable({ TableName: 'other' })).Table?.TableStatus).toBe('ACTIVE'));
    const box = fresh({ table: 'other' });
    for (const work of [
      () => box.get('a'),
      () =>
        box.setMany([
          { key: 'a', value: 1 },
          { key: 'b', value: 1 },
        ]),
      () => box.increment('a'),
    ])
      expect(await failure(work())).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('partition key') });
    expect(box.stats().requests).toEqual({ BatchGetItem: 1, BatchWriteItem: 1, UpdateItem: 1 });
  });

  it('one item that DynamoDB rejects does not fail its batch', async () => {
    const client = around(async (_, input, send) => {
      if (JSON.stringify(input).includes('poison')) throw named('ValidationException', { message: 'Item size has exceeded the maximum allowed size' });
      return send(input);
    });
    const box = fresh({ client });
    const result = await box.run(keys(25).map((key, index) => ({ operation: 'set', params: { key, value: index === 7 ? 'poison' : index } })));
    expect(result.map(codeOf).flatMap((code, index) => (code ? [[code, index]] : []))).toEqual([['TooLarge', 7]]);
    expect(result[7]).toMatchObject({ error: { details: { bytes: expect.any(Number), limit: 409_600 }, cause: { name: 'ValidationException' } } });
    expect(await box.getMany(['key 6', 'key 7', 'key 8'])).toEqual([6, undefined, 8]);
  });

  it.each(['Item size has exceeded the maximum allowed size', 'Item size to update has exceeded the maximum allowed size'])(
    'what DynamoDB finds too large is TooLarge, whatever the request: %s',
    async (message) => {
      const client = around((method, input, send) => (method === 'batchGetItem' ? send(input) : Promise.reject(named('ValidationException', { message }))));
      const box = fresh({ client });
      for (const work of [() => box.set('a', 1), () => box.set('a', 1, { ifAbsent: true }), () => box.increment('a', 1)]) {
        expect(await failure(work())).toMatchObject({ code: 'TooLarge', details: { limit: 409_600 }, cause: { message } });
      }
    },
  );

  it('a read after a failed write of its key fails with it, other keys do not', async () => {
    const client = around((method, input, send) => (method === 'batchWriteItem' ? Promise.reject(named('InternalError')) : send(input)));
    const result = await fresh({ client }).run([
      { operation: 'get', params: { key: 'a' } },
      { operation: 'set', params: { key: 'a', value: 1 } },
      { operation: 'get', params: { key: 'a' } },
      { operation: 'get', params: { key: 'b' } },
    ]);
    expect(result.map(codeOf)).toEqual([undefined, 'Unavailable', 'Unavailable', undefined]);
  });

  it('writes after a failed read still run', async () => {
    const client = around((method, input, send) => (method === 'batchGetItem' ? Promise.reject(named('InternalError')) : send(input)));
    const result = await fresh({ client }).run([
      { operation: 'get', params: { key: 'a' } },
      { operation: 'increment', params: { key: 'a' } },
      { operation: 'get', params: { key: 'a' } },
    ]);
    expect([codeOf(result[0]), ...result.slice(1)]).toEqual(['Unavailable', { value: 1 }, { value: 1 }]);
  });

  it('an item of another writer is not returned', async () => {
    await server.client.putItem({ TableName: TABLE, Item: { id: { S: `${prefix}a` }, value: { S: '{' } } });
    await server.client.putItem({ TableName: TABLE, Item: { id: { S: `${prefix}b` }, name: { S: 'x' } } });
    const box = fresh();
    await box.set('c', 1);
    const result = await box.run(['a', 'b', 'c'].map((key) => ({ operation: 'get', params: { key } })));
    expect(result.map(codeOf)).toEqual(['Unreadable', 'Unreadable', undefined]);
    expect(await box.set('b', 1)).toBe(true);
    expect(await box.get('b')).toBe(1);
  });

  it.each(['1.5', '-0.25', '0.00000000000000000001'])('a fraction of another writer (%s) is not incremented, and stays as it is', async (number) => {
    const Item = { id: { S: `${prefix}a` }, value: { N: number } };
    const read = async () => (await server.client.getItem({ TableName: TABLE, Key: { id: { S: `${prefix}a` } } })).Item;
    await server.client.putItem({ TableName: TABLE, Item });
    const before = await read();
    const box = fresh();
    const result = await box.run([
      { operation: 'increment', params: { key: 'a' } },
      { operation: 'increment', params: { key: 'a', by: 2, options: { ttl: 60_000 } } },
    ]);
    expect(result.map(codeOf)).toEqual(['NotANumber', 'NotANumber']);
    expect(await read()).toEqual(before);
    const end = { until: { N: '99999999999999' }, expiresAt: { N: '99999999999' } };
    await server.client.putItem({ TableName: TABLE, Item: { ...Item, ...end } });
    expect(await failure(box.increment('a', 1, { ttl: 1000 }))).toMatchObject({ code: 'NotANumber' });
    expect(await read()).toEqual({ ...before, ...end });
  });

  it('a value that is too large is refused alone, before it is sent', async () => {
    const box = fresh();
    const fits = 'x'.repeat(409_600 - 64 - prefix.length - 1 - 2);
    const result = await box.run([
      { operation: 'set', params: { key: 'a', value: `${fits}x` } },
      { operation: 'set', params: { key: 'b', value: fits } },
      { operation: 'set', params: { key: 'c', value: 'x'.repeat(10 * 2 ** 20) } },
    ]);
    expect(result.map(codeOf)).toEqual(['TooLarge', undefined, 'TooLarge']);
    expect(result[0]).toMatchObject({ error: { details: { bytes: 409_537, limit: 409_536 }, message: expect.stringContaining('409,537') } });
    expect(await box.get('b')).toBe(fits);
  });

  it('an endpoint that does not listen is reported', async () => {
    const { DynamoDB } = await import('@aws-sdk/client-dynamodb');
    const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
    const client = new DynamoDB({ endpoint: `http://127.0.0.1:${CLOSED_PORT}`, region: 'eu-west-1', credentials, maxAttempts: 1 });
    const box = fresh({ client });
    expect(await failure(box.get('a'))).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('ECONNREFUSED') });
    expect(box.stats()).toMatchObject({ retries: 2, failures: 1 });
    client.destroy();
  });
});

describe('time', () => {
  const hanging = () => {
    const signals: (AbortSignal | undefined)[] = [];
    const client = around((_, __, ___, { abortSignal }) => {
      signals.push(abortSignal);
      return new Promise(() => undefined);
    });
    return { client, signals };
  };

  it('a call to a table that hangs ends at the time limit, and its request is aborted', async () => {
    const { client, signals } = hanging();
    expect(await failure(fresh({ client }, { timeout: 30 }).get('a'))).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('no response') });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  it('ends before the deadline of the invocation, separately for each one', async () => {
    const clock = ownClock();
    const { client } = hanging();
    const gateway = gatewayOf({ client });
    const run = (remaining: number) => control(gateway).run({ id: String(remaining), deadline: Date.now() + remaining }, () => failure(gateway.store.get('a')));
    const [late, soon] = [run(2000), run(150)];
    expect(await clock.pass(149, soon)).toMatchObject({ code: 'Unavailable' });
    expect(control(gateway).stats().active).toBe(1);
    expect(await clock.pass(1850, late)).toMatchObject({ code: 'Unavailable' });
  });

  it('sends nothing if there is none left', async () => {
    const gateway = gatewayOf();
    const error = await control(gateway).run({ id: '1', deadline: Date.now() + 50 }, () => failure(gateway.store.set('a', 1)));
    expect(error).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('nothing was sent') });
    expect(gateway.store.stats().requests).toEqual({});
  });
});

describe('settings', () => {
  it.each([
    [{ type: 'dynamodb', table: '' }, 'backend.table'],
    [{ type: 'dynamodb', table: 't', client: {} }, 'backend.client'],
    [{ type: 'dynamodb', table: 't', client: null }, 'backend.client'],
    [{ type: 'dynamodb', table: 't', parallel: 0 }, 'backend.parallel'],
    [{ type: 'dynamodb', table: 't', consistent: 1 }, 'backend.consistent'],
    [{ type: 'redis' }, 'backend.url'],
    [{ type: 'redis', url: 'http://x' }, 'backend.url'],
    [{ type: 'redis', client: {} }, 'backend.client'],
    [{ type: 'memory', maxEntries: 0 }, 'backend.maxEntries'],
    [{ type: '__proto__' }, 'backend.type'],
    [null, 'backend.type'],
  ])('refuses %j', (backend, param) => {
    const load = () => control(createGateway({ store: store({ backend: backend as never }) })).load('store');
    expect(load).toThrow(expect.objectContaining({ code: 'LoadFailed', cause: expect.objectContaining({ message: expect.stringContaining(param) }) }));
  });

  it.each([[{ prefix: 1 }], [{ prefix: 'x'.repeat(2000) }], [{ ttl: 0 }], [{ timeout: -1 }], [{ timeout: Number.POSITIVE_INFINITY }]])(
    'refuses %.40j',
    (options) => {
      const load = () => control(createGateway({ store: store(options as never) })).load('store');
      expect(load).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'InvalidParams' }) }));
    },
  );
});

it("the client of the runtime's SDK is used by default, and closed with the store", async () => {
  const names = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_ENDPOINT_URL_DYNAMODB: server.endpoint };
  for (const [name, value] of Object.entries(names)) vi.stubEnv(name, value);
  const gateway = createGateway({ store: store({ prefix, timeout: 600_000, backend: { type: 'dynamodb', table: TABLE } }) });
  await gateway.store.set('a', 1);
  expect(await fresh().get('a')).toBe(1);
  control(gateway)[Symbol.dispose]();
  expect(await gateway.store.get('a')).toBe(1);
  control(gateway)[Symbol.dispose]();
  expect(await withoutPackages(() => failure(gateway.store.get('a')))).toMatchObject({ code: 'NotInstalled' });
  vi.unstubAllEnvs();
});
