import { type CircuitBreakerOptions, circuitBreaker } from '@suga/circuit-breaker';
import { createGateway, type Interface } from '@suga/gateway';
import { type HttpOptions, http, type RequestOptions, type ResponseCacheOptions, type RetryOptions } from '@suga/http';
import { describe, expect, it } from 'vitest';
import { bodyOf, json, local, web } from './servers.js';

/** The part of the cache interface that responses need. */
const cache = () => {
  const entries = new Map<string, unknown>();
  const operations = {
    get: (key: string) => entries.get(key),
    set: (key: string, value: unknown) => void entries.set(key, value),
    delete: (key: string) => entries.delete(key),
  };
  return {
    operations: { get: { params: { key: {} } }, set: { params: { key: {}, value: {}, options: {} } }, delete: { params: { key: {} } } },
    load: () => ({ operations }),
  } as unknown as Interface<typeof operations>;
};
const breaker: CircuitBreakerOptions = { policy: { type: 'consecutive', failures: 100 } };
const client = (options: HttpOptions) =>
  createGateway({ http: http({ allow: ['127.0.0.1'], ...options }), cache: cache(), circuitBreaker: circuitBreaker(breaker) });

const server = () =>
  web(async (request, response) => {
    const body = await bodyOf(request);
    if (request.url?.startsWith('/silent')) return;
    if (request.url?.startsWith('/busy')) return json(response, 'busy', {}, 503);
    if (request.url?.startsWith('/far')) return void response.writeHead(302, { location: `${request.url}r` }).end();
    if (request.url?.startsWith('/long')) return json(response, 'x'.repeat(5000));
    const { host, ...headers } = request.headers;
    json(response, { method: request.method, url: request.url, headers, body });
  });

/** None of these is a default, so that each has an effect on a request. */
const settings = {
  headers: { 'x-tenant': 'settings' },
  as: 'text',
  retry: { attempts: 2, methods: ['GET', 'POST'], statuses: [503], baseDelay: 1, maxDelay: 2 },
  redirects: 2,
  maxBytes: 4000,
  throwOnError: true,
  breaker: 'partner',
  cache: { ttl: 60_000, maxBytes: 3000 },
} satisfies HttpOptions;

/** Requests of all kinds whose outcome is always the same. */
async function observe(options: HttpOptions, given: RequestOptions, methods: readonly ('get' | 'post')[] = ['get', 'post']) {
  const url = await server();
  const gateway = client(options);
  const told = async (path: string, method: 'get' | 'post') => {
    const request = method === 'get' ? gateway.http.get(`${url}${path}`, given) : gateway.http.post(`${url}${path}`, { a: 1 }, given);
    const seen = await request.then(
      ({ status, attempts, cached, body }) => ({ status, attempts, cached, body }),
      ({ code, details }: { code: string; details: { limit?: string; attempts?: number; redirects?: number } }) => ({
        code,
        ...details,
        url: '',
        response: '',
      }),
    );
    return JSON.parse(
      JSON.stringify(seen)
        .replaceAll(url, '')
        .replaceAll(/[\da-f-]{36}/g, 'id'),
    ) as unknown;
  };
  const seen: unknown[] = [];
  for (const method of methods) for (const path of ['/busy', '/far', '/long', '/echo', '/echo']) seen.push(await told(path, method));
  return { seen, circuits: gateway.circuitBreaker.states() };
}

const requestOptions = {
  headers: 0,
  query: 0,
  body: 0,
  as: 0,
  timeout: 0,
  attemptTimeout: 0,
  signal: 0,
  retry: 0,
  idempotencyKey: 0,
  redirects: 0,
  maxBytes: 0,
  throwOnError: 0,
  breaker: 0,
  cache: 0,
} satisfies Record<keyof RequestOptions, 0>;
const ownOptions = { allow: 0, allowPrivate: 0, keepAlive: 0, margin: 0, lookup: 0, dispatcher: 0, metrics: 0 } satisfies Record<
  Exclude<keyof HttpOptions, keyof RequestOptions>,
  0
>;
const retryOptions = { attempts: 0, methods: 0, statuses: 0, baseDelay: 0, maxDelay: 0 } satisfies Record<keyof RetryOptions, 0>;
const cacheOptions = { ttl: 0, maxBytes: 0 } satisfies Record<keyof ResponseCacheOptions, 0>;
const none = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, undefined]));

describe('an option that is undefined counts as left out', () => {
  it('of a request: the settings of the client apply', async () => {
    const plain = await observe(settings, {});
    // The settings must have an effect, or the comparison would prove nothing.
    expect(plain).toMatchObject({
      circuits: { partner: 'closed' },
      seen: [
        { code: 'BadStatus', attempts: 2 },
        { code: 'TooManyRedirects', redirects: 3 },
        { code: 'TooLarge' },
        { status: 200, cached: false, body: expect.stringContaining('"x-tenant":"settings"') },
        { status: 200, cached: true },
        ...Array(5).fill(expect.anything()),
      ],
    });
    for (const name of Object.keys(requestOptions)) expect(await observe(settings, { [name]: undefined }), name).toEqual(plain);
    expect(await observe(settings, none(requestOptions))).toEqual(plain);
    for (const name of Object.keys(retryOptions)) expect(await observe(settings, { retry: { [name]: undefined } }), name).toEqual(plain);
    for (const name of Object.keys(cacheOptions))
      expect(await observe(settings, { cache: { [name]: undefined } }, ['get']), name).toEqual(await observe(settings, {}, ['get']));
  }, 120_000);

  it('of time limits, too', async () => {
    const url = `${await server()}/silent`;
    for (const name of ['timeout', 'attemptTimeout'] as const) {
      const { http: own } = client({ [name]: 40, retry: false });
      const limit = { code: 'Timeout', message: expect.stringContaining(`took longer than 40 ms ("${name}")`) };
      await expect(own.get(url, { [name]: undefined })).rejects.toMatchObject(limit);
      await expect(own.get(url, none(requestOptions))).rejects.toMatchObject(limit);
    }
  });

  it('of the client: the default applies', async () => {
    const quick: HttpOptions = { retry: { baseDelay: 1 } };
    const plain = await observe(quick, {}, ['get']);
    for (const name of Object.keys({ ...requestOptions, ...ownOptions })) {
      if (name !== 'allow') expect(await observe({ [name]: undefined, ...quick }, {}, ['get']), name).toEqual(plain);
    }
    expect(await observe({ ...none({ ...requestOptions, ...ownOptions }), allow: ['127.0.0.1'], ...quick }, none(requestOptions), ['get'])).toEqual(plain);
    const refused = createGateway({ http: http(none({ ...requestOptions, ...ownOptions })) }).http;
    await expect(refused.get('http://127.0.0.1/')).rejects.toMatchObject({ code: 'AddressRefused' });
  }, 120_000);

  it('of headers, and a single header that is undefined', async () => {
    const { http: own } = client({ headers: { 'x-tenant': 'settings' } });
    const { body } = await own.get<{ headers: object }>(`${await server()}/echo`, { headers: { 'x-tenant': undefined, 'x-more': undefined } });
    expect(body.headers).toMatchObject({ 'x-tenant': 'settings' });
    expect(body.headers).not.toHaveProperty('x-more');
    expect(own.buildHeaders(none({ token: 0, basic: 0, contentType: 0, accept: 0 }))).toEqual({});
  });

  it('of a request with a body: an undefined body does not replace the one in the options', async () => {
    const { body } = await local().post<{ body: string }>(`${await server()}/echo`, undefined, { body: 'text' });
    expect(body.body).toBe('text');
  });
});

describe('an option that is not valid is refused by its name', () => {
  const numbers = [Number.NaN, Number.POSITIVE_INFINITY, -1, '5', {}];
  it.each<[string, readonly unknown[], string?]>([
    ['timeout', [0, ...numbers]],
    ['attemptTimeout', [0, ...numbers]],
    ['redirects', numbers],
    ['maxBytes', numbers],
    ['retry', [true, null, '3', [], Number.NaN, Number.POSITIVE_INFINITY, 0, -1]],
    ['throwOnError', ['false', 0]],
    ['breaker', ['', 0, {}]],
    ['cache', ['false', 0, []]],
    ['idempotencyKey', ['', false, null, 5]],
    ['as', ['xml', '']],
    ['signal', [{}, null]],
    ['retry.methods', [{ methods: ['get'] }, { methods: 'GET' }, { methods: [null] }]],
    ['retry.statuses', [{ statuses: ['503'] }, { statuses: 503 }, { statuses: [null] }, { statuses: [Number.NaN] }]],
  ])('%s', async (name, values) => {
    for (const value of values) {
      const refused = { code: 'InvalidParams', message: expect.stringMatching(new RegExp(`"${name}(?:\\.\\w+)?"`)) };
      await expect(
        local().get('http://127.0.0.1:9/', { [name.replace(/\..*/, '')]: value } as RequestOptions),
        `${name}: ${String(value)}`,
      ).rejects.toMatchObject(refused);
    }
  });

  it.each<[keyof HttpOptions, readonly unknown[]]>([
    ['allowPrivate', ['false', 'true', 0, 1]],
    ['metrics', ['false', 1]],
    ['margin', numbers],
    ['keepAlive', [0, ...numbers]],
    ['throwOnError', ['false']],
    ['breaker', ['']],
    ['allow', [Number.NaN, '127.0.0.1', null, {}, [null], ['a b'], ['999.1.1.1'], ['1.2.3'], ['10'], ['0x7f.1'], ['host.0X7F'], ['10.0.0.0/33'], ['[::1]']]],
    ['lookup', ['x', null, {}]],
    ['dispatcher', ['x', null, {}, { dispatch: true }, () => undefined]],
    ['headers', ['x', 5, ['a'], { host: 'a' }, { 'a b': 'c' }]],
  ])('%s of the client', (name, values) => {
    for (const value of values) {
      // It is refused when the client is loaded, and not only at the first request.
      const refused = { code: 'InvalidParams', message: expect.stringMatching(new RegExp(`"${name}(?:/\\w+)?" must be`)) };
      const load = () => createGateway({ http: http({ [name]: value } as HttpOptions) }).http.stats();
      expect(load, `${name}: ${JSON.stringify(value)}`).toThrow(expect.objectContaining({ code: 'LoadFailed', cause: expect.objectContaining(refused) }));
    }
  });

  it.each([{ user: 'a' }, { password: 'b' }, { user: undefined, password: undefined }, null, 'a:b'])('basic: %j', (basic) => {
    expect(() => local().buildHeaders({ basic: basic as never })).toThrow(/"basic"/);
  });
});
