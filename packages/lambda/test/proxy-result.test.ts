import { createHandler, createStreamingHandler } from '@suga/lambda';
import { describe, expect, it, vi } from 'vitest';
import { awslambda, invoke } from './awslambda.js';
import { httpKinds, read, requests } from './events/http.js';
import { context, stage } from './stage.js';

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
const route = async (value: unknown, kind: (typeof httpKinds)[number] = 'function-url', method = 'GET') => {
  const { gateway, lines } = stage();
  const result = await createHandler(gateway, { http: { 'GET /': () => value } })(requests[kind]({ method }), context());
  const errors = lines.filter(({ level }) => level === 'error').map(({ extra }) => (extra as { error: unknown }).error);
  return { answer: read(kind, result), result: result as Record<string, unknown>, errors };
};

describe.each(httpKinds)("a response in Lambda's proxy format through %s", (kind) => {
  it('is sent as what it says', async () => {
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
    // The flag holds whatever the type and the bytes are.
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

it('is streamed as what it says', async () => {
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
    [{ statusCode: 404 }],
    { result: { statusCode: 404 } },
    new Row(),
  ])('stays JSON: %o', async (value) => {
    const { answer } = await route(value);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual(JSON.parse(JSON.stringify(value)));
  });
});

describe('one that Lambda would refuse', () => {
  it.each([
    [{ statusCode: 200, body: { a: 1 } }, 'body is a value of type object: it must be a string (JSON.stringify(…)), or return the value itself'],
    [{ statusCode: 200, body: 7 }, 'body is 7'],
    [{ statusCode: 99, body: '' }, 'statusCode is 99: it must be an integer from 200 to 599'],
    [{ statusCode: 200.5 }, 'statusCode is 200.5'],
    [{ statusCode: 600 }, 'statusCode is 600'],
    [{ statusCode: Number.NaN }, 'statusCode is NaN'],
    [{ statusCode: 200, headers: { 'x-a': {} } }, 'headers is a value of type object: it must be an object of strings'],
    [{ statusCode: 200, headers: ['x: y'] }, 'headers is an array'],
    [{ statusCode: 200, multiValueHeaders: { a: 'b' } }, 'multiValueHeaders is a value of type object: it must be an object of arrays'],
    [{ statusCode: 200, cookies: 'a=1' }, 'cookies is "a=1"'],
    [{ statusCode: 200, body: 'x', isBase64Encoded: 'true' }, 'isBase64Encoded is "true"'],
  ])('is refused by name: %o', async (value, words) => {
    const { answer, errors } = await route(value);
    expect(answer.status).toBe(500);
    expect(errors).toEqual([expect.objectContaining({ name: 'LambdaError', code: 'InvalidResponse', message: expect.stringContaining(words) })]);
  });

  it('cannot break out of a header', async () => {
    expect((await route({ statusCode: 200, headers: { 'x-a': 'a\r\nset-cookie: b' } })).answer.status).toBe(500);
  });
});
