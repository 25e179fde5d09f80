import { createHandler, type FetchApp, type FetchBindings } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { type Asked, httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

/** A minimal app like one of Hono: a class whose `fetch` needs its `this`. */
class App {
  readonly name = 'app';
  readonly bindings: FetchBindings[] = [];
  async fetch(request: Request, bindings: FetchBindings): Promise<Response> {
    this.bindings.push(bindings);
    const { pathname, searchParams, host } = new URL(request.url);
    if (pathname === '/bytes') return new Response(new Uint8Array([0, 255]), { headers: { 'content-type': 'image/png' } });
    if (pathname === '/zip') return new Response('zipped', { headers: { 'content-type': 'text/plain', 'content-encoding': 'gzip' } });
    if (pathname === '/none') return new Response(null, { status: 304, headers: { etag: '"1"' } });
    if (pathname === '/broken') throw new Error('broken');
    const body = {
      name: this.name,
      method: request.method,
      pathname,
      host,
      query: [...searchParams],
      header: request.headers.get('x-a'),
      cookie: request.headers.get('cookie'),
      body: await request.text(),
    };
    return Response.json(body, {
      status: 201,
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2, c'],
        ['x-b', 'c'],
      ],
    });
  }
}

describe.each(httpKinds)('an app through %s', (kind) => {
  const { gateway } = stage();
  const app = new App();
  const handler = createHandler(gateway, { http: app });
  const ask = async (asked: Asked) => read(kind, await handler(requests[kind](asked), context()));

  it('gets a real Request, and its Response is sent unchanged', async () => {
    const answer = await ask({
      method: 'POST',
      path: '/a/b%20c',
      query: [
        ['q', '1 2'],
        ['r', '#?&'],
      ],
      headers: { 'X-A': ['y'] },
      cookies: ['s=1', 't=2'],
      body: 'text',
    });
    expect(answer).toMatchObject({ status: 201, headers: { 'x-b': 'c', 'content-type': 'application/json' }, cookies: ['a=1', 'b=2, c'] });
    expect(JSON.parse(answer.body.toString())).toEqual({
      name: 'app',
      method: 'POST',
      pathname: '/a/b%20c',
      host: 'api.example.com',
      query: [
        ['q', '1 2'],
        ['r', '#?&'],
      ],
      header: 'y',
      cookie: 's=1; t=2',
      body: 'text',
    });
    expect(app.bindings.at(-1)).toMatchObject({ event: { body: 'text' }, invocation: { id: expect.any(String), signal: expect.any(AbortSignal) } });
    expect(await ask({ path: '/bytes' })).toMatchObject({ headers: { 'content-type': 'image/png' }, body: Buffer.from([0, 255]) });
    expect((await ask({ path: '/zip' })).body.toString()).toBe('zipped');
    expect(await ask({ path: '/none' })).toMatchObject({ status: 304, headers: { etag: '"1"' }, body: Buffer.alloc(0) });
    expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 201, body: Buffer.alloc(0) });
    expect(await ask({ path: '/broken' })).toMatchObject({ status: 500 });
  });
});

describe('an app', () => {
  const answer = async (http: FetchApp, event: object = requests['function-url']({})): Promise<unknown> =>
    createHandler(stage().gateway, { http })(event, context());

  it('may be a function', async () => {
    expect(await answer(() => new Response('hi'))).toMatchObject({ statusCode: 200, body: 'hi' });
    expect(await answer(async ({ url }) => new Response(url))).toMatchObject({ body: 'https://api.example.com/' });
  });

  it('must return a Response', async () => {
    expect(await answer((() => 'text') as never)).toMatchObject({ statusCode: 500 });
  });

  it('gets a valid URL, whatever the path and the host are', async () => {
    const url = async (event: object): Promise<unknown> => ((await answer((request) => new Response(request.url), event)) as { body: string }).body;
    const make = (rawPath: string, host: string | undefined): object => ({
      version: '2.0',
      rawPath,
      rawQueryString: 'a=#b',
      headers: { ...(host && { host }) },
      requestContext: { http: { method: 'GET' } },
    });
    expect(await url(make('/a?b#c\\d', 'x.example:8080'))).toBe('https://x.example:8080/a%3Fb%23c%5Cd?a=%23b');
    expect(await url(make('//evil.example/x', 'x.example'))).toBe('https://x.example//evil.example/x?a=%23b');
    for (const host of ['', undefined]) expect(await url(make('/p', host))).toBe('https://localhost/p?a=%23b');
    expect(await url(make('/p', '[::1]:3000'))).toBe('https://[::1]:3000/p?a=%23b');
  });

  it('must handle CORS itself', () => {
    expect(() => createHandler(stage().gateway, { http: () => new Response(), cors: true })).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
  });
});
