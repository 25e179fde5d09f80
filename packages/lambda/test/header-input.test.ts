import { createHandler, type HeadersInput, HttpError, reply } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { type Answered, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

const answerOf = async (route: () => unknown): Promise<Answered> =>
  read('function-url', await createHandler(stage().gateway, { http: { 'GET /': route } })(requests['function-url']({}), context()));

class Security {
  readonly 'x-a' = '1';
  readonly b = 2;
}

const all: readonly (readonly [what: string, headers: HeadersInput])[] = [
  ['an object', { 'X-A': '1', b: 2, none: undefined }],
  ['an object of a class', { ...new Security() }],
  ['Headers', new Headers({ 'X-A': '1', b: '2' })],
  [
    'a Map',
    new Map<string, string | number>([
      ['X-A', '1'],
      ['b', 2],
    ]),
  ],
  [
    'a list of pairs',
    [
      ['X-A', '1'],
      ['b', 2],
      ['none', undefined],
    ],
  ],
  ['URLSearchParams', new URLSearchParams({ 'x-a': '1', b: '2' })],
];

describe.each(all)('headers in %s', (_what, headers) => {
  it('are sent with a reply', async () => {
    const answer = await answerOf(() => reply(200, 'x', { headers }));
    expect(answer.headers).toEqual({ 'content-type': 'application/json', 'x-a': '1', b: '2' });
  });

  it('are sent with an HttpError', async () => {
    const answer = await answerOf(() => {
      throw new HttpError(404, 'no', { headers });
    });
    expect(answer).toMatchObject({ status: 404, headers: { 'x-a': '1', b: '2' } });
  });
});

it('a name that occurs in several pairs keeps all its values, also for cookies', async () => {
  const headers = new Headers([
    ['Set-Cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ]);
  expect((await answerOf(() => reply(200, 'x', { headers }))).cookies).toEqual(['a=1', 'b=2']);
  const pairs: HeadersInput = [
    ['X-A', '1'],
    ['x-a', ['2', '3']],
  ];
  expect((await answerOf(() => reply(200, 'x', { headers: pairs }))).headers['x-a']).toBe('1, 2, 3');
});

it.each<[unknown, string]>([
  [null, 'headers, not null'],
  ['x', 'headers, not "x"'],
  [['x: y'], 'headers, not an array'],
  [[['a']], 'headers, not an array'],
  [[[1, 'a']], 'headers, not an array'],
  [new Set(['a']), 'headers, not a value of type object'],
  [Promise.resolve({ a: '1' }), 'headers, not a value of type object'],
  [new Date(0), 'headers, not a value of type object'],
  [() => ({}), 'headers, not a value of type function'],
  [{ a: {} }, 'header "a", not a value of type object'],
  [{ a: [{}] }, 'header "a", not an array'],
  [{ expires: new Date(0) }, 'header "expires", not a value of type object'],
  [{ a: Symbol.iterator }, 'header "a", not Symbol(Symbol.iterator)'],
  [new Map([['a', {}]]), 'header "a", not a value of type object'],
])('what cannot be headers is refused by name: %o', (headers, words) => {
  const refused = expect.objectContaining({ name: 'LambdaError', code: 'InvalidOptions', message: expect.stringContaining(words) });
  expect(() => reply(200, 'x', { headers: headers as never })).toThrow(refused);
  // An HttpError may be created with `null` as its headers.
  if (headers !== null) expect(() => new HttpError(404, 'x', { headers: headers as never })).toThrow(refused);
});

it.each([null, 'a=1', [1], { a: '1' }, new Set(['a=1'])])('what cannot be cookies is refused by name: %o', (cookies) => {
  const refused = expect.objectContaining({
    code: 'InvalidOptions',
    message: expect.stringContaining('expected an array of whole Set-Cookie lines as cookies'),
  });
  expect(() => reply(200, 'x', { cookies: cookies as never })).toThrow(refused);
});

it.each(['text', ['a'], new Map([['a', 1]]), 7])('what cannot be details is refused by name: %o', (details) => {
  const refused = expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining('expected fields by name as details') });
  expect(() => new HttpError(404, 'x', { details: details as never })).toThrow(refused);
});
