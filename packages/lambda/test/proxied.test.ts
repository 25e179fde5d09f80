import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { createHandler, createStreamingHandler, reply } from '@suga/lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { awslambda, invoke } from './awslambda.js';
import { httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

const page = 'page '.repeat(100);
const plain = (body: string): Buffer => Buffer.from(body);
const packers: Readonly<Record<string, (body: string) => Buffer>> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  GZIP: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
  'gzip, br': (body) => brotliCompressSync(gzipSync(body)),
  zstd: zstdCompressSync,
  // Node's fetch does not support these codings, and leaves the body as it is.
  unknown: plain,
  'gzip, unknown': gzipSync,
};

/** A service that compresses with the coding in its path, and sends headers about its connection. */
async function startUpstream(): Promise<Server> {
  const server = createServer(({ method, url = '' }, response) => {
    const coding = decodeURIComponent(url.slice(1));
    const body = (packers[coding] ?? plain)(page);
    response.writeHead(200, {
      'content-type': 'text/plain',
      'content-length': body.length,
      ...(coding !== '' && { 'content-encoding': coding }),
      connection: 'keep-alive, x-hop',
      'keep-alive': 'timeout=5',
      'proxy-connection': 'keep-alive',
      upgrade: 'h2c',
      'x-hop': 'this connection only',
      'x-end': 'for the client',
      'set-cookie': ['a=1', 'b=2'],
    });
    response.end(method === 'HEAD' ? undefined : body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

let server: Server;
beforeAll(async () => {
  server = await startUpstream();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (coding: string): Promise<Response> => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${encodeURIComponent(coding)}`);
const ofConnection = ['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'transfer-encoding', 'x-hop'];
const unpacked = ['gzip', 'x-gzip', 'GZIP', 'deflate', 'br', 'gzip, br'];

/** Ways in which a route may pass on a fetched response, each with the codings whose removal can be detected. */
const forms: readonly (readonly [name: string, pass: (response: Response) => unknown, codings: readonly string[]])[] = [
  ['as it is', (response) => response, unpacked],
  ['cloned', (response) => response.clone(), unpacked],
  ['as a new Response', (response) => new Response(response.body, response), ['gzip', 'x-gzip', 'GZIP']],
  ['as a reply', (response) => reply(response.status, response.body, { headers: Object.fromEntries(response.headers) }), ['gzip', 'x-gzip', 'GZIP']],
];

describe.each(forms)('a response of fetch, passed on %s', (_name, pass, codings) => {
  const handler = createHandler(stage().gateway, { http: { 'GET /{coding}': async ({ params }) => pass(await ask(params.coding)) } });
  const get = async (kind: (typeof httpKinds)[number], coding: string, method = 'GET') =>
    read(kind, await handler(requests[kind]({ path: `/${encodeURIComponent(coding)}`, method }), context()));

  it.each(httpKinds)('has neither the headers of a compressed body nor those of a connection, through %s', async (kind) => {
    for (const coding of codings) {
      const { status, headers, body } = await get(kind, coding);
      expect([coding, status, body.toString()]).toEqual([coding, 200, page]);
      expect(headers).toMatchObject({ 'content-type': 'text/plain', 'x-end': 'for the client' });
      for (const name of ['content-encoding', 'content-length', ...ofConnection]) expect(headers).not.toHaveProperty(name);
      const head = await get(kind, coding, 'HEAD');
      expect(head).toMatchObject({ status: 200, body: Buffer.alloc(0) });
    }
  });

  it('keeps the headers of a body that fetch has not changed', async () => {
    for (const coding of ['unknown', 'gzip, unknown']) {
      const { headers, body } = await get('function-url', coding);
      const sent = packers[coding]?.(page) as Buffer;
      expect([headers['content-encoding'], headers['content-length'], body]).toEqual([coding, String(sent.length), sent]);
    }
  });

  it('treats zstd as this version of Node does', async () => {
    const { headers, body } = await get('function-url', 'zstd');
    if (body.toString() === page) expect(headers).not.toHaveProperty('content-encoding');
    else expect(headers).toMatchObject({ 'content-encoding': 'zstd', 'content-length': String(body.length) });
  });
});

it('cookies and the other headers are passed on', async () => {
  const handler = createHandler(stage().gateway, { http: { 'GET /': () => ask('') } });
  const answer = read('apigw-v2', await handler(requests['apigw-v2']({}), context()));
  expect(answer).toMatchObject({ cookies: ['a=1', 'b=2'], headers: { 'content-length': String(page.length), 'x-end': 'for the client' } });
});

it('an app may pass it on as well', async () => {
  const handler = createHandler(stage().gateway, { http: () => ask('br') });
  const { headers, body } = read('alb', await handler(requests.alb({}), context()));
  expect(body.toString()).toBe(page);
  for (const name of ['content-encoding', 'content-length', ...ofConnection]) expect(headers).not.toHaveProperty(name);
});

it('it may be streamed', async () => {
  vi.stubGlobal('awslambda', awslambda);
  const packed = gzipSync(page);
  const handler = createStreamingHandler(stage().gateway, {
    http: {
      'GET /gzip': () => ask('gzip'),
      'GET /made': async () => {
        const response = await ask('gzip');
        return new Response(response.body, response);
      },
      'GET /own': () => new Response(packed, { headers: { 'content-encoding': 'gzip', 'content-length': '1' } }),
      'GET /whole': () => reply(200, packed, { headers: { 'content-encoding': 'gzip', 'content-length': 1, connection: 'close' } }),
      'HEAD /gzip': () => ask('gzip'),
    },
  });
  const stream = (path: string, method = 'GET') => invoke(handler, requests['function-url']({ path, method }), context());
  for (const path of ['/gzip', '/made']) {
    const { prelude, body } = await stream(path);
    expect(body.toString()).toBe(page);
    for (const name of ['content-encoding', 'content-length', ...ofConnection]) expect(prelude?.headers).not.toHaveProperty(name);
  }
  expect(await stream('/own')).toMatchObject({ prelude: { headers: { 'content-encoding': 'gzip' } }, body: packed });
  const whole = await stream('/whole');
  expect(whole).toMatchObject({ prelude: { headers: { 'content-encoding': 'gzip', 'content-length': String(packed.length) } }, body: packed });
  expect(whole.prelude?.headers).not.toHaveProperty('connection');
  expect((await stream('/gzip', 'HEAD')).prelude?.headers).not.toHaveProperty('content-encoding');
  vi.unstubAllGlobals();
});

describe('a body that the function has compressed itself', () => {
  it('keeps its coding', async () => {
    for (const [coding, pack] of Object.entries(packers)) {
      const packed = pack(page);
      const handler = createHandler(stage().gateway, { http: { 'GET /': () => reply(200, packed, { headers: { 'content-encoding': coding } }) } });
      const { headers, body } = read('function-url', await handler(requests['function-url']({}), context()));
      expect([headers['content-encoding'], body]).toEqual([coding, packed]);
    }
  });

  it('loses it if the body is a string', async () => {
    const handler = createHandler(stage().gateway, {
      http: { 'GET /': () => reply(200, 'text', { headers: { 'content-type': 'text/plain', 'content-encoding': 'br' } }) },
    });
    expect((await handler(requests['function-url']({}), context())) as object).toMatchObject({ body: 'text', headers: { 'content-type': 'text/plain' } });
    expect(((await handler(requests['function-url']({}), context())) as { headers: object }).headers).not.toHaveProperty('content-encoding');
  });
});
