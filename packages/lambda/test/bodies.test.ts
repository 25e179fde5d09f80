import { createHandler, type HttpKind, reply } from '@suga/lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

interface Result {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const send = async (kind: HttpKind, route: () => unknown): Promise<Result> =>
  (await createHandler(stage().gateway, { http: { 'GET /': route } })(requests[kind]({}), context())) as Result;

const typed = (bytes: Uint8Array, type: string, more: Record<string, string> = {}) => [
  () => reply(200, bytes, { headers: { 'content-type': type, ...more } }),
  () => new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': type, ...more } }),
  () =>
    reply(
      200,
      (async function* () {
        yield bytes;
      })(),
      { headers: { 'content-type': type, ...more } },
    ),
];

/** The beginning of a xar archive: it has no byte order mark, and bytes that are not valid UTF-8. */
const xar = new Uint8Array([0x78, 0x61, 0x72, 0x21, 0x00, 0x1c, 0x00, 0x01, 0xff, 0xfe, 0x80]);
const text = new TextEncoder().encode('grüß\n');
const marked = new Uint8Array([0xef, 0xbb, 0xbf, 0x61]);
const packed = new Uint8Array([0x1f, 0x8b, 0x08, 0x00]);

describe.each(httpKinds)('a body through %s', (kind) => {
  it.each([
    ['application/vnd.apple.installer+xml', xar],
    ['application/vnd.mozilla.xul+xml', xar],
    ['text/plain; charset=utf-8', xar],
    ['application/json', xar],
    ['application/x-ndjson', xar],
    ['text/plain; charset=iso-8859-1', new Uint8Array([0xe9])],
    ['application/octet-stream', text],
    ['image/png', text],
    // The end of an empty zip file is valid UTF-8 by chance.
    ['application/zip', new Uint8Array([0x50, 0x4b, 5, 6, 0, 0])],
  ])('of type %s is sent as base64, unchanged', async (type, bytes) => {
    for (const route of typed(bytes, type)) {
      const result = await send(kind, route);
      expect(result.isBase64Encoded).toBe(true);
      expect(read(kind, result)).toMatchObject({ status: 200, headers: { 'content-type': type }, body: Buffer.from(bytes) });
    }
  });

  it.each([
    'text/html',
    'text/csv; charset=utf-8',
    'application/json',
    'application/problem+json',
    'application/x-ndjson',
    'application/x-yaml',
    'application/yaml',
    'application/toml',
    'application/graphql-response+json',
    'application/javascript',
    'application/x-www-form-urlencoded',
    'application/xhtml+xml',
    'image/svg+xml',
    'multipart/mixed; boundary=x',
  ])('of type %s is sent as text if it is UTF-8, unchanged', async (type) => {
    for (const bytes of [text, marked]) {
      for (const route of typed(bytes, type)) {
        const result = await send(kind, route);
        expect(result.isBase64Encoded).toBe(false);
        expect(read(kind, result).body).toEqual(Buffer.from(bytes));
      }
    }
  });

  it('is sent as base64 only if it is really compressed', async () => {
    for (const [coding, bytes, base64] of [
      ['gzip', packed, true],
      ['br', text, true],
      ['identity', text, false],
      ['Identity', text, false],
    ] as const) {
      for (const route of typed(bytes, 'text/plain', { 'content-encoding': coding })) {
        const result = await send(kind, route);
        expect(result.isBase64Encoded).toBe(base64);
        expect(read(kind, result)).toMatchObject({ headers: { 'content-encoding': coding }, body: Buffer.from(bytes) });
      }
    }
  });

  it('gets its real content-length', async () => {
    for (const body of ['grüß', text, new Blob([text])]) {
      const answer = read(kind, await send(kind, () => reply(200, body, { headers: { 'content-type': 'text/plain', 'content-length': 3 } })));
      expect(answer.headers['content-length']).toBe(String(answer.body.length));
    }
  });

  it('arrives unchanged, whatever its type and bytes', async () => {
    const type = fc.constantFrom('text/plain', 'application/json', 'application/xml', 'application/x-foo', 'image/svg+xml', 'application/octet-stream', '');
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      // Surrogates become U+FFFD. `fc.string({ unit: 'binary' })` would leave them out, but creating it takes seconds.
      fc.array(fc.integer({ min: 0, max: 0x10_ffff }), { maxLength: 20 }).map((points) => new TextEncoder().encode(String.fromCodePoint(...points))),
    );
    await fc.assert(
      fc.asyncProperty(type, bytes, async (contentType, body) => {
        const result = await send(kind, () => reply(200, body, { headers: { 'content-type': contentType } }));
        expect(read(kind, result).body).toEqual(Buffer.from(body));
      }),
      { numRuns: 100 },
    );
  });
});

describe('values that are bodies', () => {
  const answer = async (route: () => unknown) => read('function-url', await send('function-url', route));

  it('set their own content type', async () => {
    expect(await answer(() => new Blob(['<p>'], { type: 'text/html' }))).toMatchObject({ headers: { 'content-type': 'text/html' }, body: Buffer.from('<p>') });
    expect(await answer(() => new File(['a'], 'a.bin'))).toMatchObject({ headers: { 'content-type': 'application/octet-stream' }, body: Buffer.from('a') });
    expect(await answer(() => reply(200, new Blob(['{}'], { type: 'x/y' }), { headers: { 'content-type': 'application/json' } }))).toMatchObject({
      headers: { 'content-type': 'application/json' },
    });
    expect(await answer(() => new URLSearchParams({ a: '1 2' }))).toMatchObject({
      headers: { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
      body: Buffer.from('a=1+2'),
    });
    for (const bytes of [new DataView(new Uint8Array([9, 1, 2]).buffer, 1), new Uint8ClampedArray([1, 2]), new SharedArrayBuffer(2)])
      expect((await answer(() => bytes)).body).toHaveLength(2);
  });

  it('are not sent if the status allows no body', async () => {
    for (const status of [204, 205, 304])
      expect(await answer(() => reply(status, 'x', { headers: { 'content-type': 'text/plain' } }))).toMatchObject({ status, body: Buffer.alloc(0) });
    expect((await answer(() => reply(204, 'x', { headers: { 'content-length': 1 } }))).headers).not.toHaveProperty('content-length');
  });
});

describe('values that are JSON', () => {
  const json = async (value: unknown): Promise<unknown> => {
    const { status, body } = read('function-url', await send('function-url', () => value));
    expect(status).toBe(200);
    return JSON.parse(body.toString());
  };

  it('are converted as the results of events are', async () => {
    expect(await json(new Map([['a', 1n]]))).toEqual({ a: '1' });
    expect(await json(new Set([1, 'b']))).toEqual([1, 'b']);
    expect(await json(7n)).toBe('7');
    expect(await json({ deep: [{ map: new Map([['k', new Set([new Date(0)])]]) }] })).toEqual({ deep: [{ map: { k: ['1970-01-01T00:00:00.000Z'] } }] });
    expect(await json({ bytes: Buffer.from('hi'), buffer: new Uint8Array([104, 105]).buffer, view: new DataView(new Uint8Array([104, 105]).buffer) })).toEqual({
      bytes: 'aGk=',
      buffer: 'aGk=',
      view: 'aGk=',
    });
    expect(await json({ floats: new Float32Array([0.5, 1]), big: new BigInt64Array([1n]) })).toEqual({ floats: [0.5, 1], big: ['1'] });
    expect(await json(new Float32Array([0.5]))).toEqual([0.5]);
    expect(await json({ query: new URLSearchParams('a=1'), headers: new Headers({ a: '1' }) })).toEqual({ query: 'a=1', headers: { a: '1' } });
    expect(await json({ each: new Map([[1, 2]]).values(), lazy: [1, 2].values().map((n) => n * 2) })).toEqual({ each: [2], lazy: [2, 4] });
    expect(await json(new Map([[1, 2]]).keys())).toEqual([1]);
    expect(await json(reply(200, new Map([['a', 1]])).body)).toEqual({ a: 1 });
    class Money {
      readonly amount = 5n;
    }
    expect(await json({ price: new Money() })).toEqual({ price: { amount: '5' } });
    expect(await json({ toJSON: () => new Map([['a', 1]]) })).toEqual({ a: 1 });
    expect(await json([undefined, () => 1, Symbol('s'), Number.NaN])).toEqual([null, null, null, null]);
  });

  it('are converted in the details of an error, too', async () => {
    const { HttpError } = await import('@suga/lambda');
    const { status, body } = read(
      'function-url',
      await send('function-url', () => {
        throw new HttpError(409, 'no', { details: { ids: new Set([1n]) } });
      }),
    );
    expect([status, JSON.parse(body.toString())]).toEqual([409, { message: 'no', ids: ['1'] }]);
  });

  it.each([
    [
      'a promise that was not awaited',
      () => ({ user: Promise.resolve(1) }),
      'The result of a route has a Promise under "user", which JSON cannot hold: await it.',
    ],
    ['a response', () => ({ a: [{ page: new Response('x') }] }), 'a Response under "page"'],
    ['a request', () => new Request('https://x.example'), 'is a Request, which'],
    ['a stream', () => ({ data: new Blob(['x']).stream() }), 'a ReadableStream under "data"'],
    ['a blob', () => [new Blob(['x'])], 'a Blob under "0"'],
    ['a form', () => new FormData(), 'is a FormData'],
    ['a thenable', () => ({ query: { then: () => undefined } }), 'an Object under "query"'],
  ])('cannot hold %s', async (_name, route, words) => {
    const { gateway, lines } = stage();
    const result = await createHandler(gateway, { http: { 'GET /': route } })(requests['function-url']({}), context());
    expect(result).toMatchObject({ statusCode: 500 });
    expect(lines.find(({ level }) => level === 'error')?.extra).toMatchObject({ error: { code: 'NotJson', message: expect.stringContaining(words) } });
  });

  it('may be large, deep and shared', async () => {
    const row = { a: [1, { b: 'c' }] };
    expect(await json(Array.from({ length: 5_000 }, () => row))).toHaveLength(5_000);
    let deep: object = { end: new Map([['x', 1n]]) };
    for (let at = 0; at < 300; at++) deep = { deep };
    expect(JSON.stringify(await json(deep))).toContain('{"end":{"x":"1"}}');
  });
});
