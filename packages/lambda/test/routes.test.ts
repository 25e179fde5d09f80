import { control } from '@suga/gateway';
import { createHandler, type RouteKey } from '@suga/lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

/** Returns a function that sends a request and returns the key and the parameters of the matching route. */
function answering(keys: readonly string[]): (method: string, path: string) => Promise<unknown> {
  const { gateway } = stage();
  const routes = Object.fromEntries(keys.map((key) => [key, ({ params }: { params: object }) => [key, params]])) as Record<RouteKey, never>;
  const handler = createHandler(gateway, { http: routes });
  return async (method, path) => {
    const { status, body } = read('function-url', await handler(requests['function-url']({ method, path }), context()));
    return status === 200 ? JSON.parse(body.toString()) : status;
  };
}

/** Strings with any code point. Creating `fc.string({ unit: 'binary' })` takes seconds. */
const anyText = fc.array(fc.integer({ min: 0, max: 0x10_ffff })).map((points) => String.fromCodePoint(...points).toWellFormed());

describe('routes', () => {
  it('prefer literal segments, and skip a route without the method', async () => {
    const ask = answering([
      'GET /users/me',
      'GET /users/{id}',
      'DELETE /users/{who}',
      'ANY /users/{rest+}',
      'GET /users/{id}/posts',
      'POST /users/me/{deep+}',
      'ANY /users',
    ]);
    expect(await ask('GET', '/users/me')).toEqual(['GET /users/me', {}]);
    expect(await ask('GET', '/users/7')).toEqual(['GET /users/{id}', { id: '7' }]);
    expect(await ask('DELETE', '/users/me')).toEqual(['DELETE /users/{who}', { who: 'me' }]);
    expect(await ask('PUT', '/users/me')).toEqual(['ANY /users/{rest+}', { rest: 'me' }]);
    expect(await ask('GET', '/users/me/posts')).toEqual(['GET /users/{id}/posts', { id: 'me' }]);
    expect(await ask('POST', '/users/me/posts')).toEqual(['POST /users/me/{deep+}', { deep: 'posts' }]);
    expect(await ask('GET', '/users/1/2/3')).toEqual(['ANY /users/{rest+}', { rest: '1/2/3' }]);
    expect(await ask('PATCH', '/users')).toEqual(['ANY /users', {}]);
    expect(await ask('GET', '/users/')).toBe(404);
    expect(await ask('GET', '/unknown')).toBe(404);
  });

  it('match letters outside ASCII, encoded or not', async () => {
    const ask = answering(['GET /café/{name}', 'GET /a/{constructor}']);
    expect(await ask('GET', '/caf%C3%A9/%E2%9C%93')).toEqual(['GET /café/{name}', { name: '✓' }]);
    expect(await ask('GET', '/a/b')).toEqual(['GET /a/{constructor}', { constructor: 'b' }]);
  });

  it('accept a path with very many segments', async () => {
    const ask = answering(['GET /{a}/{b}/{c}', 'GET /x/{rest+}']);
    expect(await ask('GET', `/x${'/y'.repeat(50_000)}`)).toEqual(['GET /x/{rest+}', { rest: 'y/'.repeat(50_000).slice(0, -1) }]);
  });

  it.each([
    ['GET', 'key'],
    ['get /', 'key'],
    ['GET devices', 'key'],
    ['FETCH /', 'key'],
    ['GET  /', 'key'],
    ['GET /{a+}/b', 'nothing may follow'],
    ['GET /a{b}', 'whole {name}'],
    ['GET /{}', 'whole {name}'],
    ['GET /{a}/{a}', '{a} is used twice'],
    ['GET /{__proto__}', '{__proto__} is used twice or reserved'],
    ['GET /users/:id', 'write {id} instead of ":id"'],
    ['GET /:name', 'write {name} instead of ":name"'],
    ['GET /users/:id/posts', 'write {id} instead of ":id"'],
    ['GET /users/:id?', 'write {id} instead of ":id?"'],
    ['GET /users/:id(\\d+)', 'write {id} instead of'],
    ['GET /flights/:from-:to', 'write {from} instead of'],
    ['GET /files/name.:ext', 'write {ext} instead of'],
    ['GET /users/[id]', 'write {id} instead of "[id]"'],
    ['GET /files/[...path]', 'write {path} instead of'],
    ['GET /users/<int:id>', 'write {id} instead of "<int:id>"'],
    ['GET /*', 'write {path+} instead of "*"'],
    ['GET /files/*', 'write {path+} instead of "*"'],
    ['ANY /files/**', 'write {path+}'],
    ['GET /files/*rest', 'write {path+}'],
    ['GET /static*', 'write {path+}'],
    ['GET /{proxy*}', 'whole {name}'],
    ['GET /search?q=1', 'neither "?" nor "#"'],
    ['GET /a#b', 'neither "?" nor "#"'],
    ['GET /100%', 'not correctly percent-encoded'],
  ])('refuse the key %s', (key, words) => {
    const { gateway } = stage();
    expect(() => createHandler(gateway, { http: { [key]: () => 1 } as never })).toThrow(
      expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining(words) }),
    );
  });

  it('accept the same signs as literal characters if they can be meant so', async () => {
    const ask = answering(['GET /jobs:run', 'GET /%3Aid', 'GET /%2A', 'GET /v1.0/a-b_c~d', 'GET /@me', "GET /it's", 'GET /a,b;c=d', 'GET /12:30']);
    for (const [path, key] of [
      ['/jobs:run', '/jobs:run'],
      ['/:id', '/%3Aid'],
      ['/%3Aid', '/%3Aid'],
      ['/*', '/%2A'],
      ['/v1.0/a-b_c~d', '/v1.0/a-b_c~d'],
      ['/@me', '/@me'],
      ["/it's", "/it's"],
      ['/a,b;c=d', '/a,b;c=d'],
      ['/12:30', '/12:30'],
    ] as const)
      expect(await ask('GET', path)).toEqual([`GET ${key}`, {}]);
  });

  it('refuse two routes for the same requests, and values that are not functions', () => {
    const { gateway } = stage();
    expect(() => createHandler(gateway, { http: { 'GET /{a}': () => 1, 'GET /{b}': () => 2 } })).toThrow(/another route/);
    expect(() => createHandler(gateway, { http: { 'GET /': 7 } as never })).toThrow(/a function/);
    for (const http of [7, 'app']) expect(() => createHandler(gateway, { http: http as never })).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
  });

  it('return the values in a path, and agree with a matcher by regular expressions', async () => {
    const segment = fc.constantFrom('a', 'b', 'c', '{x}', '{y}');
    const key = fc
      .tuple(fc.array(segment, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([segments, greedy]) => [...segments.map((each, at) => (each.startsWith('{') ? `{p${at}}` : each)), ...(greedy ? ['{rest+}'] : [])]);
    const plain = (segments: readonly string[]): string => segments.map((each) => (each === '{rest+}' ? '{+}' : each.startsWith('{') ? '{}' : each)).join('/');
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { minLength: 1, maxLength: 6, selector: plain }),
        fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 5 }),
        async (keys, path) => {
          const found = await answering(keys.map((segments) => `GET /${segments.join('/')}`))('GET', `/${path.join('/')}`);
          const rank = (segments: readonly string[]): string => segments.map((each) => (each === '{rest+}' ? '2' : each.startsWith('{') ? '1' : '0')).join('');
          const [best] = keys
            .filter((segments) =>
              new RegExp(`^${segments.map((each) => (each === '{rest+}' ? '.+' : each.startsWith('{') ? '[^/]+' : each)).join('/')}$`).test(path.join('/')),
            )
            .sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
          const params = Object.fromEntries(
            (best ?? []).flatMap((each, at): [string, unknown][] =>
              each === '{rest+}' ? [['rest', path.slice(at).join('/')]] : each.startsWith('{') ? [[each.slice(1, -1), path[at]]] : [],
            ),
          );
          expect(found).toEqual(best ? [`GET /${best.join('/')}`, params] : 404);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never fail on any path', async () => {
    const ask = answering(['GET /a/{id}', 'GET /b/{rest+}']);
    await fc.assert(
      fc.asyncProperty(anyText, async (path) => {
        const found = await ask('GET', `/${path}`);
        expect(Array.isArray(found) || found === 404 || found === 400).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

it('reports the key of the matching route to the gateway', async () => {
  const { gateway } = stage();
  const routed: [string, string | undefined][] = [];
  control(gateway).use({ name: 'watch', routed: ({ id, request }) => void routed.push([id, request]) });
  const handler = createHandler(gateway, {
    http: { 'GET /devices/{id}': () => control(gateway).invocation()?.request },
    events: { schedule: () => undefined },
  });
  const answers = await Promise.all([1, 2].map((id) => handler(requests['function-url']({ path: `/devices/${id}` }), context(900_000, `${id}`))));
  expect(answers.map((answer) => (answer as { body: string }).body)).toEqual(['"GET /devices/{id}"', '"GET /devices/{id}"']);
  expect(routed).toEqual([
    ['1', 'GET /devices/{id}'],
    ['2', 'GET /devices/{id}'],
  ]);
});
