import { Readable } from 'node:stream';
import { createHandler, createStreamingHandler, type HandlerOptions, reply } from '@suga/lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awslambda, invoke } from './awslambda.js';
import { httpKinds, read, requests } from './events/http.js';
import { eventbridge, websocket } from './events/others.js';
import { context, stage } from './test-gateway.js';

const stream = (): ReadableStream => new Blob(['page']).stream();
async function* generate(): AsyncGenerator<string> {
  yield 'page';
}

/** Functions that create a value that can be read only once. A cache would return the same value again and again. */
const sources: readonly (readonly [name: string, make: () => unknown])[] = [
  ['Response', () => new Response('page')],
  ['Response', () => Response.json('page')],
  ['ReadableStream', stream],
  ['ReadableStream', () => reply(200, stream(), { headers: { 'content-type': 'text/plain' } })],
  ['Readable', () => Readable.from(['page'])],
  ['AsyncGenerator', generate],
  ['AsyncGenerator', () => reply(201, generate())],
  ['Array Iterator', () => ['page'].values()],
  ['Map Iterator', () => ({ deep: new Map([['a', 'page']]).values() })],
];

/** A handler whose route always returns the same value, and the errors that it logs. */
function answering(make: () => unknown): { handler: ReturnType<typeof createHandler>; errors: () => unknown[] } {
  const { gateway, lines } = stage();
  const kept = make();
  return {
    handler: createHandler(gateway, { http: { 'GET /': () => kept } }),
    errors: () => lines.filter(({ level }) => level === 'error').map(({ extra }) => (extra as { error: { code?: string; message: string } }).error),
  };
}

describe.each(httpKinds)('through %s', (kind) => {
  it.each(sources)('a %s is sent once, and refused by name after that (%#)', async (name, make) => {
    const { handler, errors } = answering(make);
    const ask = async (method = 'GET') => read(kind, await handler(requests[kind]({ method }), context()));
    const first = await ask();
    expect(first.status).toBeLessThan(300);
    expect(first.body.toString()).toContain('page');
    for (const method of ['GET', 'HEAD', 'GET']) expect((await ask(method)).status).toBe(500);
    expect(errors()).toHaveLength(3);
    for (const error of errors())
      expect(error).toMatchObject({ code: 'AlreadyRead', message: expect.stringMatching(new RegExp(`^A handler returned an? ${name} .*new one`)) });
  });

  it('requests that overlap do not share it', async () => {
    for (const [, make] of sources) {
      const { handler, errors } = answering(make);
      const answers = await Promise.all([1, 2, 3].map(async () => read(kind, await handler(requests[kind]({}), context()))));
      expect(answers.map(({ status }) => status).sort()).toEqual([expect.toSatisfy((status: number) => status < 300), 500, 500]);
      expect(errors()).toHaveLength(2);
    }
  });
});

describe('a value that has been read elsewhere', () => {
  const drain = async (source: AsyncIterable<unknown>): Promise<void> => {
    for await (const _ of source);
  };

  it('is refused if it reports that', async () => {
    const response = new Response('x');
    await response.text();
    const readable = Readable.from(['x']);
    await drain(readable);
    const web = stream();
    const reader = web.getReader();
    while (!(await reader.read()).done);
    const locked = stream();
    locked.getReader();
    reader.releaseLock();
    const cancelled = stream();
    await cancelled.cancel();
    const busy = new Response('x');
    busy.body?.getReader();
    const failed = new ReadableStream({ start: (controller) => controller.error(new Error('own')) });
    expect(await answering(() => failed).handler(requests['function-url']({}), context())).toMatchObject({ statusCode: 500 });
    for (const value of [response, readable, web, locked, cancelled, busy]) {
      const { handler, errors } = answering(() => value);
      expect(await handler(requests['function-url']({}), context())).toMatchObject({ statusCode: 500 });
      expect(errors()).toEqual([expect.objectContaining({ code: 'AlreadyRead' })]);
    }
  });

  it('may have been read in part, because its first bytes may show its format', async () => {
    const readable = Readable.from([Buffer.from('a'), Buffer.from('b')], { objectMode: false });
    const first = await new Promise((resolve) => readable.once('readable', () => resolve(readable.read(1))));
    expect(String(first)).toBe('a');
    const { handler } = answering(() => readable);
    expect(read('function-url', await handler(requests['function-url']({}), context())).body.toString()).toBe('b');
  });
});

describe('an object that returns the same iterator each time', () => {
  const wrappers: readonly (() => AsyncIterable<unknown>)[] = [
    () => {
      const pages = generate();
      return { [Symbol.asyncIterator]: () => pages };
    },
    () => {
      const pages = Readable.from(['page'])[Symbol.asyncIterator]();
      return { [Symbol.asyncIterator]: () => pages };
    },
  ];
  const alreadyRead = expect.objectContaining({ code: 'AlreadyRead' });

  it('is sent once, and refused by name after that', async () => {
    for (const make of wrappers) {
      for (const wrap of [(body: unknown) => body, (body: unknown) => reply(200, body)]) {
        const kept = make();
        const { handler, errors } = answering(() => wrap(kept));
        expect(read('function-url', await handler(requests['function-url']({}), context()))).toMatchObject({ status: 200, body: Buffer.from('page') });
        expect(await handler(requests['function-url']({}), context())).toMatchObject({ statusCode: 500 });
        expect(errors()).toEqual([alreadyRead]);
      }
    }
  });

  it('is refused after its iterator was returned itself', async () => {
    const pages = generate();
    const first = answering(() => pages);
    expect(read('function-url', await first.handler(requests['function-url']({}), context()))).toMatchObject({ status: 200, body: Buffer.from('page') });
    const second = answering(() => ({ [Symbol.asyncIterator]: () => pages }));
    expect(await second.handler(requests['function-url']({}), context())).toMatchObject({ statusCode: 500 });
    expect(second.errors()).toEqual([alreadyRead]);
  });

  it('is refused if it is streamed', async () => {
    const world = globalThis as { awslambda?: unknown };
    world.awslambda = awslambda;
    const pages = generate();
    const handler = createStreamingHandler(stage().gateway, { http: { 'GET /': () => ({ [Symbol.asyncIterator]: () => pages }) } });
    const first = await invoke(handler, requests['function-url']({}), context());
    expect([first.prelude?.statusCode, first.body.toString()]).toEqual([200, 'page']);
    expect((await invoke(handler, requests['function-url']({}), context())).prelude).toMatchObject({ statusCode: 500 });
    delete world.awslambda;
  });

  it('is refused as the result of a direct call', async () => {
    const pages = generate();
    const { gateway } = stage({
      pager: {
        operations: { pages: { params: {}, returns: 'stream', remote: true } },
        load: () => ({ operations: { pages: () => ({ [Symbol.asyncIterator]: () => pages }) } }),
      } as never,
    });
    const handler = createHandler(gateway);
    expect(await handler({ interface: 'pager', operation: 'pages' }, context())).toEqual(['page']);
    await expect(handler({ interface: 'pager', operation: 'pages' }, context())).rejects.toMatchObject({ code: 'AlreadyRead' });
  });
});

it('a value that can be read again is sent again', async () => {
  const iterable = { [Symbol.asyncIterator]: generate };
  const values = [new Blob(['page']), iterable, Buffer.from('page'), reply(200, iterable), new Map([['a', 'page']]), { statusCode: 200, body: 'page' }];
  for (const value of values) {
    const { handler } = answering(() => value);
    for (let round = 0; round < 3; round++) {
      const answer = read('function-url', await handler(requests['function-url']({}), context()));
      expect(answer.status).toBe(200);
      expect(answer.body.toString()).toContain('page');
    }
  }
  for (const empty of [new Response(null, { status: 204 }), Response.redirect('https://x.example', 302)]) {
    const { handler } = answering(() => empty);
    for (let round = 0; round < 3; round++) expect(await handler(requests['function-url']({}), context())).toMatchObject({ statusCode: empty.status });
  }
});

it('a cached Response is sent as often as it is cloned', async () => {
  const kept = new Response('page');
  const handler = createHandler(stage().gateway, { http: { 'GET /': () => kept.clone() } });
  for (let round = 0; round < 3; round++) expect(await handler(requests['function-url']({}), context())).toMatchObject({ statusCode: 200, body: 'page' });
});

it('the same applies to an app', async () => {
  const { gateway, lines } = stage();
  const kept = new Response('page');
  const handler = createHandler(gateway, { http: () => kept });
  expect(await handler(requests['function-url']({}), context())).toMatchObject({ statusCode: 200, body: 'page' });
  expect(await handler(requests['function-url']({}), context())).toMatchObject({ statusCode: 500 });
  expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
});

it('a Response that cannot be sent is refused by name', async () => {
  const { handler, errors } = answering(() => Response.error());
  expect(await handler(requests['function-url']({}), context())).toMatchObject({ statusCode: 500 });
  expect(errors()).toEqual([expect.objectContaining({ code: 'InvalidResponse' })]);
});

describe('streamed', () => {
  const world = globalThis as { awslambda?: unknown };
  beforeAll(() => {
    world.awslambda = awslambda;
  });
  afterAll(() => {
    delete world.awslambda;
  });

  it.each(sources)('a %s is sent once, and refused by name after that (%#)', async (_name, make) => {
    const kept = make();
    const { gateway, lines } = stage();
    const http = { 'GET /': () => kept } as HandlerOptions['http'];
    const handler = createStreamingHandler(gateway, { http: http as never });
    for (const kind of ['function-url', 'alb'] as const) {
      const answer = await invoke(handler, requests[kind]({}), context());
      const status = answer.prelude?.statusCode ?? (JSON.parse(answer.body.toString()) as { statusCode: number }).statusCode;
      if (kind === 'function-url') expect([status < 300, answer.body.toString()]).toEqual([true, expect.stringContaining('page')]);
      else expect(status).toBe(500);
    }
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    expect((await invoke(handler, requests['function-url']({}), context())).prelude).toMatchObject({ statusCode: 500 });
  });
});

describe("an event handler's result", () => {
  const run = (result: unknown, event: unknown = eventbridge()): Promise<unknown> =>
    createHandler(stage().gateway, { events: { eventbridge: () => result, websocket: () => result } })(event, context());

  it.each([
    ['Response', new Response('x')],
    ['Response', { a: { deep: new Response('x') } }],
    ['ReadableStream', { body: stream() }],
    ['AsyncGenerator', generate()],
    ['Promise', { later: Promise.resolve() }],
    ['Blob', { body: new Blob(['x']) }],
  ])('that holds a %s is refused by name (%#)', async (name, result) => {
    for (const event of [eventbridge(), websocket('$default')])
      await expect(run(result, event)).rejects.toMatchObject({
        code: 'NotJson',
        message: expect.stringMatching(new RegExp(`^The result of events\\.\\w+ (is|has) an? ${name}`)),
      });
  });

  it('reads an iterator once', async () => {
    const kept = [1, 2].values();
    expect(await run({ kept })).toEqual({ kept: [1, 2] });
    await expect(run({ kept })).rejects.toMatchObject({ code: 'AlreadyRead' });
  });
});
