import { control, createGateway } from '@suga/gateway';
import { http } from '@suga/http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf, code, json, local, patient, web } from './servers.js';

const echo = () =>
  web(async (request, response) => {
    json(response, { method: request.method, url: request.url, headers: request.headers, body: await bodyOf(request) });
  });
interface Echo {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
}

describe('a request', () => {
  it('sends every method', async () => {
    const [url, client] = [await echo(), local()];
    for (const method of ['get', 'delete'] as const) expect((await client[method]<Echo>(url)).body.method).toBe(method.toUpperCase());
    for (const method of ['post', 'put', 'patch'] as const) {
      const { body } = await client[method]<Echo>(url, { a: [1, 'ü'] });
      expect(body).toMatchObject({ method: method.toUpperCase(), body: '{"a":[1,"ü"]}', headers: { 'content-type': 'application/json' } });
    }
    expect(await client.head(url)).toMatchObject({ status: 200, body: undefined, headers: { 'content-type': 'application/json' } });
    expect((await client.request<Echo>(url, { method: 'OPTIONS' })).body.method).toBe('OPTIONS');
    expect((await client.request<Echo>(new URL(url))).body.method).toBe('GET');
  });

  it('sends text, bytes and forms as they are', async () => {
    const [url, client] = [await echo(), local()];
    const sent = async (body: unknown) => (await client.post<Echo>(url, body)).body;
    expect(await sent('plain')).toMatchObject({ body: 'plain', headers: { 'content-type': expect.stringContaining('text/plain') } });
    expect((await sent(new TextEncoder().encode('bytes'))).body).toBe('bytes');
    expect(await sent(new URLSearchParams({ a: '1&2' }))).toMatchObject({ body: 'a=1%262' });
    const form = new FormData();
    form.set('field', 'value');
    expect((await sent(form)).body).toContain('name="field"');
    expect((await sent(undefined)).body).toBe('');
    expect((await sent(false)).body).toBe('false');
  });

  it("overrides the client's headers, and removes those that are null", async () => {
    const url = await echo();
    const client = local({ headers: { 'x-one': 'client', 'x-two': 'client', 'X-Three': 'client' } });
    const { headers } = (await client.get<Echo>(url, { headers: { 'X-One': 'request', 'x-two': null } })).body;
    expect(headers).toMatchObject({ 'x-one': 'request', 'x-three': 'client' });
    expect(headers).not.toHaveProperty('x-two');
  });

  it('accepts Headers and URLSearchParams', async () => {
    const url = await echo();
    const { body } = await local({ headers: new Headers({ 'x-one': '1' }) }).get<Echo>(url, {
      headers: new Headers({ 'X-Two': '2' }),
      query: new URLSearchParams('a=1&a=2'),
    });
    expect(body).toMatchObject({ url: '/?a=1&a=2', headers: { 'x-one': '1', 'x-two': '2' } });
  });

  it('adds query parameters', async () => {
    const [url, client] = [await echo(), local()];
    const { body } = await client.get<Echo>(`${url}/p?a=1#frag`, { query: { b: ['x y', 2n], none: null, c: true } });
    expect(body.url).toBe('/p?a=1&b=x+y&b=2&c=true');
    expect(client.buildUrl('https://h/p', { q: 'ä&b' })).toBe('https://h/p?q=%C3%A4%26b');
    expect(client.buildUrl('https://h/p')).toBe('https://h/p');
  });

  it('builds headers', () => {
    const client = local();
    expect(client.buildHeaders({ token: 't', contentType: 'text/csv', accept: '*/*' })).toEqual({
      authorization: 'Bearer t',
      'content-type': 'text/csv',
      accept: '*/*',
    });
    expect(client.buildHeaders({ basic: { user: 'ü', password: 'p' } })).toEqual({ authorization: `Basic ${Buffer.from('ü:p').toString('base64')}` });
    expect(client.buildHeaders()).toEqual({});
  });

  it.each([
    ['why', [['cause', 'why']]],
    [undefined, []],
  ])('reports why a body cannot be sent, if a reason is known: %o', async (thrown, told) => {
    const body = {
      toJSON: () => {
        throw thrown;
      },
    };
    const error: object = await local()
      .post('https://h/', body)
      .catch((reason: object) => reason);
    expect(error).toMatchObject({ code: 'InvalidParams' });
    expect(Object.entries(error).filter(([name]) => name === 'cause')).toEqual(told);
  });

  it.each([
    ['url', (client: ReturnType<typeof local>) => client.get('/relative')],
    ['url', (client: ReturnType<typeof local>) => client.get('https://user:secret@host/')],
    ['url', (client: ReturnType<typeof local>) => client.get(5 as never)],
    ['method', (client: ReturnType<typeof local>) => client.request('https://h/', { method: 'TRACE' as never })],
    ['body', (client: ReturnType<typeof local>) => client.get('https://h/', { body: 1 })],
    ['body', (client: ReturnType<typeof local>) => client.post('https://h/', new ReadableStream())],
    ['body', (client: ReturnType<typeof local>) => client.post('https://h/', { big: 1n })],
    ['body', (client: ReturnType<typeof local>) => client.post('https://h/', Symbol('x'))],
    ['headers', (client: ReturnType<typeof local>) => client.get('https://h/', { headers: { a: 'b\r\nc: d' } })],
    ['headers', (client: ReturnType<typeof local>) => client.get('https://h/', { headers: { 'a b': 'c' } })],
    ['headers', (client: ReturnType<typeof local>) => client.get('https://h/', { headers: [['a', 'b']] as never })],
    ['headers', (client: ReturnType<typeof local>) => client.get('https://h/', { headers: 'a: b' as never })],
    ['params', (client: ReturnType<typeof local>) => client.get('https://h/', { query: [['a', 'b']] as never })],
    ['headers/Content-Length', (client: ReturnType<typeof local>) => client.post('https://h/', 'x', { headers: { 'Content-Length': '9' } })],
    ['headers/host', (client: ReturnType<typeof local>) => client.get('https://h/', { headers: new Headers({ host: 'other' }) })],
    ['headers/transfer-encoding', (client: ReturnType<typeof local>) => client.post('https://h/', 'x', { headers: { 'transfer-encoding': 'chunked' } })],
    ['headers/connection', (client: ReturnType<typeof local>) => client.get('https://h/', { headers: { connection: 'close' } })],
    ['headers', (client: ReturnType<typeof local>) => client.post('https://h/', 1, { idempotencyKey: 'a\nb' })],
    ['timeout', (client: ReturnType<typeof local>) => client.get('https://h/', { timeout: Infinity })],
    ['attemptTimeout', (client: ReturnType<typeof local>) => client.get('https://h/', { attemptTimeout: '5' as never })],
    ['maxBytes', (client: ReturnType<typeof local>) => client.get('https://h/', { maxBytes: -1 })],
    ['retry.attempts', (client: ReturnType<typeof local>) => client.get('https://h/', { retry: 0 })],
    ['retry.methods', (client: ReturnType<typeof local>) => client.get('https://h/', { retry: { methods: 'GET' as never } })],
    ['as', (client: ReturnType<typeof local>) => client.get('https://h/', { as: 'xml' as never })],
    ['signal', (client: ReturnType<typeof local>) => client.get('https://h/', { signal: {} as never })],
    ['options', (client: ReturnType<typeof local>) => client.get('https://h/', null as never)],
    ['q', async (client: ReturnType<typeof local>) => client.buildUrl('https://h/', { q: {} as never })],
  ])('refuses a wrong %s', async (param, use) => {
    const error = await use(local()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'InvalidParams', message: expect.stringContaining(`"${param}"`) });
    expect(String(error)).not.toContain('secret');
  });

  it('refuses wrong settings when it is loaded', () => {
    for (const options of [{ timeout: 0 }, { keepAlive: 0 }, { margin: -1 }, { retry: { attempts: Number.NaN } }, { cache: { ttl: -1 } }]) {
      expect(() => local(options).stats()).toThrow(expect.objectContaining({ code: 'LoadFailed', cause: expect.objectContaining({ code: 'InvalidParams' }) }));
    }
  });
});

describe('a response', () => {
  const typed = (type: string | undefined, content: string | Buffer, status = 200) =>
    web((_, response) => void response.writeHead(status, type ? { 'content-type': type } : {}).end(content));

  it.each([
    ['application/json', '{"a":1}', { a: 1 }],
    ['application/problem+json; charset=utf-8', '\ufeff{"a":1}', { a: 1 }],
    ['text/plain', 'ü', 'ü'],
    ['text/plain; charset="iso-8859-1"', Buffer.from([0xfc]), 'ü'],
    ['text/plain; charset=nonsense', 'ü', 'ü'],
    ['image/svg+xml', '<svg/>', '<svg/>'],
    ['application/octet-stream', Buffer.from([1, 2]), new Uint8Array([1, 2])],
    [undefined, Buffer.from([1]), new Uint8Array([1])],
    ['application/json', '', undefined],
  ])('with type %s is parsed by it', async (type, content, body) => {
    expect((await local().get(await typed(type, content))).body).toEqual(body);
  });

  it('is read by the option as', async () => {
    const [url, client] = [await typed('text/html', '[1]'), local()];
    expect((await client.get(url, { as: 'json' })).body).toEqual([1]);
    expect((await client.get(url, { as: 'text' })).body).toBe('[1]');
    expect((await client.get(url, { as: 'bytes' })).body).toEqual(new Uint8Array([91, 49, 93]));
  });

  it('with invalid JSON is an error if the status is a success, and text if not', async () => {
    const client = local();
    await expect(client.get(await typed('application/json', '{"a":'))).rejects.toMatchObject(code('InvalidResponse', { status: 200 }));
    expect(await client.get(await typed('application/json', '<h1>', 404))).toMatchObject({ status: 404, ok: false, body: '<h1>' });
  });

  it('with a status of failure is a value, or an error with throwOnError', async () => {
    const [url, client] = [await typed('application/json', '{"why":"no"}', 422), local()];
    expect(await client.get(url)).toMatchObject({ ok: false, status: 422, body: { why: 'no' }, attempts: 1 });
    await expect(client.get(`${url}/p?key=secret`, { throwOnError: true })).rejects.toMatchObject({
      ...code('BadStatus', { status: 422, url: `${url}/p`, response: { body: { why: 'no' } } }),
      message: expect.not.stringContaining('secret'),
    });
  });

  it('keeps cookies separate and names unchanged', async () => {
    const url = await web((_, response) => void response.writeHead(204, { 'set-cookie': ['a=1, x', 'b=2'], __proto__x: '1', 'X-A': 'b' }).end());
    expect(await local().get(url)).toMatchObject({ cookies: ['a=1, x', 'b=2'], headers: { 'x-a': 'b' }, body: undefined });
  });
});

describe('as an interface', () => {
  it('counts by origin, and starts again after a reset', async () => {
    const url = await web((request, response) => json(response, 1, {}, request.url === '/bad' ? 500 : 200));
    const client = local();
    await client.get(url);
    await client.get(`${url}/bad`);
    await client.get('http://10.0.0.1/').catch(() => undefined);
    const stats = client.stats();
    expect(stats).toMatchObject({ requests: 3, errors: 2, retries: 2 });
    expect(stats.origins[url]).toMatchObject({ requests: 2, errors: 1, retries: 2, cached: 0 });
    client.reset();
    expect(client.stats()).toMatchObject({ requests: 0, totalMs: 0, origins: {} });
    expect((await client.get(url)).ok).toBe(true);
  });

  it('counts a limited number of origins', async () => {
    const client = local({ retry: false });
    await Promise.allSettled(Array.from({ length: 150 }, (_, index) => client.get(`http://10.0.0.${index}/`)));
    const { origins, requests } = client.stats();
    expect(requests).toBe(150);
    expect(Object.keys(origins)).toHaveLength(101);
    expect(origins['other']).toMatchObject({ requests: 50 });
  });

  it('can be called by name; from outside only its statistics', async () => {
    const url = await echo();
    const controls = control(createGateway({ http: http({ ...patient, allow: ['127.0.0.1'] }) }));
    expect(await controls.execute('http', 'post', { url, body: 'x', options: { timeout: 500_000 } })).toMatchObject({ body: { body: 'x' } });
    expect(() => controls.execute('http', 'get', { url }, { remote: true })).toThrow(expect.objectContaining({ code: 'NotRemote' }));
    expect(controls.execute('http', 'stats', {}, { remote: true })).toMatchObject({ requests: 1 });
  });

  it('reports to metrics, whose failure has no effect', async () => {
    const url = await echo();
    const told: object[] = [];
    let broken = false;
    const metrics = {
      operations: { recordHttp: { params: { call: {} } } },
      load: () => ({
        operations: {
          recordHttp: (call: object) => {
            told.push(call);
            if (broken) throw new Error('full');
          },
        },
      }),
    };
    const gateway = createGateway({ http: http({ ...patient, allow: ['127.0.0.1'], metrics: true }), metrics });
    await gateway.http.get(`${url}/p?secret=1`);
    broken = true;
    expect((await gateway.http.get(url)).ok).toBe(true);
    await gateway.http.get('http://10.0.0.1/').catch(() => undefined);
    expect(told).toMatchObject([{ method: 'GET', url: `${url}/p`, status: 200, bytes: expect.any(Number) }, { status: 200 }, { url: 'http://10.0.0.1/' }]);
    expect((await local({ metrics: true }).get(url)).ok).toBe(true);
  });

  it('round-trips any query', () => {
    const client = local();
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 })), (params) => {
        const found = new URL(client.buildUrl('https://h/', params)).searchParams;
        for (const [name, values] of Object.entries(params)) expect(found.getAll(name)).toEqual(values);
      }),
    );
  });
});
