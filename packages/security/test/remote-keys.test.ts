import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { control, createGateway } from '@suga/gateway';
import { type JwksOptions, security } from '@suga/security';
import { until } from '@suga/vitest/until';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const pairs = Object.fromEntries(['k1', 'k2', 'k3'].map((kid) => [kid, generateKeyPairSync('ec', { namedCurve: 'P-256' })]));
const jwk = (kid: string) => ({ ...(pairs[kid]?.publicKey as KeyObject).export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' });
const token = (kid: string) =>
  new SignJWT({ sub: kid })
    .setProtectedHeader({ alg: 'ES256', kid })
    .setExpirationTime('4h')
    .sign(pairs[kid]?.privateKey as KeyObject);
const keys =
  (...kids: string[]): RequestListener =>
  (_, response) =>
    void response.end(JSON.stringify({ keys: kids.map(jwk) }));

let server: Server;
let url: string;
let answer: RequestListener;
let requestCount: number;
let offset: number;

beforeEach(async () => {
  requestCount = 0;
  offset = 0;
  const { now } = Date;
  vi.spyOn(Date, 'now').mockImplementation(() => now() + offset);
  server = createServer((request, response) => (requestCount++, answer(request, response)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
});
afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const fresh = (keySets: JwksOptions = {}) =>
  createGateway({ security: security({ tokens: { algorithms: ['ES256'], jwks: url, keySets: { timeout: 600_000, ...keySets } } }) });
const unavailable = expect.objectContaining({ code: 'KeysUnavailable' });

it('are fetched once for all concurrent callers, and cached', async () => {
  answer = keys('k1', 'k2');
  const gateway = fresh();
  const tokens = await Promise.all([token('k1'), token('k2')]);
  const ids = Array.from({ length: 40 }, (_, index) => index);
  const verified = await Promise.all(ids.map((id) => control(gateway).run({ id: String(id) }, () => gateway.security.verifyToken(tokens[id % 2]))));
  expect(verified.map(({ sub }) => sub)).toEqual(ids.map((id) => (id % 2 ? 'k2' : 'k1')));
  expect(requestCount).toBe(1);
  expect(gateway.security.stats().tokens).toEqual({ verified: 40, refused: 0, keyFetches: 1 });
});

it('are fetched again for an unknown id, but not more often than the cooldown allows', async () => {
  answer = keys('k1');
  const { security: box } = fresh();
  await box.verifyToken(await token('k1'));
  answer = keys('k1', 'k2');
  await expect(box.verifyToken(await token('k2'))).rejects.toMatchObject({ code: 'InvalidToken', details: { reason: 'key' } });
  expect(requestCount).toBe(1);
  offset += 31_000;
  expect(await box.verifyToken(await token('k2'))).toMatchObject({ sub: 'k2' });
  for (let each = 0; each < 20; each++) await expect(box.verifyToken(await token('k3'))).rejects.toMatchObject({ code: 'InvalidToken' });
  expect(requestCount).toBe(2);
});

it('are fetched again when they are old: a withdrawn key is refused then', async () => {
  answer = keys('k1', 'k2');
  const { security: box } = fresh({ maxAge: 60_000, cooldown: 10_000 });
  await box.verifyToken(await token('k1'));
  answer = keys('k2');
  offset += 61_000;
  await expect(box.verifyToken(await token('k1'))).rejects.toMatchObject({ code: 'InvalidToken' });
  expect(requestCount).toBe(2);
});

it('stay in use for a time when they cannot be fetched again', async () => {
  answer = keys('k1');
  const { security: box } = fresh({ maxAge: 60_000, staleFor: 600_000 });
  await box.verifyToken(await token('k1'));
  answer = (_, response) => void response.writeHead(503).end();
  offset += 61_000;
  const before = requestCount;
  for (let each = 0; each < 5; each++) expect(await box.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
  expect(requestCount - before).toBe(1);
  offset += 600_000;
  await expect(box.verifyToken(await token('k1'))).rejects.toEqual(unavailable);
});

it('are not fetched again and again while fetches fail, and the error says when the next fetch is possible', async () => {
  answer = (_, response) => void response.writeHead(500).end();
  const { security: box } = fresh();
  await expect(box.verifyToken(await token('k1'))).rejects.toMatchObject({
    code: 'KeysUnavailable',
    cause: expect.objectContaining({ message: expect.stringContaining('500') }),
  });
  const again = await box.verifyToken(await token('k1')).catch((error: unknown) => error as { code: string; details: { retryAfter: number } });
  expect(again).toEqual(unavailable);
  expect((again as { details: { retryAfter: number } }).details.retryAfter).toBeLessThanOrEqual(1000);
  expect(requestCount).toBe(1);
  answer = keys('k1');
  offset += 1001;
  expect(await box.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
});

it.each<[string, RequestListener]>([
  ['no JSON', (_, response) => void response.end('<html>')],
  ['JSON of another kind', (_, response) => void response.end('{"keys":{"a":1}}')],
  ['null', (_, response) => void response.end('null')],
  ['a redirect', (_, response) => void response.writeHead(302, { location: url }).end()],
  ['a response without an end', (_, response) => void (response.write('{"keys":['), setInterval(() => response.write(' '), 5).unref())],
  ['no response', () => {}],
  ['a response that is too large', (_, response) => void response.end(`{"keys":[${' '.repeat(300_000)}]}`)],
  ['a connection that breaks', (request) => void request.socket.destroy()],
])('are unavailable for %s, in time', async (_, listener) => {
  answer = listener;
  await expect(fresh({ timeout: 150 }).security.verifyToken(await token('k1'))).rejects.toEqual(unavailable);
});

const packed: Readonly<Record<string, (text: string) => Buffer>> = {
  gzip: gzipSync,
  'X-GZIP': gzipSync,
  br: brotliCompressSync,
  deflate: deflateSync,
  'deflate, without its header': deflateRawSync,
  identity: Buffer.from,
  'gzip, br': (text) => brotliCompressSync(gzipSync(text)),
  ' , identity ,gzip': gzipSync,
  '': Buffer.from,
};
const codingOf = (name: string): string => name.replace(/, without.*/, '');

it.each(Object.entries(packed))('may be compressed as "%s", although the request does not ask for that', async (name, pack) => {
  answer = (_, response) => void response.writeHead(200, { 'content-encoding': codingOf(name) }).end(pack(JSON.stringify({ keys: [jwk('k1')] })));
  expect(await fresh().security.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
});

it.each(Object.entries(packed))('are unavailable if "%s" decompresses to too many bytes, or is damaged', async (name, pack) => {
  for (const bytes of [pack(`{"keys":[${' '.repeat(50 * 2 ** 20)}]}`), Buffer.from('damaged')]) {
    answer = (_, response) => void response.writeHead(200, { 'content-encoding': codingOf(name) }).end(bytes);
    await expect(fresh().security.verifyToken(await token('k1'))).rejects.toMatchObject({ code: 'KeysUnavailable', cause: expect.any(Error) });
  }
});

it.each(['zip', 'gzip, gzip, gzip, gzip', 'constructor'])('are unavailable if their content-encoding is "%s"', async (coding) => {
  answer = (_, response) => void response.writeHead(200, { 'content-encoding': coding }).end(gzipSync('{"keys":[]}'));
  await expect(fresh().security.verifyToken(await token('k1'))).rejects.toEqual(unavailable);
});

it('may begin with a byte order mark, compressed or not', async () => {
  const text = `\uFEFF${JSON.stringify({ keys: [jwk('k1')] })}`;
  answer = (_, response) => void response.end(text);
  expect(await fresh().security.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
  answer = (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text));
  expect(await fresh().security.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
});

it('of a set with invalid members work', async () => {
  answer = (_, response) =>
    void response.end(JSON.stringify({ keys: [{ kid: 'k9', kty: 'EC' }, { kty: 'weird', kid: 'k8' }, null, 5, 'text', [null], jwk('k1')], __proto__: 1 }));
  expect(await fresh().security.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
});

it('a fetch that was in progress when the process froze is not waited for', async () => {
  answer = () => {};
  const { security: box } = fresh();
  const lost = box.verifyToken(await token('k1')).catch((error: unknown) => error);
  await until(() => expect(requestCount).toBe(1));
  offset += 601_000;
  answer = keys('k1');
  expect(await box.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
  server.closeAllConnections();
  expect(await lost).toEqual(unavailable);
  expect(await box.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
});

it('are waited for no longer than each invocation has left', async () => {
  let respond = () => {};
  answer = (request, response) => void (respond = () => keys('k1')(request, response));
  const gateway = fresh();
  const verify = async (deadline?: number) => {
    const signed = await token('k1');
    return control(gateway).run({ id: 'r', ...(deadline !== undefined && { deadline }) }, () => gateway.security.verifyToken(signed));
  };
  const patient = verify(Date.now() + 900_000);
  await until(() => expect(requestCount).toBe(1));
  await expect(verify(Date.now() + 110)).rejects.toMatchObject({
    code: 'KeysUnavailable',
    message: expect.stringContaining('time that the invocation has left'),
  });
  respond();
  expect(await patient).toMatchObject({ sub: 'k1' });
  expect(requestCount).toBe(1);
});

it('are fetched again at once if the previous invocation had too little time', async () => {
  answer = () => {};
  const gateway = fresh();
  const signed = await token('k1');
  const hurried = control(gateway).run({ id: 'r', deadline: Date.now() + 110 }, () => gateway.security.verifyToken(signed));
  await expect(hurried).rejects.toEqual(unavailable);
  answer = keys('k1');
  expect(await gateway.security.verifyToken(signed)).toMatchObject({ sub: 'k1' });
});

it('that are cached are reported as held state', async () => {
  answer = keys('k1');
  const gateway = fresh();
  expect(control(gateway).heldState('security')).toBeUndefined();
  await gateway.security.verifyToken(await token('k1'));
  gateway.security.checkRateLimit('x');
  expect(control(gateway).heldState('security')).toBe('1 rate limits, 1 key sets');
  offset += 600_000 + 3_600_000;
  expect(control(gateway).heldState('security')).not.toContain('key sets');
});

it.each<[keyof JwksOptions, readonly unknown[]]>([
  ['timeout', [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '5000', null]],
  ['maxAge', [-1, Number.NaN, Number.POSITIVE_INFINITY, '5000', null]],
  ['cooldown', [-1, Number.NaN, Number.POSITIVE_INFINITY, '5000', null]],
  ['staleFor', [-1, Number.NaN, Number.POSITIVE_INFINITY, '5000', null]],
  ['allowInsecure', ['false', 1, null]],
])('are not fetched with an invalid "%s", which is refused by its name', async (name, values) => {
  answer = keys('k1');
  for (const value of values) {
    const refused = { code: 'InvalidParams', message: expect.stringContaining(`"keySets.${name}"`) };
    await expect(fresh({ [name]: value } as JwksOptions).security.verifyToken(await token('k1')), String(value)).rejects.toMatchObject(refused);
  }
  expect(requestCount).toBe(0);
});

it('are fetched with the defaults if an option is undefined', async () => {
  answer = keys('k1');
  const { security: box } = fresh({ timeout: undefined, maxAge: undefined, cooldown: undefined, staleFor: undefined, allowInsecure: undefined } as never);
  await box.verifyToken(await token('k1'));
  offset += 599_000;
  await box.verifyToken(await token('k1'));
  expect(requestCount).toBe(1);
  offset += 2000;
  answer = (_, response) => void response.writeHead(503).end();
  expect(await box.verifyToken(await token('k1'))).toMatchObject({ sub: 'k1' });
  expect(requestCount).toBe(2);
  await expect(
    createGateway({
      security: security({ tokens: { algorithms: ['ES256'], jwks: 'http://example.com/', keySets: { allowInsecure: undefined } as never } }),
    }).security.verifyToken(await token('k1')),
  ).rejects.toMatchObject({ code: 'InvalidParams' });
});

it('are fetched over https only, unless the host is local or http is allowed', async () => {
  const refused = { code: 'InvalidParams', message: expect.stringContaining('https') };
  for (const jwks of ['http://example.com/jwks', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'http://127.0.0.1.example.com/', 'http://localhost.example.com/']) {
    const box = createGateway({ security: security({ tokens: { algorithms: ['ES256'], jwks } }) }).security;
    await expect(box.verifyToken(await token('k1'))).rejects.toMatchObject(refused);
  }
  const box = createGateway({ security: security({ tokens: { algorithms: ['ES256'], jwks: 'http://[::1]:1/', keySets: { timeout: 200 } } }) }).security;
  await expect(box.verifyToken(await token('k1'))).rejects.toEqual(unavailable);
  const insecure = { algorithms: ['ES256'], jwks: 'http://nowhere.invalid/', keySets: { allowInsecure: true, timeout: 500 } } as const;
  await expect(createGateway({ security: security({ tokens: insecure }) }).security.verifyToken(await token('k1'))).rejects.toEqual(unavailable);
});

it('leave no connection and no timer open', async () => {
  answer = keys('k1');
  const before = process.getActiveResourcesInfo().filter((kind) => /Timeout|TCPSocket/.test(kind)).length;
  await fresh().security.verifyToken(await token('k1'));
  // The server needs a moment to notice that the connection has ended.
  await until(() => expect(process.getActiveResourcesInfo().filter((kind) => /Timeout|TCPSocket/.test(kind)).length).toBeLessThanOrEqual(before));
});
