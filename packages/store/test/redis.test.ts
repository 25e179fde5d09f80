import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { control, createGateway } from '@suga/gateway';
import { type StoreCall, type StoreOptions, store } from '@suga/store';
import { ownClock } from '@suga/vitest/clock';
import { until } from '@suga/vitest/until';
import { Redis } from 'ioredis';
import { Redis as Valkey } from 'iovalkey';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CLOSED_PORT, hasRedis, redisServer, withoutPackages } from './servers.ts';

const failure = (work: Promise<unknown>) => work.then(() => expect.unreachable('it did not fail')).catch((error) => error);
const keys = (count: number) => Array.from({ length: count }, (_, index) => `key ${index}`);
/** A proxy to the server. On request it drops the next reply and the connection; the commands have been done. */
async function cutting(port: number) {
  let isNext = false;
  const sockets = new Set<Socket>();
  const server = createServer((inner) => {
    const outer = connect(port, '127.0.0.1');
    for (const socket of [inner, outer]) sockets.add(socket.on('error', () => undefined));
    inner.pipe(outer);
    inner.on('close', () => outer.destroy());
    outer.on('data', (data) => {
      if (isNext) inner.destroy();
      else inner.write(data);
      isNext = false;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, next: () => void (isNext = true), stop };
}

const gateways: Disposable[] = [];
function gatewayOf(url: string, options: StoreOptions = {}) {
  const gateway = createGateway({ store: store({ timeout: 600_000, ...options, backend: { type: 'redis', url } }) });
  gateways.push(control(gateway));
  return gateway;
}
const fresh = (url: string, options?: StoreOptions) => gatewayOf(url, options).store;
afterAll(() => {
  for (const gateway of gateways) gateway[Symbol.dispose]();
});

describe.skipIf(!hasRedis)('a Redis server', () => {
  let server: Awaited<ReturnType<typeof redisServer>>;
  let raw: Redis;
  beforeAll(async () => {
    server = await redisServer();
    raw = new Redis(server.url);
  });
  afterAll(async () => {
    raw.disconnect();
    await server.stop();
  });

  it('gets one pipeline for a list of any calls, and several for very long lists', async () => {
    const box = fresh(server.url);
    await box.run([
      { operation: 'set', params: { key: 'a', value: 1 } },
      { operation: 'get', params: { key: 'a' } },
      { operation: 'increment', params: { key: 'a', options: { ttl: 1000 } } },
      { operation: 'touch', params: { key: 'a', ttl: Number.POSITIVE_INFINITY } },
    ]);
    expect(box.stats().requests).toEqual({ pipeline: 1 });
    expect(await box.getMany(keys(2500))).toHaveLength(2500);
    expect(box.stats().requests).toEqual({ pipeline: 4 });
  });

  it.each([
    ['ioredis', (url: string) => new Redis(url)],
    ['iovalkey', (url: string) => new Valkey(url)],
  ])('is reached by a client of %s that stays open', async (_, make) => {
    const client = make(server.url);
    const gateway = createGateway({ store: store({ prefix: `${_}:`, timeout: 600_000, backend: { type: 'redis', client } }) });
    expect([await gateway.store.set('a', [1]), await gateway.store.increment('n'), await gateway.store.get('a')]).toEqual([true, 1, [1]]);
    control(gateway)[Symbol.dispose]();
    expect(await client.get(`${_}:a`)).toBe('[1]');
    client.disconnect();
    expect(await failure(gateway.store.get('a'))).toMatchObject({ code: 'Unavailable' });
  });

  it('works with a client that returns numbers as strings', async () => {
    const client = new Redis(server.url, { stringNumbers: true });
    const box = createGateway({ store: store({ prefix: 'texts:', timeout: 600_000, backend: { type: 'redis', client } }) }).store;
    expect([await box.increment('n', 2, { ttl: 60_000 }), await box.touch('n', 1000), await box.touch('n', Number.POSITIVE_INFINITY)]).toEqual([2, true, true]);
    expect([await box.touch('none', 1000), await box.touch('none', Number.POSITIVE_INFINITY), await box.get('n')]).toEqual([false, false, 2]);
    client.disconnect();
  });

  it('does not return values of other writers', async () => {
    await raw.set('foreign', '{');
    await raw.hset('hash', 'a', '1');
    const box = fresh(server.url);
    const result = await box.run([
      { operation: 'get', params: { key: 'foreign' } },
      { operation: 'get', params: { key: 'hash' } },
      { operation: 'increment', params: { key: 'hash' } },
      { operation: 'set', params: { key: 'good', value: 1 } },
      { operation: 'get', params: { key: 'good' } },
    ]);
    const code = (index: number) => (result[index] as { error: { code: string } }).error.code;
    expect([code(0), result[1], code(2), ...result.slice(3)]).toEqual(['Unreadable', { value: undefined }, 'NotANumber', { value: true }, { value: 1 }]);
    expect(await failure(box.get('hash'))).toMatchObject({
      code: 'Unreadable',
      cause: expect.objectContaining({ message: expect.stringContaining('WRONGTYPE') }),
    });
    expect(await box.get('no such key')).toBeUndefined();
    expect(await box.set('hash', 1)).toBe(true);
    expect(await box.get('hash')).toBe(1);
  });

  it('that rejects a command gives the reason, and only that command fails', async () => {
    await raw.config('SET', 'maxmemory', '1');
    const box = fresh(server.url);
    const [set, get] = await box.run([
      { operation: 'set', params: { key: 'a', value: 1 } },
      { operation: 'get', params: { key: 'none' } },
    ]);
    await raw.config('SET', 'maxmemory', '0');
    expect(set).toMatchObject({ error: { code: 'Unavailable', message: expect.stringContaining('OOM') } });
    expect(get).toEqual({ value: undefined });
  });

  const connections = async () => Array.from(String(await raw.client('LIST')).matchAll(/^id=(\d+)/gm), ([, id = '']) => id);
  /** Connections that were opened since the test began. Connections of other tests may still be closing. */
  const since = async (before: readonly string[]) => (await connections()).filter((id) => !before.includes(id));

  it('is disconnected when the store is disposed', async () => {
    const before = await connections();
    const gateway = gatewayOf(server.url);
    await gateway.store.get('a');
    expect(await since(before)).toHaveLength(1);
    control(gateway)[Symbol.dispose]();
    await until(async () => expect(await since(before)).toEqual([]));
    expect(await gateway.store.get('none')).toBeUndefined();
  });

  it('is reached over a new connection if the old one was idle for long, because it may have died in the freeze', async () => {
    const box = fresh(server.url);
    const before = await connections();
    const now = Date.now();
    await box.increment('idle');
    const [first] = await since(before);
    const clock = vi.spyOn(Date, 'now').mockReturnValue(now + 59_000);
    expect(await box.increment('idle')).toBe(2);
    expect(await since(before)).toEqual([first]);
    clock.mockReturnValue(now + 120_000);
    expect(await box.increment('idle')).toBe(3);
    clock.mockRestore();
    await until(async () => expect(await since(before)).not.toContain(first));
    expect(await since(before)).toHaveLength(1);
  });

  it('is reached over a new connection after it has closed one; a command that may have been done is not sent twice', async () => {
    const box = fresh(server.url);
    await box.set('a', 1);
    await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    expect(await box.get('a')).toBe(1);
    await box.set('n', 1);
    await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    const result = await box.increment('n').catch((error) => error.code);
    expect([2, 'Unavailable']).toContain(result);
    expect(await box.get('n')).toBe(result === 2 ? 2 : 1);
  });
});

describe.skipIf(!hasRedis)('a connection that is lost with commands in flight', () => {
  const list: StoreCall[] = [
    { operation: 'get', params: { key: 'a' } },
    { operation: 'increment', params: { key: 'n' } },
    { operation: 'get', params: { key: 'n' } },
    { operation: 'set', params: { key: 'b', value: 2 } },
    { operation: 'set', params: { key: 'lock', value: 1, options: { ifAbsent: true } } },
  ];

  it('fails commands that may have been done and those that depend on them; the others are sent again', async () => {
    const server = await redisServer();
    const raw = new Redis(server.url);
    const cut = await cutting(server.port);
    onTestFinished(() => {
      raw.disconnect();
      cut.stop();
      return server.stop();
    });
    const box = fresh(cut.url);
    await box.set('a', 1);
    cut.next();
    const result = await box.run(list);
    expect(result.map((each) => ('error' in each ? (each.error as { code: string }).code : each.value))).toEqual([
      1,
      'Unavailable',
      'Unavailable',
      true,
      'Unavailable',
    ]);
    expect(box.stats()).toMatchObject({ retries: 1, requests: { pipeline: 3 } });
    expect([await raw.get('n'), await raw.get('b'), await raw.get('lock')]).toEqual(['1', '2', '1']);
  });
});

describe.skipIf(!hasRedis)('a server that goes away', () => {
  it('is reported as unreachable, and used again when it is back', async () => {
    const first = await redisServer();
    const box = fresh(first.url);
    await box.set('a', 1);
    await first.stop();
    for (let time = 0; time < 2; time++)
      expect(await failure(box.get('a'))).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('ECONNREFUSED') });
    const second = await redisServer(first.port);
    expect(await box.get('a')).toBeUndefined();
    expect(await box.set('a', 2)).toBe(true);
    expect(await box.get('a')).toBe(2);
    await second.stop();
  });
});

it.each([
  ['rejects', () => Promise.reject(new Error('keys of several slots'))],
  ['is cut off', () => Promise.resolve(null)],
])('a client of the function that %s fails each call', async (_, exec) => {
  const box = createGateway({ store: store({ backend: { type: 'redis', client: { pipeline: () => ({ exec }) } } }) }).store;
  expect(await failure(box.getMany(['a', 'b']))).toMatchObject({ code: 'Unavailable' });
  expect(box.stats().failures).toBe(2);
});

describe('a server that cannot be reached', () => {
  it('nothing listens on its port', async () => {
    const box = fresh(`redis://127.0.0.1:${CLOSED_PORT}`);
    const error = await failure(box.increment('a'));
    expect(error).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('ECONNREFUSED') });
    expect(box.stats()).toMatchObject({ retries: 0, failures: 1, requests: { pipeline: 1 } });
  });

  it('it listens and never replies: the call ends in time, and the connection is not used again', async () => {
    const sockets: Socket[] = [];
    const mute: Server = createServer((socket) => void sockets.push(socket.resume()));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const { port } = mute.address() as { port: number };
    const gateway = gatewayOf(`redis://127.0.0.1:${port}`);
    const clock = ownClock();
    for (let time = 1; time <= 2; time++) {
      const result = control(gateway).run({ id: '1', deadline: Date.now() + 60_000 }, () => failure(gateway.store.get('a')));
      await until(() => sockets.length === time);
      expect(await clock.pass(60_000, result)).toMatchObject({ code: 'Unavailable', message: expect.stringContaining('no response') });
    }
    await until(() => sockets.every(({ readableEnded, destroyed }) => readableEnded || destroyed));
    expect(sockets).toHaveLength(2);
    mute.close();
  });

  it('no client is installed', async () => {
    const error = await withoutPackages(() => failure(fresh('redis://127.0.0.1:1').get('a')));
    expect(error).toMatchObject({ code: 'NotInstalled', message: expect.stringMatching(/iovalkey or ioredis.*bundle.*external/s) });
  });
});
