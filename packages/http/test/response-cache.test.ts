import type { IncomingMessage } from 'node:http';
import { createGateway } from '@suga/gateway';
import { type HttpOptions, http } from '@suga/http';
import fc from 'fast-check';
import CachePolicy from 'http-cache-semantics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { directives, freshUntil, isStorable } from '../src/caching/freshness.js';
import { local, patient, web } from './servers.js';

afterEach(() => void vi.restoreAllMocks());

/** A client with a fake cache interface, and the entries in it. */
const caching = (options: HttpOptions = {}) => {
  const entries = new Map<string, { value: unknown; ttl: number }>();
  const operations = {
    get: (key: string) => entries.get(key)?.value,
    set: (key: string, value: unknown, { ttl }: { ttl: number }) => void entries.set(key, { value, ttl }),
    delete: (key: string) => entries.delete(key),
  };
  const key = { type: 'string' };
  const facts = { get: { params: { key } }, set: { params: { key, value: {}, options: {} } }, delete: { params: { key } } };
  const gateway = createGateway({
    http: http({ ...patient, allow: ['127.0.0.1'], cache: true, ...options }),
    cache: { operations: facts, load: () => ({ operations }) },
  });
  return { client: gateway.http, entries };
};

/** A server that responds with the number of requests and these headers, and with 304 if the validator still matches. */
const counting = async (headers: Record<string, string>, content?: (request: IncomingMessage) => string) => {
  const requests: IncomingMessage[] = [];
  const url = await web((request, response) => {
    requests.push(request);
    const unchanged = headers['etag'] !== undefined && request.headers['if-none-match'] === headers['etag'];
    const old = headers['last-modified'] !== undefined && request.headers['if-modified-since'] === headers['last-modified'];
    response
      .writeHead(unchanged || old ? 304 : 200, { 'content-type': 'text/plain', ...headers })
      .end(unchanged || old ? undefined : (content?.(request) ?? `${requests.length}`));
  });
  return { url, requests };
};

describe('the response cache', () => {
  // The clock stands still, so that a response that is fresh for a minute stays fresh.
  beforeEach(() => void vi.spyOn(Date, 'now').mockReturnValue(Date.now()));

  it('returns a response while it is fresh, then sends a request again', async () => {
    const { url, requests } = await counting({ 'cache-control': 'max-age=60' });
    const { client } = caching();
    expect(await client.get(url)).toMatchObject({ body: '1', cached: false, attempts: 1 });
    expect(await client.get(url)).toMatchObject({ body: '1', cached: true, attempts: 0 });
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 61_000);
    expect(await client.get(url)).toMatchObject({ body: '2', cached: false });
    expect(requests).toHaveLength(2);
    expect(client.stats()).toMatchObject({ requests: 3, cached: 1 });
  });

  it.each([{ etag: '"v1"', 'cache-control': 'no-cache' }, { 'last-modified': 'Mon, 02 Nov 2026 10:00:00 GMT' }])(
    'asks the server whether %j is still valid',
    async (headers) => {
      const { url, requests } = await counting(headers);
      const { client } = caching();
      await client.get(url);
      for (let round = 0; round < 2; round++)
        expect(await client.get(url)).toMatchObject({ status: 200, body: '1', cached: true, headers: { 'content-type': 'text/plain' } });
      expect(requests).toHaveLength(3);
    },
  );

  it('caches no response that must not be cached', async () => {
    for (const headers of [
      { 'cache-control': 'no-store, max-age=60' },
      { 'cache-control': 'max-age=60', 'set-cookie': 'a=1' },
      { 'cache-control': 'max-age=60', vary: 'Accept, *' },
      {},
      { expires: '0' },
    ]) {
      const { url } = await counting(headers as Record<string, string>);
      const { client, entries } = caching();
      await client.get(url);
      expect(await client.get(url)).toMatchObject({ body: '2', cached: false });
      expect(entries.size).toBe(0);
    }
    const long = await counting({ 'cache-control': 'max-age=60' }, () => 'x'.repeat(101));
    const { client, entries } = caching({ cache: { maxBytes: 100 } });
    await client.get(long.url);
    expect(entries.size).toBe(0);
  });

  it('caches responses without instructions for `ttl`', async () => {
    const { url } = await counting({});
    const { client } = caching({ cache: { ttl: 60_000 } });
    await client.get(url);
    expect(await client.get(url)).toMatchObject({ body: '1', cached: true });
    expect(await client.get(url, { cache: false })).toMatchObject({ body: '2', cached: false });
  });

  it("never returns one caller's response to another", async () => {
    const { url } = await counting(
      { 'cache-control': 'max-age=60' },
      ({ headers }) => `for ${headers.authorization ?? headers.cookie ?? headers['x-tenant'] ?? headers['accept-language']}`,
    );
    const { client, entries } = caching();
    const callers = ['a', 'b'].flatMap((name) => [{ authorization: `Bearer ${name}` }, { cookie: name }, { 'x-tenant': name }, { 'accept-language': name }]);
    for (const cached of [false, true]) {
      const responses = await Promise.all(callers.map((headers) => client.get(url, { headers: headers as unknown as Record<string, string> })));
      for (const [index, response] of responses.entries()) expect(response).toMatchObject({ body: `for ${Object.values(callers[index] ?? {})[0]}`, cached });
    }
    expect([...entries.keys()].join()).not.toContain('Bearer');
    expect(JSON.stringify([...entries.values()])).not.toContain('Bearer');
  });

  it('returns a separate body to every caller', async () => {
    const url = await web(
      (_, response) => void response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'max-age=60' }).end('{"list":[]}'),
    );
    const { client } = caching();
    for (let round = 0; round < 3; round++) {
      const { body, headers } = await client.get<{ list: number[] }>(url);
      expect(body.list).toEqual([]);
      body.list.push(1);
      (headers as Record<string, string>)['content-type'] = 'broken';
      (await client.get<Uint8Array>(url, { as: 'bytes' })).body.fill(0);
    }
  });

  it('removes a response after a POST, PUT or DELETE', async () => {
    const { url } = await counting({ 'cache-control': 'max-age=60' });
    const { client, entries } = caching();
    await client.get(url);
    expect(entries.size).toBe(1);
    await client.put(url, { a: 1 });
    expect(entries.size).toBe(0);
    expect(await client.get(url)).toMatchObject({ body: '3' });
  });

  it('is bypassed by conditional requests and by responses after a redirect', async () => {
    const { url, requests } = await counting({ etag: '"v"', 'cache-control': 'max-age=60' });
    const { client, entries } = caching();
    await client.get(url);
    expect(await client.get(url, { headers: { 'if-none-match': '"v"' } })).toMatchObject({ status: 304, cached: false });
    expect(await client.get(url, { headers: { 'cache-control': 'no-cache' } })).toMatchObject({ body: '3', cached: false });
    expect(requests).toHaveLength(3);
    const moved = await web((_, response) => void response.writeHead(302, { location: url }).end());
    await client.get(moved);
    expect(entries.size).toBe(1);
  });

  it('needs the interface cache', async () => {
    await expect(local({ cache: true }).get('http://127.0.0.1/')).rejects.toMatchObject({
      code: 'NotInstalled',
      message: expect.stringContaining('@suga/cache'),
    });
  });
});

describe('for any headers', () => {
  const date = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true }).map((each) => each.toUTCString());
  const directive = fc.oneof(
    fc.constantFrom('no-store', 'no-cache', 'private', 'public', 's-maxage=50', 'immutable'),
    fc.nat(1000).map((age) => `max-age=${age}`),
  );
  const headers = fc.record(
    {
      'cache-control': fc.uniqueArray(directive, { maxLength: 3, selector: (each) => each.split('=')[0] }).map((all) => all.join(', ')),
      expires: fc.oneof(date, fc.constant('0')),
      date,
      age: fc.nat(1000).map(String),
    },
    { requiredKeys: [] },
  );

  it('a response that is fresh here is fresh for http-cache-semantics', () => {
    fc.assert(
      fc.property(headers, date, fc.nat(2000), (given, at, later) => {
        const respondedAt = Date.parse(at);
        const now = vi.spyOn(Date, 'now').mockReturnValue(respondedAt);
        const policy = new CachePolicy({ url: '/', method: 'GET', headers: {} }, { status: 200, headers: given }, { shared: false, cacheHeuristic: 0 });
        const requestedAt = respondedAt + later * 1000;
        now.mockReturnValue(requestedAt);
        const fresh = isStorable(200, given) && requestedAt < freshUntil(given, { requestedAt: respondedAt, respondedAt }, 0);
        if (fresh) expect(policy.storable() && !policy.stale()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('Cache-Control is parsed correctly', () => {
    expect(directives({ 'cache-control': 'Max-Age="60" , private="a, b",no-store' })).toEqual({ 'max-age': '60', private: 'a, b', 'no-store': '' });
    expect(directives({ 'cache-control': 'max-age=60, max-age=30' })).toEqual({ 'max-age': '' });
    expect(Object.keys(directives({ 'cache-control': '__proto__=1' }))).toEqual(['__proto__']);
    const times = { requestedAt: 0, respondedAt: 2_000 };
    expect(freshUntil({ 'cache-control': 'max-age=60' }, times, 0)).toBe(60_000);
    expect(freshUntil({ 'cache-control': 'max-age=60', age: '50' }, times, 0)).toBe(10_000);
    expect(freshUntil({}, times, 5_000)).toBe(5_000);
    fc.assert(fc.property(fc.string(), (text) => void directives({ 'cache-control': text })));
  });
});
