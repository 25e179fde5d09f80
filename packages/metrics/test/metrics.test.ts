import { spawnSync } from 'node:child_process';
import { Validator } from '@cfworker/json-schema';
import { type AnyInterface, control, createGateway, type Interface } from '@suga/gateway';
import { type MetricsOptions, metrics } from '@suga/metrics';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type EmfLine, emfSchema, targetsOf } from './emf.js';

const validator = new Validator(emfSchema as never, '2020-12');
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** A gateway whose lines are collected. Each line is checked against the specification. */
function stage(options: MetricsOptions = {}, others: Record<string, AnyInterface> = {}) {
  const raw: string[] = [];
  const gateway = createGateway({
    ...others,
    metrics: metrics({ namespace: 'home', service: 'devices', limit: Number.POSITIVE_INFINITY, write: (line) => raw.push(line), ...options }),
  });
  const lines = (): EmfLine[] =>
    raw.map((text) => {
      const line = JSON.parse(text) as EmfLine;
      if (!('_aws' in line)) return line;
      const { valid, errors } = validator.validate(line);
      if (!valid) throw new Error(JSON.stringify(errors));
      targetsOf(line);
      return line;
    });
  let count = 0;
  const run = <T>(work: () => T) => control(gateway as never).run({ id: `request-${++count}` }, work);
  return {
    metrics: (gateway as { metrics: ReturnType<typeof createGateway<{ metrics: import('@suga/metrics').Metrics }>>['metrics'] }).metrics,
    gateway,
    lines,
    raw,
    run,
  };
}
const noting = () => {
  const warnings: string[] = [];
  const logging: AnyInterface = {
    operations: { warn: { params: { message: {} } } },
    load: () => ({ operations: { warn: (message: string) => void warnings.push(message) } }),
  };
  return { warnings, logging };
};
const outside = process.getBuiltinModule('node:async_hooks').AsyncLocalStorage.snapshot();
const directive = (line: EmfLine | undefined) => line?._aws.CloudWatchMetrics[0];

describe('a line', () => {
  it('is written when the invocation ends, with all its values', async () => {
    const { metrics: to, lines, run } = stage();
    vi.spyOn(Date, 'now').mockReturnValue(1_795_284_000_000);
    await run(() => {
      to.record('Temperature', 21.5);
      to.record('Temperature', 22);
      to.record('Latency', 12, 'Milliseconds', { resolution: 1 });
      to.increment('Switched');
      to.increment('Switched', 2);
      to.addMetadata('device', { id: 'lamp' });
      expect(lines()).toEqual([]);
    });
    expect(lines()).toEqual([
      {
        _aws: {
          Timestamp: 1_795_284_000_000,
          CloudWatchMetrics: [
            {
              Namespace: 'home',
              Dimensions: [['service']],
              Metrics: [
                { Name: 'Temperature', Unit: 'None' },
                { Name: 'Latency', Unit: 'Milliseconds', StorageResolution: 1 },
                { Name: 'Switched', Unit: 'Count' },
              ],
            },
          ],
        },
        service: 'devices',
        device: { id: 'lamp' },
        function_request_id: 'request-1',
        cold_start: true,
        Temperature: [21.5, 22],
        Latency: 12,
        Switched: 3,
      },
    ]);
  });

  it.each([
    ['five metrics of 1,000 values', 5, 1000, 10],
    ['150 metrics of 1,000 values', 150, 1000, 15],
    ['one of 1,000 values beside 100 single ones', 101, 1, 10],
    ['250 metrics of one value', 250, 1, 3],
  ])('is one of as few as the limits allow: %s', async (_, metricsCount, values, expected) => {
    const { metrics: to, lines, run } = stage();
    await run(() => {
      for (let metric = 0; metric < metricsCount; metric++) for (let value = 0; value < values; value++) to.record(`metric${metric}`, value);
      if (values === 1 && metricsCount === 101) for (let value = 1; value < 1000; value++) to.record('metric100', value);
    });
    expect(lines()).toHaveLength(expected);
    const recorded = lines().flatMap((line) => directive(line)?.Metrics.flatMap(({ Name }) => [line[Name]].flat()) ?? []);
    expect(recorded).toHaveLength(metricsCount === 101 ? 1100 : metricsCount * values);
    for (const line of lines()) {
      const names = directive(line)?.Metrics.map(({ Name }) => Name) ?? [];
      expect(names.length).toBeLessThanOrEqual(100);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each([1, -1])("splits a counter that leaves CloudWatch's range (sign %i)", async (sign) => {
    const { metrics: to, gateway, lines, run } = stage();
    await run(() => {
      for (let index = 0; index < 3; index++) to.increment('Huge', sign * 2 ** 359);
      // The values of a part are added to those of the invocation.
      control(gateway as never).runScope(() => {
        for (let index = 0; index < 2; index++) to.increment('Huge', sign * 2 ** 359);
      });
    });
    const values = lines().flatMap((line) => line['Huge'] as number[]);
    for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(2 ** 360);
    expect(values.reduce((sum, value) => sum + value, 0)).toBe(sign * 5 * 2 ** 359);
  });

  it('keeps a counter apart from what was recorded under its name', async () => {
    const { metrics: to, lines, run } = stage();
    await run(() => {
      to.record('Size', 5, 'Count');
      to.increment('Size');
      to.increment('Size', 2);
      to.record('Size', 7, 'Count');
      to.record('Size', 1, 'Bytes');
    });
    expect(lines().map((line) => [directive(line)?.Metrics[0]?.Unit, line['Size']])).toEqual([
      ['Count', [5, 7, 3]],
      ['Bytes', 1],
    ]);
    expect(to.get('Size')).toMatchObject({ count: 5, sum: 16, min: 1, max: 7 });
  });

  it('keeps metadata that has the name of another field of the line', async () => {
    const { metrics: to, lines, run } = stage();
    await run(() => {
      for (const key of ['service', 'function_request_id', 'cold_start', 'Switched', 'room', 'device']) to.addMetadata(key, `my ${key}`);
      to.increment('Switched', 1, { dimensions: { room: 'hall' } });
    });
    expect(lines()).toMatchObject([
      {
        service: 'devices',
        function_request_id: 'request-1',
        cold_start: true,
        Switched: 1,
        room: 'hall',
        device: 'my device',
        metadata: {
          service: 'my service',
          function_request_id: 'my function_request_id',
          cold_start: 'my cold_start',
          Switched: 'my Switched',
          room: 'my room',
        },
      },
    ]);
  });

  it('has at most 30 dimensions, wherever they come from', async () => {
    const some = (prefix: string, count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'x']));
    const { metrics: to, lines, run } = stage({ dimensions: some('s', 10) });
    await run(() => {
      to.addDimensions(some('i', 15));
      expect(() => to.addDimensions(some('j', 6))).toThrow('"dimensions" must be at most 30');
      to.increment('Fits');
    });
    to.addDimensions(some('o', 10));
    await run(() => {
      to.addDimensions(some('k', 10));
      to.increment('Fits');
    });
    to.reset();
    await run(async () => {
      to.addDimensions(some('i', 15));
      // Added outside of invocations, while an invocation with its own dimensions runs.
      await new Promise<void>((resolve) => {
        outside(() => {
          to.addDimensions(some('o', 10));
          resolve();
        });
      });
      expect(() => to.increment('One too many')).toThrow('"dimensions" must be at most 30');
    });
    expect(lines().map((line) => directive(line)?.Dimensions[0]?.length)).toEqual([25, 30]);
    expect(() => stage({ coldStart: true, dimensions: some('s', 30) }).metrics.stats()).toThrow('"dimensions" must be at most 30');
  });

  it('is not written if there are no values', async () => {
    const { lines, run, metrics: to } = stage();
    await run(() => void to.addMetadata('only', 1));
    expect(to.flush()).toBe(0);
    expect(lines()).toEqual([]);
  });

  it('holds at most 100 metrics, and 100 values of each', async () => {
    const { metrics: to, lines, run } = stage();
    await run(() => {
      for (let index = 0; index < 250; index++) to.record(`metric${index}`, index);
      for (let index = 0; index < 250; index++) to.record('many', index);
    });
    const counts = lines().map((line) => directive(line)?.Metrics.length ?? 0);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(253);
    expect(Math.max(...counts)).toBeLessThanOrEqual(100);
    expect(
      lines()
        .flatMap((line) => line['many'] ?? [])
        .toSorted((a, b) => Number(a) - Number(b)),
    ).toEqual(Array.from({ length: 250 }, (_, index) => index));
    expect(lines().every((line) => line['function_request_id'] === 'request-1')).toBe(true);
  });

  it('has the values of one combination of dimensions', async () => {
    const { metrics: to, lines, run } = stage();
    await run(() => {
      to.addDimensions({ room: 'hall' });
      to.increment('Switched');
      to.increment('Switched', 1, { dimensions: { room: 'kitchen' } });
      to.increment('Switched', 1, { dimensions: {} });
    });
    expect(lines().map((line) => [directive(line)?.Dimensions, line['room'], line['Switched']])).toEqual([
      [[['service', 'room']], 'hall', 1],
      [[['room']], 'kitchen', 1],
      [[[]], undefined, 1],
    ]);
  });

  it('with values from outside of invocations is written when the next invocation ends', async () => {
    const { metrics: to, lines, run } = stage();
    to.increment('Started');
    to.addDimensions({ region: 'eu' });
    await run(() => to.increment('Switched'));
    expect(lines().map(({ Started, Switched, function_request_id, region }) => ({ Started, Switched, function_request_id, region }))).toEqual([
      { Switched: 1, function_request_id: 'request-1', region: 'eu' },
      { Started: 1 },
    ]);
  });

  it('can be flushed early, and later lines keep dimensions and metadata', async () => {
    const { metrics: to, lines, run } = stage();
    await run(() => {
      to.addDimensions({ room: 'hall' });
      to.addMetadata('device', 'lamp');
      to.increment('Switched');
      expect([to.flush(), to.flush()]).toEqual([1, 0]);
      to.increment('Switched');
    });
    expect(lines().map(({ room, device, Switched }) => [room, device, Switched])).toEqual([
      ['hall', 'lamp', 1],
      ['hall', 'lamp', 1],
    ]);
  });

  it('reports a cold start once, with the function as a dimension', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'my-function');
    const { metrics: to, lines, run } = stage({ coldStart: true });
    to.stats();
    for (let index = 0; index < 2; index++) await run(() => undefined);
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatchObject({
      ColdStart: 1,
      service: 'devices',
      function_name: 'my-function',
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service', 'function_name']] }] },
    });
  });

  it('reports a cold start also if there are no other values', async () => {
    const { lines, run } = stage({ coldStart: true });
    for (let index = 0; index < 2; index++) await run(() => undefined);
    expect(lines()).toMatchObject([{ ColdStart: 1, function_request_id: 'request-1' }]);
  });

  it.each(['provisioned-concurrency', 'snap-start', 'lambda-managed-instances'])('reports no cold start with %s', async (type) => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', type);
    const { metrics: to, lines, run } = stage({ coldStart: true });
    await run(() => to.increment('Served'));
    expect(lines()).toMatchObject([{ Served: 1, cold_start: false }]);
    expect(lines()[0]).not.toHaveProperty('ColdStart');
  });

  it('goes to standard output, all of it before the process may end', () => {
    const code = `const { metrics } = require('@suga/metrics'); const { createGateway, control } = require('@suga/gateway');
      const gateway = createGateway({ metrics: metrics() });
      control(gateway).run({ id: '1' }, () => gateway.metrics.increment('a')).then(() => process.kill(process.pid, 'SIGKILL'));`;
    const { stdout } = spawnSync(process.execPath, ['-e', code], { encoding: 'utf8', cwd: import.meta.dirname, env: { SERVICE_NAME: 'devices' } as never });
    expect(JSON.parse(stdout)).toMatchObject({ a: 1, service: 'devices', _aws: { CloudWatchMetrics: [{ Namespace: 'devices' }] } });
  });

  it('that cannot be written does not fail the invocation', async () => {
    const { metrics: to, run } = stage({ write: () => { throw new Error('disk full'); } }); // biome-ignore format: one line
    expect(await run(() => (to.increment('a'), 'done'))).toBe('done');
    expect(to.stats().lines).toBe(0);
  });

  it('is valid whatever is recorded', async () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    const step = fc.record({
      name: fc.oneof(text, fc.constantFrom('a', 'b', '_aws', '__proto__', 'service')),
      value: fc.double(),
      unit: fc.constantFrom('Count', 'None', 'Bytes/Second'),
      dimensions: fc.dictionary(text, text),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        const { metrics: to, lines, run } = stage();
        let recorded = 0;
        await run(() => {
          for (const { name, value, unit, dimensions } of steps) {
            try {
              to.record(name, value, unit as 'Count', { dimensions });
              recorded++;
            } catch (error) {
              expect(error).toMatchObject({ code: 'InvalidParams' });
            }
          }
        });
        const values = lines().flatMap((line) => line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.flatMap(({ Name }) => line[Name])));
        expect(values).toHaveLength(recorded);
      }),
    );
  });
});

it('measured work settles with its own outcome, even if its options throw', async () => {
  const warned = vi.spyOn(process, 'emitWarning');
  const { metrics: to } = stage();
  let isDone = false;
  const options = {
    get dimensions(): undefined {
      if (isDone) throw undefined;
      return undefined;
    },
  };
  const work = (): string => {
    isDone = true;
    return 'done';
  };
  expect(await to.measure('Work', work, options)).toBe('done');
  expect(warned).toHaveBeenCalledTimes(1);
});

describe("the free tier's ten", () => {
  it('the eleventh becomes a field of the line, is reported once, and CloudWatch sees ten', async () => {
    const { warnings, logging } = noting();
    const { metrics: to, lines, run } = stage({ limit: 10 }, { logging });
    for (let index = 0; index < 3; index++) {
      await run(() => {
        for (let metric = 0; metric < 12; metric++) to.record(`metric${metric}`, metric);
      });
    }
    expect(new Set(lines().flatMap(targetsOf)).size).toBe(10);
    expect(lines()[2]).toMatchObject({ folded: { metric10: [10], metric11: [11] } });
    expect(to.stats()).toEqual({ metrics: 10, limit: 10, folded: ['metric10', 'metric11'], values: 36, lines: 3 });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('"metric10" would be metric 11, the limit is 10');
    expect(to.get('metric11')).toMatchObject({ count: 3, sum: 33 });
  });

  it('counts every combination of dimension values, whatever their order', async () => {
    const { logging } = noting();
    const { metrics: to, lines, run } = stage({ limit: 3 }, { logging });
    await run(() => {
      for (const room of ['hall', 'kitchen', 'attic', 'cellar']) to.increment('Switched', 1, { dimensions: { room, floor: '1' } });
      to.increment('Switched', 1, { dimensions: { floor: '1', room: 'hall' } });
    });
    expect(new Set(lines().flatMap(targetsOf)).size).toBe(3);
    expect(lines().map((line) => line['Switched'])).toEqual([2, 1, 1]);
    expect(lines()[0]?.['folded']).toEqual({ Switched: [1] });
  });

  it('adds a folded counter up, as the query of the README does, and loses no folded value', async () => {
    const { logging } = noting();
    const { metrics: to, lines, run } = stage({ limit: 0 }, { logging });
    await run(() => {
      for (let index = 0; index < 150; index++) to.increment('Switched');
      to.increment('Switched', 1, { dimensions: { room: 'hall' } });
      for (let index = 0; index < 250; index++) to.record('Time', index);
      for (let index = 0; index < 120; index++) to.increment(`name${index}`);
    });
    const written = lines().map((line) => line['folded'] as Record<string, number[]>);
    expect(written.flatMap(({ Switched = [] }) => Switched)).toEqual([151]);
    expect(written.flatMap(({ Time = [] }) => Time).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, index) => index));
    expect(new Set(written.flatMap(Object.keys)).size).toBe(122);
    for (const fields of written) for (const values of Object.values(fields)) expect(values.length).toBeLessThanOrEqual(100);
  });

  it.each([
    [1, 99, 1],
    [1, 100, 1],
    [1, 101, 2],
    [1, 10_001, 101],
    [99, 1, 1],
    [100, 1, 1],
    [101, 1, 2],
    [101, 101, 3],
  ])('bounds no folded value away: %i names of %i values are %i lines', async (names, count, expected) => {
    const { logging } = noting();
    const { metrics: to, lines, run } = stage({ limit: 0 }, { logging });
    await run(() => {
      for (let name = 0; name < names; name++) for (let value = 0; value < count; value++) to.record(`name${name}`, name * count + value);
    });
    const written = lines().flatMap((line) => Object.values(line['folded'] as Record<string, number[]>).flat());
    expect(written.toSorted((a, b) => a - b)).toEqual(Array.from({ length: names * count }, (_, index) => index));
    expect(lines()).toHaveLength(expected);
  });

  it('fold any number of names', async () => {
    const { logging } = noting();
    const { metrics: to, lines, run } = stage({ limit: 0 }, { logging });
    const names = 150_000;
    await run(() => {
      for (let name = 0; name < names; name++) to.increment(`name${name}`);
    });
    expect(lines().reduce((all, line) => all + Object.keys(line['folded'] as object).length, 0)).toBe(names);
    expect(lines()).toHaveLength(names / 100);
  });

  it('are no more than a limit that is not whole', () => {
    const { logging } = noting();
    const { metrics: to } = stage({ limit: 2.5 }, { logging });
    for (const name of ['a', 'b', 'c']) to.increment(name);
    expect(to.stats()).toMatchObject({ metrics: 2, folded: ['c'] });
  });

  it('are per account: declared metrics count, and are always accepted', async () => {
    const { warnings, logging } = noting();
    const declared = [{ name: 'Orders', namespace: 'shop' }, { name: 'Switched' }, { name: 'Late', dimensions: { room: 'hall' } }];
    const { metrics: to, lines, run } = stage({ limit: 4, declared }, { logging });
    await run(() => {
      for (const name of ['First', 'Second', 'Switched']) to.increment(name);
      to.increment('Late', 1, { dimensions: { room: 'hall' } });
    });
    expect(new Set(lines().flatMap(targetsOf))).toEqual(new Set(['home|First|service=devices', 'home|Switched|service=devices', 'home|Late|room=hall']));
    expect(warnings).toEqual([expect.stringContaining('"Second"')]);
    stage({ limit: 2, declared }, { logging }).metrics.stats();
    expect(warnings.at(-1)).toContain('3 metrics are declared, but the limit is 2');
  });

  it('can be enforced by throwing, and a rejected call records nothing', async () => {
    const { metrics: to, lines, run } = stage({ limit: 1, overflow: 'refuse' });
    await run(() => {
      to.increment('First');
      expect(() => to.increment('Second')).toThrow(
        expect.objectContaining({ code: 'MetricLimit', message: expect.stringContaining('"Second" would be metric 2, the limit is 1') }),
      );
    });
    expect(to.getAll()).toEqual({ First: { unit: 'Count', count: 1, sum: 1, min: 1, max: 1, last: 1 } });
    expect(lines()).toHaveLength(1);
  });

  it('are reported as a process warning if there is no logging interface', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    stage({ limit: 0 }).metrics.increment('a');
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('"a" would be metric 1, the limit is 0'));
  });
});

describe('parameters that CloudWatch would reject', () => {
  it.each<[string, unknown[], string]>([
    ['an empty name', ['', 1], 'name'],
    ['a name beyond ASCII', ['Größe', 1], 'name'],
    ['a name of 256 characters', ['x'.repeat(256), 1], 'name'],
    ['a name of blanks', ['  ', 1], 'name'],
    ['the name of the format itself', ['_aws', 1], 'name'],
    ['the name of a dimension', ['service', 1], 'name'],
    ['no number', ['a', '1'], 'value'],
    ['NaN', ['a', Number.NaN], 'value'],
    ['infinity', ['a', Number.POSITIVE_INFINITY], 'value'],
    ['too large a number', ['a', 1e200], 'value'],
    ['an unknown unit', ['a', 1, 'Parsecs'], 'unit'],
    ['a resolution of 30 s', ['a', 1, 'Count', { resolution: 30 }], 'resolution'],
    ['an empty dimension', ['a', 1, 'Count', { dimensions: { room: '' } }], 'dimensions/room'],
    ['a dimension that is a number', ['a', 1, 'Count', { dimensions: { room: 5 } }], 'dimensions/room'],
    ['a name that the line needs', ['metadata', 1], 'name'],
    ['31 dimensions', ['a', 1, 'Count', { dimensions: Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`d${index}`, 'x'])) }], 'dimensions'],
    ['options that are an array', ['a', 1, 'Count', []], 'options'],
    ['a colon in front', ['a', 1, 'Count', { dimensions: { ':room': 'x' } }], 'dimensions'],
  ])('is refused by name: %s', (_, args, param) => {
    const { metrics: to } = stage();
    expect(() => (to.record as (...args: unknown[]) => void)(...args)).toThrow(
      expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${param}" must be`) }),
    );
    expect(to.stats().values).toBe(0);
  });

  it.each([
    [{ namespace: 'AWS/Lambda' }, 'namespace'],
    [{ namespace: '' }, 'namespace'],
    [{ dimensions: { service: '' } }, 'dimensions/service'],
    [{ limit: -1 }, 'limit'],
    [{ overflow: 'ignore' }, 'overflow'],
    [{ publish: ['queue'] }, 'publish'],
    [{ declared: [{ name: '' }] }, 'declared'],
    [{ declared: [null] }, 'declared'],
    [{ declared: [undefined] }, 'declared'],
    [{ declared: ['Orders'] }, 'declared'],
    [{ declared: [[]] }, 'declared'],
    [{ declared: [{ name: 'Orders', namespace: 7 }] }, 'namespace'],
    [{ declared: [{ name: 'Orders', dimensions: 'x' }] }, 'declared'],
    [{ declared: 'Orders' }, 'declared'],
    [{ publish: 'http' }, 'publish'],
    [{ publish: [null] }, 'publish'],
    [{ coldStart: 'false' }, 'coldStart'],
    [{ coldStart: 0 }, 'coldStart'],
    [{ service: 7 }, 'service'],
    [{ dimensions: null }, 'dimensions'],
    [{ limit: Number.NaN }, 'limit'],
    [{ write: 'x' }, 'write'],
  ])('%j is refused when the interface is loaded', (options, param) => {
    const refused = expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${param}" must be`) });
    expect(() => stage(options as never).metrics.stats()).toThrow(expect.objectContaining({ code: 'LoadFailed', cause: refused }));
  });

  it('options that are an array are refused', () => {
    const { metrics: to } = createGateway({ metrics: metrics([] as never) });
    expect(() => to.stats()).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ message: 'metrics: "options" must be an object, got an array.' }) }),
    );
  });

  it.each(['My Application', 'a', '~!@ $%^&*()', 'x'.repeat(255), 'shop:orders/v1 #2'])('a namespace may be %j', async (namespace) => {
    const { metrics: to, lines, run } = stage({ namespace });
    await run(() => to.increment('a'));
    expect(directive(lines()[0])?.Namespace).toBe(namespace);
  });

  it.each([' ', 'x'.repeat(256), 'Größe', 'a\nb', 'a\u007f', ':shop', 'AWS/Shop', 7 as never])('a namespace may not be %j', (namespace) => {
    expect(() => stage({ namespace }).metrics.stats()).toThrow('"namespace" must be');
  });

  it.each([
    ['My Service', 'My Service', 'My Service', false],
    ['Größe', 'Gr__e', 'Gr__e', true],
    [':shop', ':shop', '_shop', true],
    ['AWS/shop', 'AWS/shop', 'AWS_shop', true],
    ['  ', 'unknown', 'unknown', true],
    ['x'.repeat(300), 'x'.repeat(255), 'x'.repeat(255), true],
    ['a\tb', 'a_b', 'a_b', true],
  ])('a name from the environment is made valid, and told once: %j', async (name, service, namespace, isTold) => {
    vi.stubEnv('SERVICE_NAME', name);
    const { warnings, logging } = noting();
    const { metrics: to, lines, run } = stage({ service: undefined as never, namespace: undefined as never }, { logging });
    await run(() => to.increment('a'));
    expect(lines()[0]).toMatchObject({ a: 1, service, _aws: { CloudWatchMetrics: [{ Namespace: namespace }] } });
    expect(warnings).toHaveLength(isTold ? 1 : 0);
    if (isTold) expect(warnings[0]).toMatch(/^metrics: CloudWatch does not accept these names: .* became /);
  });

  it.each(['METRICS_NAMESPACE', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME', 'AWS_LAMBDA_FUNCTION_NAME'])(
    '%s never keeps the interface from loading',
    async (variable) => {
      vi.stubEnv(variable, 'AWS/Ä');
      const { logging, warnings } = noting();
      const { metrics: to, run, lines } = stage({ service: undefined as never, namespace: undefined as never, coldStart: true }, { logging });
      await run(() => to.increment('a'));
      expect(lines()).toHaveLength(2);
      expect(warnings).toHaveLength(1);
    },
  );

  it('metadata is copied through JSON when it is added', async () => {
    const { metrics: to, lines, run } = stage();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const device = { on: true };
    await run(() => {
      expect(() => to.addMetadata('circle', circle)).toThrow('"value" must be a value that JSON can represent');
      expect(() => to.addMetadata('big', 1n)).toThrow('"value" must be');
      to.addMetadata('device', device);
      device.on = false;
      to.increment('a');
    });
    expect(lines()[0]?.['device']).toEqual({ on: true });
  });
});

describe('measure', () => {
  it('records the duration and settles as the work does', async () => {
    const { metrics: to, lines, run } = stage();
    await run(async () => {
      expect(await to.measure('Load', async () => 'loaded')).toBe('loaded');
      await expect(to.measure('Load', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    });
    expect(lines()[0]).toMatchObject({ Load: [expect.any(Number), expect.any(Number)], LoadErrors: 1 });
    expect(to.getCounter('LoadErrors')).toBe(1);
  });
});

describe('measure and the limit', () => {
  it('throws before the work runs, never after', async () => {
    const { metrics: to } = stage({ limit: 1, overflow: 'refuse' });
    const work = vi.fn(async () => 'charged');
    expect(await to.measure('Charge', work)).toBe('charged');
    await expect(to.measure('Other', work)).rejects.toMatchObject({ code: 'MetricLimit' });
    await expect(to.measure('x'.repeat(252), work)).rejects.toMatchObject({ code: 'InvalidParams' });
    await expect(to.measure('room', work, { dimensions: { room: 'hall' } })).rejects.toMatchObject({ code: 'InvalidParams' });
    expect(work).toHaveBeenCalledTimes(1);
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await expect(to.measure('Charge', () => Promise.reject(new Error('own')))).rejects.toThrow('own');
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it('a cold start beyond the limit does not lose the other values', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { metrics: to, lines, run } = stage({ limit: 1, overflow: 'refuse', coldStart: true });
    await run(() => to.increment('Orders'));
    expect(lines()).toMatchObject([{ Orders: 1 }]);
    expect(warned).toHaveBeenCalledTimes(1);
  });
});

describe('a late value', () => {
  it('after the end of its invocation is written with the next one', async () => {
    const { metrics: to, gateway, lines, run } = stage();
    to.stats();
    await run(() => void new Promise((resolve) => setImmediate(resolve)).then(() => to.increment('Late')));
    await new Promise(setImmediate);
    expect(lines()).toEqual([]);
    await run(() => undefined);
    expect(lines()).toMatchObject([{ Late: 1 }]);
    expect(control(gateway as never).heldState('metrics')).toBeUndefined();
  });
});

describe('one of several lines', () => {
  it('contains the counts only if it is the first', async () => {
    const { metrics: to, lines, run } = stage();
    await run(() => {
      to.increment('a', 1, { dimensions: { room: 'hall' } });
      to.increment('a', 1, { dimensions: { room: 'attic' } });
      to.recordCache({ operation: 'get', hit: true });
    });
    expect(lines().map((line) => 'families' in line)).toEqual([true, false]);
  });

  it('is bounded: metadata of more than 100,000 characters is rejected', () => {
    const { metrics: to } = stage();
    to.addMetadata('small', 'x'.repeat(60_000));
    expect(() => to.addMetadata('big', 'x'.repeat(60_000))).toThrow('metadata of at most 100,000 characters');
  });
});

describe('the helpers', () => {
  it('create fields of the line, and no metrics', async () => {
    const { metrics: to, lines, run } = stage({ limit: 0 });
    await run(() => {
      to.recordHttp({ method: 'GET', url: 'https://api.example.com/users/17?token=secret', status: 200, durationMs: 12, bytes: 100 });
      to.recordHttp({ method: 'GET', url: 'https://api.example.com/users/18', status: 503, durationMs: 20 });
      to.recordHttp({ method: 'GET', url: 'not a url' });
      to.recordCache({ operation: 'get', hit: true });
      to.recordOperation({ operation: 'switch', success: false, errorType: 'Offline', durationMs: 5 });
      to.recordError({ type: 'Offline', category: 'device', severity: 'high' });
      to.recordApi({ api: 'billing', endpoint: 'charge', success: true });
      to.recordResponse({ type: 'json', success: true });
      to.recordCircuitBreaker({ circuit: 'billing', event: 'opened' });
    });
    const [line] = lines();
    expect(line).not.toHaveProperty('_aws');
    expect(JSON.stringify(line)).not.toContain('secret');
    expect(line?.['families']).toMatchObject({
      http: {
        'GET https://api.example.com': { count: 2, failures: 1, durationMs: { count: 2, sum: 32, max: 20 }, outcomes: { 200: 1, 503: 1 } },
        'GET unknown': { count: 1, failures: 1, outcomes: { 'no response': 1 } },
      },
      cache: { get: { count: 1, failures: 0, outcomes: { hit: 1 } } },
      operation: { switch: { failures: 1, outcomes: { Offline: 1 } } },
      error: { 'device/Offline': { outcomes: { high: 1 } } },
      api: { 'billing charge': { count: 1 } },
      response: { json: { count: 1 } },
      circuit: { billing: { failures: 1, outcomes: { opened: 1 } } },
    });
    expect(to.performanceReport().failing.map(({ family, share }) => [family, share])).toContainEqual(['http', 0.5]);
  });

  it('create metrics if `publish` names them', async () => {
    const { metrics: to, lines, run } = stage({ publish: ['http'] });
    await run(() => {
      to.recordHttp({ method: 'GET', url: 'https://a.example', status: 500, durationMs: 12, bytes: 100 });
      to.recordCache({ operation: 'get', hit: false });
    });
    expect(lines()[0]).toMatchObject({
      HttpCount: 1,
      HttpFailures: 1,
      HttpDuration: 12,
      HttpBytes: 100,
      families: { cache: { get: { outcomes: { miss: 1 } } } },
    });
    expect(targetsOf(lines()[0] as EmfLine)).toHaveLength(4);
  });

  it('store a bounded number of names', () => {
    const { metrics: to } = stage();
    for (let index = 0; index < 5000; index++) to.recordError({ type: `type${index}`, severity: `s${index}` as never });
    const { error = {} } = to.performanceReport().families;
    expect(Object.keys(error)).toHaveLength(101);
    expect(error['other']?.count).toBe(4900);
    expect(Object.keys(error['other']?.outcomes ?? {})).toHaveLength(101);
  });

  it.each([
    ['recordHttp', {}, 'record/method'],
    ['recordCache', { operation: 'get', hit: true, durationMs: -1 }, 'record/durationMs'],
    ['recordError', null, 'record'],
    ['recordError', [], 'record'],
    ['recordApi', { api: 'orders', endpoint: 5 }, 'record/endpoint'],
    ['recordOperation', { operation: 'sync', success: true, durationMs: Number.POSITIVE_INFINITY }, 'record/durationMs'],
  ] as const)('%s(%j) is refused by name', (name, record, param) => {
    expect(() => stage().metrics[name](record as never)).toThrow(`"${param}" must be`);
  });
});

describe('timings of the gateway', () => {
  /** The process's clock in ms. Only the slow operations advance it. */
  let ms = 0;
  const slow: AnyInterface = {
    operations: { now: { params: {} }, later: { params: {}, returns: 'promise' }, fails: { params: {} } },
    load: () => ({
      operations: {
        now: () => 1,
        later: async () => void (ms += 20),
        fails: () => { throw new Error('own'); }, // biome-ignore format: one line
      },
    }),
  };

  it('are recorded while tracking is on, and cost nothing before and after', async () => {
    const clock = vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => BigInt(ms * 1e6));
    const { gateway, metrics: to } = stage({}, { slow });
    const { slow: it } = gateway as unknown as { slow: { now(): number; later(): Promise<void>; fails(): void } };
    const bound = () => control(gateway as never).stats().interfaces['slow']?.operations['now']?.bound;
    it.now();
    expect(bound()).toBe('direct');
    to.trackOperations(true);
    to.trackOperations(true);
    expect(bound()).toEqual(['metrics-timings']);
    expect([it.now(), it.now()]).toEqual([1, 1]);
    await it.later();
    expect(() => it.fails()).toThrow('own');
    to.trackOperations(false);
    expect(bound()).toBe('direct');
    it.now();
    expect(to.dispatcherStats()).toMatchObject({ 'slow.now': { calls: 2 }, 'slow.later': { calls: 1 }, 'slow.fails': { calls: 1 } });
    expect(to.dispatcherStats()).not.toHaveProperty('metrics.trackOperations');
    expect(to.performanceReport(10).slow).toEqual([{ operation: 'slow.later', calls: 1, totalMs: 20, averageMs: 20, maxMs: 20 }]);
    clock.mockRestore();
  });

  it('can be recorded explicitly', () => {
    const { metrics: to } = stage();
    for (const ms of [150, 250]) to.recordDispatcherTiming('cache', 'get', ms);
    expect(to.performanceReport().slow).toEqual([{ operation: 'cache.get', calls: 2, totalMs: 400, averageMs: 200, maxMs: 250 }]);
    expect(() => to.recordDispatcherTiming('cache', 5 as never, 1)).toThrow('"operation" must be');
    expect(() => to.recordDispatcherTiming('cache', 'get', -1)).toThrow('"durationMs" must be a finite number of milliseconds of at least 0, got -1');
    expect(() => to.performanceReport(-1)).toThrow('"slowThresholdMs" must be a number of milliseconds from 0, or Infinity, got -1');
  });
});

describe('overlapping invocations', () => {
  it('200 of them never mix, and lose nothing', async () => {
    const { metrics: to, lines, gateway } = stage();
    const ids = Array.from({ length: 200 }, (_, index) => `id-${index}`);
    await Promise.all(
      ids.map((id, index) =>
        control(gateway as never).run({ id }, async () => {
          to.addMetadata('own', id);
          to.increment('Requests');
          await new Promise((resolve) => setTimeout(resolve, (index * 7) % 13));
          to.record('Index', index);
          to.recordCache({ operation: id, hit: true });
        }),
      ),
    );
    expect(lines()).toHaveLength(200);
    for (const line of lines()) {
      const index = Number(String(line['function_request_id']).slice(3));
      expect(line).toMatchObject({ own: `id-${index}`, Index: index, Requests: 1, families: { cache: { [`id-${index}`]: { count: 1 } } } });
    }
    expect(to.getCounter('Requests')).toBe(200);
  });

  it('unwritten values prevent an unload, and are written if it happens nevertheless', async () => {
    const { metrics: to, gateway, lines } = stage();
    to.increment('a');
    expect(control(gateway as never).heldState('metrics')).toBe('values not written yet');
    control(gateway as never).unload('metrics');
    expect(lines()).toHaveLength(1);
  });

  it('reset discards values, but not the limit', async () => {
    const { metrics: to, lines, run } = stage({ limit: 5 });
    await run(() => {
      to.increment('a');
      to.reset();
      to.recordCache({ operation: 'get', hit: true });
      to.reset();
    });
    expect([lines(), to.getAll(), to.stats().metrics]).toEqual([[], {}, 1]);
  });
});

describe('parts of one invocation', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const staged = (options: MetricsOptions = {}) => {
    const made = stage(options);
    return { ...made, part: <T>(work: () => T): T => control(made.gateway as never).runScope(work) };
  };

  it('have dimensions of their own, beside those of the invocation', async () => {
    const { metrics: to, lines, run, part } = staged();
    await run(async () => {
      to.addDimensions({ queue: 'orders' });
      await Promise.all(
        ['hall', 'attic', 'hall'].map((room) =>
          part(async () => {
            to.addDimensions({ room });
            await turn();
            to.increment('Switched');
          }),
        ),
      );
      part(() => to.increment('Switched'));
      to.increment('Batches');
    });
    const written = lines().map((line) => [directive(line)?.Dimensions[0], line['room'], line['Switched'], line['Batches']]);
    expect(written).toEqual([
      [['service', 'queue', 'room'], 'hall', 2, undefined],
      [['service', 'queue', 'room'], 'attic', 1, undefined],
      [['service', 'queue'], undefined, 1, 1],
    ]);
  });

  it('10,000 of them need no more lines than one invocation', async () => {
    const { metrics: to, lines, run, part } = staged();
    await run(async () => {
      await Promise.all(
        Array.from({ length: 10_000 }, (_, index) =>
          part(async () => {
            await turn();
            to.increment('Orders');
            to.record('Amount', index);
          }),
        ),
      );
    });
    expect(lines()).toHaveLength(100);
    expect(lines().flatMap((line) => line['Amount'] ?? [])).toHaveLength(10_000);
    expect(lines().flatMap((line) => line['Orders'] ?? [])).toEqual([10_000]);
  });

  it('with metadata of their own have lines of their own, in any order of calls', async () => {
    const { metrics: to, lines, run, part } = staged();
    await run(async () => {
      to.addMetadata('batch', 7);
      await Promise.all(
        ['lamp', 'door'].map((device) =>
          part(async () => {
            to.increment('Switched');
            await turn();
            to.addMetadata('device', device);
          }),
        ),
      );
      part(() => to.increment('Switched', 5));
    });
    expect(lines().map(({ device, batch, Switched }) => ({ device, batch, Switched }))).toEqual([
      { device: 'lamp', batch: 7, Switched: 1 },
      { device: 'door', batch: 7, Switched: 1 },
      { device: undefined, batch: 7, Switched: 5 },
    ]);
  });

  it('can be flushed early; values after their end belong to the invocation', async () => {
    const { metrics: to, lines, run, part } = staged();
    let late: Promise<void> | undefined;
    await run(async () => {
      part(() => {
        to.addDimensions({ room: 'hall' });
        to.increment('First');
        expect(to.flush()).toBe(1);
        to.increment('Second');
        late = turn().then(() => to.increment('Late'));
      });
      await late;
    });
    expect(lines().map((line) => [line['room'], line['First'], line['Second'], line['Late']])).toEqual([
      ['hall', 1, undefined, undefined],
      ['hall', undefined, 1, 1],
    ]);
  });

  it('count what the helpers record for the invocation', async () => {
    const { metrics: to, lines, run, part } = staged();
    await run(async () => {
      for (const hit of [true, false]) part(() => to.recordCache({ operation: 'get', hit }));
    });
    expect(lines()).toHaveLength(1);
    expect(lines()[0]?.['families']).toMatchObject({ cache: { get: { count: 2 } } });
  });

  it('lose no value when nested, in any order of their ends', async () => {
    const { metrics: to, lines, run, part } = staged();
    await run(async () => {
      to.addDimensions({ queue: 'orders' });
      let inner: Promise<void> | undefined;
      part(() => {
        to.addDimensions({ room: 'hall' });
        inner = part(async () => {
          to.increment('Early');
          await turn();
          to.increment('Late');
        });
        void part(() => {
          part(() => void to.increment('Innermost'));
          to.increment('Hanging');
          return new Promise(() => undefined);
        });
      });
      await inner;
    });
    expect(lines()).toMatchObject([{ queue: 'orders', room: 'hall', Early: 1, Late: 1, Hanging: 1, Innermost: 1 }]);
    expect(lines()).toHaveLength(1);
  });

  it('inside of an ended part with metadata still have lines with that metadata', async () => {
    const { metrics: to, lines, run, part } = staged();
    await run(async () => {
      let inner: Promise<void> | undefined;
      part(() => {
        to.addMetadata('device', 'lamp');
        to.increment('Outer');
        inner = part(async () => {
          await turn();
          to.increment('Inner');
        });
      });
      await inner;
      to.increment('Batches');
    });
    expect(lines().map(({ device, Outer, Inner, Batches }) => ({ device, Outer, Inner, Batches }))).toEqual([
      { device: 'lamp', Outer: 1, Inner: undefined, Batches: undefined },
      { device: 'lamp', Outer: undefined, Inner: 1, Batches: undefined },
      { device: undefined, Outer: undefined, Inner: undefined, Batches: 1 },
    ]);
  });

  it('that start in an end hook and never end are written with their invocation', async () => {
    const asking: AnyInterface = {
      operations: { load: { params: {} } },
      load: ({ control: controls, peer }) => ({
        operations: { load: () => undefined },
        end: () =>
          void controls.runScope(() => {
            peer<ReturnType<typeof stage>['metrics']>('metrics').increment('Late');
            return new Promise(() => undefined);
          }),
      }),
    };
    const { gateway, lines, run } = stage({}, { asking });
    control(gateway as never).load('asking');
    await run(() => undefined);
    expect(lines()).toMatchObject([{ Late: 1, function_request_id: 'request-1' }]);
  });

  it('inherit later additions of their parent, until they change them', async () => {
    const { metrics: to, lines, run, part } = staged();
    await run(async () => {
      const parts = ['hall', undefined].map((room) =>
        part(async () => {
          to.increment('Begun');
          if (room) to.addDimensions({ room });
          await turn();
          to.increment('Done');
        }),
      );
      to.addDimensions({ queue: 'orders' });
      to.addMetadata('batch', 7);
      await Promise.all(parts);
    });
    expect(lines().map(({ room, queue, batch, Begun, Done }) => ({ room, queue, batch, Begun, Done }))).toEqual([
      { room: undefined, queue: undefined, batch: 7, Begun: 2, Done: undefined },
      { room: 'hall', queue: undefined, batch: 7, Begun: undefined, Done: 1 },
      { room: undefined, queue: 'orders', batch: 7, Begun: undefined, Done: 1 },
    ]);
  });

  it('keep their dimensions and metadata, as their invocation does, when another one resets', async () => {
    const { metrics: to, lines, run, part } = staged();
    let isReset = (): void => undefined;
    const reset = new Promise<void>((resolve) => {
      isReset = resolve;
    });
    const overlapping = run(async () => {
      to.addDimensions({ queue: 'orders' });
      to.addMetadata('batch', 7);
      to.increment('Before');
      await part(async () => {
        to.addDimensions({ room: 'hall' });
        to.increment('Before');
        await reset;
        to.increment('After');
      });
      to.increment('After');
    });
    await run(() => {
      to.increment('Before');
      to.reset();
      isReset();
    });
    await overlapping;
    expect(lines().map(({ queue, room, batch, Before, After }) => ({ queue, room, batch, Before, After }))).toEqual([
      { queue: 'orders', room: 'hall', batch: 7, Before: undefined, After: 1 },
      { queue: 'orders', room: undefined, batch: 7, Before: undefined, After: 1 },
    ]);
  });

  it('lose nothing and report nothing twice if another scope flushes meanwhile', async () => {
    const { metrics: to, lines, run, part } = staged();
    const flushed: number[] = [];
    const elsewhere = (): void => void flushed.push(to.flush());
    const work = () =>
      run(async () => {
        to.increment('Calls');
        await Promise.all(
          [1, 2].map((value) =>
            part(async () => {
              to.increment('Calls');
              to.record('Value', value);
              await turn();
              to.flush();
              await part(async () => {
                to.increment('Calls');
                await turn();
                outside(elsewhere);
              });
              to.increment('Calls');
            }),
          ),
        );
      });
    await Promise.all([work(), run(() => elsewhere()), work()]);
    const sum = (name: string) =>
      lines()
        .flatMap((line) => (line[name] ?? []) as number | number[])
        .reduce((all, each) => all + each, 0);
    expect([sum('Calls'), sum('Value')]).toEqual([14, 6]);
    expect(flushed).toEqual([0, 0, 0, 0, 0]);
  });

  it('are discarded by reset, like all other values', async () => {
    const { metrics: to, lines, run, part, gateway } = staged();
    await run(() => {
      part(() => {
        to.increment('a');
        expect(control(gateway as never).heldState('metrics')).toBe('values not written yet');
        to.reset();
      });
    });
    expect(lines()).toEqual([]);
  });
});

describe('an interface that is loaded late', () => {
  const late = async (work: (to: ReturnType<typeof stage>['metrics']) => void) => {
    const made = stage();
    let rest: Promise<void> | undefined;
    await made.run(() => {
      rest = new Promise((resolve) => setImmediate(resolve)).then(() => work(made.metrics));
    });
    await rest;
    return made;
  };

  it('by work that outlives its invocation: a flush outside of invocations writes the metric, under its own id', async () => {
    const { metrics: to, lines } = await late((late) => late.increment('Late'));
    expect(to.flush()).toBe(1);
    expect(lines()).toMatchObject([{ Late: 1, function_request_id: 'request-1' }]);
    expect(to.flush()).toBe(0);
  });

  it('by work that outlives its invocation: the metric is written with the next one, under its own id', async () => {
    const { lines, run, gateway } = await late((to) => to.increment('Late'));
    expect(control(gateway as never).heldState('metrics')).toBe('values not written yet');
    await run(() => undefined);
    expect(lines()).toMatchObject([{ Late: 1, function_request_id: 'request-1' }]);
    expect(control(gateway as never).heldState('metrics')).toBeUndefined();
  });

  it('by work that outlives its invocation: the metric is written when the interface is unloaded', async () => {
    const { lines, gateway } = await late((to) => to.increment('Late'));
    control(gateway as never).unload('metrics');
    expect(lines()).toMatchObject([{ Late: 1 }]);
  });

  it('by end hooks of other interfaces: their values are written before the response', async () => {
    const recording: AnyInterface = {
      operations: {},
      load: (host) => ({
        operations: {},
        end: async () => {
          await new Promise((resolve) => setImmediate(resolve));
          host.peer<{ increment(name: string): void }>('metrics').increment('Refreshed');
        },
      }),
    };
    const raw: string[] = [];
    const gateway = createGateway({ metrics: metrics({ service: 'devices', write: (line) => raw.push(line) }), recording: recording as Interface<object> });
    control(gateway).load('recording');
    await control(gateway).run({ id: 'r' }, () => gateway.metrics.increment('Served'));
    expect(raw.map((line) => JSON.parse(line))).toMatchObject([{ Served: 1 }, { Refreshed: 1, function_request_id: 'r' }]);
  });
});
