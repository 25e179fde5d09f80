import { Readable } from 'node:stream';
import { createHandler, HttpError, type HttpKind, reply } from '@suga/lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answered, type Asked, httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

type Ask = (asked: Asked) => Promise<Answered>;

/** Sends a request to a handler through one kind of source. */
const through =
  (kind: HttpKind, handler: ReturnType<typeof createHandler>): Ask =>
  async (asked) =>
    read(kind, await handler(requests[kind](asked), context()));
const json = ({ body }: Answered): unknown => JSON.parse(body.toString());

describe.each(httpKinds)('through %s', (kind) => {
  const { gateway, lines } = stage();
  const handler = createHandler(gateway, {
    http: {
      'GET /': () => ({ at: 'root' }),
      'GET /devices/{id}': ({ params }) => ({ id: params.id }),
      'POST /echo': (request) => ({
        method: request.method,
        path: request.path,
        query: [...request.query],
        body: request.json(),
        cookies: { ...request.cookies },
        ip: request.sourceIp,
        type: request.headers['content-type'],
        source: request.source,
        id: request.invocation.id,
      }),
      'POST /bytes': (request) => Buffer.from(request.bytes()).reverse(),
      'POST /text': ({ text }) => text(),
      'GET /nothing': () => undefined,
      'GET /text': () => 'text',
      'GET /null': () => null,
      'GET /looks': () => ({ status: 404, statusCode: 500, cookies: [] }),
      'GET /page': () =>
        reply(200, '<p>hi</p>', { headers: { 'Content-Type': 'text/html; charset=utf-8', 'x-many': ['1', '2'] }, cookies: ['a=1; Secure', 'b=2'] }),
      'GET /made': () => reply(201, { id: 1 }, { headers: { location: '/x/1', 'set-cookie': 'c=3', 'x-left-out': undefined, 'x-n': 5 } }),
      'GET /response': () =>
        new Response('héllo', {
          status: 202,
          headers: [
            ['content-type', 'text/plain;charset=UTF-8'],
            ['set-cookie', 'x=1'],
            ['set-cookie', 'y=2'],
            ['x-a', 'b'],
          ],
        }),
      'GET /iterable': async function* () {
        yield 'a';
        yield Buffer.from('b');
      },
      'GET /readable': () => reply(200, Readable.from(['c', 'd']), { headers: { 'content-type': 'text/plain' } }),
      'GET /web': () => new Blob(['e', 'f']).stream(),
      'GET /buffer': () => new Uint8Array([0, 255, 128]).buffer,
      'GET /teapot': () => {
        throw new HttpError(418, 'short and stout', { details: { hint: 'tip me' }, headers: { 'x-tea': 'yes' } });
      },
      'GET /own500': () => {
        throw new HttpError(503, 'down for a minute');
      },
      'GET /broken': () => {
        throw new Error('secret detail');
      },
      'GET /rejects': () => Promise.reject('a string'),
      'GET /circular': () => {
        const a: Record<string, unknown> = {};
        a['a'] = a;
        return a;
      },
      'GET /function': () => () => 1,
      'GET /split': () => reply(200, 'x', { headers: { 'x-bad': 'a\r\nset-cookie: evil=1' } }),
      'GET /badstream': async function* () {
        yield 'a';
        throw new Error('mid stream');
      },
      'GET /throttled': () => {
        throw Object.assign(new Error('slow'), { name: 'SugaError', code: 'Throttled' });
      },
      'GET /blocked': () => {
        throw Object.assign(new Error('no'), { name: 'SugaError', code: 'Blocked', details: { retryAfter: 5_500 } });
      },
      'GET /refused/{code}': ({ params }) => {
        throw Object.assign(new Error(`about ${params['code']}`), { name: 'SugaError', code: params['code'], details: { retryAfter: 2_100 } });
      },
      'PUT /only': () => 1,
      'GET /only': () => 2,
    },
  });
  const ask = through(kind, handler);
  const get = (path: string): Promise<Answered> => ask({ path });

  it('answers with what a route returns', async () => {
    expect(await get('/')).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body: Buffer.from('{"at":"root"}') });
    expect(json(await get('/devices/a%20b%2Fc'))).toEqual({ id: 'a b/c' });
    expect(await get('/nothing')).toMatchObject({ status: 204, body: Buffer.alloc(0) });
    expect(json(await get('/text'))).toBe('text');
    expect(json(await get('/null'))).toBeNull();
    expect(await get('/looks')).toMatchObject({ status: 200 });
    expect(json(await get('/looks'))).toEqual({ status: 404, statusCode: 500, cookies: [] });
  });

  it.each([
    ['InvalidInput', 400, 'about InvalidInput', undefined, false],
    ['InvalidToken', 401, 'Unauthorized', undefined, false],
    ['KeysUnavailable', 503, 'Service Unavailable', '3', true],
    ['CircuitOpen', 503, 'Service Unavailable', '3', true],
    ['constructor', 500, 'Internal Server Error', undefined, true],
  ])('answers the error %s of an interface with %d', async (code, status, message, wait, logged) => {
    const answered = await get(`/refused/${code}`);
    expect(answered.status).toBe(status);
    expect(json(answered)).toEqual({ message, ...(logged && { errorId: expect.any(String) }) });
    expect(answered.headers['retry-after']).toBe(wait);
    expect(answered.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });

  it('answers with the status, headers and cookies of a reply', async () => {
    const page = await get('/page');
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, cookies: ['a=1; Secure', 'b=2'] });
    expect(page.body.toString()).toBe('<p>hi</p>');
    expect(page.headers['x-many']?.replace(' ', '')).toBe('1,2');
    expect(await get('/made')).toMatchObject({ status: 201, headers: { location: '/x/1', 'x-n': '5' }, cookies: ['c=3'] });
    expect((await get('/made')).headers).not.toHaveProperty('x-left-out');
  });

  it('passes on Responses, bytes and streams', async () => {
    const response = await get('/response');
    expect(response).toMatchObject({ status: 202, headers: { 'x-a': 'b' }, cookies: ['x=1', 'y=2'] });
    expect(response.body.toString()).toBe('héllo');
    expect((await get('/iterable')).body.toString()).toBe('ab');
    expect((await get('/readable')).body.toString()).toBe('cd');
    expect((await get('/web')).body.toString()).toBe('ef');
    expect(await get('/buffer')).toMatchObject({ headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from([0, 255, 128]) });
  });

  it('reads requests', async () => {
    // A target group without multi-value headers sends only the last of several values.
    const query: [string, string][] =
      kind === 'alb'
        ? [
            ['a', '1 2'],
            ['ä', '&='],
          ]
        : [
            ['a', '1 2'],
            ['a', '3'],
            ['ä', '&='],
          ];
    const answer = json(
      await ask({
        method: 'POST',
        path: '/echo',
        query,
        headers: { 'Content-Type': ['application/json'] },
        cookies: ['s=1', 't=%20x', 'u="q"'],
        body: '{"n":1}',
      }),
    );
    expect(answer).toMatchObject({
      method: 'POST',
      path: '/echo',
      query,
      body: { n: 1 },
      cookies: { s: '1', t: ' x', u: 'q' },
      ip: '192.0.2.10',
      type: 'application/json',
      source: kind,
    });
    const bytes = new Uint8Array([0, 1, 254, 255]);
    expect((await ask({ method: 'POST', path: '/bytes', body: bytes })).body).toEqual(Buffer.from([255, 254, 1, 0]));
    expect(json(await ask({ method: 'POST', path: '/text', body: Buffer.from('grüß') }))).toBe('grüß');
    expect(json(await ask({ method: 'POST', path: '/text' }))).toBe('');
  });

  it('refuses a body that is not JSON, and leaves out __proto__', async () => {
    for (const body of ['{', '', '{"a":', 'undefined']) {
      const answer = await ask({ method: 'POST', path: '/echo', body });
      expect(answer.status).toBe(400);
      expect((json(answer) as { message: string }).message).toMatch(/^The request body is not valid JSON: /);
    }
    for (const body of ['{"__proto__":{"admin":true},"a":{"__proto__":1,"b":2}}', '{"\\u005f_proto__":{"admin":true},"a":{"b":2}}']) {
      expect(json(await ask({ method: 'POST', path: '/echo', body }))).toMatchObject({ body: { a: { b: 2 } } });
      expect((await ask({ method: 'POST', path: '/echo', body })).body.toString()).not.toContain('admin');
    }
  });

  it('answers 404 and 405', async () => {
    expect(await get('/devices')).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } });
    expect(json(await get('/devices/'))).toEqual({ message: 'There is no route for /devices/.' });
    expect(await ask({ method: 'DELETE', path: '/only' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS, PUT' } });
    expect(await ask({ method: 'OPTIONS', path: '/only' })).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, OPTIONS, PUT' } });
    expect(await ask({ method: 'HEAD', path: '/only' })).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.alloc(0) });
    expect(await ask({ method: 'HEAD', path: '/web' })).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    // An HTTP API has decoded the path, so it is a value like any other.
    const decodes = kind === 'apigw-v2';
    expect(await get('/devices/%zz')).toMatchObject({ status: decodes ? 200 : 400 });
    expect(await get('/%')).toMatchObject({ status: decodes ? 404 : 400 });
  });

  it('sends the message of an HttpError, and hides all other errors', async () => {
    expect(await get('/teapot')).toMatchObject({ status: 418, headers: { 'x-tea': 'yes' } });
    expect(json(await get('/teapot'))).toEqual({ message: 'short and stout', hint: 'tip me' });
    expect(json(await get('/own500'))).toMatchObject({ message: 'down for a minute', errorId: expect.stringMatching(/^[\da-f-]{36}$/) });
    for (const path of ['/broken', '/rejects', '/circular', '/function', '/split', '/badstream']) {
      const answer = await get(path);
      expect(answer.status).toBe(500);
      const { errorId, ...rest } = json(answer) as { errorId: string };
      expect(rest).toEqual({ message: 'Internal Server Error' });
      const line = lines.find(({ extra }) => (extra as { errorId?: string }).errorId === errorId);
      expect(line).toMatchObject({ level: 'error', message: 'Request failed', extra: { source: kind, requestId: expect.stringMatching(/^id-/) } });
      if (path === '/broken') expect((line?.extra as { error: Error }).error.message).toBe('secret detail');
    }
    expect(await get('/throttled')).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect(await get('/blocked')).toMatchObject({ status: 503, headers: { 'retry-after': '6' } });
  });

  it('transports headers, cookies, query and bytes in both directions, whatever is in them', async () => {
    const mirror = through(
      kind,
      createHandler(gateway, {
        http: {
          'POST /{path+}': (request) =>
            reply(200, request.bytes(), {
              headers: {
                'x-back': request.headers['x-there'] ?? '',
                'x-path': encodeURIComponent(request.params.path),
                'x-query': encodeURIComponent(request.query.toString()),
              },
              cookies: Object.entries(request.cookies).map(([name, value]) => `${name}=${encodeURIComponent(value)}`),
            }),
        },
      }),
    );
    const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((given) => given.isWellFormed());
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 40 }),
        fc.stringMatching(/^[!-~]{1,20}$/),
        fc.uniqueArray(fc.tuple(word, text), { maxLength: 4, selector: ([name]) => name }),
        fc.uniqueArray(fc.tuple(text, text), { maxLength: 4, selector: ([name]) => name }),
        fc.array(
          text.filter((segment) => segment !== '' && segment !== '.' && segment !== '..'),
          { minLength: 1, maxLength: 4 },
        ),
        async (body, header, cookies, query, segments) => {
          const lines = cookies.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
          const answer = await mirror({
            method: 'POST',
            path: `/${segments.map(encodeURIComponent).join('/')}`,
            query,
            headers: { 'X-There': [header] },
            cookies: lines,
            body,
          });
          expect(answer.status).toBe(200);
          expect(answer.body).toEqual(Buffer.from(body));
          expect(answer.headers['x-back']).toBe(header);
          expect(answer.cookies).toEqual(lines);
          expect(decodeURIComponent(answer.headers['x-path'] as string)).toBe(segments.join('/'));
          expect([...new URLSearchParams(decodeURIComponent(answer.headers['x-query'] as string))].sort()).toEqual(
            query.map(([name, value]) => [name, value]).sort(),
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('shapes', () => {
  const { gateway } = stage();
  const handler = createHandler(gateway, {
    http: { 'GET /': () => reply(200, { a: 1 }, { cookies: ['a=1', 'b=2'], headers: { 'x-m': ['1', '2'] } }), 'GET /bytes': () => Buffer.from('hi') },
  });
  const answer = (kind: HttpKind, path = '/'): Promise<unknown> => handler(requests[kind]({ path }), context());

  it('match the form of each source exactly', async () => {
    const body = '{"a":1}';
    expect(await answer('apigw-v1')).toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      multiValueHeaders: { 'x-m': ['1', '2'], 'set-cookie': ['a=1', 'b=2'] },
      body,
      isBase64Encoded: false,
    });
    for (const kind of ['apigw-v2', 'function-url'] as const) {
      expect(await answer(kind)).toEqual({
        statusCode: 200,
        headers: { 'content-type': 'application/json', 'x-m': '1, 2' },
        cookies: ['a=1', 'b=2'],
        body,
        isBase64Encoded: false,
      });
    }
    for (const kind of ['alb', 'lattice-v1', 'lattice-v2'] as const) {
      expect(await answer(kind)).toEqual({
        statusCode: 200,
        statusDescription: '200 OK',
        headers: { 'content-type': 'application/json', 'x-m': '1, 2', 'set-cookie': 'a=1', 'Set-cookie': 'b=2' },
        body,
        isBase64Encoded: false,
      });
    }
    expect(await answer('alb-multi')).toEqual({
      statusCode: 200,
      statusDescription: '200 OK',
      multiValueHeaders: { 'content-type': ['application/json'], 'x-m': ['1', '2'], 'set-cookie': ['a=1', 'b=2'] },
      body,
      isBase64Encoded: false,
    });
    expect(await answer('function-url', '/bytes')).toMatchObject({ body: 'aGk=', isBase64Encoded: true });
  });

  it('remove the stage of an API from the path, and only as a whole segment', async () => {
    const { gateway } = stage();
    const staged = createHandler(gateway, { http: { 'GET /{path+}': ({ path }) => path, 'GET /': ({ path }) => path } });
    const get = async (path: string): Promise<unknown> => json(read('apigw-v2', await staged(requests['apigw-v2']({ path, stage: 'prod' }), context())));
    expect(await get('/devices')).toBe('/devices');
    expect(await get('')).toBe('/');
    const event = { ...requests['apigw-v2']({ stage: 'prod' }), rawPath: '/production/x' };
    expect(json(read('apigw-v2', await staged(event, context())))).toBe('/production/x');
  });

  it('remove it from payload 1.0 of an HTTP API as well', async () => {
    const handler = createHandler(stage().gateway, { http: { 'GET /{path+}': ({ path }) => path } });
    const event = { ...requests['apigw-v1']({ path: '/prod/devices', stage: 'prod' }) };
    expect(json(read('apigw-v1', await handler(event, context())))).toBe('/prod/devices');
    expect(json(read('apigw-v1', await handler({ ...event, version: '1.0' }, context())))).toBe('/devices');
  });

  it('accept requests with missing parts', async () => {
    const { gateway } = stage();
    const bare = createHandler(gateway, {
      http: {
        'GET /': ({ headers, cookies, query, sourceIp, text }) => [Object.keys(headers), Object.keys(cookies), query.size, sourceIp ?? null, typeof text],
      },
    });
    for (const event of [
      { version: '2.0', rawPath: '', requestContext: { http: { method: 'get' } } },
      { httpMethod: 'GET', path: '/', headers: null, multiValueHeaders: null, queryStringParameters: null, requestContext: {} },
      { httpMethod: 'GET', path: '/', requestContext: { elb: {} }, headers: { a: null } },
      { raw_path: '', method: 'GET' },
      { version: '2.0', path: '/', method: 'GET', requestContext: { serviceArn: 'a' }, headers: 7 },
    ])
      expect(JSON.parse(((await bare(event, context())) as { body: string }).body)).toEqual([[], [], 0, null, 'function']);
  });
});

it('answers 404 if there are no routes', async () => {
  const { gateway } = stage();
  const handler = createHandler(gateway, {});
  for (const kind of httpKinds) expect(await handler(requests[kind]({}), context())).toMatchObject({ statusCode: 404 });
});
