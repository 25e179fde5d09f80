import { createHandler, type HandlerOptions, type HttpKind } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { type Answered, httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

/** Returns the request that an app gets for an event, and the number of logged errors. */
async function ask(kind: HttpKind, event: object, options: HandlerOptions = { http: (request) => Response.json({ seen: request.method }) }) {
  const { gateway, lines } = stage();
  const answer: Answered = read(kind, await createHandler(gateway, options)(event, context()));
  return { ...answer, errors: lines.filter(({ level }) => level === 'error').length };
}

describe.each(httpKinds)('an app through %s', (kind) => {
  it.each(['TRACE', 'CONNECT', 'TRACK', 'trace'])('answers 405 to %s, which a Request cannot represent', async (method) => {
    const answer = await ask(kind, requests[kind]({ method }));
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT' }, errors: 0 });
    expect(JSON.parse(answer.body.toString())).toEqual({ message: `${method.toUpperCase()} is not allowed here.` });
  });

  it('accepts methods that are not in the standard', async () => {
    expect(await ask(kind, requests[kind]({ method: 'PURGE' }))).toMatchObject({ status: 200, errors: 0 });
  });

  it.each(['G ET', 'GET\r\nX: y', 'GÉT', 'GET/', '(', ' '])('answers 400 to the method %j', async (method) => {
    expect(await ask(kind, requests[kind]({ method }))).toMatchObject({ status: 400, errors: 0 });
  });

  it.each([
    ['a b', 'c'],
    ['ä', 'c'],
    ['x:y', 'c'],
    ['', 'c'],
    ['x-a', 'a\nb'],
    ['x-a', 'a\r\nset-cookie: b'],
    ['x-a', 'a\0b'],
    ['host', 'evil/..'],
    ['host', 'a b'],
    ['host', 'user@evil'],
    ['host', 'evil?x='],
    ['host', '[::1'],
    ['host', 'x:99999'],
  ])('answers 400 to the header %j: %j', async (name, value) => {
    expect(await ask(kind, requests[kind]({ headers: { [name]: [value] } }))).toMatchObject({ status: 400, errors: 0 });
  });

  it('gets paths and queries unchanged', async () => {
    for (const path of ['//', '/\\', '/..', '/%', '/%zz', '/ ä', '/a?b#c'])
      expect(await ask(kind, requests[kind]({ path, query: [['%', '#']] }))).toMatchObject({ status: 200, errors: 0 });
  });

  it.each([
    ['Łódź', 'Łódź'],
    ['Srīperumbūdūr', 'Srīperumbūdūr'],
    ['東京 ✓ 🏠', '東京 ✓ 🏠'],
  ])('gets %s as its bytes in UTF-8, as from a server in Node', async (value, text) => {
    let seen = '';
    const app = (request: Request): Response => {
      seen = request.headers.get('cloudfront-viewer-city') ?? '';
      return new Response();
    };
    expect(await ask(kind, requests[kind]({ headers: { 'CloudFront-Viewer-City': [value] } }), { http: app })).toMatchObject({ status: 200, errors: 0 });
    expect(Buffer.from(seen, 'latin1').toString()).toBe(text);
  });

  it('gets values that Headers can hold unchanged', async () => {
    const http = (request: Request): Response => new Response(request.headers.get('x-city'));
    expect((await ask(kind, requests[kind]({ headers: { 'x-city': ['Köln'] } }), { http })).body.toString()).toBe('Köln');
  });
});

describe.each(httpKinds)('routes through %s', (kind) => {
  const options: HandlerOptions = { http: { 'GET /': ({ headers }) => ({ ...headers }), 'PUT /': () => 1 }, cors: true };

  it('answer 405 or 404, or ignore the invalid part', async () => {
    for (const method of ['TRACE', 'CONNECT', 'G ET', '(', 'GET\r\nX: y']) {
      expect(await ask(kind, requests[kind]({ method }), options)).toMatchObject({ status: 405, errors: 0 });
      expect(await ask(kind, requests[kind]({ method, path: '/nowhere' }), options)).toMatchObject({ status: 404, errors: 0 });
    }
    const headers = { 'a b': ['c'], 'x-a': ['a\nb'], host: ['a b'], city: ['Łódź'] };
    const answer = await ask(kind, requests[kind]({ headers }), options);
    expect(answer).toMatchObject({ status: 200, errors: 0 });
    expect(JSON.parse(answer.body.toString())).toMatchObject({ 'a b': 'c', 'x-a': 'a\nb', city: 'Łódź' });
  });

  it('answer 400 to a preflight whose headers have line breaks', async () => {
    const preflight = (more: Record<string, string[]>) =>
      requests[kind]({ method: 'OPTIONS', path: '/nowhere', headers: { origin: ['https://a.example'], 'access-control-request-method': ['PUT'], ...more } });
    expect(await ask(kind, preflight({}), options)).toMatchObject({ status: 204, errors: 0 });
    for (const more of [{ 'access-control-request-headers': ['a\r\nset-cookie: b'] }, { 'access-control-request-method': ['PUT\nX: y'] }]) {
      const answer = await ask(kind, preflight(more), options);
      expect(answer).toMatchObject({ status: 400, headers: { 'access-control-allow-origin': '*' }, cookies: [], errors: 0 });
    }
  });
});
