import { gzipSync } from 'node:zlib';
import { control, createGateway } from '@suga/gateway';
import { http } from '@suga/http';
import { ownClock } from '@suga/vitest/clock';
import { until } from '@suga/vitest/until';
import { describe, expect, it, vi } from 'vitest';
import { code, json, local, NOWHERE, patient, raw, silent, web } from './servers.js';

describe('time', () => {
  it('runs out for an attempt whose headers do not arrive, and for one whose body stalls', async () => {
    const { url } = await silent();
    const client = local({ attemptTimeout: 30 });
    await expect(client.get(`${url}/p?key=secret`)).rejects.toMatchObject({
      ...code('Timeout', { limit: 'attempt', url: `${url}/p` }),
      message: expect.not.stringContaining('secret'),
    });
    expect(client.stats()).toMatchObject({ requests: 1, errors: 1, retries: 2 });
    const stalls = await raw((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'));
    await expect(local({ attemptTimeout: 50, retry: false }).get(stalls)).rejects.toMatchObject(code('Timeout', { limit: 'attempt' }));
  });

  it('runs out for the whole request with its attempts and waits', async () => {
    const { url } = await silent();
    await expect(local({ timeout: 50 }).get(url)).rejects.toMatchObject(code('Timeout', { limit: 'request' }));
    const busy = await web((_, response) => json(response, 'busy', {}, 503));
    // The next wait would end too late, so the last response is returned.
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const retry = { attempts: 50, baseDelay: 2 ** 30, maxDelay: 2 ** 30 };
    expect(await local().get(busy, { retry })).toMatchObject({ status: 503, attempts: 1 });
    vi.restoreAllMocks();
  });

  it("is never more than the invocation's, for each of many that overlap", async () => {
    const clock = ownClock();
    const { url, count } = await silent();
    const gateway = createGateway({ http: http({ ...patient, allow: ['127.0.0.1'], margin: 20 }) });
    const door = control(gateway);
    const order: string[] = [];
    const run = (id: string, left: number) =>
      door.run({ id, deadline: Date.now() + left }, async () => {
        const error = await gateway.http.get(url).catch((thrown: unknown) => thrown);
        order.push(id);
        return error;
      });
    const all = Promise.all([run('late', 1_500), run('soon', 300), run('over', 10)]);
    await until(() => count() === 2);
    expect(order).toEqual(['over']);
    await clock.pass(280);
    await until(() => order.length === 2);
    const errors = await clock.pass(1_200, all);
    for (const error of errors) expect(error).toMatchObject(code('Timeout', { limit: 'invocation' }));
    expect(errors[2]).toMatchObject({ details: { attempts: 0 } });
    expect(order).toEqual(['over', 'soon', 'late']);
  });

  it("ends with the invocation's signal, and with the caller's signal for the caller's reason", async () => {
    const { url, count } = await silent();
    const gateway = createGateway({ http: http({ ...patient, allow: ['127.0.0.1'] }) });
    const ending = new AbortController();
    const cut = control(gateway).run({ id: '1', signal: ending.signal }, () => gateway.http.get(url));
    const mine = new AbortController();
    const reason = new RangeError('enough');
    const aborted = gateway.http.get(url, { signal: mine.signal });
    await until(() => count() === 2);
    ending.abort(new Error('nearly over'));
    mine.abort(reason);
    await expect(cut).rejects.toMatchObject({ ...code('Timeout', { limit: 'invocation' }), cause: expect.objectContaining({ message: 'nearly over' }) });
    await expect(aborted).rejects.toBe(reason);
    await expect(gateway.http.get(url, { signal: mine.signal })).rejects.toBe(reason);
    expect(count()).toBe(2);
  });

  it('ends with its own invocation if the function did not await it, and not with another', async () => {
    const { url, count } = await silent();
    const gateway = createGateway({ http: http({ ...patient, allow: ['127.0.0.1'], retry: false }) });
    const door = control(gateway);
    const over = new AbortController();
    const other = door.run({ id: 'other' }, () => gateway.http.get(url, { signal: over.signal })).catch((error: unknown) => error);
    const left = await door.run({ id: 'left' }, async () => {
      const requests = Array.from({ length: 20 }, () => gateway.http.get(url).catch((error: unknown) => error));
      await until(() => count() === 21);
      return { requests };
    });
    for (const error of await Promise.all(left.requests)) {
      expect(error).toMatchObject({ ...code('Timeout', { limit: 'invocation', attempts: 1 }), message: expect.stringContaining('await it') });
    }
    expect(door.stats().interfaces['http']?.inFlight).toBe(1);
    over.abort('over');
    expect(await other).toBe('over');
  });

  it('does not leave listeners behind on a signal that lives longer', async () => {
    const url = await web((_, response) => json(response, 1));
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => (listeners++, add(...args));
    signal.removeEventListener = (...args: Parameters<typeof remove>) => (listeners--, remove(...args));
    await local().get(url, { signal });
    expect(listeners).toBe(0);
  });
});

describe('a connection', () => {
  const answers = {
    reset: (socket: { resetAndDestroy(): void }) => socket.resetAndDestroy(),
    closed: (socket: { end(): void }) => socket.end(),
    truncated: (socket: { end(text: string): void }) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'),
    'truncated in a chunk': (socket: { end(text: string): void }) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
  };
  it.each(Object.entries(answers))('that is %s is retried for GET, not for POST', async (_, answer) => {
    let count = 0;
    const url = await raw((socket) => (count++, answer(socket as never)));
    await expect(local().get(url)).rejects.toMatchObject({ ...code('NetworkError', { url: `${url}/` }), cause: expect.any(Error) });
    expect(count).toBe(3);
    await expect(local().post(url, {})).rejects.toMatchObject(code('NetworkError'));
    expect(count).toBe(4);
    await expect(local().post(url, {}, { idempotencyKey: true, retry: 2 })).rejects.toMatchObject(code('NetworkError'));
    expect(count).toBe(6);
    await expect(local().post(url, {}, { retry: { attempts: 2, methods: ['POST'] } })).rejects.toMatchObject(code('NetworkError'));
    expect(count).toBe(8);
  });

  it('that cannot be made is an error with its cause', async () => {
    const refused = local({ allow: ['127.0.0.1', 'gone.example'], lookup: (_, __, callback) => callback(new Error('no such name'), '') });
    await expect(refused.get('http://gone.example/')).rejects.toMatchObject({ code: 'NetworkError', message: expect.stringContaining('no such name') });
    await expect(local().get(NOWHERE)).rejects.toMatchObject(code('NetworkError', { cause: 'ECONNREFUSED' }));
  });

  it('that sends invalid HTTP is not retried', async () => {
    for (const text of [
      'hello\r\n\r\n',
      'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc',
      'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope',
      'HTTP/1.1 000 None\r\n\r\n',
      'HTTP/1.1 099 None\r\n\r\n',
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 1000 None\r\n\r\n',
    ]) {
      let count = 0;
      const url = await raw((socket) => (count++, socket.write(text)));
      const error = await local()
        .get(url)
        .catch((reason: unknown) => reason);
      expect(error).toMatchObject({ ...code('InvalidResponse'), message: expect.stringMatching(/ got a response that is not valid HTTP: .+\.$/) });
      // The message must not be one of undici's assertions, which explain nothing.
      expect((error as Error).message).not.toMatch(/assert|falsy|undefined/);
      expect(count).toBe(1);
    }
  });

  it('that switches to a protocol without a request for it is an error', async () => {
    // The fetch of Node 22 ignores this response, so the limit ends the request there.
    const [attemptTimeout, expected] = process.versions.node.startsWith('22.') ? [300, 'Timeout'] : [60_000, 'InvalidResponse'];
    const url = await raw((socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    await expect(local({ attemptTimeout, retry: false }).get(url)).rejects.toMatchObject({ code: expected });
  });

  it('for which fetch hides the status is reported with that status', async () => {
    const url = await raw((socket) => socket.write('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    await expect(local({ retry: false }).get(url)).rejects.toMatchObject({ code: 'NetworkError', message: expect.stringContaining('407') });
  });

  it('that was closed while idle (a freeze) is replaced, and the caller gets a response', async () => {
    for (const end of ['end', 'resetAndDestroy'] as const) {
      // Each connection responds once. Its second request is cut off before any byte.
      let [connections, requests] = [0, 0];
      const used = new WeakSet<object>();
      const url = await raw((socket) => {
        requests++;
        if (used.has(socket)) return void socket[end]();
        used.add(socket);
        connections++;
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      });
      const client = local({ retry: false });
      await client.get(url, { as: 'text' });
      expect(await client.get(url, { as: 'text' })).toMatchObject({ body: 'ok', attempts: 1 });
      expect([connections, requests]).toEqual([2, 3]);
      await client.get(url).catch(() => undefined);
      await expect(client.post(url, 'x').then(() => client.post(url, 'x'))).rejects.toMatchObject(code('NetworkError'));
    }
  });

  it('is kept between requests, but not longer than keepAlive by the wall clock', async () => {
    const sockets = new Set<object>();
    const url = await web((request, response) => (sockets.add(request.socket), json(response, 1)));
    const client = local();
    await client.get(url);
    await client.get(url);
    expect(sockets.size).toBe(1);
    const { now } = Date;
    Date.now = () => now() + 601_000;
    try {
      await client.get(url);
    } finally {
      Date.now = now;
    }
    expect(sockets.size).toBe(2);
  });
});

describe('a body', () => {
  it('that is too long is refused: as declared, as it arrives, and after decompression', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    let sent = 0;
    const url = await web((request, response) => {
      if (request.url === '/declared') response.writeHead(200, { 'content-length': '1001' }).write('x');
      else if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' }).end(bomb);
      else {
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(10_000))) sent += 10_000;
          response.once('drain', more);
        };
        more();
      }
    });
    globalThis.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    for (const path of ['declared', 'bomb', 'endless']) {
      await expect(local({ maxBytes: 1000 }).get(`${url}/${path}`)).rejects.toMatchObject(code('TooLarge', { maxBytes: 1000, status: 200 }));
    }
    await expect(local({ maxBytes: 1_000_000 }).get(`${url}/bomb`)).rejects.toMatchObject(code('TooLarge'));
    globalThis.gc?.();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000);
    expect(sent).toBeLessThan(100_000_000);
  });

  it('of exactly the limit is accepted, also compressed, and one with a wrong length is cut there', async () => {
    const url = await web((request, response) => {
      if (request.url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'text/plain' }).end(gzipSync('x'.repeat(1000)));
      else response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(1000));
    });
    const client = local({ maxBytes: 1000 });
    for (const path of ['plain', 'gzip']) expect((await client.get<string>(`${url}/${path}`)).body).toHaveLength(1000);
    const lies = await raw((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nabcdef'));
    expect((await client.get(lies)).body).toBe('ab');
    expect((await client.head(await raw((socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n')))).status).toBe(200);
  });
});
