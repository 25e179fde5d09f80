import { createHandler, type LambdaHandler } from '@suga/lambda';
import { type FailsafeHandler, failsafe } from '@suga/lambda/failsafe';
import { ownClock } from '@suga/vitest/clock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answered, httpKinds, read, requests } from './events/http.js';
import { authorizers, direct, eventbridge, schedule, websocket } from './events/others.js';
import { kinesis, sns, sqs } from './events/records.js';
import { context, sleep, stage } from './test-gateway.js';

const others = [
  sqs([{ id: 'a' }]),
  kinesis([{ sequence: '1', data: '' }]),
  sns('m'),
  eventbridge(),
  schedule(),
  websocket('$connect'),
  { ...websocket('$default', 'hi'), httpMethod: 'POST', path: '/health' },
  direct('a', 'b'),
  ...Object.values(authorizers).map((make) => make()),
  {},
  null,
  7,
  [],
  'x',
];
const ask = async (handler: FailsafeHandler, path = '/', method = 'GET'): Promise<Answered> =>
  read('function-url', await handler(requests['function-url']({ path, method }), context()));
const app = (): LambdaHandler =>
  createHandler(stage().gateway, { http: { 'GET /': () => 'real', 'GET /health': () => 'fine' }, events: { sqs: () => undefined } });

let logged: Record<string, unknown>[];
beforeEach(() => {
  logged = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>));
});
afterEach(() => {
  delete process.env['LAMBDA_MODE'];
  vi.restoreAllMocks();
});

describe('if the function can be loaded', () => {
  it('passes everything on to it', async () => {
    for (const load of [app, async () => app(), () => sleep(10).then(app)]) {
      const handler = failsafe(load);
      expect(handler).toHaveLength(2);
      expect((await ask(handler)).body.toString()).toBe('"real"');
      expect((await ask(handler, '/health')).body.toString()).toBe('"fine"');
      expect(await handler(sqs([{ id: 'a' }]), context())).toEqual({ batchItemFailures: [] });
    }
    expect(logged).toEqual([]);
  });

  it('loads in INIT, once', async () => {
    const load = vi.fn(app);
    const handler = failsafe(load);
    expect(load).toHaveBeenCalledTimes(1);
    await handler.ready;
    await Promise.all([ask(handler), ask(handler)]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('sets no timer of its own once the function is loaded', async () => {
    const handler = failsafe(async () => () => 'real');
    await handler.ready;
    const timers = vi.spyOn(globalThis, 'setTimeout');
    expect(await Promise.all([handler({}, context()), handler(sqs([{ id: 'a' }]), context())])).toEqual(['real', 'real']);
    expect(timers).not.toHaveBeenCalled();
  });

  it('passes on errors of the handler', async () => {
    await expect(
      failsafe(() => () => {
        throw new Error('own');
      })(sqs([]), context()),
    ).rejects.toThrow('own');
  });
});

describe.each([
  [
    'throws',
    () => {
      throw new Error('no gateway');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no gateway'))],
  ['loads nothing', () => ({}) as never],
  ['loads null', () => null as never],
])('if loading %s', (_how, load) => {
  it('answers requests with 503, health among them', async () => {
    const handler = failsafe(load, { retryAfter: 4_100 });
    for (const kind of httpKinds) {
      const answer = read(kind, await handler(requests[kind]({ path: '/any', method: 'POST' }), context()));
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5', 'content-type': 'application/json', 'cache-control': 'no-store' } });
      expect(JSON.parse(answer.body.toString())).toEqual({ message: 'Service Unavailable' });
      const health = read(kind, await handler(requests[kind]({ path: '/health' }), context()));
      expect(health.status).toBe(503);
      expect(JSON.parse(health.body.toString())).toEqual({ status: 'failsafe' });
    }
  });

  it('throws for everything else, so that nothing is lost', async () => {
    const handler = failsafe(load);
    for (const event of others) await expect(handler(event, context())).rejects.toThrow(/^Failsafe: the function could not be loaded\. .* delivered again\.$/);
  });

  it('logs one line', async () => {
    const handler = failsafe(load);
    await handler.ready;
    await ask(handler);
    await ask(handler);
    await ask(handler);
    expect(logged).toEqual([
      {
        level: 'ERROR',
        message: 'The function could not be loaded. The failsafe responds.',
        error: expect.objectContaining({ name: expect.any(String), message: expect.any(String), stack: expect.any(String) }),
      },
    ]);
  });
});

it('logs the code of an error, and its causes', async () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', cause: 'no such host' });
  const handler = failsafe(() => Promise.reject(Object.assign(new Error('no config', { cause }), { code: 'Unavailable' })));
  await handler.ready;
  expect(logged).toMatchObject([{ error: { message: 'no config', code: 'Unavailable', cause: { code: 'ECONNREFUSED', cause: 'no such host' } } }]);
  await failsafe(() => Promise.reject('text')).ready;
  expect(logged[1]).toMatchObject({ error: 'text' });
});

it('tries again with a later invocation, and passes everything on once that works', async () => {
  let calls = 0;
  const handler = failsafe(() => {
    if (++calls < 3) throw new Error(`attempt ${calls}`);
    return app();
  });
  await handler.ready;
  expect((await ask(handler)).status).toBe(503);
  expect(calls).toBe(1);
  const overlapping = await Promise.all([ask(handler), ask(handler)]);
  expect(overlapping.map(({ status }) => status)).toEqual([503, 503]);
  expect(calls).toBe(2);
  expect((await ask(handler)).body.toString()).toBe('"real"');
  expect(calls).toBe(3);
  expect(logged.map(({ error }) => (error as Error).message)).toEqual(['attempt 1', 'attempt 2']);
});

describe('if loading hangs', () => {
  /** Returns the value of a promise if it resolves within `ms`, else `too late`. */
  const before = (ms: number, promise: Promise<unknown>): Promise<unknown> => Promise.race([promise, sleep(ms).then(() => 'too late')]);

  it.each([
    [10_000, 9_501],
    [600, 301],
  ])('answers requests with 503 before the deadline (%i ms)', async (remaining, due) => {
    const clock = ownClock();
    const handler = failsafe(() => new Promise<never>(() => undefined));
    for (const kind of httpKinds) {
      const asked = handler(requests[kind]({ path: '/health' }), context(remaining));
      const answer = read(kind, (await clock.pass(due, before(due, asked))) as never);
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
    }
    expect(logged).toEqual([{ level: 'ERROR', message: 'Failsafe: the function was not loaded before the deadline. Loading continues.' }]);
  });

  it('throws for everything else before the deadline, so that nothing is lost', async () => {
    const clock = ownClock();
    const handler = failsafe(() => new Promise<never>(() => undefined));
    const refused = clock.pass(9_501, before(9_501, handler(sqs([{ id: 'a' }]), context(10_000))));
    await expect(refused).rejects.toMatchObject({ code: 'Failsafe', message: expect.stringContaining('was not loaded before the deadline') });
  });

  it('waits while there is time, and continues to load for the next invocation', async () => {
    const clock = ownClock();
    const load = vi.fn(() => sleep(15_000).then(app));
    const handler = failsafe(load);
    expect(await clock.pass(9_501, handler(requests['function-url']({}), context(10_000)))).toMatchObject({ statusCode: 503 });
    expect(await clock.pass(9_000, handler(requests['function-url']({}), context(10_000)))).toMatchObject({ statusCode: 200, body: '"real"' });
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('tries again if an attempt fails after it was abandoned', async () => {
    const clock = ownClock();
    let calls = 0;
    const handler = failsafe(() => (++calls === 1 ? sleep(12_000).then(() => Promise.reject(new Error('too slow'))) : app()));
    expect(await clock.pass(10_000, handler(requests['function-url']({}), context(10_000)))).toMatchObject({ statusCode: 503 });
    await clock.pass(5_000);
    expect((await ask(handler)).body.toString()).toBe('"real"');
    expect(logged.map(({ message }) => message)).toEqual([expect.stringContaining('Loading continues'), expect.stringContaining('could not be loaded')]);
  });

  it('leaves no timer behind', async () => {
    ownClock();
    const handler = failsafe(app);
    await ask(handler);
    expect(vi.getTimerCount()).toBe(0);
    const broken = failsafe(() => Promise.reject(new Error('no')));
    await ask(broken);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits without a limit if there is no deadline', async () => {
    const clock = ownClock();
    for (const unknown of [undefined, {}, context(Number.POSITIVE_INFINITY)]) {
      const handler = failsafe(() => sleep(2_000_000).then(app));
      expect(await clock.pass(2_000_001, handler(requests['function-url']({}), unknown))).toMatchObject({ statusCode: 200 });
    }
  });
});

describe('with LAMBDA_MODE=failsafe', () => {
  it.each(['failsafe', ' Failsafe '])('(%s) nothing is loaded, health checks succeed, the rest is refused', async (mode) => {
    process.env['LAMBDA_MODE'] = mode;
    const load = vi.fn(app);
    const handler = failsafe(load, { health: ['/health', '/live'] });
    await handler.ready;
    for (const path of ['/health', '/live']) {
      const answer = await ask(handler, path);
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('retry-after');
      expect(JSON.parse(answer.body.toString())).toEqual({ status: 'failsafe' });
      expect(await ask(handler, path, 'HEAD')).toMatchObject({ status: 200, body: Buffer.alloc(0) });
      expect((await ask(handler, path, 'POST')).status).toBe(503);
    }
    expect(await ask(handler)).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
    for (const event of others) await expect(handler(event, context())).rejects.toThrow('LAMBDA_MODE is "failsafe"');
    for (const kind of httpKinds) expect(read(kind, await handler(requests[kind]({ path: '/health', query: [['a', 'b']] }), context())).status).toBe(200);
    expect(load).not.toHaveBeenCalled();
    expect(logged).toEqual([]);
  });

  it('finds the health path behind a stage', async () => {
    process.env['LAMBDA_MODE'] = 'failsafe';
    expect(await failsafe(app)(requests['apigw-v2']({ path: '/health', stage: 'prod' }), context())).toMatchObject({ statusCode: 200 });
  });
});

describe('the options', () => {
  it.each([
    [null, 'Expected an object with options, not null.'],
    [[], 'Expected an object with options, not an array.'],
    [{ healh: ['/health'] }, 'failsafe.healh: unknown name. Did you mean health? Known names: health, basePath, retryAfter.'],
    [{ health: '/health' }, 'failsafe.health: expected an array of paths like ["/health"], not "/health".'],
    [{ health: null }, 'not null.'],
    [{ basePath: [7] }, 'failsafe.basePath: expected a path like "/shop", or an array of them, not an array.'],
    [{ retryAfter: '30' }, 'failsafe.retryAfter: expected milliseconds, 0 or more, not "30".'],
    [{ retryAfter: -1 }, 'not -1.'],
    [{ retryAfter: Number.NaN }, 'not NaN.'],
    [{ retryAfter: Number.POSITIVE_INFINITY }, 'not Infinity.'],
  ])('are refused by name, at once: %o', (options, words) => {
    const load = vi.fn(app);
    expect(() => failsafe(load, options as never)).toThrow(expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining(words) }));
    expect(load).not.toHaveBeenCalled();
  });

  it('may be undefined, one by one', async () => {
    process.env['LAMBDA_MODE'] = 'failsafe';
    expect((await ask(failsafe(app, { health: undefined, basePath: undefined, retryAfter: undefined }), '/health')).status).toBe(200);
  });

  it('come after a function', () => {
    expect(() => failsafe({} as never)).toThrow(
      expect.objectContaining({ code: 'InvalidOptions', message: expect.stringContaining('failsafe(() => require') }),
    );
  });
});

it('gives load balancers what they need', async () => {
  const handler = failsafe(() => {
    throw new Error('no');
  });
  expect(await handler(requests['alb']({}), context())).toMatchObject({ statusDescription: '503 Service Unavailable', headers: {}, isBase64Encoded: false });
  expect(await handler({ ...requests['alb']({}), multiValueHeaders: {} }, context())).toMatchObject({ headers: { 'retry-after': '30' } });
  expect(await handler(requests['alb-multi']({}), context())).toMatchObject({ multiValueHeaders: { 'retry-after': ['30'] } });
  expect(await handler({ ...requests['alb-multi']({}), headers: {} }, context())).toMatchObject({ multiValueHeaders: { 'retry-after': ['30'] } });
});
