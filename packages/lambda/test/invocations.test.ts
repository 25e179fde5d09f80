import { control, createGateway } from '@suga/gateway';
import { createHandler, type LambdaHandler, lambda } from '@suga/lambda';
import { ownClock, settled } from '@suga/vitest/clock';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Answered, read, requests } from './events/http.js';
import { direct, schedule } from './events/others.js';
import { sqs } from './events/records.js';
import { context, sleep, stage } from './test-gateway.js';

const get = async (handler: LambdaHandler, path = '/', remaining = 900_000): Promise<Answered> =>
  read('function-url', await handler(requests['function-url']({ path }), context(remaining)));
const jsonOf = ({ body }: Answered): Record<string, unknown> => JSON.parse(body.toString()) as Record<string, unknown>;

describe('a handler', () => {
  it("has two parameters, because Node 24's runtime would refuse three", () => {
    expect(createHandler(stage().gateway)).toHaveLength(2);
  });

  it('runs every invocation within the gateway', async () => {
    const { gateway } = stage();
    let seen: unknown;
    const handler = createHandler(gateway, {
      events: {
        schedule: (_event, invocation) => {
          seen = [control(gateway).invocation() === invocation, invocation.deadline, invocation.signal.aborted];
        },
      },
    });
    await handler(schedule(), context());
    expect(seen).toEqual([true, expect.any(Number), false]);
    await expect(handler({}, context())).rejects.toThrow();
    expect(control(gateway).stats()).toMatchObject({ invocations: 2, active: 0 });
  });

  it('responds even if a start hook refuses the invocation', async () => {
    const refusing = (error: Error) =>
      createGateway(
        { lambda: lambda() },
        {
          middleware: [
            {
              name: 'guard',
              start: () => {
                throw error;
              },
            },
          ],
        },
      );
    const blocked = createHandler(refusing(Object.assign(new Error('stopped'), { name: 'SugaError', code: 'Blocked' })), { http: { 'GET /': () => 1 } });
    expect(await get(blocked)).toMatchObject({ status: 503, headers: { 'retry-after': '60' } });
    await expect(blocked(direct('calculator', 'add'), context())).rejects.toThrow('stopped');
    const broken = createHandler(refusing(new Error('broken')), { events: { schedule: () => 1 } });
    await expect(broken(schedule(), context())).rejects.toThrow('broken');
  });

  it('skips and logs a schedule that is refused, and passes on the error of one that has started', async () => {
    let open = false;
    const { gateway, lines } = stage();
    const refusal = () => Object.assign(new Error('the month is used up'), { name: 'SugaError', code: 'Throttled' });
    control(gateway).use({ name: 'guard', start: async () => (open ? undefined : Promise.reject(refusal())) });
    const schedules = createHandler(gateway, { events: { schedule: () => Promise.reject(refusal()) } });
    expect(await schedules(schedule(), context())).toBeUndefined();
    expect(lines).toMatchObject([{ message: 'Skipped', extra: { source: 'schedule', error: { message: 'the month is used up' } } }]);
    open = true;
    await expect(schedules(schedule(), context())).rejects.toThrow('the month is used up');
  });
});

describe('initialize', () => {
  it('starts once, in INIT, and is awaited', async () => {
    let calls = 0;
    let done = false;
    const handler = createHandler(stage().gateway, {
      initialize: async () => {
        calls++;
        await sleep(10);
        done = true;
      },
      http: { 'GET /': () => done },
    });
    expect(calls).toBe(1);
    const answers = await Promise.all([get(handler), get(handler), get(handler)]);
    expect(answers.map(({ body }) => body.toString())).toEqual(['true', 'true', 'true']);
    await get(handler);
    expect(calls).toBe(1);
  });

  it('can be awaited at the top of a module', async () => {
    let done = false;
    const handler = createHandler(stage().gateway, {
      initialize: async () => {
        await sleep(5);
        done = true;
      },
    });
    await handler.ready;
    expect(done).toBe(true);
    await expect(createHandler(stage().gateway).ready).resolves.toBeUndefined();
  });

  it.each(['throws', 'rejects'])('tries again with the next invocation when it %s', async (how) => {
    let calls = 0;
    const initialize = (): unknown => {
      if (++calls > 2) return undefined;
      if (how === 'throws') throw new Error(`no ${calls}`);
      return sleep(5).then(() => {
        throw new Error(`no ${calls}`);
      });
    };
    const { gateway, lines } = stage();
    const handler = createHandler(gateway, { initialize, http: { 'GET /': () => 'up' }, events: { schedule: () => 'up' } });
    await expect(handler.ready).resolves.toBeUndefined();
    expect(calls).toBe(1);
    // The first invocation reports the failure of INIT. Only the next one tries again.
    expect(await get(handler)).toMatchObject({ status: 500 });
    expect(lines.some(({ extra }) => (extra as { error?: Error }).error?.message === 'no 1')).toBe(true);
    await expect(handler(schedule(), context())).rejects.toThrow('no 2');
    expect(await handler(schedule(), context())).toBe('up');
    expect(calls).toBe(3);
  });

  it('starts again after an invocation that waited for it until its deadline', async () => {
    const clock = ownClock();
    const calls: PromiseWithResolvers<void>[] = [];
    const initialize = () => (calls.push(Promise.withResolvers()), calls.at(-1)?.promise);
    const handler = createHandler(stage().gateway, { initialize, http: { 'GET /': () => 'up' }, events: { schedule: () => 'up' } });
    expect(await clock.pass(100, get(handler, '/', 100))).toMatchObject({ status: 504 });
    expect(calls).toHaveLength(1);
    await expect(clock.pass(100, handler(schedule(), context(100)))).rejects.toMatchObject({ code: 'Deadline' });
    expect(calls).toHaveLength(2);
    const third = handler(schedule(), context());
    await settled();
    expect(calls).toHaveLength(3);
    // A late failure of the first attempt affects no invocation.
    calls[0]?.reject(new Error('late'));
    calls[2]?.resolve();
    expect(await third).toBe('up');
    expect(await handler(schedule(), context())).toBe('up');
    expect(calls).toHaveLength(3);
  });

  it('is not started again while another invocation waits for a newer attempt', async () => {
    const clock = ownClock();
    const calls: PromiseWithResolvers<void>[] = [];
    const initialize = () => (calls.push(Promise.withResolvers()), calls.at(-1)?.promise);
    const handler = createHandler(stage().gateway, { initialize, events: { schedule: () => 'up' } });
    const slow = handler(schedule(), context(300)).catch(({ code }) => code);
    await expect(clock.pass(60, handler(schedule(), context(60)))).rejects.toMatchObject({ code: 'Deadline' });
    const newer = handler(schedule(), context());
    expect(await clock.pass(300, slow)).toBe('Deadline');
    const newest = handler(schedule(), context());
    await settled();
    expect(calls).toHaveLength(2);
    calls[1]?.resolve();
    expect(await Promise.all([newer, newest])).toEqual(['up', 'up']);
  });

  it('reports a failure to all invocations that wait for it', async () => {
    let calls = 0;
    const handler = createHandler(stage().gateway, {
      initialize: async () => {
        await sleep(10);
        if (++calls === 1) throw new Error('no');
      },
      events: { schedule: () => 'up' },
    });
    const first = await Promise.allSettled([handler(schedule(), context()), handler(schedule(), context())]);
    expect(first.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await handler(schedule(), context())).toBe('up');
    expect(calls).toBe(2);
  });
});

describe('preload', () => {
  it('loads interfaces in INIT, and fails there for a misspelt name', () => {
    const { gateway } = stage();
    createHandler(gateway, { preload: ['calculator'] });
    expect(control(gateway).stats().interfaces).toMatchObject({ calculator: { loaded: true }, lambda: { loaded: false }, logging: { loaded: false } });
    expect(() => createHandler(gateway, { preload: ['calculater'] })).toThrow(expect.objectContaining({ code: 'UnknownInterface' }));
  });
});

describe('the deadline', () => {
  it('aborts the signal of the work, and the client gets 504', async () => {
    const clock = ownClock();
    const { gateway, lines } = stage();
    let reason: unknown;
    const handler = createHandler(gateway, {
      http: {
        'GET /': ({ invocation: { signal } }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve('stopped in time'))),
        'GET /slow': ({ invocation: { signal } }) => {
          signal.addEventListener('abort', () => {
            reason = signal.reason;
          });
          return sleep(5_000);
        },
        'GET /stream': async function* () {
          yield 'a';
          await sleep(5_000);
        },
      },
      cors: { origins: ['https://a.example'] },
    });
    expect(jsonOf(await clock.pass(150, get(handler, '/', 150)))).toBe('stopped in time');
    for (const path of ['/slow', '/stream']) {
      const answer = await clock.pass(599, get(handler, path, 600));
      expect(answer).toMatchObject({ status: 504, headers: { vary: 'origin' } });
      expect(jsonOf(answer)).toEqual({ message: 'Gateway Timeout', errorId: lines.at(-1)?.extra && (lines.at(-1)?.extra as { errorId: string }).errorId });
    }
    expect(reason).toMatchObject({ name: 'LambdaError', code: 'Deadline' });
  });

  it('applies to initialize as well', async () => {
    const clock = ownClock();
    const handler = createHandler(stage().gateway, { initialize: () => sleep(5_000), events: { schedule: () => 1 }, http: { 'GET /': () => 1 } });
    await expect(clock.pass(100, handler(schedule(), context(100)))).rejects.toMatchObject({ code: 'Deadline' });
    expect(await clock.pass(100, get(handler, '/', 100))).toMatchObject({ status: 504 });
  });

  it('can be switched off, and is off if Lambda reports none', async () => {
    const clock = ownClock();
    let aborted: boolean | undefined;
    const handler = createHandler(stage().gateway, {
      deadlineMargin: 0,
      events: {
        schedule: async (_event, { signal }) => {
          await sleep(60);
          aborted = signal.aborted;
          return 'late';
        },
      },
    });
    expect(await clock.pass(60, handler(schedule(), context(40)))).toBe('late');
    expect(aborted).toBe(false);
    expect(await createHandler(stage().gateway, { events: { schedule: () => 1 } })(schedule(), { awsRequestId: 'x' } as never)).toBe(1);
    expect(await createHandler(stage().gateway, { events: { schedule: () => 1 } })(schedule(), undefined as never)).toBe(1);
  });

  it('sets no timer that Node would warn of: for a time that has passed, because an earlier timer was late, or too far ahead', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    expect(await createHandler(stage().gateway, { events: { schedule: () => 'up' } })(schedule(), context(2 ** 40))).toBe('up');
    const { now } = Date;
    const late = ({ signal }: { readonly signal: AbortSignal }) =>
      new Promise<void>(() => signal.addEventListener('abort', () => void vi.spyOn(Date, 'now').mockImplementation(() => now() + 60_000)));
    const handler = createHandler(stage().gateway, { events: { schedule: (_event, invocation) => late(invocation) } });
    await expect(handler(schedule(), context(20))).rejects.toMatchObject({ code: 'Deadline' });
    await settled();
    process.off('warning', warned);
    vi.restoreAllMocks();
    expect(warned).not.toHaveBeenCalled();
  });

  it('leaves no timer behind', async () => {
    ownClock();
    const handler = createHandler(stage().gateway, {
      http: {
        'GET /': () => 1,
        'GET /no': () => {
          throw new Error('no');
        },
      },
    });
    await Promise.all([get(handler), get(handler, '/no'), handler({}, context()).catch(() => 1), get(handler, '/nowhere')]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('overlapping invocations', () => {
  it('are never mixed up', async () => {
    const { gateway } = stage();
    const handler = createHandler(gateway, {
      preload: ['lambda'],
      http: {
        'GET /{n}': async ({ params, invocation, query }) => {
          await sleep(Math.random() * 20);
          const before = gateway.lambda.invocation()?.id;
          await sleep(Math.random() * 20);
          if (Number(params.n) % 10 === 3) throw new Error(params.n);
          return [params.n, query.get('n'), invocation.id, before, gateway.lambda.invocation()?.id, invocation.signal.aborted];
        },
      },
      events: {
        sqs: async ({ id }) => {
          await sleep(Math.random() * 20);
          if (!id.startsWith(gateway.lambda.invocation()?.id ?? '-')) throw new Error('mixed');
        },
        schedule: (_event, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    });
    const results = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const id = `r${at}`;
        if (at % 3 === 1)
          return handler(sqs([{ id: `${id}-a` }, { id: `${id}-b` }]), context(900_000, id)).then((result) => expect(result).toEqual({ batchItemFailures: [] }));
        if (at % 3 === 2) return expect(handler(schedule(), context(100, id))).rejects.toMatchObject({ code: 'Deadline' });
        const answer = read('function-url', await handler(requests['function-url']({ path: `/${at}`, query: [['n', String(at)]] }), context(900_000, id)));
        if (at % 10 === 3) return expect(answer.status).toBe(500);
        return expect(JSON.parse(answer.body.toString())).toEqual([String(at), String(at), id, id, id, false]);
      }),
    );
    expect(results).toHaveLength(60);
    expect(gateway.lambda.stats()).toMatchObject({
      invocations: 60,
      active: 0,
      errors: 22,
      coldStarts: 1,
      sources: { 'function-url': { invocations: 20, errors: 2 }, schedule: { invocations: 20, errors: 20 }, sqs: { invocations: 20, errors: 0 } },
    });
  });
});

describe('the log', () => {
  afterEach(() => void vi.restoreAllMocks());
  const onConsole = (): unknown[] => {
    const seen: unknown[] = [];
    vi.spyOn(console, 'error').mockImplementation((line: string) => void seen.push(JSON.parse(line)));
    return seen;
  };
  const broken = {
    'GET /': () => {
      throw Object.assign(new Error('broken', { cause: Object.assign(new Error('deeper', { cause: 'deepest' }), { code: 'ECONNRESET' }) }), {
        code: 'Unavailable',
      });
    },
  } as const;

  it('has no line about the cold start if logging is not loaded, because that would load it', async () => {
    const { gateway, lines } = stage();
    const handler = createHandler(gateway, { http: { 'GET /': () => gateway.calculator.add(1, 2) } });
    await get(handler);
    expect(lines).toEqual([]);
    expect(control(gateway).stats().interfaces['logging']?.loaded).toBe(false);
  });

  it('has one line about the cold start, with what was loaded', async () => {
    const { gateway, lines } = stage();
    const handler = createHandler(gateway, { preload: ['lambda', 'logging'], http: { 'GET /': () => gateway.calculator.add(1, 2) } });
    await get(handler);
    await get(handler);
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'Cold start',
        extra: {
          source: 'function-url',
          durationMs: expect.any(Number),
          uptimeMs: expect.any(Number),
          loadedMs: { lambda: expect.any(Number), logging: expect.any(Number), calculator: expect.any(Number) },
        },
      },
    ]);
  });

  it('is the console if logging is not installed, and only for errors', async () => {
    const seen = onConsole();
    const gateway = createGateway({ lambda: lambda() });
    const answer = await get(createHandler(gateway, { http: broken }));
    expect(seen).toEqual([
      {
        level: 'ERROR',
        message: 'Request failed',
        errorId: jsonOf(answer)['errorId'],
        requestId: expect.any(String),
        source: 'function-url',
        error: {
          name: 'Error',
          message: 'broken',
          stack: expect.stringContaining('broken'),
          code: 'Unavailable',
          cause: { name: 'Error', message: 'deeper', code: 'ECONNRESET', stack: expect.any(String), cause: 'deepest' },
        },
      },
    ]);
  });

  it.each([
    [
      'fails',
      () => {
        throw new Error('log is full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('log is full'))],
  ])('never breaks a response when it %s', async (_how, write) => {
    const seen = onConsole();
    const facts = { params: { message: {}, extra: {} } } as const;
    const gateway = createGateway({
      logging: { operations: { info: facts, error: facts }, load: () => ({ operations: { info: write, error: write } }) },
    } as never);
    expect(await get(createHandler(gateway, { http: broken }))).toMatchObject({ status: 500 });
    await settled();
    expect(seen).toMatchObject([{ message: 'Request failed', error: { message: 'broken' } }]);
  });

  it('uses the console if logging cannot be loaded, or has no such operation', async () => {
    const seen = onConsole();
    const failing = createGateway({
      logging: {
        operations: { error: { params: {} } },
        load: () => {
          throw new Error('cannot load');
        },
      },
    } as never);
    expect(await get(createHandler(failing, { http: broken }))).toMatchObject({ status: 500 });
    const bare = createGateway({ logging: { operations: { warn: { params: {} } }, load: () => ({ operations: { warn: () => 1 } }) } } as never);
    expect(await get(createHandler(bare, { http: broken }))).toMatchObject({ status: 500 });
    expect(seen).toHaveLength(2);
  });
});

it('does not log a refused direct call, because AWS gets the error', async () => {
  const { gateway, lines } = stage();
  await expect(createHandler(gateway)(direct('calculator', 'secret'), context())).rejects.toMatchObject({ code: 'NotRemote' });
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});
