import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { control } from '@suga/gateway';
import { createStreamingHandler, type HandlerOptions, HttpError, type RouteKey, reply } from '@suga/lambda';
import { ownClock } from '@suga/vitest/clock';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { awslambda, type Client, invoke, type Streamed } from './awslambda.js';
import { customResource } from './events/answering.js';
import { requests } from './events/http.js';
import { direct, schedule } from './events/others.js';
import { sqs } from './events/records.js';
import { context, sleep, stage } from './test-gateway.js';

const world = globalThis as { awslambda?: unknown };

it('throws NoStreaming if responses cannot be streamed', () => {
  expect(() => createStreamingHandler(stage().gateway)).toThrow(
    expect.objectContaining({ code: 'NoStreaming', message: expect.stringContaining('createHandler') }),
  );
});

describe('streaming', () => {
  beforeAll(() => {
    world.awslambda = awslambda;
  });
  afterAll(() => {
    delete world.awslambda;
  });

  const ask = (
    http: HandlerOptions['http'],
    client: Client = {},
    path = '/',
    remaining = 900_000,
    kind: keyof typeof requests = 'function-url',
  ): Promise<Streamed> => {
    const { gateway } = stage();
    return invoke(createStreamingHandler(gateway, { http: http as never }), requests[kind]({ path }), context(remaining), client);
  };
  const get = (route: () => unknown, client?: Client, remaining?: number): Promise<Streamed> => ask({ 'GET /': route }, client, '/', remaining);

  it('sends status, headers and cookies first, and each piece as soon as it is there', async () => {
    // Each piece is created when the client has the previous one. A handler that waits for the whole body would wait for ever.
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const answer = await get(
      () =>
        reply(
          201,
          (async function* () {
            yield 'one ';
            await first.promise;
            yield Buffer.from('two ');
            await second.promise;
            yield 'thrée';
          })(),
          { headers: { 'content-type': 'text/plain', 'x-m': ['1', '2'] }, cookies: ['a=1', 'b=2'] },
        ),
      {
        onChunk: (chunk) => {
          if (String(chunk) === 'one ') first.resolve();
          if (String(chunk) === 'two ') second.resolve();
        },
      },
    );
    expect(answer).toMatchObject({
      prelude: { statusCode: 201, headers: { 'content-type': 'text/plain', 'x-m': '1, 2' }, cookies: ['a=1', 'b=2'] },
      error: undefined,
      ended: true,
    });
    expect(answer.body.toString()).toBe('one two thrée');
  });

  it('accepts every kind of stream, and other values', async () => {
    const body = async (route: () => unknown): Promise<string> => (await get(route)).body.toString();
    expect(await body(() => new Blob(['a', 'b']).stream())).toBe('ab');
    expect(await body(() => Readable.from(['c', 'd']))).toBe('cd');
    expect(await body(() => new Response('e', { status: 202 }))).toBe('e');
    expect(await body(() => ({ f: 1 }))).toBe('{"f":1}');
    expect(await body(() => Buffer.from('g'))).toBe('g');
    for (const empty of [() => undefined, () => new Response(null, { status: 204 }), () => reply(204)])
      expect(await get(empty)).toMatchObject({ prelude: { statusCode: 204 }, body: Buffer.alloc(0), ended: true });
    expect(
      await get(async function* () {
        /* nothing */
      }),
    ).toMatchObject({ prelude: { statusCode: 200 }, body: Buffer.alloc(0), ended: true });
    expect((await ask(() => new Response('app'))).body.toString()).toBe('app');
    expect((await ask({ 'GET /': () => 'rest api' }, {}, '/', undefined, 'apigw-v1')).prelude).toMatchObject({ statusCode: 200 });
  });

  it('does not read faster than the client', async () => {
    let made = 0;
    let read = 0;
    let ahead = 0;
    const piece = Buffer.alloc(64, 'x');
    const answer = await get(
      async function* () {
        for (let n = 0; n < 20; n++) {
          made++;
          ahead = Math.max(ahead, made - read);
          yield piece;
        }
      },
      {
        delay: 3,
        onChunk: ({ length }) => {
          if (length === 64) read++;
        },
      },
    );
    expect(answer.body).toHaveLength(20 * 64);
    expect(ahead).toBeLessThanOrEqual(3);
  });

  it('stops when the client has disconnected, and aborts the signal', async () => {
    let returned = false;
    let aborted: unknown;
    let made = 0;
    const { gateway, lines } = stage();
    const handler = createStreamingHandler(gateway, {
      http: {
        'GET /': async function* ({ invocation: { signal } }) {
          signal.addEventListener('abort', () => {
            aborted = signal.reason;
          });
          try {
            for (;;) {
              made++;
              yield 'x'.repeat(100);
              await sleep(1);
            }
          } finally {
            returned = true;
          }
        },
      },
    });
    const answer = await invoke(handler, requests['function-url']({}), context(), { leavesAfter: 5 });
    expect(answer.error).toBeUndefined();
    expect(returned).toBe(true);
    expect(made).toBeLessThan(10);
    expect(aborted).toMatchObject({ code: 'Aborted' });
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('sends a proper response for a failure before the first byte', async () => {
    for (const route of [
      () => {
        throw new Error('secret');
      },
      async function* () {
        await sleep(1);
        throw new Error('secret');
        yield 1;
      },
      () => new ReadableStream({ start: (controller) => controller.error(new Error('secret')) }),
      async function* () {
        yield {};
      },
    ]) {
      const answer = await get(route);
      expect(answer).toMatchObject({ prelude: { statusCode: 500 }, error: undefined, ended: true });
      expect(JSON.parse(answer.body.toString())).toEqual({ message: 'Internal Server Error', errorId: expect.any(String) });
    }
    expect(
      await get(() => {
        throw new HttpError(418, 'tea');
      }),
    ).toMatchObject({ prelude: { statusCode: 418 } });
    expect(await ask({}, {}, '/nowhere')).toMatchObject({ prelude: { statusCode: 404 } });
  });

  it('lets the runtime end the stream for a failure after it', async () => {
    const answer = await get(async function* () {
      yield 'begun';
      throw new Error('halfway');
    });
    expect(answer).toMatchObject({ prelude: { statusCode: 200 }, error: { message: 'halfway' }, ended: false });
    expect(answer.body.toString()).toBe('begun');
    const late = await get(async function* () {
      yield 'begun';
      yield {};
    });
    expect(late).toMatchObject({ error: expect.objectContaining({ code: 'InvalidResponse' }), ended: false });
  });

  it('ends with the deadline: 504 before the first byte, an error after it', async () => {
    const clock = ownClock();
    let late = 0;
    const hurried = (route: () => unknown): Promise<Streamed> => clock.pass(100, get(route, {}, 100));
    expect(await hurried(() => sleep(5_000))).toMatchObject({ prelude: { statusCode: 504 }, ended: true });
    expect(
      await hurried(async function* () {
        await sleep(1_000);
        late++;
        yield 'late';
      }),
    ).toMatchObject({ prelude: { statusCode: 504 } });
    const answer = await hurried(async function* () {
      yield 'begun';
      await sleep(1_000);
      yield 'late';
      late++;
    });
    expect(answer).toMatchObject({ error: { code: 'Deadline' }, ended: false });
    expect(answer.body.toString()).toBe('begun');
    await clock.pass(1_300);
    expect(late).toBe(1);
  });

  it('sends the whole response in their own form to sources that cannot stream', async () => {
    const answer = await ask(
      {
        'GET /': async function* () {
          yield 'a';
          yield 'b';
        },
      },
      {},
      '/',
      undefined,
      'alb',
    );
    expect(answer).toMatchObject({ contentType: 'application/json', prelude: undefined });
    expect(JSON.parse(answer.body.toString())).toMatchObject({ statusCode: 200, statusDescription: '200 OK', body: Buffer.from('ab').toString('base64') });
  });

  it('handles every other event too, as JSON', async () => {
    const { gateway } = stage();
    const options: HandlerOptions<RouteKey> = {
      events: {
        sqs: ({ id }) => {
          if (id === 'b') throw new Error('no');
        },
        schedule: () => undefined,
      },
    };
    const handler = createStreamingHandler(gateway, options);
    const json = async (event: unknown): Promise<unknown> => JSON.parse((await invoke(handler, event, context())).body.toString());
    expect(await json(sqs([{ id: 'a' }, { id: 'b' }]))).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }] });
    expect(await json(schedule())).toBeNull();
    expect(await json(direct('calculator', 'add', { a: 1, b: 2 }))).toBe(3);
    expect(await invoke(handler, { unknown: 1 }, context())).toMatchObject({ error: { code: 'UnknownEvent' } });
    await handler.ready;
  });

  it('ends the stream of an event that was refused before its handler and has no response', async () => {
    const { gateway } = stage();
    control(gateway).use({ name: 'blocking', start: () => Promise.reject(Object.assign(new Error('used up'), { name: 'SugaError', code: 'Blocked' })) });
    const handler = createStreamingHandler(gateway, { events: { schedule: () => 'never' } });
    const server = createServer((request, response) => void request.resume().on('end', () => response.end())).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    vi.stubEnv('AWS_ENDPOINT_URL', origin);
    try {
      for (const event of [schedule(), customResource('Update', `${origin}/bucket`)]) {
        const stream = Object.assign(new PassThrough(), { setContentType: () => undefined });
        await handler(event, stream, context());
        expect(stream.writableEnded).toBe(true);
        expect(String(stream.read())).toBe('null');
      }
      expect(await invoke(handler, sqs([{ id: 'a' }]), context())).toMatchObject({ error: { code: 'Blocked' } });
    } finally {
      vi.unstubAllEnvs();
      server.close();
    }
  });

  it('keeps overlapping streams apart', async () => {
    const { gateway } = stage();
    const handler = createStreamingHandler(gateway, {
      http: {
        'GET /{n}': async function* ({ params }) {
          for (let at = 0; at < 5; at++) {
            await sleep(Math.random() * 5);
            yield `${params.n}:${gateway.lambda.invocation()?.id};`;
          }
        },
      },
    });
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const { body } = await invoke(handler, requests['function-url']({ path: `/${at}` }), context(900_000, `r${at}`));
        expect(body.toString()).toBe(`${at}:r${at};`.repeat(5));
      }),
    );
  });
});
