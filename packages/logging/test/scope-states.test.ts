import { control, createGateway } from '@suga/gateway';
import { type LoggingOptions, logging } from '@suga/logging';
import { afterEach, describe, expect, it, vi } from 'vitest';

type LogRecord = Record<string, unknown>;
function fresh(options: LoggingOptions = {}) {
  const lines: string[] = [];
  const gateway = createGateway({ logging: logging({ service: 'test', write: (line) => lines.push(line), ...options }) });
  const records = () => lines.map((line) => JSON.parse(line) as LogRecord);
  const run = <T>(id: string, work: () => T | Promise<T>) => control(gateway).run({ id }, work);
  return { gateway, log: gateway.logging, lines, records, run, messages: () => records().map(({ message }) => message) };
}
const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
afterEach(() => void vi.unstubAllEnvs());

describe('200 overlapping invocations', () => {
  it('mix up nothing and lose nothing', async () => {
    const { log, records, run } = fresh({ buffer: true, sampleRate: 0.5 });
    const sampled = new Set<string>();
    const one = (index: number) =>
      run(`r${index}`, async () => {
        const id = `r${index}`;
        log.setCorrelationId(`c-${id}`);
        log.appendKeys({ mine: id });
        const child = log.child({ part: id });
        if (log.isLevelEnabled('info')) log.debug('first', { id });
        await pause();
        child.debug('second', { id });
        await pause();
        expect(log.getCorrelationId()).toBe(`c-${id}`);
        await log.logOperation('work', pause);
        if (index % 2 === 0) log.error('failed', { id });
      });
    await Promise.all(Array.from({ length: 200 }, (_, index) => one(index)));
    const logged = records();
    const by = Map.groupBy(logged, (record) => String(record['function_request_id']));
    expect(by.size).toBe(200);
    for (const [id, all] of by) {
      const messages = all.map(({ message }) => message);
      for (const record of all) expect(record).toMatchObject({ mine: id, correlation_id: `c-${id}`, sampling_rate: 0.5 });
      expect(all.filter(({ part }) => part !== undefined)).toSatisfy((parts: LogRecord[]) => parts.every(({ part }) => part === id));
      const failed = Number(id.slice(1)) % 2 === 0;
      if (messages[0] === 'first') sampled.add(id);
      const quiet = ['work: success'];
      const flushed = ['work: success', 'first', 'second', 'work: start', 'failed'];
      const full = ['first', 'second', 'work: start', 'work: success', ...(failed ? ['failed'] : [])];
      expect(messages).toEqual(sampled.has(id) ? full : failed ? flushed : quiet);
    }
    expect(sampled.size).toBeGreaterThan(60);
    expect(sampled.size).toBeLessThan(140);
    expect(log.stats()).toMatchObject({ buffered: 0, dropped: 0, lost: 0 });
    expect(Object.values(log.stats().lines).reduce((sum, each) => sum + each)).toBe(logged.length);
  });
});

describe('sampling', () => {
  it('makes the same decision for the same id, and samples nothing outside of an invocation', async () => {
    const { log, messages, run, records } = fresh({ sampleRate: 0.5 });
    for (let round = 0; round < 2; round++) for (let index = 0; index < 20; index++) await run(`id-${index}`, () => log.debug(`m${index}`));
    log.debug('outside');
    const logged = messages();
    expect(logged.length).toBeGreaterThan(4);
    expect(logged.length).toBeLessThan(36);
    expect(logged.slice(0, logged.length / 2)).toEqual(logged.slice(logged.length / 2));
    expect(records()[0]).toMatchObject({ sampling_rate: 0.5, level: 'DEBUG' });
  });

  it.each([
    [0, 0],
    [1, 50],
  ])('with a rate of %d samples %d of 50', async (sampleRate, count) => {
    const { log, lines, run } = fresh({ sampleRate });
    for (let index = 0; index < 50; index++) await run(`id-${index}`, () => log.debug('m'));
    expect(lines).toHaveLength(count);
  });

  it("is set by variables, our own before Powertools'; an invalid variable counts as not set", async () => {
    vi.stubEnv('POWERTOOLS_LOGGER_SAMPLE_RATE', '1');
    const theirs = fresh();
    await theirs.run('r', () => theirs.log.debug('m'));
    vi.stubEnv('LOG_SAMPLE_RATE', '7');
    const nonsense = fresh();
    await nonsense.run('r', () => nonsense.log.debug('m'));
    expect([theirs.lines.length, nonsense.lines.length]).toEqual([1, 0]);
    expect(() => fresh({ sampleRate: 2 }).log.info('m')).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'InvalidParams' }) }));
  });
});

describe('the buffer', () => {
  it('is written before an error, and discarded with the invocation', async () => {
    const { log, messages, run } = fresh({ buffer: true });
    await run('quiet', () => log.debug('never seen'));
    await run('failing', () => {
      log.debug('one');
      log.info('two');
      expect(log.stats().buffered).toBe(1);
      log.critical('three');
      log.error('four');
    });
    log.debug('outside');
    log.error('five');
    expect(messages()).toEqual(['two', 'one', 'three', 'four', 'five']);
    expect(log.stats()).toMatchObject({ buffered: 0, lines: { debug: 1, info: 1, error: 2, critical: 1 } });
  });

  it('can be flushed or cleared, and holds records up to its own level', async () => {
    const { log, messages, run } = fresh({ level: 'error', buffer: { level: 'info', flushOnError: false } });
    await run('r', () => {
      log.debug('a');
      log.clearBuffer();
      log.info('b');
      log.warn('c');
      log.error('d');
      log.flushBuffer();
      log.flushBuffer();
    });
    expect(messages()).toEqual(['d', 'b']);
  });

  it('is bounded, and reports how many lines were dropped', async () => {
    const { log, messages, run } = fresh({ buffer: { maxBytes: 2000 } });
    await run('r', () => {
      for (let index = 0; index < 100; index++) log.debug(`d${index}`, { pad: 'ä'.repeat(200) });
      log.debug('too long', { pad: 'x'.repeat(3000) });
      log.debug('last');
      log.error('e');
    });
    expect(messages()).toEqual([expect.stringMatching(/^101 older lines/), 'last', 'e']);
    expect(log.stats().dropped).toBe(101);
  });

  it('keeps nothing after the end', async () => {
    const { log, run, gateway } = fresh({ buffer: true });
    let late = () => undefined as unknown;
    await run('r', () => {
      log.info('in time');
      const { AsyncResource } = process.getBuiltinModule('node:async_hooks');
      late = AsyncResource.bind(() => log.debug('late'));
    });
    late();
    expect(log.stats().buffered).toBe(0);
    expect(control(gateway).heldState('logging')).toBeUndefined();
  });

  it.each([{ maxBytes: 0 }, { maxBytes: 'x' as never }, { level: 'loud' as never }])('refuses invalid options: %j', (buffer) => {
    expect(() => fresh({ buffer }).log.info('m')).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'InvalidParams' }) }));
  });
});

describe("Lambda's own level", () => {
  it('takes precedence over sampling, buffer, children and setLevel, and that is reported once', async () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'WARN');
    const { log, messages, run } = fresh({ sampleRate: 1, buffer: true });
    await run('r', () => {
      log.debug('a');
      log.child({}, { level: 'debug' }).info('b');
      log.setLevel('debug');
      log.info('c');
      log.error('d');
    });
    expect(log.getLevel()).toBe('warn');
    expect(messages()).toEqual([expect.stringContaining('AWS_LAMBDA_LOG_LEVEL'), 'd']);
  });

  it('causes no warning if the settings do not ask for more', () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'WARN');
    const { log, messages } = fresh();
    log.warn('a');
    expect(messages()).toEqual(['a']);
  });
});

describe('keys', () => {
  it('belong to the invocation or to all', async () => {
    const { log, records, run } = fresh({ keys: { team: 'home' } });
    await run('r1', () => {
      log.appendKeys({ a: 1, b: 2 });
      log.appendPersistentKeys({ region: 'eu', old: 1 });
      log.removeKeys(['a', 'team']);
      log.info('one');
      log.removePersistentKeys(['old']);
      log.resetKeys();
      log.info('two');
    });
    log.info('three');
    log.resetKeys();
    log.info('four');
    const logged = records().map(({ a, b, team, region, old }) => ({ a, b, team, region, old }));
    expect(logged).toEqual([{ b: 2, team: 'home', region: 'eu', old: 1 }, { team: 'home', region: 'eu' }, { team: 'home', region: 'eu' }, { team: 'home' }]);
    for (const names of ['a', ['a', 5], ['']]) expect(() => log.removeKeys(names as never)).toThrow(expect.objectContaining({ code: 'InvalidParams' }));
  });

  const ring: Record<string, unknown> = { id: 1 };
  ring['self'] = ring;
  it.each<[string, object]>([
    ['an error', Object.assign(new TypeError('broken', { cause: new Error('deep') }), { code: 'E1' })],
    ['a map', new Map<string, unknown>([['at', new Date(0)]])],
    ['a set', new Set(['a', 1n])],
    ['a date', new Date(0)],
    ['bytes', Buffer.from('abc')],
    ['an object with a toJSON', { secret: 1, toJSON: () => ({ shown: 2 }) }],
    ['fields of all kinds', { at: new Date(0), big: 1n, ring, nan: Number.NaN, map: new Map([['a', new Error('in it')]]), none: undefined }],
    ['fields with the names of standard fields', { message: 'mine', level: 3, extra: 'more' }],
  ])('are written in the same way as the extra of a record: %s', (_, fields) => {
    const logged = (options: LoggingOptions, work: (log: ReturnType<typeof fresh>['log']) => void): unknown => {
      const { log, records } = fresh(options);
      work(log);
      return records().map(({ timestamp, ...rest }) => rest);
    };
    const expected = logged({}, (log) => log.info('m', fields));
    expect(expected).toHaveLength(1);
    expect(logged({ keys: fields }, (log) => log.info('m'))).toEqual(expected);
    for (const append of ['appendKeys', 'appendPersistentKeys'] as const) {
      const appended = logged({}, (log) => {
        log[append](fields);
        log.info('m');
      });
      expect(appended).toEqual(expected);
    }
    expect(logged({}, (log) => log.child(fields).info('m'))).toEqual(expected);
    expect(logged({}, (log) => log.log('info', 'm', undefined, { keys: fields }))).toEqual(expected);
  });

  it('that unloading would lose are reported as held state', async () => {
    const { log, gateway, run } = fresh();
    const holds = () => control(gateway).heldState('logging');
    log.info('m');
    expect(holds()).toBeUndefined();
    await run('r', () => {
      log.setCorrelationId('c');
      expect(holds()).toContain('1 invocation');
    });
    expect([log.getCorrelationId(), holds()]).toEqual([undefined, undefined]);
    log.appendPersistentKeys({ a: 1 });
    log.setLevel('debug');
    expect(holds()).toBe('persistent keys, a level set in code');
  });
});

describe('parts of one invocation', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const staged = (options: LoggingOptions = {}) => {
    const made = fresh(options);
    return { ...made, part: <T>(work: () => T): T => control(made.gateway).runScope(work) };
  };

  it('have their own fields, and start with those of the invocation', async () => {
    const { log, records, run, part } = staged({ keys: { app: 'shop' } });
    await run('r', async () => {
      log.appendKeys({ batch: 7, source: 'queue' });
      await Promise.all(
        ['a', 'b', 'c'].map((order) =>
          part(async () => {
            log.appendKeys({ order });
            log.setCorrelationId(`c-${order}`);
            await turn();
            if (order === 'b') log.removeKeys(['source']);
            if (order === 'c') log.resetKeys();
            await turn();
            log.info(order);
            expect(log.getCorrelationId()).toBe(order === 'c' ? undefined : `c-${order}`);
          }),
        ),
      );
      part(() => log.info('says nothing of its own'));
      log.info('after');
    });
    const standard = ['level', 'message', 'timestamp', 'service', 'function_request_id', 'cold_start'];
    const own = records().map((record) => Object.fromEntries(Object.entries(record).filter(([key]) => !standard.includes(key))));
    expect(own).toEqual([
      { app: 'shop', batch: 7, source: 'queue', order: 'a', correlation_id: 'c-a' },
      { app: 'shop', batch: 7, order: 'b', correlation_id: 'c-b' },
      { app: 'shop' },
      { app: 'shop', batch: 7, source: 'queue' },
      { app: 'shop', batch: 7, source: 'queue' },
    ]);
    expect(records().every(({ function_request_id }) => function_request_id === 'r')).toBe(true);
  });

  it('pass their fields on to children and to parts of their own', async () => {
    const { log, records, run, part } = staged();
    await run('r', () =>
      part(() => {
        log.appendKeys({ order: 'a' });
        log.child({ step: 1 }).info('child');
        part(() => {
          log.appendKeys({ line: 2 });
          log.info('inner');
        });
        log.info('outer');
      }),
    );
    expect(records()).toMatchObject([{ order: 'a', step: 1 }, { order: 'a', line: 2 }, { order: 'a' }]);
    expect(records()[2]).not.toHaveProperty('line');
  });

  it('have fields that are added later in the enclosing scope, until they change their own', async () => {
    const { log, records, run, part } = staged({ buffer: true });
    await run('r', async () => {
      const parts = ['asks', 'sets'].map((name) =>
        part(async () => {
          log.debug('kept');
          log.operationStart('save');
          expect(log.getCorrelationId()).toBeUndefined();
          if (name === 'sets') log.appendKeys({ order: 'a' });
          await turn();
          log.info(name);
          part(() => log.info(`inside ${name}`));
          expect(log.getCorrelationId()).toBe(name === 'asks' ? 'c' : undefined);
        }),
      );
      log.appendKeys({ batch: 7 });
      log.setCorrelationId('c');
      await Promise.all(parts);
    });
    expect(records().map(({ message, order, batch, correlation_id }) => ({ message, order, batch, correlation_id }))).toEqual([
      { message: 'asks', order: undefined, batch: 7, correlation_id: 'c' },
      { message: 'inside asks', order: undefined, batch: 7, correlation_id: 'c' },
      { message: 'sets', order: 'a', batch: undefined, correlation_id: undefined },
      { message: 'inside sets', order: 'a', batch: undefined, correlation_id: undefined },
    ]);
  });

  it('measure their operations separately', async () => {
    const { log, records, run, part } = staged();
    vi.spyOn(Date, 'now').mockReturnValue(1000);
    await run('r', async () => {
      const save = (until: number) =>
        part(async () => {
          log.operationStart('save');
          await turn();
          vi.spyOn(Date, 'now').mockReturnValue(until);
          log.operationSuccess('save');
        });
      await Promise.all([save(1010), save(1500)]);
    });
    vi.restoreAllMocks();
    expect(records().map(({ duration_ms }) => duration_ms)).toEqual([10, 500]);
  });

  it('write their own buffered lines and those of the invocation, but not those of other parts', async () => {
    const { log, messages, run, part } = staged({ buffer: true });
    await run('r', async () => {
      log.debug('invocation');
      await Promise.all([
        part(async () => {
          log.debug('a kept');
          await turn();
          log.error('a failed');
        }),
        part(async () => {
          log.debug('b kept');
          await turn();
        }),
      ]);
      expect(log.stats().buffered).toBe(0);
    });
    expect(messages()).toEqual(['invocation', 'a kept', 'a failed']);
  });

  it('that still run have their buffered lines written by an error of the invocation; ended parts do not', async () => {
    const { log, messages, run, part } = staged({ buffer: true });
    await run('r', async () => {
      await part(async () => log.debug('over'));
      void part(async () => {
        log.debug('still runs');
        await new Promise(() => undefined);
      });
      log.error('out of time');
    });
    expect(messages()).toEqual(['still runs', 'out of time']);
    expect(log.stats()).toMatchObject({ buffered: 0 });
  });

  it('share the size limit of the invocation’s buffer, and clear only their own lines', async () => {
    const { log, messages, run, part } = staged({ buffer: { maxBytes: 2000 } });
    await run('r', async () => {
      for (let index = 0; index < 100; index++)
        void part(() => {
          log.debug(`d${index}`, { pad: 'x'.repeat(100) });
          return new Promise(() => undefined);
        });
      expect(log.stats().buffered).toBeLessThan(10);
      part(() => {
        log.debug('own');
        log.clearBuffer();
        log.flushBuffer();
      });
      log.flushBuffer();
    });
    expect(messages()).toContain('d99');
    expect(messages()).not.toContain('own');
  });
});

describe('work that outlives its invocation', () => {
  it('logs with the invocation’s id and fields, and is held by nothing', async () => {
    const { gateway, log, records, run } = fresh({ buffer: true });
    let late: Promise<void> | undefined;
    await run('r', () => {
      late = new Promise((resolve) => setImmediate(resolve)).then(() => {
        log.appendKeys({ late: true });
        log.debug('not kept');
        log.info('late');
      });
    });
    await late;
    expect(records()).toMatchObject([{ message: 'late', function_request_id: 'r', late: true }]);
    // That work loaded the log after its invocation had ended. No hook ends this state, so it must not count as held.
    expect(control(gateway).heldState('logging')).toBeUndefined();
  });
});
