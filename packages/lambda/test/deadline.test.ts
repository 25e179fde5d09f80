import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHandler, createStreamingHandler, HttpError, type LambdaInvocation } from '@suga/lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { awslambda, invoke } from './awslambda.js';
import { httpKinds, read, requests } from './events/http.js';
import { context, stage } from './test-gateway.js';

type Work = (invocation: LambdaInvocation) => unknown;

const aborted = ({ signal }: LambdaInvocation): Promise<unknown> =>
  new Promise((resolve) => (signal.aborted ? resolve(signal.reason) : signal.addEventListener('abort', () => resolve(signal.reason))));

const suga = (code: string, more: object): Error => Object.assign(new Error(code), { name: 'SugaError', code, ...more });

const ask = async (work: Work, remaining = 400, kind: (typeof httpKinds)[number] = 'function-url') => {
  const { gateway, lines } = stage();
  const handler = createHandler(gateway, { http: { 'GET /': ({ invocation }) => work(invocation) } });
  const answer = read(kind, await handler(requests[kind]({}), context(remaining)));
  return { ...answer, errors: lines.filter(({ level }) => level === 'error').map(({ extra }) => (extra as { error: unknown }).error) };
};

/** A service that never responds. */
const silent = createServer(() => undefined);
beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

/** Errors with which work ends when the signal is aborted, as libraries create them. */
const consequences: readonly (readonly [name: string, work: Work])[] = [
  ['the reason itself', async (invocation) => Promise.reject(await aborted(invocation))],
  [
    'a Timeout of http with the reason as its cause',
    async (invocation) => Promise.reject(suga('Timeout', { details: { limit: 'invocation' }, cause: await aborted(invocation) })),
  ],
  [
    'an Unavailable of config without a cause of ours',
    async (invocation) => Promise.reject(suga('Unavailable', { cause: await aborted(invocation).then(() => new Error('ended')) })),
  ],
  ['the reason deep below', async (invocation) => Promise.reject(new Error('a', { cause: new Error('b', { cause: { cause: await aborted(invocation) } }) }))],
  [
    'a DOMException without a cause',
    async (invocation) => aborted(invocation).then(() => Promise.reject(new DOMException('This operation was aborted', 'AbortError'))),
  ],
  [
    'a circle of causes',
    async (invocation) => {
      const error = new Error('a');
      error.cause = new Error('b', { cause: error });
      await aborted(invocation);
      throw error;
    },
  ],
  ['keys that could not be fetched in time', async (invocation) => Promise.reject(suga('KeysUnavailable', { cause: await aborted(invocation) }))],
  ['what fetch throws', async ({ signal }) => fetch(`http://127.0.0.1:${(silent.address() as AddressInfo).port}/`, { signal })],
];

describe('work that fails because the time is nearly up', () => {
  it.each(consequences)('is answered with 504: %s', async (_name, work) => {
    const { status, body, errors } = await ask(work);
    expect([status, JSON.parse(body.toString())]).toEqual([504, { message: 'Gateway Timeout', errorId: expect.any(String) }]);
    expect(errors).toHaveLength(1);
  });

  it.each(httpKinds)('gets 504 through %s', async (kind) => {
    expect(await ask(async (invocation) => Promise.reject(new Error('a', { cause: await aborted(invocation) })), 400, kind)).toMatchObject({ status: 504 });
  });

  it('gets 504 if an interface ends the work itself', async () => {
    for (const error of [
      suga('Timeout', { details: { limit: 'invocation' } }),
      suga('DeadlineExceeded', {}),
      new Error('x', { cause: suga('DeadlineExceeded', {}) }),
    ])
      expect(await ask(() => Promise.reject(error), 3_000)).toMatchObject({ status: 504, errors: [error] });
  });

  it('gets 504 before the first byte of a stream', async () => {
    vi.stubGlobal('awslambda', awslambda);
    const handler = createStreamingHandler(stage().gateway, {
      http: {
        'GET /': async function* ({ invocation }) {
          throw new Error('a', { cause: await aborted(invocation) });
          yield 1;
        },
      },
    });
    expect((await invoke(handler, requests['function-url']({}), context(400))).prelude).toMatchObject({ statusCode: 504 });
    vi.unstubAllGlobals();
  });
});

describe('what is not a 504', () => {
  it.each<[string, Work, number]>([
    ['a request that took too long by its own limit', () => Promise.reject(suga('Timeout', { details: { limit: 'request' } })), 500],
    [
      'an error with a circle of causes',
      () => {
        const error = new Error('a');
        error.cause = error;
        throw error;
      },
      500,
    ],
    ['an error whose cause is none', () => Promise.reject(new Error('a', { cause: 'Deadline' })), 500],
    ['what has been thrown is nothing', () => Promise.reject(null), 500],
    ['a status that the route has chosen', async (invocation) => Promise.reject(new HttpError(502, 'upstream', { cause: await aborted(invocation) })), 502],
    ['a refusal of the client', async (invocation) => aborted(invocation).then(() => Promise.reject(suga('InvalidInput', {}))), 400],
    ['an answer that was in time after all', async (invocation) => aborted(invocation).then(() => 'done'), 200],
  ])('%s', async (_name, work, status) => {
    expect((await ask(work)).status).toBe(status);
  });
});
