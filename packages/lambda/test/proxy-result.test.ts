import { Readable } from 'node:stream';
import { createHandler, createStreamingHandler, reply } from '@suga/lambda';
import { describe, expect, it, vi } from 'vitest';
import { awslambda, invoke } from './awslambda.js';
import { httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
const route = async (value: unknown, kind: (typeof httpKinds)[number] = 'function-url', method = 'GET') => {
  const { gateway, lines } = stage();
  const result = await createHandler(gateway, { http: { 'GET /': () => value } })(requests[kind]({ method }), context());
  const errors = lines.filter(({ level }) => level === 'error').map(({ extra }) => (extra as { error: unknown }).error);
  return { answer: read(kind, result), result: result as Record<string, unknown>, errors };
};

describe.each(httpKinds)("a response in Lambda's proxy format through %s", (kind) => {
  it('is sent with its status, headers and body', async () => {
    const value = { statusCode: 404, headers: { 'Content-Type': 'application/json', 'X-A': 1, 'x-no': undefined }, body: JSON.stringify({ message: 'no' }) };
    expect((await route(value, kind)).answer).toEqual({
      status: 404,
      headers: { 'content-type': 'application/json', 'x-a': '1' },
      cookies: [],
      body: Buffer.from('{"message":"no"}'),
    });
    expect((await route({ statusCode: 204 }, kind)).answer).toEqual({ status: 204, headers: {}, cookies: [], body: Buffer.alloc(0) });
    expect((await route({ statusCode: 302, headers: { location: '/' }, body: '' }, kind)).answer).toMatchObject({ status: 302, headers: { location: '/' } });
    expect((await route({ statusCode: 200, body: '<p>', headers: null, multiValueHeaders: null, cookies: null }, kind)).answer).toMatchObject({
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('<p>'),
    });
    expect((await route({ statusCode: 200, body: 'x' }, kind, 'HEAD')).answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  it('keeps bytes, cookies and headers with several values', async () => {
    const image = { statusCode: 200, headers: { 'content-type': 'image/png' }, body: Buffer.from(png).toString('base64'), isBase64Encoded: true };
    const { answer, result } = await route(image, kind);
    expect(answer.body).toEqual(Buffer.from(png));
    expect(result).toMatchObject({ body: image.body, isBase64Encoded: true });
    // The flag applies whatever the type and the bytes are.
    const encoded = { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'aGk=', isBase64Encoded: true };
    expect((await route(encoded, kind)).result).toMatchObject({ body: 'aGk=', isBase64Encoded: true });
    const many = {
      statusCode: 200,
      headers: { 'X-One': 'a', 'set-cookie': 'z=0' },
      multiValueHeaders: { 'x-one': ['b', 'a'], 'Set-Cookie': ['a=1', 'b=2, c'], 'x-none': [] },
      cookies: ['c=3'],
      body: 'x',
    };
    const { headers, cookies } = (await route(many, kind)).answer;
    expect(headers['x-one']?.replace(' ', '')).toBe('b,a');
    expect(headers).not.toHaveProperty('x-none');
    expect(cookies).toEqual(['a=1', 'b=2, c', 'z=0', 'c=3']);
  });
});

it('is streamed with its status, headers and body', async () => {
  vi.stubGlobal('awslambda', awslambda);
  const handler = createStreamingHandler(stage().gateway, {
    http: { 'GET /': () => ({ statusCode: 201, body: 'aGk=', isBase64Encoded: true, cookies: ['a=1'] }) },
  });
  expect(await invoke(handler, requests['function-url']({}), context())).toMatchObject({
    prelude: { statusCode: 201, cookies: ['a=1'] },
    body: Buffer.from('hi'),
  });
  vi.unstubAllGlobals();
});

it.each([
  ['Headers', new Headers({ 'X-A': '1', b: '2' })],
  [
    'a Map',
    new Map<string, unknown>([
      ['X-A', 1],
      ['b', '2'],
    ]),
  ],
  [
    'a list of pairs',
    [
      ['X-A', '1'],
      ['b', '2'],
    ],
  ],
])('accepts headers as %s', async (_what, headers) => {
  expect((await route({ statusCode: 200, headers })).answer).toMatchObject({ status: 200, headers: { 'x-a': '1', b: '2' } });
  expect((await route({ statusCode: 200, multiValueHeaders: new Map([['X-A', ['1', '2']]]) }, 'alb-multi')).answer.headers).toMatchObject({ 'x-a': '1,2' });
});

describe('a value that only looks like one', () => {
  class Row {
    readonly statusCode = 200;
  }
  it.each([
    { statusCode: 404, status: 'lost' },
    { statusCode: '404', body: 'text' },
    { statusCode: null, body: 'text' },
    { body: 'text', headers: {} },
    { statusCode: 200, data: [] },
    { statusCode: 200, Body: 'text' },
    { statusCode: 200, body: undefined, device: 'lamp' },
    { statusCode: 200, cookies: 3, device: 'lamp' },
    [{ statusCode: 404 }],
    { result: { statusCode: 404 } },
    new Row(),
  ])('stays JSON: %o', async (value) => {
    const { answer } = await route(value);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual(JSON.parse(JSON.stringify(value)));
  });
});

describe('a response with a key that the format does not have', () => {
  class Result {
    readonly statusCode = 404;
    readonly body = 'x';
    readonly id = 7;
  }
  it.each([
    [{ statusCode: 404, body: 'x', id: 7 }, 'id'],
    [{ statusCode: 302, headers: { location: '/' }, status: 'moved' }, 'status'],
    [{ statusCode: 302, multiValueHeaders: {}, cookie: 'a' }, 'cookie'],
    [{ statusCode: 200, body: 'eA==', isBase64encoded: true }, 'isBase64encoded'],
    [{ statusCode: 200, isBase64Encoded: true, Body: 'eA==' }, 'Body'],
    [new Result(), 'id'],
  ])('is refused with the name of the key, and not sent as data with 200: %o', async (value, key) => {
    const { answer, errors } = await route(value);
    expect(answer.status).toBe(500);
    const message = expect.stringMatching(new RegExp(`with the unknown key "${key}"\\. .*reply\\(status, body`));
    expect(errors).toEqual([expect.objectContaining({ name: 'LambdaError', code: 'InvalidResponse', message })]);
    expect((await route(reply(200, { ...value }))).answer).toMatchObject({ status: 200, body: Buffer.from(JSON.stringify(value)) });
  });

  it('is accepted if the value is undefined', async () => {
    expect((await route({ statusCode: 404, body: 'x', id: undefined })).answer).toMatchObject({ status: 404, body: Buffer.from('x') });
  });
});

it('accepts an object of a class', async () => {
  class Fields {
    readonly statusCode = 404;
    readonly headers = { 'x-a': '1' };
    readonly body = 'x';
  }
  class Getters {
    readonly statusCode = 404;
    get headers(): object {
      return { 'x-a': '1' };
    }
    get body(): string {
      return 'x';
    }
  }
  for (const value of [new Fields(), new Getters(), Object.assign(Object.create(null) as object, new Fields())]) {
    expect((await route(value)).answer).toMatchObject({ status: 404, headers: { 'x-a': '1' }, body: Buffer.from('x') });
  }
});

it('is not a stream that has a status, such as an IncomingMessage of Node', async () => {
  const stream = Object.assign(Readable.from(['page']), { statusCode: 404, headers: {} });
  expect((await route(stream)).answer).toMatchObject({ status: 200, body: Buffer.from('page') });
});

describe('a response that Lambda would refuse', () => {
  it.each([
    [{ statusCode: 200, body: { a: 1 } }, 'body is a value of type object: it must be a string (JSON.stringify(…)), or return the value itself'],
    [{ statusCode: 200, body: 7 }, 'body is 7'],
    [{ statusCode: 99, body: '' }, 'statusCode is 99: it must be an integer from 200 to 599'],
    [{ statusCode: 200.5 }, 'statusCode is 200.5'],
    [{ statusCode: 600 }, 'statusCode is 600'],
    [{ statusCode: Number.NaN }, 'statusCode is NaN'],
    [{ statusCode: 200, headers: { 'x-a': {} } }, 'header "x-a" is a value of type object: it must be a string or an array of strings'],
    [{ statusCode: 200, headers: { 'x-a': [{}] } }, 'header "x-a" is an array'],
    [{ statusCode: 200, headers: { expires: new Date(0) } }, 'header "expires" is a value of type object'],
    [{ statusCode: 200, headers: ['x: y'] }, 'headers is an array: it must be headers by name, Headers, a Map or an array of pairs'],
    [{ statusCode: 200, headers: 'x' }, 'headers is "x"'],
    [{ statusCode: 200, headers: new Set(['x: y']) }, 'headers is a value of type object'],
    [{ statusCode: 200, headers: Promise.resolve({}) }, 'headers is a value of type object'],
    [{ statusCode: 200, multiValueHeaders: { a: [{}] } }, 'header "a" is an array'],
    [{ statusCode: 200, cookies: [1] }, 'cookies is an array'],
    [{ statusCode: 200, multiValueHeaders: { a: 'b' } }, 'multiValueHeaders is a value of type object: it must be an object of arrays'],
    [{ statusCode: 200, cookies: 'a=1' }, 'cookies is "a=1"'],
    [{ statusCode: 200, body: 'x', isBase64Encoded: 'true' }, 'isBase64Encoded is "true"'],
  ])('is refused with the name of the field: %o', async (value, words) => {
    const { answer, errors } = await route(value);
    expect(answer.status).toBe(500);
    expect(errors).toEqual([expect.objectContaining({ name: 'LambdaError', code: 'InvalidResponse', message: expect.stringContaining(words) })]);
  });

  it('cannot inject a header', async () => {
    expect((await route({ statusCode: 200, headers: { 'x-a': 'a\r\nset-cookie: b' } })).answer.status).toBe(500);
  });
});
