import { createHandler, type HttpKind, type HttpRequest } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

/** Returns the request that a route gets for an event. */
async function seen<T>(event: object, look: (request: HttpRequest) => T, kind: HttpKind = 'function-url'): Promise<unknown> {
  const handler = createHandler(stage().gateway, { http: { 'ANY /': look, 'ANY /{path+}': look } });
  const { status, body } = read(kind, await handler(event, context()));
  expect(status).toBe(200);
  return JSON.parse(body.toString());
}

/** Returns the request that an app gets for an event. */
async function request<T>(event: object, look: (request: Request) => T, kind: HttpKind = 'function-url'): Promise<unknown> {
  const handler = createHandler(stage().gateway, { http: async (given) => Response.json(await look(given)) });
  const { status, body } = read(kind, await handler(event, context()));
  expect(status).toBe(200);
  return JSON.parse(body.toString());
}

const headers = (given: { readonly headers: Headers | Readonly<Record<string, string>> }): object =>
  given.headers instanceof Headers ? Object.fromEntries(given.headers) : { ...given.headers };

describe.each(httpKinds)('the headers about a body through %s', (kind) => {
  const body = `${'x'.repeat(18)}é`;

  it.each([
    ['a text', body],
    ['bytes', Buffer.from(body)],
  ])('describe its bytes: %s', async (_name, given) => {
    for (const length of ['1', '0', '-5', '1e9', 'x'] as const) {
      const event = requests[kind]({ method: 'POST', body: given, headers: { 'Content-Length': [length], 'Transfer-Encoding': ['chunked'] } });
      for (const told of [await seen(event, headers, kind), await request(event, headers, kind)]) {
        expect(told).toMatchObject({ 'content-length': '20' });
        expect(told).not.toHaveProperty('transfer-encoding');
      }
    }
    const silent = requests[kind]({ method: 'POST', body: given });
    expect(await seen(silent, headers, kind)).toMatchObject({ 'content-length': '20' });
    expect(await request(silent, headers, kind)).toMatchObject({ 'content-length': '20' });
  });

  it('work with a size limit of an app', async () => {
    const limit = async (given: Request): Promise<string> => (Number(given.headers.get('content-length')) > 10 ? 'too large' : await given.text());
    expect(await request(requests[kind]({ method: 'POST', body, headers: { 'content-length': ['1'] } }), limit, kind)).toBe('too large');
  });

  it('are absent if there is no body', async () => {
    const event = requests[kind]({ method: 'POST', headers: { 'content-length': ['7'], 'content-encoding': ['gzip'] } });
    for (const told of [await seen(event, headers, kind), await request(event, headers, kind)]) {
      expect(told).toMatchObject({ 'content-length': '0' });
      expect(told).not.toHaveProperty('content-encoding');
    }
    const get = requests[kind]({ body, headers: { 'content-length': ['7'], 'content-encoding': ['br'] } });
    expect(await seen(get, headers, kind)).toMatchObject({ 'content-length': '20', 'content-encoding': 'br' });
    // A Request with GET has no body.
    for (const name of ['content-length', 'content-encoding']) expect(await request(get, headers, kind)).not.toHaveProperty(name);
    expect(await request(get, (given) => given.text(), kind)).toBe('');
  });

  it.each([
    ['gzip', [0x1f, 0x8b, 8], true],
    ['gzip', [0x7b, 0x7d], false],
    ['x-gzip', [0x7b, 0x7d], false],
    ['br, gzip', [0x7b, 0x7d], false],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd, 0], true],
    ['zstd', [0x28, 0x7d], false],
    ['br', [0x7b, 0x7d], true],
    ['deflate', [0x7b, 0x7d], true],
  ])('name the coding %s only if the bytes %j may have it', async (coding, bytes, kept) => {
    const event = requests[kind]({ method: 'POST', body: new Uint8Array(bytes), headers: { 'content-encoding': [coding] } });
    for (const told of [await seen(event, headers, kind), await request(event, headers, kind)])
      expect((told as Record<string, string>)['content-encoding']).toBe(kept ? coding : undefined);
  });

  it('are correct with a byte order mark', async () => {
    for (const given of ['\uFEFF{"a":1}', Buffer.from('\uFEFF{"a":1}')]) {
      const event = requests[kind]({ method: 'POST', body: given });
      expect(await seen(event, ({ json }) => json(), kind)).toEqual({ a: 1 });
      expect(await seen(event, ({ bytes }) => bytes().length, kind)).toBe(10);
    }
  });
});

describe('events with only one form of headers and parameters', () => {
  const single = { headers: { Host: 'h.example', 'X-A': '1', cookie: 'a=1' }, queryStringParameters: { q: '1', r: '2' } };
  const multi = { multiValueHeaders: { 'x-a': ['1', '2'] }, multiValueQueryStringParameters: { q: ['1', '2'] } };
  const none = { multiValueHeaders: {}, multiValueQueryStringParameters: {} };
  const rest = { httpMethod: 'GET', path: '/', requestContext: { identity: {} } };
  const alb = { httpMethod: 'GET', path: '/', requestContext: { elb: {} } };
  const look = ({ headers, query, source }: HttpRequest) => ({ headers: { ...headers }, query: query.toString(), source });

  it('keep their headers and parameters', async () => {
    const told = { headers: { host: 'h.example', 'x-a': '1', cookie: 'a=1' }, query: 'q=1&r=2' };
    expect(await seen({ ...rest, ...single, ...none }, look, 'apigw-v1')).toEqual({ ...told, source: 'apigw-v1' });
    expect(await seen({ ...alb, ...single, ...none }, look, 'alb')).toEqual({ ...told, source: 'alb' });
    expect(await seen({ ...alb, ...single, ...none, headers: {} }, look, 'alb')).toEqual({ headers: {}, query: 'q=1&r=2', source: 'alb' });
    for (const empty of [null, undefined, { 'x-a': [], q: [] }, { 'x-a': null, q: null }])
      expect(await seen({ ...rest, ...single, multiValueHeaders: empty, multiValueQueryStringParameters: empty }, look, 'apigw-v1')).toMatchObject(told);
  });

  it('are read from both forms if both have values', async () => {
    const told = { headers: { host: 'h.example', 'x-a': '1, 2', cookie: 'a=1' } };
    expect(await seen({ ...rest, ...single, ...multi }, look, 'apigw-v1')).toEqual({ ...told, query: 'q=1&q=2&r=2', source: 'apigw-v1' });
    expect(await seen({ ...alb, ...single, ...multi }, look, 'alb-multi')).toEqual({ ...told, query: 'q=1&q=2&r=2', source: 'alb-multi' });
    expect(await seen({ ...alb, ...multi, headers: undefined }, look, 'alb-multi')).toMatchObject({ headers: { 'x-a': '1, 2' }, query: 'q=1&q=2' });
    expect(await seen({ ...alb, multiValueHeaders: {} }, look, 'alb-multi')).toMatchObject({ source: 'alb-multi' });
  });

  it('have a query and cookies, whichever field has them', async () => {
    const v2 = { version: '2.0', rawPath: '/', requestContext: { http: { method: 'GET' } } };
    for (const rawQueryString of [undefined, ''])
      expect(await seen({ ...v2, ...single, rawQueryString, cookies: [] }, look)).toMatchObject({ headers: { cookie: 'a=1' }, query: 'q=1&r=2' });
    const lattice = { raw_path: '/', method: 'GET', headers: {}, query_string_parameters: { q: '1 2', ä: '&' } };
    expect(await seen(lattice, ({ query }) => [...query], 'lattice-v1')).toEqual([
      ['q', '1 2'],
      ['ä', '&'],
    ]);
    expect(await seen({ ...lattice, raw_path: '/?q=7' }, ({ query }) => [...query], 'lattice-v1')).toEqual([['q', '7']]);
  });
});

describe('the URL that an app gets', () => {
  const url = (given: Request): string => given.url;
  const named = (kind: HttpKind, domainName: string | undefined, headers: object = {}): object => {
    const event = requests[kind]({ path: '/p' }) as { requestContext: object };
    return { ...event, headers, multiValueHeaders: undefined, requestContext: { ...event.requestContext, domainName } };
  };

  it.each(['apigw-v1', 'apigw-v2', 'function-url'] as const)('has the domain of the API if the client sends no Host: %s', async (kind) => {
    const own = kind === 'function-url' ? 'a1.lambda-url.eu-central-1.on.aws' : 'api.example.com';
    expect(await request(named(kind, own), url, kind)).toBe(`https://${own}/p`);
    expect(await request(named(kind, own, { host: '' }), url, kind)).toBe(`https://${own}/p`);
    expect(await request(named(kind, own, { Host: 'h.example:8080' }), url, kind)).toBe('https://h.example:8080/p');
  });

  it('has localhost if no name is known', async () => {
    for (const domainName of [undefined, '', '<url-id>.example', 7 as never])
      expect(await request(named('apigw-v2', domainName), url)).toBe('https://localhost/p');
  });
});

describe("a percent sign in an HTTP API's path, which comes decoded", () => {
  const v2 = (path: string): object => requests['apigw-v2']({ path });
  const v1 = (path: string): object => ({ ...requests['apigw-v1']({ path }), version: '1.0' });
  const handler = createHandler(stage().gateway, { http: { 'GET /items/{id}': ({ params }) => params.id, 'GET /100%25': () => 'literal' } });
  const ask = async (event: object) => read('apigw-v2', await handler(event, context()));

  it.each([
    ['/items/100%', '100%'],
    ['/items/%', '%'],
    ['/items/%zz', '%zz'],
    ['/items/5% off', '5% off'],
    ['/items/%E4', '%E4'],
    ['/items/100% caf%C3%A9', '100% caf%C3%A9'],
    ['/items/é%41', 'é%41'],
    // An emulator may send it encoded.
    ['/items/a%20b', 'a b'],
    ['/items/caf%C3%A9', 'café'],
    ['/100%', 'literal'],
    ['/100%25', 'literal'],
  ])('%s is found as %s', async (path, id) => {
    for (const event of [v2(path), v1(path)]) {
      const { status, body } = await ask(event);
      expect([status, status === 200 && JSON.parse(body.toString())]).toEqual([200, id]);
    }
  });

  it('reaches an app as a path that can be decoded', async () => {
    const decoded = (given: Request): string => decodeURIComponent(new URL(given.url).pathname);
    for (const path of ['/100%', '/5% off', '/é%41', '/%zz?#\\']) expect(await request(v2(path), decoded)).toBe(path);
    expect(await request(v2('/a%20b'), decoded)).toBe('/a b');
  });

  it('is a mistake of the client for other sources', async () => {
    for (const kind of ['apigw-v1', 'function-url', 'alb', 'alb-multi', 'lattice-v1', 'lattice-v2'] as const)
      expect(read(kind, await handler(requests[kind]({ path: '/items/100%' }), context()))).toMatchObject({ status: 400 });
  });
});
