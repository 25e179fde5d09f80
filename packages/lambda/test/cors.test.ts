import { type CorsOptions, createHandler, HttpError, reply } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { type Answered, type Asked, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

function asking(cors: boolean | CorsOptions | undefined): (asked: Asked) => Promise<Answered> {
  const { gateway } = stage();
  const handler = createHandler(gateway, {
    ...(cors !== undefined && { cors }),
    http: {
      'GET /': () => 'hello',
      'PUT /': () => 'put',
      'ANY /any': () => 'any',
      'OPTIONS /own': () => 'own',
      'GET /broken': () => {
        throw new Error('no');
      },
      'GET /vary': () => reply(200, 'x', { headers: { vary: ['Accept', 'Origin'] } }),
      'GET /star': () => reply(200, 'x', { headers: { vary: '*' } }),
      'GET /teapot': () => {
        throw new HttpError(418, 'tea');
      },
    },
  });
  return async (asked) => read('function-url', await handler(requests['function-url'](asked), context()));
}

const from = (origin: string): Record<string, string[]> => ({ Origin: [origin] });
const preflight = (origin: string, method = 'PUT', headers?: string): Asked => ({
  method: 'OPTIONS',
  headers: { ...from(origin), 'Access-Control-Request-Method': [method], ...(headers && { 'Access-Control-Request-Headers': [headers] }) },
});

describe('CORS', () => {
  it('is off by default', async () => {
    for (const cors of [undefined, false]) {
      const ask = asking(cors);
      expect((await ask({ headers: from('https://a.example') })).headers).toEqual({ 'content-type': 'application/json' });
      expect(await ask(preflight('https://a.example'))).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, OPTIONS, PUT' } });
    }
  });

  it('allows all origins with true, without cookies', async () => {
    const ask = asking(true);
    expect((await ask({ headers: from('https://a.example') })).headers).toEqual({ 'content-type': 'application/json', 'access-control-allow-origin': '*' });
    expect((await ask({})).headers).toEqual({ 'content-type': 'application/json' });
    expect(await ask(preflight('https://a.example', 'PUT', 'x-a, content-type'))).toEqual({
      status: 204,
      cookies: [],
      body: Buffer.alloc(0),
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, PUT, HEAD',
        'access-control-allow-headers': 'x-a, content-type',
        vary: 'access-control-request-method, access-control-request-headers',
      },
    });
    expect((await ask({ ...preflight('https://a.example', 'DELETE'), path: '/any' })).headers['access-control-allow-methods']).toBe('DELETE');
    expect((await ask({ ...preflight('https://a.example', 'DELETE'), path: '/nowhere' })).headers['access-control-allow-methods']).toBe('DELETE');
    expect((await ask({ method: 'OPTIONS', path: '/own', headers: from('https://a.example') })).body.toString()).toBe('"own"');
  });

  it('names the allowed origin, and sets vary for other origins as well', async () => {
    const ask = asking({
      origins: ['https://a.example', 'https://b.example'],
      credentials: true,
      exposeHeaders: ['x-one', 'x-two'],
      maxAge: 90_500,
      methods: ['GET'],
      headers: ['x-a'],
    });
    expect((await ask({ headers: from('https://b.example') })).headers).toEqual({
      'content-type': 'application/json',
      'access-control-allow-origin': 'https://b.example',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-one, x-two',
      vary: 'origin',
    });
    for (const asked of [{ headers: from('https://evil.example') }, {}])
      expect((await ask(asked)).headers).toEqual({ 'content-type': 'application/json', vary: 'origin' });
    expect((await ask(preflight('https://a.example', 'PUT', 'x-b'))).headers).toMatchObject({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'GET',
      'access-control-allow-headers': 'x-a',
      'access-control-max-age': '90',
      vary: 'origin, access-control-request-method, access-control-request-headers',
    });
    expect((await ask(preflight('https://evil.example'))).headers).toEqual({ vary: 'origin, access-control-request-method, access-control-request-headers' });
  });

  it('applies to errors too, so that pages can read them', async () => {
    const ask = asking({ origins: ['https://a.example'] });
    for (const [path, status] of [
      ['/broken', 500],
      ['/nowhere', 404],
      ['/teapot', 418],
      ['/%', 400],
    ] as const) {
      expect(await ask({ path, headers: from('https://a.example') })).toMatchObject({
        status,
        headers: { 'access-control-allow-origin': 'https://a.example', vary: 'origin' },
      });
    }
    expect(await ask({ ...preflight('https://a.example'), path: '/%' })).toMatchObject({ status: 400 });
  });

  it('adds to an existing vary', async () => {
    const ask = asking({ origins: ['https://a.example'] });
    expect((await ask({ path: '/vary' })).headers['vary']).toBe('accept, origin');
    expect((await ask({ path: '/star' })).headers['vary']).toBe('*');
  });

  it('allows all origins with "*", and none with an empty list or an empty variable', async () => {
    for (const origins of ['*', ['*']]) {
      expect((await asking({ origins })({ headers: from('https://a.example') })).headers).toMatchObject({ 'access-control-allow-origin': '*' });
    }
    for (const origins of ['', []]) {
      expect((await asking({ origins })({ headers: from('https://a.example') })).headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('does not allow all origins if a variable is missing', () => {
    for (const cors of [{ origins: process.env['NO_SUCH_ORIGIN'] }, {}, { maxAge: 1_000 }]) {
      const refused = expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining("write origins: '*' (or cors: true) to allow all") });
      expect(() => asking(cors as CorsOptions)).toThrow(refused);
    }
  });

  it('never allows all origins with cookies', () => {
    for (const cors of [
      { credentials: true, origins: '*' },
      { credentials: true, origins: ['https://a.example', '*'] },
    ] as const) {
      expect(() => asking(cors)).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
    }
  });
});
