import { deflateSync } from 'node:zlib';
import { createHandler, type EventHandlers, HttpError } from '@suga/lambda';
import { ownClock } from '@suga/vitest/clock';
import { describe, expect, it } from 'vitest';
import { authorizers, cognito, direct, eventbridge, logs, schedule, websocket } from './events/others.js';
import { sqs } from './events/records.js';
import { context, sleep, stage } from './test-gateway.js';

const run = (events: EventHandlers, event: unknown, remaining = 900_000): Promise<unknown> =>
  createHandler(stage().gateway, { events })(event, context(remaining));

describe('single events', () => {
  it('are passed to their handlers unchanged, and failures to AWS', async () => {
    expect(await run({ eventbridge: (event) => event.detail }, eventbridge({ id: 3 }))).toEqual({ id: 3 });
    for (const source of ['aws.events', 'aws.scheduler'] as const) expect(await run({ schedule: (event) => event.source }, schedule(source))).toBe(source);
    await expect(
      run(
        {
          eventbridge: () => {
            throw new Error('retry me');
          },
        },
        eventbridge(),
      ),
    ).rejects.toThrow('retry me');
    const clock = ownClock();
    await expect(clock.pass(100, run({ schedule: () => sleep(5_000) }, schedule(), 100))).rejects.toMatchObject({
      code: 'Deadline',
      message: expect.stringContaining('50 ms were left'),
    });
  });

  it('keep the table of handlers as this', async () => {
    class Handlers {
      readonly #answer = 42;
      schedule(): number {
        return this.#answer;
      }
    }
    expect(await run(new Handlers(), schedule())).toBe(42);
  });

  it('have their log lines decompressed', async () => {
    expect(await run({ logs: ({ logGroup, logEvents }) => [logGroup, logEvents.map(({ message }) => message)] }, logs('one', 'two'))).toEqual([
      '/aws/lambda/f',
      ['one', 'two'],
    ]);
    const zlib = { awslogs: { data: deflateSync('{"logGroup":"g","logEvents":[]}').toString('base64') } };
    expect(await run({ logs: ({ logGroup }) => logGroup }, zlib)).toBe('g');
    for (const data of ['', 'bm8gemlw', Buffer.from('{').toString('base64')])
      await expect(run({ logs: () => 1 }, { awslogs: { data } })).rejects.toMatchObject({ code: 'BadRecord' });
  });

  it('return the response to a WebSocket, or refuse it', async () => {
    const event = { ...websocket('$default', 'hi'), httpMethod: 'POST', path: '/', headers: {}, multiValueHeaders: {} };
    expect(await run({ websocket: ({ body }) => ({ statusCode: 200, body }) }, event)).toEqual({ statusCode: 200, body: 'hi' });
    expect(await run({ websocket: ({ requestContext }) => void requestContext.connectionId }, websocket('$connect'))).toEqual({ statusCode: 200 });
    expect(await run({ websocket: ({ body }) => ({ statusCode: 200, body }) }, websocket('$default', 'hi'))).toEqual({ statusCode: 200, body: 'hi' });
    expect(
      await run(
        {
          websocket: () => {
            throw new HttpError(401, 'who are you?');
          },
        },
        websocket('$connect'),
      ),
    ).toEqual({ statusCode: 401, body: 'who are you?' });
    await expect(
      run(
        {
          websocket: () => {
            throw new Error('no');
          },
        },
        websocket('$disconnect'),
      ),
    ).rejects.toThrow('no');
  });

  it('return the decision of an authorizer', async () => {
    for (const make of Object.values(authorizers)) {
      expect(await run({ authorizer: (event) => ({ isAuthorized: event.type !== 'TOKEN' || event.authorizationToken === 'Bearer t' }) }, make())).toEqual({
        isAuthorized: true,
      });
    }
    await expect(
      run(
        {
          authorizer: () => {
            throw new Error('Unauthorized');
          },
        },
        authorizers['authorizer-v1'](),
      ),
    ).rejects.toThrow('Unauthorized');
  });

  it('are returned to Cognito', async () => {
    expect(await run({ cognito: (event) => void (event.response['autoConfirmUser'] = true) }, cognito())).toMatchObject({
      triggerSource: 'PreSignUp_SignUp',
      response: { autoConfirmUser: true },
    });
    expect(await run({ cognito: (event) => ({ ...event, userName: 'other' }) }, cognito())).toMatchObject({ userName: 'other' });
  });

  it('cannot have handlers for unknown kinds', () => {
    for (const events of [{ queue: () => 1 }, { sqs: 7 }, { direct: () => 1 }, { toString: () => 1 }]) {
      expect(() => createHandler(stage().gateway, { events: events as never })).toThrow(expect.objectContaining({ code: 'InvalidOptions' }));
    }
  });
});

describe('direct calls', () => {
  const { gateway } = stage();
  const handler = createHandler(gateway);
  const call = (operation: string, params?: object, name = 'calculator'): Promise<unknown> => handler(direct(name, operation, params), context());

  it('reach operations that allow it, and return JSON data', async () => {
    expect(await call('add', { a: 1, b: 2 })).toBe(3);
    expect(await call('later', { value: 'x' })).toBe('x');
    expect(await call('later', {})).toBeNull();
    expect(await call('count', { to: 3 })).toEqual([1, 2, 3]);
    expect(await call('odd')).toEqual({ map: { a: '1' }, set: [1], bytes: 'aGk=', at: '1970-01-01T00:00:00.000Z' });
  });

  it('are refused by name', async () => {
    await expect(call('secret')).rejects.toMatchObject({ code: 'NotRemote', message: expect.stringContaining('calculator.secret') });
    await expect(call('ad', { a: 1 })).rejects.toMatchObject({ code: 'UnknownOperation' });
    await expect(call('add', { a: 'x' })).rejects.toMatchObject({ code: 'InvalidParams' });
    await expect(call('get', {}, 'cash')).rejects.toMatchObject({ code: 'UnknownInterface' });
    for (const name of ['__proto__', 'constructor', 'toString']) await expect(call(name, {}, name)).rejects.toMatchObject({ code: 'UnknownInterface' });
    for (const params of [[1], null, 'x', 7]) await expect(handler({ interface: 'calculator', operation: 'add', params }, context())).rejects.toThrow();
  });

  it('can be switched off', async () => {
    await expect(createHandler(gateway, { direct: false })(direct('calculator', 'add', { a: 1, b: 2 }), context())).rejects.toMatchObject({
      code: 'NoHandler',
    });
  });

  it('fail if JSON cannot hold the result', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const { gateway: own } = stage({
      loop: {
        operations: { get: { params: {}, remote: true }, each: { params: {}, remote: true } },
        load: () => ({ operations: { get: () => circular, each: () => [1, 2].values() } }),
      },
    });
    await expect(createHandler(own)(direct('loop', 'get'), context())).rejects.toMatchObject({
      code: 'NotJson',
      message: 'The result of loop.get cannot be sent as JSON.',
    });
    expect(await createHandler(own)(direct('loop', 'each'), context())).toEqual([1, 2]);
  });
});

it('waits for initialize before the first record of a batch', async () => {
  const order: string[] = [];
  const handler = createHandler(stage().gateway, {
    initialize: async () => {
      await sleep(10);
      order.push('ready');
    },
    events: { sqs: ({ id }) => void order.push(id) },
  });
  await handler(sqs([{ id: 'a' }]), context());
  expect(order).toEqual(['ready', 'a']);
});
