import { type DebugOptions, debug } from '@suga/debug';
import { control, createGateway, type Handler, type Interface } from '@suga/gateway';
import { afterEach, describe, expect, it, vi } from 'vitest';

interface Shop {
  price(id: string): number;
  order(id: string): Promise<string>;
}
const shop = (): Interface<Shop> => ({
  operations: { price: { params: { id: {} }, required: ['id'] }, order: { params: { id: {} }, required: ['id'], returns: 'promise' } },
  load: () => ({
    operations: {
      price: (id) => id.length,
      order: async (id) => {
        if (id === 'gone') throw new Error('sold out');
        return id;
      },
    },
  }),
});
const gatewayOf = (options?: DebugOptions) => createGateway({ debug: debug(options), shop: shop() });
const fresh = (options?: DebugOptions) => gatewayOf(options).debug;
const circle: Record<string, unknown> = { name: 'circle' };
circle['self'] = circle;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('switched off', () => {
  it('is the default, unless an option or a variable switches it on', () => {
    expect(fresh().isEnabled()).toBe(false);
    expect(fresh({ enabled: true }).isEnabled()).toBe(true);
    for (const word of ['1', 'true', 'TRUE', 'yes', 'on']) {
      vi.stubEnv('SUGA_DEBUG', word);
      expect(fresh().isEnabled(), word).toBe(true);
      expect(fresh({ enabled: false }).isEnabled(), word).toBe(false);
    }
    for (const word of ['0', 'false', 'maybe', '']) {
      vi.stubEnv('SUGA_DEBUG', word);
      expect(fresh().isEnabled(), word).toBe(false);
    }
  });

  it('records nothing, times nothing and leaves every operation bound as without it', async () => {
    const gateway = gatewayOf();
    const plain = createGateway({ shop: shop() });
    for (const each of [gateway, plain]) await each.shop.order(String(each.shop.price('a')));
    gateway.debug.log('message', { some: 'data' });
    expect(gateway.debug.traceException(new Error('refused'))).toBeUndefined();
    expect(gateway.debug.track(true)).toBe(false);
    expect(gateway.debug.measure('sum', () => 3)).toBe(3);
    expect([gateway.debug.logs(), gateway.debug.clearLogs(), gateway.debug.timings()]).toEqual([[], 0, {}]);
    const bound = (of: typeof plain) => control(of).stats().interfaces['shop']?.operations;
    expect(bound(gateway)).toEqual(bound(plain));
    expect(bound(gateway)).toEqual({ price: { calls: 1, bound: 'direct' }, order: { calls: 1, bound: 'direct' } });
    expect(control(gateway).heldState('debug')).toBeUndefined();
  });

  it('reads no argument', () => {
    const read = vi.fn();
    const data = new Proxy({}, { get: read, ownKeys: () => (read(), []) });
    fresh().log('message', data);
    expect(read).not.toHaveBeenCalled();
    fresh({ enabled: true }).log('message', data);
    expect(read).toHaveBeenCalled();
  });
});

describe('the log', () => {
  it('keeps messages, data and errors with the invocation they belong to', async () => {
    const gateway = gatewayOf({ enabled: true });
    const { log, traceException, logs, clearLogs } = gateway.debug;
    log('outside');
    await control(gateway).run({ id: 'a' }, () => log('inside', { attempt: 1, at: new Date(0) }));
    const error = new TypeError('refused', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
    await control(gateway).run({ id: 'b' }, () => traceException(error, { url: '/devices' }));
    expect(logs()).toEqual([
      { at: expect.any(Number), message: 'outside' },
      { at: expect.any(Number), message: 'inside', data: { attempt: 1, at: String(new Date(0)) }, invocation: 'a' },
      {
        at: expect.any(Number),
        message: 'refused',
        data: { url: '/devices' },
        errors: [
          { name: 'TypeError', message: 'refused', stack: expect.stringContaining('debug.test') },
          { name: 'Error', message: 'reset', code: 'ECONNRESET', stack: expect.any(String) },
        ],
        invocation: 'b',
      },
    ]);
    const messages = (filter: object) => logs(filter).map(({ message }) => message);
    expect(messages({ text: 'side' })).toEqual(['outside', 'inside']);
    expect(messages({ invocation: 'b' })).toEqual(['refused']);
    expect([messages({ errors: true }), messages({ errors: false, limit: 1 })]).toEqual([['refused'], ['inside']]);
    expect(messages({ since: Date.now() + 10_000 })).toEqual([]);
    expect(control(gateway).heldState('debug')).toBe('3 log entries');
    gateway.debug.disable();
    expect([logs().length, clearLogs(), logs().length]).toEqual([3, 3, 0]);
  });

  it('has a maximum number of entries and bytes', () => {
    const few = fresh({ enabled: true, maxEntries: 3 });
    for (let count = 0; count < 10; count++) few.log(`${count}`);
    expect(few.logs().map(({ message }) => message)).toEqual(['7', '8', '9']);
    const small = fresh({ enabled: true, maxBytes: 10_000 });
    const [huge, many] = ['y'.repeat(10 * 2 ** 20), new Array(1e6).fill(1)];
    for (let count = 0; count < 200; count++) {
      small.log(huge, { huge, many, [huge]: Object.fromEntries(many.slice(0, 100).map((_, index) => [index, index])) });
      expect(Buffer.byteLength(JSON.stringify(small.logs()))).toBeLessThan(11_000);
    }
    expect(small.logs().length).toBeGreaterThan(0);
    const tiny = fresh({ enabled: true, maxBytes: 500 });
    tiny.log('message', { text: 'y'.repeat(900) });
    expect(tiny.logs()).toEqual([{ at: expect.any(Number), message: 'message', data: '[cut]' }]);
    const wide = fresh({ enabled: true });
    wide.log('wide', new Array(50).fill(new Array(50).fill('z'.repeat(900))));
    const kept = JSON.stringify(wide.logs());
    expect([kept.length < 40_000, kept.length > 15_000, kept.includes('[cut]')]).toEqual([true, true, true]);
    const none = fresh({ enabled: true, maxBytes: 10 });
    none.log('longer than that');
    expect(none.logs()).toEqual([]);
  });

  it('hides values under the name of a secret, and passwords in URLs', () => {
    const { log, logs, traceException } = fresh({ enabled: true });
    const names = ['passphrase', 'pwd', 'pass', 'db_pass', 'jwt', 'session', 'accessKey', 'secretAccessKey', 'signingKey', 'api.key', 'privateKey'];
    log('postgres://ann:hunter2@host', Object.fromEntries(names.map((name) => [name, 'hunter2'])));
    log('of URLs', {
      url: new URL('https://ann:hunter2@host/'),
      list: ['redis://:hunter2@two@host'],
      long: `${'x'.repeat(980)}://ann:${'hunter2'.repeat(9)}@host`,
    });
    traceException(new Error('mysql://ann:hunter2@host'), { cause: new Error('amqp://ann:hunter2@host') });
    expect(JSON.stringify(logs())).not.toContain('hunter2');
    expect(logs()[0]?.message).toBe('postgres://ann:[redacted]@host');
    const shown = { passed: 3, accessKeyId: 'AKIA', at: 'http://host:3000/a@b' };
    log('shown', shown);
    expect(logs({ text: 'shown' })[0]?.data).toEqual(shown);
  });

  it('accepts any value, and keeps neither secrets nor a reference to it', () => {
    const { log, logs, traceException } = fresh({ enabled: true });
    const throwing = Object.defineProperty({ fine: 1 }, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    let deep: object = {};
    for (let level = 0; level < 1000; level++) deep = { deep };
    const trap = () => {
      throw new Error('a trap');
    };
    const hostile = new Proxy({}, { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap });
    const data = [circle, throwing, deep, 2n ** 70n, Symbol('s'), () => 1, new Map([['a', 1]]), new Uint8Array(9), Number.NaN, hostile, null];
    for (const each of data) log('data', each);
    log('login', {
      user: 'ann',
      password: 'hunter2',
      headers: { Authorization: 'Bearer abc', cookie: 'sid=1' },
      apiKey: 'k',
      nested: [{ refresh_token: 't' }],
      author: 'bob',
    });
    for (const thrown of [undefined, null, 'text', hostile, Object.create(null), circle]) traceException(thrown);
    const text = JSON.stringify(logs());
    expect(text).not.toMatch(/hunter2|Bearer|sid=1|"k"|"t"/);
    expect(logs({ text: 'login' })[0]?.data).toMatchObject({ user: 'ann', author: 'bob', password: '[redacted]', headers: { Authorization: '[redacted]' } });
    expect(logs()[0]?.data).toEqual({ name: 'circle', self: '[circular]' });
    expect(logs()[1]?.data).toEqual({ fine: 1, bad: '[unreadable]' });
    expect(JSON.stringify(logs()[2]?.data)).toContain('[deep]');
    circle['name'] = 'changed';
    expect(logs()[0]?.data).toMatchObject({ name: 'circle' });
    circle['name'] = 'circle';
    const own = JSON.parse('{"__proto__":{"polluted":true}}');
    log('own', own);
    expect('polluted' in {}).toBe(false);
  });

  it('ends a circle of causes', () => {
    const [one, two] = [new Error('one'), new Error('two')];
    Object.assign(one, { cause: two });
    Object.assign(two, { cause: one });
    expect(
      fresh({ enabled: true })
        .traceException(one)
        ?.errors?.map(({ message }) => message),
    ).toEqual(['one', 'two']);
  });
});

describe('tracking', () => {
  it('times every operation, and binds them directly again when it is off', async () => {
    const gateway = gatewayOf({ enabled: true });
    gateway.shop.price('a');
    expect(gateway.debug.track()).toBe(true);
    expect(control(gateway).heldState('debug')).toContain('running tracking');
    const kept = gateway.shop.price;
    for (let count = 0; count < 100; count++) kept('a');
    await gateway.shop.order('a');
    await expect(gateway.shop.order('gone')).rejects.toThrow('sold out');
    const { 'shop.price': price, 'shop.order': order } = gateway.debug.timings();
    expect([price?.count, price?.failures, order?.count, order?.failures]).toEqual([100, 0, 2, 1]);
    expect(price?.p50).toBeGreaterThan(0);
    expect(price?.p50).toBeLessThanOrEqual(price?.p99 ?? 0);
    expect(price?.p99).toBeLessThanOrEqual(price?.max ?? 0);
    const bound = () => Object.values(control(gateway).stats().interfaces['shop']?.operations ?? {}).map((each) => each.bound);
    expect(bound()).toEqual([['debug'], ['debug']]);
    gateway.debug.disable();
    expect(bound()).toEqual(['direct', 'direct']);
    kept('a');
    expect(gateway.debug.timings()['shop.price']?.count).toBe(100);
    // Starting again removes earlier times. Unloading the interface stops tracking.
    gateway.debug.enable();
    gateway.debug.track(true);
    expect(gateway.debug.timings()['shop.price']).toBeUndefined();
    gateway.debug.track(true);
    expect(bound()).toEqual([['debug'], ['debug']]);
    control(gateway).unload('debug');
    expect(bound()).toEqual(['direct', 'direct']);
  });

  it('measures a work and returns its result', async () => {
    const { measure, timings } = fresh({ enabled: true });
    expect(measure('sum', () => 3)).toBe(3);
    expect(await measure('later', async () => 4)).toBe(4);
    const error = new Error('no');
    const failing = () => {
      throw error;
    };
    expect(() => measure('sum', failing)).toThrow(error);
    expect(timings()).toMatchObject({ sum: { count: 2, failures: 1 }, later: { count: 1, failures: 0 } });
    for (let count = 0; count < 1500; count++) measure(`name ${count}`, () => 1);
    expect(Object.keys(timings()).length).toBeLessThanOrEqual(1001);
    expect(timings()['others']?.count).toBe(502);
  });
});

describe('the system', () => {
  it('is reported without environment variables other than those of Lambda', () => {
    const settings = { AWS_LAMBDA_FUNCTION_NAME: 'devices', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769', AWS_REGION: 'eu-west-1' };
    const secrets = {
      DATABASE_URL: 'postgres://u:hunter2@h',
      AWS_SECRET_ACCESS_KEY: 'hunter2',
      NODE_OPTIONS: '--title=hunter2 --stack-size=2000 -r ./hunter2.js',
    };
    for (const [name, value] of Object.entries({ ...settings, ...secrets })) vi.stubEnv(name, value);
    const told = fresh().system();
    expect(JSON.stringify(told)).not.toMatch(/hunter2|DATABASE|SECRET/);
    expect(told).toMatchObject({
      node: { version: process.versions.node, flags: expect.arrayContaining(['--title', '--stack-size=2000', '-r']), gc: true },
      memory: { limit: 1769 * 2 ** 20, heapLimit: expect.any(Number), rss: expect.any(Number) },
      cpu: { share: 1 },
      tmp: { path: expect.any(String), free: expect.any(Number), total: expect.any(Number) },
      lambda: settings,
    });
    vi.stubEnv('TMPDIR', '/no/such/folder');
    expect(fresh().system().tmp).toEqual({ path: '/no/such/folder', free: undefined, total: undefined });
  });

  it('includes the usage of the gateway', async () => {
    const gateway = gatewayOf();
    const before = gateway.debug.gatewayStats();
    expect(before.interfaces['shop']).toMatchObject({ loaded: false, calls: 0, bound: { cold: 2, direct: 0, wrapped: 0 } });
    for (let count = 0; count < 9; count++) gateway.shop.price('a');
    control(gateway).override('shop', 'order', (original) => ((...args) => original(...args)) as Handler);
    const { interfaces, hottest, calls } = gateway.debug.gatewayStats();
    expect(interfaces['shop']).toMatchObject({ loaded: true, calls: 9, bound: { cold: 0, direct: 1, wrapped: 1 } });
    expect(hottest[0]).toEqual({ operation: 'shop.price', calls: 9, bound: 'direct' });
    expect(calls).toBe(11);
  });
});

it('refuses invalid options', () => {
  for (const options of [{ maxEntries: 0 }, { maxBytes: 1.5 }, { checkTimeout: -1 }]) {
    expect(() => fresh(options).isEnabled()).toThrow(expect.objectContaining({ message: expect.stringContaining(Object.keys(options)[0] ?? '') }));
  }
});
