import { control, createGateway } from '@suga/gateway';
import { createHandler, HttpError, lambda } from '@suga/lambda';
import { ownClock } from '@suga/vitest/clock';
import { describe, expect, it, vi } from 'vitest';
import { requests } from './events/http.js';
import { schedule } from './events/others.js';
import { sqs } from './events/records.js';
import { context, sleep, stage } from './test-gateway.js';

describe('the running invocation', () => {
  it('is known inside the invocation, and not outside', async () => {
    ownClock();
    const { gateway } = stage();
    const seen: unknown[] = [];
    const handler = createHandler(gateway, {
      events: {
        schedule: () => void seen.push(gateway.lambda.invocation(), gateway.lambda.remainingTime(), gateway.lambda.isColdStart()),
      },
    });
    expect(gateway.lambda.invocation()).toBeUndefined();
    expect(gateway.lambda.remainingTime()).toBe(Number.POSITIVE_INFINITY);
    expect(gateway.lambda.isColdStart()).toBe(false);
    await handler(schedule(), { ...context(5_000, 'first'), xRayTraceId: 'Root=1-2' });
    expect(seen[0]).toMatchObject({ id: 'first', source: 'schedule', traceId: 'Root=1-2', coldStart: true });
    expect((seen[0] as { elapsed: number }).elapsed).toBe(0);
    expect(seen[1]).toBe(5_000);
    expect(seen[2]).toBe(true);
    await handler(schedule(), context());
    expect(seen[5]).toBe(false);
  });

  it('takes the trace id from the environment if the context has none', async () => {
    const { gateway } = stage();
    process.env['_X_AMZN_TRACE_ID'] = 'Root=env';
    try {
      const handler = createHandler(gateway, { events: { schedule: () => void expect(gateway.lambda.invocation()?.traceId).toBe('Root=env') } });
      await handler(schedule(), context());
    } finally {
      delete process.env['_X_AMZN_TRACE_ID'];
    }
  });

  it('has no deadline if Lambda reports none', async () => {
    const { gateway } = stage();
    const handler = createHandler(gateway, { events: { schedule: () => void expect(gateway.lambda.invocation()).not.toHaveProperty('remaining') } });
    await handler(schedule(), {} as never);
  });
});

describe('statistics', () => {
  it('count from the first invocation on when preloaded, by source, with errors and durations', async () => {
    const { gateway } = stage();
    const handler = createHandler(gateway, {
      preload: ['lambda'],
      http: {
        'GET /ok': () => sleep(15),
        'GET /broken': () => {
          throw new Error('broken');
        },
        'GET /teapot': () => {
          throw new HttpError(418, 'short and stout');
        },
      },
      events: {
        sqs: ({ id }) => {
          if (id === 'b') throw new Error('no');
        },
        schedule: () => {
          throw new Error('no');
        },
      },
    });
    const get = (path: string): Promise<unknown> => handler(requests['function-url']({ path }), context());
    await get('/ok');
    await get('/broken');
    await get('/teapot');
    await handler(sqs([{ id: 'a' }, { id: 'b' }]), context());
    await expect(handler(schedule(), context())).rejects.toThrow('no');
    const stats = gateway.lambda.stats();
    expect(stats).toMatchObject({ invocations: 5, errors: 3, active: 0, coldStarts: 1 });
    expect(stats.sources).toMatchObject({
      'function-url': { invocations: 3, errors: 1 },
      sqs: { invocations: 1, errors: 1 },
      schedule: { invocations: 1, errors: 1 },
    });
    expect(stats.maxMs).toBeGreaterThanOrEqual(14);
    expect(stats.totalMs).toBeGreaterThanOrEqual(stats.maxMs);
    expect(stats.since).toBeLessThanOrEqual(Date.now());
  });

  it('count the invocation that loaded them, and one that called failed once', async () => {
    const { gateway } = stage();
    const handler = createHandler(gateway, {
      events: {
        schedule: () => {
          gateway.lambda.failed();
          gateway.lambda.failed();
          return gateway.lambda.stats().active;
        },
      },
    });
    expect(await handler(schedule(), context())).toBe(1);
    expect(gateway.lambda.stats()).toMatchObject({ invocations: 1, errors: 1, coldStarts: 1, active: 0 });
    gateway.lambda.failed();
    expect(gateway.lambda.stats().errors).toBe(1);
  });

  it('do not count an invocation that had ended before they were loaded', async () => {
    const { gateway } = stage();
    let late: Promise<void> | undefined;
    const handler = createHandler(gateway, {
      events: {
        schedule: () => {
          late = new Promise((resolve) => setImmediate(resolve)).then(() => void gateway.lambda.remainingTime());
        },
      },
    });
    await handler(schedule(), context());
    await late;
    expect(gateway.lambda.stats()).toMatchObject({ active: 0, invocations: 0 });
  });

  it.each(['provisioned-concurrency', 'snap-start', 'lambda-managed-instances'])('count no cold start with %s', async (type) => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', type);
    const { gateway, lines } = stage();
    const handler = createHandler(gateway, { preload: ['lambda', 'logging'], events: { schedule: () => gateway.lambda.isColdStart() } });
    expect(await handler(schedule(), context())).toBe(false);
    expect(gateway.lambda.stats()).toMatchObject({ invocations: 1, coldStarts: 0 });
    expect(lines.map(({ message }) => message)).not.toContain('Cold start');
    vi.unstubAllEnvs();
  });

  it('can be called from outside, but not changed', async () => {
    const { gateway } = stage();
    const handler = createHandler(gateway);
    expect(await handler({ interface: 'lambda', operation: 'stats' }, context())).toMatchObject({ active: 1, invocations: 0 });
    await expect(handler({ interface: 'lambda', operation: 'failed' }, context())).rejects.toMatchObject({ code: 'NotRemote' });
  });

  it('are reported as state that an unload would lose', async () => {
    const gateway = createGateway({ lambda: lambda() });
    gateway.lambda.stats();
    expect(control(gateway).heldState('lambda')).toBeUndefined();
    await control(gateway).run({ id: 'x' }, () => undefined);
    expect(control(gateway).heldState('lambda')).toBe('1 invocations counted');
    expect(gateway.lambda.stats().sources).toHaveProperty('unknown');
  });
});

it('has facts for every operation', () => {
  const { operations } = lambda();
  expect(Object.keys(operations)).toEqual(['invocation', 'remainingTime', 'isColdStart', 'failed', 'estimateCost', 'stats']);
  expect(Object.values(operations).map((facts) => 'remote' in facts && facts.remote)).toEqual([false, false, false, false, true, true]);
});
