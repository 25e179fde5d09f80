import { control, createGateway } from '@suga/gateway';
import { type Store, type StoreCall, type StoreOptions, type StoreOutcome, store } from '@suga/store';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamo, hasRedis, redisServer, TABLE } from './servers.ts';

type Backend = NonNullable<StoreOptions['backend']>;

interface Started {
  readonly backend: Backend;
  /** Moves the clock of the stored values forward by `ms`, without waiting. */
  pass(ms: number): Promise<unknown>;
  stop(): Promise<void>;
}

// Memory and the items in DynamoDB expire by the clock of this process.
let passed = 0;
const realNow = Date.now;
const passHere = async (ms: number) => void (passed += ms);

/** Redis has its own clock, which cannot be set. This script shortens the remaining time of each key instead. */
const AGE = `for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, left - tonumber(ARGV[1])) end
end`;

const servers: Record<string, { readonly exists: boolean; start(): Promise<Started> }> = {
  memory: { exists: true, start: async () => ({ backend: { type: 'memory' }, pass: passHere, stop: async () => undefined }) },
  dynamodb: {
    exists: true,
    start: async () => {
      const { client, stop } = await dynamo();
      return { backend: { type: 'dynamodb', table: TABLE, client }, pass: passHere, stop };
    },
  },
  redis: {
    exists: hasRedis,
    start: async () => {
      const { url, stop } = await redisServer();
      const raw = new Redis(url);
      return {
        backend: { type: 'redis', url },
        pass: (ms) => raw.eval(AGE, 0, ms),
        stop: () => (raw.disconnect(), stop()),
      };
    },
  },
  // If both packages are installed, the store opens its own connections with iovalkey.
  'redis through ioredis': {
    exists: hasRedis,
    start: async () => {
      const { url, stop } = await redisServer();
      const client = new Redis(url);
      return {
        backend: { type: 'redis', client },
        pass: (ms) => client.eval(AGE, 0, ms),
        stop: async () => {
          client.disconnect();
          await stop();
        },
      };
    },
  },
};

const outcome = (work: Promise<unknown>) => work.then((value) => ({ value })).catch((error) => ({ error: error.code }));
const codes = (outcomes: readonly StoreOutcome[]) => outcomes.map((each) => ('error' in each ? (each.error as { code: string }).code : each.value));

describe.each(Object.entries(servers))('%s', (type, { exists, start }) => {
  const test = it.skipIf(!exists);
  const gateways: Disposable[] = [];
  let backend: Backend;
  let pass: Started['pass'];
  let stop: () => Promise<void> = async () => undefined;
  let serial = 0;
  const gatewayOf = (options: Omit<StoreOptions, 'backend'> = {}) => {
    const gateway = createGateway({ store: store({ backend, timeout: 600_000, prefix: `${serial++}:`, ...options }) });
    gateways.push(control(gateway));
    return gateway;
  };
  const fresh = (options: Omit<StoreOptions, 'backend'> = {}): Store => gatewayOf(options).store;

  beforeAll(async () => {
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + passed);
    if (exists) ({ backend, pass, stop } = await start());
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    for (const gateway of gateways) gateway[Symbol.dispose]();
    await stop();
  });

  test.each([
    [null],
    [0],
    [-1.5],
    [1e300],
    [2 ** 53 + 2],
    [''],
    ['5'],
    ['bytes:'],
    [true],
    [[1, [2]]],
    [{ a: { b: [null] } }],
    [{}],
    ['\ud800'],
    ['🏠'.repeat(100)],
  ])('returns %j unchanged', async (value) => {
    const box = fresh();
    expect(await box.set('key', value)).toBe(true);
    expect(await box.get('key')).toEqual(value);
  });

  test('returns bytes as bytes, and a copy of every value', async () => {
    const box = fresh();
    const bytes = new Uint8Array([0, 255, 10, 13, 128]).subarray(1);
    await box.set('bytes', bytes);
    bytes[0] = 1;
    expect(await box.get('bytes')).toEqual(new Uint8Array([255, 10, 13, 128]));
    const value = { list: [1] };
    await box.set('key', value);
    value.list.push(2);
    const first = await box.get<typeof value>('key');
    expect(first).toEqual({ list: [1] });
    first?.list.push(3);
    expect(await box.get('key')).toEqual({ list: [1] });
    await box.set('date', new Date(0));
    expect(await box.get('date')).toBe('1970-01-01T00:00:00.000Z');
    await box.set('own', JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(Object.hasOwn((await box.get<object>('own')) ?? {}, '__proto__')).toBe(true);
    expect('polluted' in {}).toBe(false);
  });

  test.each([[undefined], [Number.NaN], [Number.POSITIVE_INFINITY], [() => 1], [Symbol('s')], [1n]])('refuses to store %s', async (value) => {
    expect(await outcome(fresh().set('key', value))).toEqual({ error: 'InvalidParams' });
  });

  test('refuses a circular value', async () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(await outcome(fresh().set('key', circle))).toEqual({ error: 'InvalidParams' });
  });

  test.each(['__proto__', 'constructor', 'a\nb', ' ', '🏠', 'x'.repeat(2000), '{a}', '*'])('accepts %.20j as a key', async (key) => {
    const box = fresh();
    expect(await box.get(key)).toBeUndefined();
    await box.set(key, 1);
    expect(await box.getMany([key, 'other'])).toEqual([1, undefined]);
    await box.delete(key);
    expect(await box.get(key)).toBeUndefined();
  });

  test.each([[''], ['x'.repeat(2049)], ['🏠'.repeat(600)], ['\ud800'], [1], [null], [undefined], [{}]])('refuses %.20j as a key', async (key) => {
    const box = fresh();
    const bad = key as string;
    for (const work of [box.get(bad), box.set(bad, 1), box.delete(bad), box.increment(bad), box.touch(bad, 1), box.getMany(['a', bad]), box.deleteMany([bad])])
      expect(await outcome(work)).toEqual({ error: 'InvalidParams' });
  });

  test.each([
    ['', 'a string of 1 to 2048 bytes, the prefix included, got one of 0 bytes and a prefix of 2.'],
    ['x'.repeat(3000), 'a string of 1 to 2048 bytes, the prefix included, got one of 3000 bytes and a prefix of 2.'],
    ['🏠'.repeat(512), 'got one of 2048 bytes and a prefix of 2.'],
    ['a\ud800', 'a string of well-formed Unicode, got a string with an unpaired surrogate.'],
    [7, 'a string of 1 to 2048 bytes, the prefix included, got 7.'],
  ])('says what is wrong with the key %.10s', async (key, words) => {
    await expect(fresh({ prefix: 'p:' }).get(key as string)).rejects.toThrow(words);
  });

  test('a failed increment does not change the expiry of the value', async () => {
    const box = fresh();
    await box.set('doc', { a: 1 });
    expect(await outcome(box.increment('doc', 1, { ttl: 60_000 }))).toEqual({ error: 'NotANumber' });
    await pass(120_000);
    expect(await box.get('doc')).toEqual({ a: 1 });
  });

  test('does not see values under another prefix', async () => {
    const [one, other] = [fresh(), fresh()];
    await one.set('key', 1);
    expect(await other.get('key')).toBeUndefined();
  });

  test('values expire, and touch extends their time', async () => {
    const box = fresh({ ttl: 150_000 });
    await box.set('short', 1);
    await box.set('long', 2, { ttl: Number.POSITIVE_INFINITY });
    await box.set('touched', 3);
    expect([await box.touch('touched', 1_000_000), await box.touch('none', 1000)]).toEqual([true, false]);
    await pass(60_000);
    expect(await box.get('short')).toBe(1);
    await pass(90_000);
    expect(await box.getMany(['short', 'long', 'touched'])).toEqual([undefined, 2, 3]);
    expect(await box.touch('short', 1000)).toBe(false);
    expect(await box.set('short', 4, { ifAbsent: true })).toBe(true);
    expect([await box.touch('long', 500_000), await box.touch('touched', Number.POSITIVE_INFINITY)]).toEqual([true, true]);
    await pass(400_000);
    expect(await box.get('long')).toBe(2);
    await pass(600_000);
    expect(await box.getMany(['long', 'touched'])).toEqual([undefined, 3]);
  });

  test('a new value does not inherit the expiry of the old one', async () => {
    const box = fresh();
    await box.set('key', 1, { ttl: 60_000 });
    await box.set('key', 2);
    await pass(120_000);
    expect(await box.get('key')).toBe(2);
  });

  test('with ifAbsent, sets only if there is no value, and one of many concurrent calls wins', async () => {
    const box = fresh();
    const won = await Promise.all(Array.from({ length: 20 }, (_, index) => box.set('lock', index, { ifAbsent: true })));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await box.get('lock')).toBe(won.indexOf(true));
    await box.delete('lock');
    expect(await box.set('lock', 'again', { ifAbsent: true })).toBe(true);
  });

  test('increments without losing any', async () => {
    const box = fresh();
    const result = await Promise.all(Array.from({ length: 30 }, () => box.increment('count')));
    expect(result.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect([await box.increment('count', -40), await box.increment('count', 0), await box.get('count')]).toEqual([-10, -10, -10]);
  });

  test('sets the expiry of a number once, and starts again from 0 after it', async () => {
    const box = fresh();
    expect(await box.increment('window', 1, { ttl: 150_000 })).toBe(1);
    expect(await box.increment('window', 1, { ttl: 1_000_000 })).toBe(2);
    expect(await box.increment('window')).toBe(3);
    await pass(150_000);
    expect(await box.get('window')).toBeUndefined();
    expect(await box.increment('window', 5, { ttl: 60_000 })).toBe(5);
    await box.set('plain', 1);
    expect(await box.increment('plain', 1, { ttl: 50_000 })).toBe(2);
    await pass(50_000);
    expect(await box.get('plain')).toBeUndefined();
    expect(await box.increment('plain')).toBe(1);
    await pass(100_000);
    expect(await box.get('plain')).toBe(1);
  });

  test.each([['1'], [1.5], [{}], [null], [true]])('does not increment %j, and leaves it unchanged', async (value) => {
    const box = fresh();
    await box.set('key', value);
    expect(await outcome(box.increment('key'))).toEqual({ error: 'NotANumber' });
    expect(await box.get('key')).toEqual(value);
  });

  const MAX = Number.MAX_SAFE_INTEGER;
  test.each([
    [MAX - 1, 1, MAX],
    [MAX - 2, 1, MAX - 1],
    [MAX, -1, MAX - 1],
    [MAX, 0, MAX],
    [-MAX + 1, -1, -MAX],
    [-MAX, 1, -MAX + 1],
    [0, MAX, MAX],
    [MAX, -MAX, 0],
    [1, -MAX, -MAX + 1],
    [MAX, 1, 'NotANumber'],
    [MAX, 2, 'NotANumber'],
    [MAX - 1, 2, 'NotANumber'],
    [MAX, MAX, 'NotANumber'],
    [-MAX, -1, 'NotANumber'],
    [-MAX, -MAX, 'NotANumber'],
    [1, MAX, 'NotANumber'],
    [MAX + 1, -1, 'NotANumber'],
    [MAX + 1, 1, 'NotANumber'],
  ])('counts exactly up to 2^53 - 1, and refuses a result beyond: %d + %d', async (start, by, expected) => {
    const box = fresh();
    for (const options of [undefined, { ttl: 60_000 }]) {
      await box.set('count', start);
      const result = await outcome(box.increment('count', by, options));
      expect(result).toEqual(expected === 'NotANumber' ? { error: expected } : { value: expected });
      expect(await box.get('count')).toBe(expected === 'NotANumber' ? start : expected);
    }
  });

  test('among several increments, refuses those that lead beyond the range, and runs the others', async () => {
    const box = fresh();
    await box.set('count', MAX - 2);
    const steps = [1, 2, 1, 1, -5, MAX, -MAX, -MAX, 3];
    const expected = [MAX - 1, 'NotANumber', MAX, 'NotANumber', MAX - 5, 'NotANumber', -5, 'NotANumber', -2];
    const result = await box.run([
      ...steps.map((by) => ({ operation: 'increment', params: { key: 'count', by } }) as const),
      { operation: 'get', params: { key: 'count' } },
      { operation: 'increment', params: { key: 'new', by: MAX } },
      { operation: 'increment', params: { key: 'new', by: MAX } },
    ]);
    expect(codes(result)).toEqual([...expected, -2, MAX, 'NotANumber']);
    expect(await box.getMany(['count', 'new'])).toEqual([-2, MAX]);
  });

  test('an increment that leads beyond the range changes neither the value nor its expiry', async () => {
    const box = fresh();
    await box.set('count', MAX);
    expect(await outcome(box.increment('count', 1, { ttl: 30_000 }))).toEqual({ error: 'NotANumber' });
    await pass(80_000);
    expect(await box.get('count')).toBe(MAX);
    await box.set('short', MAX, { ttl: 50_000 });
    await outcome(box.increment('short', 1));
    await pass(60_000);
    expect(await box.get('short')).toBeUndefined();
    expect(await box.increment('short', 7)).toBe(7);
  });

  test('refuses wrong settings', async () => {
    const box = fresh();
    const wrong = [
      box.set('k', 1, { ttl: 0 }),
      box.set('k', 1, { ttl: '5' as unknown as number }),
      box.set('k', 1, { ifAbsent: 1 as unknown as boolean }),
      box.set('k', 1, null as unknown as object),
      box.touch('k', Number.NaN),
      box.increment('k', 1.5),
      box.increment('k', Number.NaN),
      box.getMany('k' as unknown as string[]),
      box.setMany([null as never]),
      box.run({} as StoreCall[]),
    ];
    for (const work of wrong) expect(await outcome(work)).toEqual({ error: 'InvalidParams' });
    expect(await box.get('k')).toBeUndefined();
  });

  test('getMany, setMany and deleteMany keep the order', async () => {
    const box = fresh();
    const keys = Array.from({ length: 260 }, (_, index) => `key ${index}`);
    expect(await box.setMany(keys.map((key, value) => ({ key, value })))).toEqual(keys.map(() => true));
    expect(await box.getMany([...keys, 'none', 'key 3'])).toEqual([...keys.keys(), undefined, 3]);
    expect(
      await box.setMany([
        { key: 'a', value: 1 },
        { key: 'a', value: 2, ifAbsent: true },
        { key: 'b', value: 1, ttl: 1000 },
      ]),
    ).toEqual([true, false, true]);
    await box.deleteMany(keys.slice(1));
    expect(await box.getMany(keys)).toEqual([0, ...keys.slice(1).map(() => undefined)]);
    expect([await box.getMany([]), await box.setMany([]), await box.run([])]).toEqual([[], [], []]);
  });

  test('in setMany, one invalid entry keeps all from being sent', async () => {
    const box = fresh();
    expect(
      await outcome(
        box.setMany([
          { key: 'a', value: 1 },
          { key: '', value: 1 },
        ]),
      ),
    ).toEqual({ error: 'InvalidParams' });
    expect(await box.get('a')).toBeUndefined();
  });

  test('in a list, each invalid call fails alone', async () => {
    const box = fresh();
    await box.set('text', 'text');
    const result = await box.run([
      { operation: 'get', params: { key: 'text' } },
      { operation: 'get', params: { key: '' } },
      { operation: 'set', params: { key: 'a', value: undefined } },
      { operation: 'increment', params: { key: 'text' } },
      { operation: 'get', params: { key: 'text' } },
      { operation: 'unheard of' as 'get', params: { key: 'a' } },
      null as unknown as StoreCall,
      { operation: 'get', params: null as never },
      { operation: 'set', params: { key: 'a', value: 1 } },
      { operation: 'increment', params: { key: 'a', by: 2 } },
      { operation: 'touch', params: { key: 'none', ttl: 1 } },
      { operation: 'delete', params: { key: 'text' } },
      { operation: 'get', params: { key: 'text' } },
    ]);
    const bad = 'InvalidParams';
    expect(codes(result)).toEqual(['text', bad, bad, 'NotANumber', 'text', bad, bad, bad, true, 3, false, undefined, undefined]);
    expect(await box.get('a')).toBe(3);
  });

  test('a list has the same outcomes as its calls one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someCall, { maxLength: 40 }), fc.array(someCall, { maxLength: 5 }), async (calls, before) => {
        const box = fresh();
        const model = new Map<string, unknown>();
        expect(codes(await box.run(before))).toEqual(before.map((call) => modelled(model, call)));
        const expected = calls.map((call) => modelled(model, call));
        expect(codes(await box.run(calls))).toEqual(expected);
        expect(await box.getMany(KEYS)).toEqual(KEYS.map((key) => model.get(key)));
      }),
      { numRuns: type === 'memory' ? 500 : 120 },
    );
  });

  test('single calls and lists have the same outcomes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someCall, { maxLength: 15 }), async (calls) => {
        const [box, model] = [fresh(), new Map<string, unknown>()];
        for (const call of calls) expect(await single(box, call)).toEqual(modelled(model, call));
      }),
      { numRuns: type === 'memory' ? 300 : 40 },
    );
  });

  test('serves many invocations at once', async () => {
    const gateway = gatewayOf();
    const run = (id: number) =>
      control(gateway).run({ id: String(id), deadline: Date.now() + 600_000 }, async () => {
        await gateway.store.set(`own ${id}`, id);
        await gateway.store.increment('all');
        return gateway.store.get(`own ${id}`);
      });
    expect(await Promise.all(Array.from({ length: 50 }, (_, id) => run(id)))).toEqual([...Array(50).keys()]);
    expect(await gateway.store.get('all')).toBe(50);
  });

  test('counts in stats, without keys or values', async () => {
    const box = fresh();
    await box.set('secret key', 'secret value');
    await box.getMany(['secret key', 'other']);
    await outcome(box.increment('secret key'));
    const stats = box.stats();
    expect(stats).toMatchObject({ backend: backend.type, failures: 1, bytesRead: 14, bytesWritten: 14, retries: 0, unprocessed: 0 });
    expect(stats.calls).toEqual({ get: 2, set: 1, delete: 0, increment: 1, touch: 0 });
    expect(JSON.stringify(stats)).not.toContain('secret');
  });
});

const KEYS = ['a', 'b', '__proto__'];
const someKey = fc.constantFrom(...KEYS);
const LIMIT = Number.MAX_SAFE_INTEGER;
const someValue = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.constantFrom(LIMIT, -LIMIT, LIMIT - 1, LIMIT + 1),
  fc.constantFrom('text', '1', null, 1.5),
  fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value))),
);
const endless = { ttl: 1e9 };
const someCall: fc.Arbitrary<StoreCall> = fc.oneof(
  someKey.map((key) => ({ operation: 'get', params: { key } }) as const),
  fc.record({ key: someKey, value: someValue }).map((params) => ({ operation: 'set', params }) as const),
  fc
    .record({ key: someKey, value: someValue })
    .map((params) => ({ operation: 'set', params: { ...params, options: { ifAbsent: true, ...endless } } }) as const),
  someKey.map((key) => ({ operation: 'delete', params: { key } }) as const),
  fc
    .record({ key: someKey, by: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(LIMIT, -LIMIT)) })
    .map((params) => ({ operation: 'increment', params }) as const),
  fc.record({ key: someKey, by: fc.constant(1), options: fc.constant(endless) }).map((params) => ({ operation: 'increment', params }) as const),
  someKey.map((key) => ({ operation: 'touch', params: { key, ...endless } }) as const),
);

/** Runs a call on a plain map, as the model of a store that runs calls one after the other. */
function modelled(model: Map<string, unknown>, { operation, params }: StoreCall): unknown {
  const { key } = params;
  const present = model.get(key);
  switch (operation) {
    case 'get':
      return present;
    case 'set':
      if (params.options?.ifAbsent && model.has(key)) return false;
      return (model.set(key, params.value), true);
    case 'delete':
      return (model.delete(key), undefined);
    case 'touch':
      return model.has(key);
    case 'increment': {
      if (model.has(key) && !Number.isSafeInteger(present)) return 'NotANumber';
      const sum = ((present as number | undefined) ?? 0) + (params.by ?? 1);
      if (!Number.isSafeInteger(sum)) return 'NotANumber';
      return (model.set(key, sum), sum);
    }
  }
}

function single(box: Store, { operation, params }: StoreCall): Promise<unknown> {
  const { key } = params;
  const work =
    operation === 'set'
      ? box.set(key, params.value, params.options)
      : operation === 'increment'
        ? box.increment(key, params.by, params.options)
        : operation === 'touch'
          ? box.touch(key, params.ttl)
          : box[operation](key);
  return (work as Promise<unknown>).catch((error) => error.code);
}
