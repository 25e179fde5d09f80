import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type FunctionOptions, serveFunctionUrl } from '../src/index.ts';
import { fixture, folder, start } from './workbench.ts';

interface Event {
  [field: string]: unknown;
  headers: Record<string, string>;
  requestContext: { [field: string]: unknown; http: Record<string, string> };
}

async function serve(options: Partial<FunctionOptions> = {}): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  const fn = await start({ taskRoot: fixture('url'), handler: 'index.handler', ...options });
  const { invoke } = fn;
  // Only a request that hangs reaches its time limit.
  fn.invoke = (event, given) => invoke.call(fn, event, { ...given, ...((event as Event)['rawPath'] === '/hang' && { timeout: 300 }) });
  const { url, close } = await serveFunctionUrl(fn);
  onTestFinished(close);
  return (path, init) => fetch(new URL(path, url), init);
}

test('a request becomes an event of payload format 2.0', async () => {
  const request = await serve();
  const headers = { 'X-Custom': 'Value', 'Content-Type': 'application/json', Cookie: 'a=1; b=2', 'User-Agent': 'test' };
  const before = Date.now();
  const response = await request('/event?one=1&two=2&two=zw%C3%B6lf', { method: 'POST', headers, body: '{"ä":1}' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  const event = (await response.json()) as Event;
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: '$default',
    rawPath: '/event',
    rawQueryString: 'one=1&two=2&two=zw%C3%B6lf',
    queryStringParameters: { one: '1', two: '2,zwölf' },
    cookies: ['a=1', 'b=2'],
    headers: { 'x-custom': 'Value', 'content-type': 'application/json', 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1' },
    body: '{"ä":1}',
    isBase64Encoded: false,
  });
  expect(event.headers).not.toHaveProperty('cookie');
  expect(event.headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  const { http, time, timeEpoch, ...context } = event.requestContext;
  expect(http).toEqual({ method: 'POST', path: '/event', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' });
  expect(context).toMatchObject({ accountId: 'anonymous', domainName: event.headers.host, routeKey: '$default', stage: '$default' });
  expect(time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  expect(timeEpoch).toBeGreaterThanOrEqual(before);
  expect(timeEpoch).toBeLessThanOrEqual(Date.now());
});

test('fields without a value are left out', async () => {
  const request = await serve();
  const event = (await (await request('/event')).json()) as Event;
  for (const field of ['body', 'cookies', 'queryStringParameters']) expect(event).not.toHaveProperty(field);
  expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
});

test('a returned response: status, headers, cookies, body', async () => {
  const request = await serve();
  const response = await request('/response');
  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toBe('text/html');
  expect(response.headers.get('x-own')).toBe('7');
  expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
  expect(await response.text()).toBe('<p>hi</p>');
  const empty = await request('/empty');
  expect([empty.status, await empty.text()]).toEqual([204, '']);
});

test('a plain result is a JSON body', async () => {
  const request = await serve();
  const response = await request('/text');
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.text()).toBe('"just text"');
});

test('binary bodies go both ways as Base64', async () => {
  const request = await serve();
  const body = Buffer.from([0, 255, 128, 13, 10]);
  const response = await request('/binary', { method: 'POST', headers: { 'content-type': 'image/png' }, body });
  expect(response.headers.get('content-type')).toBe('image/png');
  expect(Buffer.from(await response.arrayBuffer())).toEqual(body);
  const form = await request('/event', { method: 'POST', body: new URLSearchParams({ a: '1' }) });
  expect(await form.json()).toMatchObject({ isBase64Encoded: true, body: Buffer.from('a=1').toString('base64') });
});

test.for(['/throw', '/bad-status', '/object-body'])('502 without details for %s', async (path) => {
  const request = await serve();
  const response = await request(path);
  expect([response.status, await response.text()]).toEqual([502, 'Internal Server Error']);
});

test('502 for a timeout, and the next request is served', async () => {
  const request = await serve();
  expect((await request('/hang')).status).toBe(502);
  expect((await request('/text')).status).toBe(200);
});

test('413 beyond 6 MB, 503 after the function was closed', async () => {
  const fn = await start({ taskRoot: fixture('url'), handler: 'index.handler' });
  await using served = await serveFunctionUrl(fn);
  expect((await fetch(served.url, { method: 'POST', body: 'x'.repeat(7 * 1024 * 1024) })).status).toBe(413);
  await fn.close();
  expect((await fetch(served.url)).status).toBe(503);
});

test('a streamed response is passed through as it comes', async () => {
  const request = await serve({ taskRoot: fixture('function'), handler: 'index.streamHttp' });
  const file = join(await folder(), 'go on');
  const response = await request(`/?file=${encodeURIComponent(file)}`);
  expect(response.status).toBe(201);
  expect(response.headers.get('x-part')).toBe('yes');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  const pieces: string[] = [];
  // The function continues when the first piece has arrived.
  for await (const bytes of response.body ?? []) if (pieces.push(Buffer.from(bytes).toString()) === 1) await writeFile(file, '');
  expect(pieces).toEqual(['hello ', 'stream']);
});

test('a stream without metadata, and one that fails', async () => {
  const plain = await serve({ taskRoot: fixture('function'), handler: 'index.stream' });
  const response = await plain('/');
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, 'text/plain', 'one two three']);
  const failing = await serve({ taskRoot: fixture('function'), handler: 'index.streamFail' });
  expect((await failing('/')).status).toBe(502);
});

test('close ends idle connections; a port that is taken is refused', async () => {
  const fn = await start({ taskRoot: fixture('url'), handler: 'index.handler' });
  const served = await serveFunctionUrl(fn);
  const port = Number(new URL(served.url).port);
  await expect(serveFunctionUrl(fn, { port })).rejects.toMatchObject({ code: 'invalid-option', message: expect.stringContaining('choose another') });
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => socket.once('connect', resolve));
  await served.close();
  await closed;
});
