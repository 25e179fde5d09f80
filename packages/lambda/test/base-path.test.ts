import { createHandler, type HandlerOptions } from '@suga/lambda';
import { type FailsafeOptions, failsafe } from '@suga/lambda/failsafe';
import { afterEach, describe, expect, it } from 'vitest';
import { httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

interface Mapped {
  readonly path: string;
  readonly resource?: string;
  readonly parameters?: Readonly<Record<string, string>> | null;
  /** Path in the request context. @default the path of the event, as behind a custom domain */
  readonly contextPath?: string;
  readonly version?: string;
}

/** An event of a REST API as API Gateway sends it. */
const rest = ({ path, resource = '/{proxy+}', parameters = null, contextPath = path, version }: Mapped): object => ({
  ...(version && { version }),
  resource,
  path,
  httpMethod: 'GET',
  headers: { host: 'api.example.com' },
  multiValueHeaders: { host: ['api.example.com'] },
  queryStringParameters: null,
  pathParameters: parameters,
  requestContext: { resourcePath: resource, path: contextPath, stage: 'prod', domainName: 'api.example.com', httpMethod: 'GET', identity: {} },
  body: null,
  isBase64Encoded: false,
});

/** An event of an HTTP API with the route that matched. */
const http = (rawPath: string, routeKey: string, pathParameters?: Readonly<Record<string, string>>, stageName = '$default'): object => {
  const event = requests['apigw-v2']({}) as { requestContext: object };
  return { ...event, rawPath, routeKey, pathParameters, requestContext: { ...event.requestContext, routeKey, stage: stageName } };
};

/** Returns the path by which a route is found, and the status. */
async function ask(event: object, options: Pick<HandlerOptions, 'basePath'> = {}, kind: (typeof httpKinds)[number] = 'function-url'): Promise<string> {
  const handler = createHandler(stage().gateway, { http: { 'ANY /': ({ path }) => path, 'ANY /{path+}': ({ path }) => path }, ...options });
  const { status, body } = read(kind, await handler(event, context()));
  return status === 200 ? (JSON.parse(body.toString()) as string) : String(status);
}

describe('a base path that can be derived from the event', () => {
  it.each<[string, Mapped, string]>([
    ['a greedy resource', { path: '/shop/devices/7', parameters: { proxy: 'devices/7' } }, '/devices/7'],
    ['several levels', { path: '/a/b/devices', parameters: { proxy: 'devices' } }, '/devices'],
    ['a resource with parameters', { path: '/shop/users/7/posts', resource: '/users/{id}/posts', parameters: { id: '7' } }, '/users/7/posts'],
    ['a literal resource', { path: '/shop/users', resource: '/users' }, '/users'],
    ['the root', { path: '/shop', resource: '/' }, '/'],
    ['the root with a slash', { path: '/shop/', resource: '/' }, '/'],
    ['a slash at the end', { path: '/shop/users/', resource: '/users' }, '/users/'],
    ['encoded parameters', { path: '/shop/users/a%20b', resource: '/users/{id}', parameters: { id: 'a%20b' } }, '/users/a%20b'],
    ['decoded parameters', { path: '/shop/users/a%20b', resource: '/users/{id}', parameters: { id: 'a b' } }, '/users/a%20b'],
    ['a mapping without a stage', { path: '/shop/prod/users', resource: '/users' }, '/users'],
    ['the root of a domain', { path: '/users', resource: '/users' }, '/users'],
    ['a value like the base path', { path: '/shop/shop', parameters: { proxy: 'shop' } }, '/shop'],
    ['an HTTP API with payload 1.0', { path: '/shop/users/7', resource: '/users/{id}', parameters: { id: '7' }, version: '1.0' }, '/users/7'],
  ])('is removed: %s', async (_name, mapped, path) => {
    expect(await ask(rest(mapped))).toBe(path);
  });

  it.each<[string, Mapped]>([
    ["an API's own domain", { path: '/shop/users', resource: '/users', contextPath: '/prod/shop/users' }],
    ['no parameters', { path: '/shop/users' }],
    ['a resource of somewhere else', { path: '/shop/users', resource: '/orders/{id}', parameters: { id: '1' } }],
    ['a part of a segment', { path: '/shopusers', resource: '/users' }],
    ['no resource', { path: '/shop/users', resource: '' }],
    ['a default route', { path: '/shop/users', resource: '$default' }],
    ['a test event with a slash too many', { path: '/shop/users', parameters: { proxy: '/shop/users' } }],
  ])('is not guessed: %s', async (_name, mapped) => {
    expect(await ask(rest(mapped))).toBe(mapped.path);
  });

  it('is removed for an HTTP API, with and without a stage', async () => {
    expect(await ask(http('/prod/users/7', 'GET /users/{id}', { id: '7' }, 'prod'))).toBe('/users/7');
    expect(await ask(http('/users/7', 'GET /users/{id}', { id: '7' }, 'users'))).toBe('/users/7');
    expect(await ask(http('/shop/users/7', 'GET /users/{id}', { id: '7' }))).toBe('/users/7');
    expect(await ask(http('/prod/users', 'ANY /{proxy+}', { proxy: 'users' }, 'prod'))).toBe('/users');
    expect(await ask(http('/prod/users', '$default', undefined, 'prod'))).toBe('/users');
    expect(await ask(http('/shop/users', 'GET /'))).toBe('/shop/users');
    expect(await ask(http('/shop/users', '$default'))).toBe('/shop/users');
  });
});

describe('the option basePath', () => {
  it.each(httpKinds)('is removed from the path of %s', async (kind) => {
    const paths = async (basePath: string | readonly string[], ...asked: string[]): Promise<string[]> =>
      Promise.all(asked.map((path) => ask(requests[kind]({ path }), { basePath }, kind)));
    for (const basePath of ['/shop', 'shop', '/shop/', 'shop/'])
      expect(await paths(basePath, '/shop/users', '/shop', '/shop/', '/users', '/shopping', '/shop/shop')).toEqual([
        '/users',
        '/',
        '/',
        '/users',
        '/shopping',
        '/shop',
      ]);
    expect(await paths(['/a', '/a/b'], '/a/b/c', '/a/c', '/b/c')).toEqual(['/c', '/c', '/b/c']);
    for (const none of ['', '/', []] as const) expect(await paths(none, '/shop/users')).toEqual(['/shop/users']);
  });

  it('takes precedence over the event', async () => {
    const event = rest({ path: '/shop/devices/7', parameters: { proxy: 'devices/7' } });
    expect(await ask(event, { basePath: '/' })).toBe('/shop/devices/7');
    expect(await ask(event, { basePath: '/shop/devices' })).toBe('/7');
    expect(await ask(http('/prod/shop/users', '$default', undefined, 'prod'), { basePath: '/shop' })).toBe('/users');
  });

  it('applies to an app, too', async () => {
    const handler = createHandler(stage().gateway, { http: ({ url }) => new Response(new URL(url).pathname), basePath: '/shop' });
    expect(await handler(requests['function-url']({ path: '/shop/a%20b' }), context())).toMatchObject({ body: '/a%20b' });
  });

  it.each([7, null, {}, [7], true])('must not be %j', (basePath) => {
    expect(() => createHandler(stage().gateway, { basePath: basePath as never })).toThrow(
      expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining('basePath: expected a path like "/shop"') }),
    );
  });
});

describe('the failsafe', () => {
  afterEach(() => {
    delete process.env['LAMBDA_MODE'];
  });

  it('finds its health path as the handler would', async () => {
    process.env['LAMBDA_MODE'] = 'failsafe';
    const status = async (event: object, options?: FailsafeOptions): Promise<unknown> =>
      ((await failsafe(() => () => 1, options)(event, context())) as { statusCode: number }).statusCode;
    expect(await status(rest({ path: '/shop/health', parameters: { proxy: 'health' } }))).toBe(200);
    expect(await status(rest({ path: '/shop/health', resource: '/orders' }))).toBe(503);
    expect(await status({ ...rest({ path: '/prod/health', contextPath: '/' }), version: '1.0' })).toBe(200);
    expect(await status(http('/shop/health', 'GET /health'))).toBe(200);
    for (const kind of httpKinds) expect(await status(requests[kind]({ path: '/shop/health' }), { basePath: 'shop' })).toBe(200);
    expect(await status(requests.alb({ path: '/shop/health' }), { basePath: '/' })).toBe(503);
  });
});
