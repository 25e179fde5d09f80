import { execFileSync } from 'node:child_process';
import { control, createGateway } from '@suga/gateway';
import { type LogExtra, type LoggingOptions, logging } from '@suga/logging';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

function fresh(options: LoggingOptions = {}) {
  const lines: string[] = [];
  const gateway = createGateway({ logging: logging({ service: 'test', write: (line) => lines.push(line), ...options }) });
  return { gateway, log: gateway.logging, lines, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
afterEach(() => void vi.unstubAllEnvs());

describe('a record', () => {
  it('is one line of JSON with the field names that CloudWatch users query', () => {
    const { log, lines, records } = fresh({ keys: { team: 'home' } });
    log.info('lamp on\r\nforged: line', { device: 'lamp-1' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/[\r\n]/);
    expect(records()[0]).toEqual({
      level: 'INFO',
      message: 'lamp on\r\nforged: line',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      service: 'test',
      team: 'home',
      device: 'lamp-1',
    });
  });

  it('has the fields of its invocation', async () => {
    const { gateway, log, records } = fresh();
    await control(gateway).run({ id: 'r1', traceId: 'Root=1-abc;Parent=def;Sampled=0' }, () => log.info('first'));
    await control(gateway).run({ id: 'r2' }, () => log.info('second'));
    log.info('outside');
    expect(records()).toMatchObject([
      { function_request_id: 'r1', xray_trace_id: '1-abc', cold_start: true },
      { function_request_id: 'r2', cold_start: false },
      { message: 'outside' },
    ]);
    expect(records()[2]).not.toHaveProperty('function_request_id');
  });

  it('contains an error with its causes and own fields', () => {
    const { log, records } = fresh();
    const error = Object.assign(new TypeError('outer', { cause: new RangeError('inner', { cause: 'disk' }) }), { code: 'E_OUTER' });
    log.error('failed', error);
    log.error('failed', { device: 'lamp', error });
    const logged = {
      name: 'TypeError',
      message: 'outer',
      code: 'E_OUTER',
      stack: expect.stringContaining('outer'),
      cause: { name: 'RangeError', message: 'inner', cause: 'disk' },
    };
    expect(records()).toMatchObject([{ error: logged }, { device: 'lamp', error: logged }]);
  });

  it('keeps its standard fields, and moves fields with the same names to `extra`', () => {
    const { log, records } = fresh();
    log.info('real', { level: 'FAKE', message: 'fake', device: 'lamp' });
    expect(records()[0]).toMatchObject({ level: 'INFO', message: 'real', device: 'lamp', extra: { level: 'FAKE', message: 'fake' } });
  });
});

describe('any value', () => {
  const circular: Record<string, unknown> = { name: 'ring' };
  circular['self'] = circular;
  const loop = new Error('loop');
  loop.cause = loop;
  let deep: object = {};
  for (let level = 0; level < 100_000; level++) deep = { deep };
  const hostile = {
    get secret() {
      throw new Error('no');
    },
    toJSON() {
      throw new Error('no');
    },
  };
  const values: [string, unknown, unknown][] = [
    ['a circle', circular, { name: 'ring', self: '[circular]' }],
    ['an error that causes itself', loop, expect.objectContaining({ message: 'loop' })],
    ['a bigint', 10n, '10'],
    ['a map and a set', { map: new Map([['a', 1]]), set: new Set([1, 2]) }, { map: { a: 1 }, set: [1, 2] }],
    ['a function and a symbol', { f: () => 1, s: Symbol('x') }, { f: '[function]', s: '[symbol]' }],
    ['numbers JSON has not', [Number.NaN, Infinity], ['NaN', 'Infinity']],
    ['a date', { at: new Date(0), circular }, expect.objectContaining({ at: '1970-01-01T00:00:00.000Z' })],
    ['a very long text', 'x'.repeat(10_000_000), expect.stringMatching(/^x{32768}… \(9967232 more characters\)$/)],
    ['a very deep object', deep, expect.anything()],
    ['getters that throw', hostile, expect.anything()],
    [
      'a revoked proxy',
      (() => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      })(),
      expect.stringContaining('unreadable'),
    ],
    ['an own __proto__', JSON.parse('{"__proto__": {"polluted": 1}}'), expect.anything()],
  ];
  it.each(values)('is written as a line: %s', (_name, value, expected) => {
    const { log, records } = fresh();
    log.info('odd', { value });
    expect(records()[0]?.['value']).toEqual(expected);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is written as exactly one line of JSON', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.anything({ withBigInt: true, withMap: true, withSet: true, withDate: true, withNullPrototype: true, withObjectString: true }),
        (message, value) => {
          const { log, lines, records } = fresh();
          log.warn(message, value as LogExtra);
          log.warn(message, { value });
          expect(lines).toHaveLength(2);
          expect(records().every((record) => record['message'] === message)).toBe(true);
          expect(lines.join('')).not.toMatch(/[\r\n]/);
        },
      ),
    );
  });
});

describe('levels', () => {
  it('write records that are serious enough', () => {
    const { log, records } = fresh({ level: 'warn' });
    for (const level of ['debug', 'info', 'warn', 'error', 'critical'] as const) log[level](level);
    expect(records().map(({ level }) => level)).toEqual(['WARN', 'ERROR', 'CRITICAL']);
    expect(log.getLevel()).toBe('warn');
    log.setLevel('debug');
    log.debug('now');
    expect(records()).toHaveLength(4);
    expect(() => log.setLevel('loud' as never)).toThrow(
      expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining('debug, info, warn, error, critical') }),
    );
  });

  it.each([
    [{}, 'info'],
    [{ LOG_LEVEL: 'debug' }, 'debug'],
    [{ LOG_LEVEL: 'WARNING' }, 'warn'],
    [{ LOG_LEVEL: 'nonsense' }, 'info'],
    [{ LOG_LEVEL: '__proto__' }, 'info'],
    [{ LOG_LEVEL: 'DEBUG', AWS_LAMBDA_LOG_LEVEL: 'ERROR' }, 'error'],
    [{ LOG_LEVEL: 'ERROR', AWS_LAMBDA_LOG_LEVEL: 'DEBUG' }, 'error'],
    [{ AWS_LAMBDA_LOG_LEVEL: 'FATAL' }, 'critical'],
  ] as const)('come from %j: %s', (environment, level) => {
    for (const name of ['LOG_LEVEL', 'AWS_LAMBDA_LOG_LEVEL']) vi.stubEnv(name, (environment as Record<string, string>)[name]);
    expect(fresh().log.getLevel()).toBe(level);
  });
});

describe('keys', () => {
  it('of an invocation stay with it, also when 200 overlap', async () => {
    const { gateway, log, records } = fresh();
    log.appendKeys({ shared: true });
    const one = (id: string) =>
      control(gateway).run({ id }, async () => {
        log.appendKeys({ mine: id });
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
        log.info('done');
      });
    await Promise.all(Array.from({ length: 200 }, (_, index) => one(`r${index}`)));
    expect(records()).toHaveLength(200);
    for (const record of records()) expect(record).toMatchObject({ shared: true, mine: record['function_request_id'] });
    log.info('after');
    expect(records()[200]).not.toHaveProperty('mine');
  });
});

describe('standard output', () => {
  const script = (body: string) => `
    const { createGateway } = require(${JSON.stringify(require.resolve('@suga/gateway'))});
    const { logging } = require(${JSON.stringify(require.resolve('@suga/logging'))});
    const { logging: log } = createGateway({ logging: logging() });
    ${body}`;
  const run = (body: string, env = {}) =>
    execFileSync(process.execPath, ['-e', script(body)], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      env: { PATH: process.env['PATH'], ...env } as unknown as NodeJS.ProcessEnv,
    });

  it('has every line before the process can stop, with the name of the function as the service', () => {
    const lines = run(
      `for (let i = 0; i < 3000; i++) log.info('line ' + i, { pad: 'x'.repeat(200) }); process.kill(process.pid, 'SIGKILL')`.replace(
        'process.kill',
        'setImmediate(() => 0); process.reallyExit(0); process.kill',
      ),
      { AWS_LAMBDA_FUNCTION_NAME: 'devices' },
    )
      .trim()
      .split('\n');
    expect(lines).toHaveLength(3000);
    expect(JSON.parse(lines[2999] ?? '')).toMatchObject({ message: 'line 2999', service: 'devices' });
  });

  it('that is closed does not break the call', () => {
    expect(run(`require('node:fs').closeSync(1); log.info('not written'); require('node:fs').writeSync(2, '')`)).toBe('');
  });
});

describe('the error for an invalid option names it', () => {
  it.each<[string, readonly unknown[]]>([
    ['write', ['x', null, {}]],
    ['keys', ['text', null, 5, ['a']]],
    ['service', [5, null, {}]],
    ['pretty', ['false', 0, null]],
    ['buffer', ['true', 1, null, []]],
    ['buffer.flushOnError', [{ flushOnError: 'false' }, { flushOnError: null }]],
    ['buffer.maxBytes', [{ maxBytes: 0 }, { maxBytes: '5' }, { maxBytes: Number.NaN }]],
    ['sampleRate', ['0.5', 2, Number.NaN, null]],
    ['redact', [true, null, 'x']],
    ['redact.keys', [{ keys: 'text' }, { keys: [null] }]],
    ['redact.show', [{ show: 'text' }, { show: [null] }]],
    ['redact.patterns', [{ patterns: 'text' }, { patterns: ['x'] }]],
    ['redact.replacement', [{ replacement: 5 }]],
  ])('%s', (name, values) => {
    for (const value of values) {
      const refused = expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${name}" must be`) });
      const load = () => createGateway({ logging: logging({ [name.replace(/\..*/, '')]: value }) }).logging.stats();
      expect(load, `${name}: ${JSON.stringify(value)}`).toThrow(expect.objectContaining({ code: 'LoadFailed', cause: refused }));
    }
  });

  it('but an option that is undefined counts as not set', () => {
    const none = { level: undefined, keys: undefined, sampleRate: undefined, buffer: undefined, redact: undefined, pretty: undefined };
    const { log, records } = fresh(none);
    log.info('m');
    createGateway({ logging: logging({ service: undefined, write: undefined }) }).logging.stats();
    expect(records()).toEqual([{ level: 'INFO', message: 'm', service: 'test', timestamp: expect.any(String) }]);
  });

  it('and keys may be a map, as for appendKeys', () => {
    const { log, records } = fresh({ keys: new Map([['team', 'home']]) });
    log.info('m');
    expect(records()).toMatchObject([{ team: 'home' }]);
  });

  it('and later changes of the keys object do not change the log, as with appendKeys', () => {
    const keys = { team: 'home' };
    const { log, records } = fresh({ keys });
    log.info('m');
    keys.team = 'away';
    log.info('m');
    expect(records()).toMatchObject([{ team: 'home' }, { team: 'home' }]);
  });
});
