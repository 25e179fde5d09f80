import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { control, createGateway } from '@suga/gateway';
import { lmms } from '@suga/lmms';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { part, testGateway } from './test-gateway.js';

const loaded = ({ control }: ReturnType<typeof testGateway>) =>
  Object.entries(control.stats().interfaces).flatMap(([name, { loaded }]) => (loaded ? [name] : []));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('loading', () => {
  it('waits for the first call', () => {
    const made = testGateway(['a', 'b']);
    expect(loaded(made)).toEqual([]);
    made.parts['a']?.get(1);
    expect(loaded(made)).toEqual(['a']);
  });

  it('happens in INIT for interfaces that are named in code or by a variable', () => {
    vi.stubEnv('PRELOAD_CRITICAL_MODULES', 'b, c');
    expect(loaded(testGateway(['a', 'b', 'c']))).toEqual(['b', 'c']);
    expect(loaded(testGateway(['a', 'b', 'c'], { preload: ['a'] }))).toEqual(['a']);
  });

  it('happens at once for all interfaces if lazy loading is off', () => {
    vi.stubEnv('LAZY_LOADING_ENABLED', 'false');
    expect(loaded(testGateway(['a', 'b']))).toEqual(['a', 'b']);
    expect(loaded(testGateway(['a', 'b'], { lazyLoading: true }))).toEqual([]);
  });

  it('refuses a misspelt name and suggests the right one', () => {
    expect(() => testGateway(['cache', 'http'], { preload: ['cahce'] })).toThrow(/There is no interface "cahce"\. Did you mean "cache"\?/);
  });

  it('refuses a misspelt name for a request type before there is a request', () => {
    expect(() => testGateway(['cache'], { preloadFor: { sqs: ['cahce'] } })).toThrow(/Did you mean "cache"\?/);
  });

  it('is tried again by the first call, if it fails when a request begins', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const broken = { ...part(), load: () => { throw new Error('no disk'); } }; // biome-ignore format: one line
    const gateway = createGateway({ broken } as never, { middleware: [lmms({ preloadFor: { sqs: ['broken'] } })] });
    expect(await control(gateway).run({ id: '1', source: 'sqs' }, () => 'served')).toBe('served');
    expect(warned).toHaveBeenCalledTimes(1);
  });

  it('skips interfaces that have been removed since', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const gateway = createGateway({ b: part() } as never);
    const takeOut = control(gateway).register('a', part());
    control(gateway).use(lmms({ preloadFor: { sqs: ['a', 'b'] } }));
    takeOut();
    await control(gateway).run({ id: '1', source: 'sqs' }, () => undefined);
    expect([control(gateway).stats().interfaces['b']?.loaded, warned.mock.calls]).toEqual([true, []]);
  });

  it('is also recorded if it happened before the middleware was attached', async () => {
    const gateway = createGateway({ a: part(), b: part() } as never) as never as Record<string, { get(key: number): number }>;
    gateway['a']?.get(1);
    const memory = lmms({ preload: ['a'], unloadPolicy: 'count', unloadThreshold: 2, unloadCheckFrequency: 1, minResident: 0, hotPathProtection: false });
    control(gateway as never).use(memory);
    expect(memory.report().loaded).toEqual({ a: { by: 'outside', at: expect.any(Number), loadMs: expect.any(Number) } });
    expect(memory.usage().loads['a']?.count).toBe(1);
    for (const id of ['1', '2', '3']) await control(gateway as never).run({ id }, () => undefined);
    expect(control(gateway as never).stats().interfaces['a']?.loaded).toBe(false);
  });

  it('skips a learned name whose interface has been removed', () => {
    expect(loaded(testGateway(['a'], { profile: { version: 1, coldStarts: 9, preload: ['gone', 'a'] } }))).toEqual(['a']);
  });

  it('warns if an interface cannot be loaded, and the first call tries again', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    let fails = true;
    const flaky = { ...part(), load: (host: never) => { if (fails) throw new Error('no disk'); return part().load(host); } }; // biome-ignore format: one line
    const gateway = createGateway({ flaky } as never, { middleware: [lmms({ preload: ['flaky'] })] }) as { flaky: { get(key: number): number } };
    expect(warned).toHaveBeenCalledTimes(1);
    fails = false;
    expect(gateway.flaky.get(1)).toBe(1);
  });

  it('follows the request: an admin route gets its interfaces, and no other route does', async () => {
    const options = { preloadFor: { 'GET /admin': ['a', 'b'], sqs: ['c'] } };
    const made = testGateway(['a', 'b', 'c'], options);
    await made.use('http');
    expect(loaded(made)).toEqual([]);
    await made.control.run({ id: 'x' }, () => {
      made.control.routed('GET /admin');
      expect(loaded(made)).toEqual(['a', 'b']);
    });
    await made.use('sqs');
    expect(loaded(made)).toEqual(['a', 'b', 'c']);
    await made.use('__proto__');
  });
});

describe('a profile', () => {
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'lmms-')), 'profile.json');
    writeFileSync(path, text);
    return path;
  };

  it('learned by one deployment is loaded by the next', async () => {
    const made = testGateway(['a', 'b', 'c']);
    for (let cold = 0; cold < 1; cold++) await made.use('http', 'a', 'b');
    const usages = Array.from({ length: 10 }, () => made.memory.usage());
    const { mergeUsage, toProfile } = await import('@suga/lmms/advice');
    const profile = toProfile(mergeUsage(...usages), 512);
    expect(profile).toEqual({ version: 1, coldStarts: 10, preload: ['a', 'b'] });
    expect(loaded(testGateway(['a', 'b', 'c'], { profile: file(JSON.stringify(profile)) }))).toEqual(['a', 'b']);
    vi.stubEnv('LMMS_PROFILE', file(JSON.stringify(profile)));
    expect(loaded(testGateway(['a', 'b', 'c']))).toEqual(['a', 'b']);
  });

  it.each([['{'], ['{"version":2,"preload":["a"]}'], ['{"version":1,"preload":["a",5]}'], ['null']])(
    'that is broken (%s) is as good as none, and told',
    (text) => {
      const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const made = testGateway(['a'], { profile: file(text) });
      expect([loaded(made), made.memory.report().settings]).toEqual([[], expect.objectContaining({ learned: [] })]);
      expect(warned).toHaveBeenCalledWith(expect.stringContaining('is not used'));
    },
  );

  it('that is not a file causes a warning without a path', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    testGateway(['a'], { profile: { version: 1, coldStarts: 9, preload: 'a' } as never });
    expect(warned).toHaveBeenCalledWith(expect.stringMatching(/^lmms: the profile is not used: /));
  });

  it('is empty if there is none', () => {
    expect(testGateway(['a']).memory.report().settings).toMatchObject({ learned: [], baked: undefined });
  });

  it('that is missing causes a warning with its path', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    testGateway(['a'], { profile: '/nowhere/profile.json' });
    expect(warned).toHaveBeenCalledWith(expect.stringMatching(/^lmms: the profile \/nowhere\/profile\.json is not used: /));
  });
});

describe('the report', () => {
  it('says what was loaded, why, and how long it took', async () => {
    const made = testGateway(['a', 'b', 'c'], { preload: ['a'] });
    await made.control.run({ id: '1', source: 'http' }, () => {
      made.control.routed('GET /b');
      made.parts['b']?.get(1);
    });
    made.parts['c']?.get(1);
    const { loaded: told } = made.memory.report();
    expect(Object.entries(told).map(([name, { by }]) => [name, by])).toEqual([
      ['a', 'preload'],
      ['b', 'GET /b'],
      ['c', 'outside'],
    ]);
    for (const { loadMs, heapDelta, at } of Object.values(told)) {
      expect(loadMs).toBeGreaterThan(0);
      expect(Number.isFinite(heapDelta)).toBe(true);
      expect(at).toBeGreaterThan(0);
    }
  });

  it('names the source of a request without a route, or says that it has neither', async () => {
    const made = testGateway(['a', 'b']);
    await made.use('sqs', 'a');
    await made.control.run({ id: '1' }, () => void made.parts['b']?.get(1));
    const { loaded } = made.memory.report();
    expect([loaded['a']?.by, loaded['b']?.by]).toEqual(['sqs', 'unknown']);
  });

  it('says by how many bytes the heap grew', () => {
    const large = { ...part(), load: (host: never) => ({ ...(part().load(host) as object), data: new Array(4e6).fill(0.5) }) };
    const memory = lmms();
    const gateway = createGateway({ large } as never, { middleware: [memory] }) as never as { large: { get(key: number): number } };
    gateway.large.get(1);
    const { loaded, memory: now } = memory.report();
    expect(loaded['large']?.heapDelta).toBeGreaterThan(16 * 2 ** 20);
    expect(loaded['large']?.heapDelta).toBeLessThan(now.heapUsed);
  });

  it('says why baked code is not used, if a folder is set', () => {
    expect(testGateway([]).memory.report()).not.toHaveProperty('baked');
    const { baked } = testGateway([], { baked: '/nowhere' }).memory.report();
    expect(baked).toEqual({ files: 0, used: 0, rejected: 0, unused: expect.stringContaining('ENOENT') });
  });

  it('needs a gateway, and one middleware is attached to one gateway only', () => {
    const memory = lmms();
    expect(() => memory.report()).toThrow('not attached to a gateway yet');
    createGateway({}, { middleware: [memory] });
    expect(() => createGateway({}, { middleware: [memory] })).toThrow('already attached to a gateway');
  });
});

describe('settings', () => {
  it.each([
    ['UNLOAD_GRACE_PERIOD', 'soon', 'lmms: "UNLOAD_GRACE_PERIOD" must be a number of seconds of at least 0, got "soon".'],
    ['MIN_RESIDENT_MODULES', '-1', 'lmms: "MIN_RESIDENT_MODULES" must be a number of at least 0, got "-1".'],
    ['UNLOAD_CHECK_FREQUENCY', '0', 'lmms: "UNLOAD_CHECK_FREQUENCY" must be a number of at least 1, got "0".'],
    ['ENABLE_MODULE_UNLOADING', 'maybe', 'lmms: "ENABLE_MODULE_UNLOADING" must be one of true, 1, yes, on, false, 0, no, off, got "maybe".'],
  ])('%s=%s is refused', (name, value, message) => {
    vi.stubEnv(name, value);
    expect(() => lmms()).toThrow(expect.objectContaining({ code: 'InvalidParams', message }));
  });

  it.each([
    [{ gracePeriod: '30' }, '"gracePeriod" must be a number of at least 0, got string'],
    [{ preload: 'cache' }, '"preload" must be an array of non-empty strings, got string'],
    [{ unloadPolicy: 'size' }, '"unloadPolicy" must be one of "time", "count", got string'],
    [{ fastPath: 1 }, '"fastPath" must be true or false, got 1'],
    [{ pressure: 0 }, '"pressure" must be a number above 0, or Infinity, got 0'],
    [{ pressure: '1' }, '"pressure" must be a number above 0, or Infinity, got string'],
    [{ preloadFor: null }, '"preloadFor" must be an object, got null'],
    [{ preloadFor: 'sqs' }, '"preloadFor" must be an object, got string'],
    [{ preloadFor: { sqs: {} } }, '"preloadFor/sqs" must be an array of non-empty strings, got object'],
    [{ gracePeriod: -1 }, '"gracePeriod" must be a number of at least 0, got -1'],
    [{ minResident: Number.NaN }, '"minResident" must be a number of at least 0, got NaN'],
    [{ preload: ['a', ''] }, '"preload" must be an array of non-empty strings, got an array'],
    [{ preload: ['a', 5] }, '"preload" must be an array of non-empty strings, got an array'],
    [null, '"options" must be an object, got null'],
    ['text', '"options" must be an object, got string'],
  ])('%j is refused', (options, message) => {
    expect(() => lmms(options as never)).toThrow(message);
  });

  it('that are refused are listed in the issues of the error', () => {
    const issues = [{ param: 'pressure', problem: 'invalid', expected: 'a number above 0, or Infinity', got: '0' }];
    expect(() => lmms({ pressure: 0 })).toThrow(expect.objectContaining({ code: 'InvalidParams', issues }));
  });

  it('may equal their bounds, and blank variables count as not set', () => {
    for (const [name, value] of Object.entries({ UNLOAD_CHECK_FREQUENCY: '1', MIN_RESIDENT_MODULES: ' ', UNLOAD_THRESHOLD: '0' })) vi.stubEnv(name, value);
    const memory = lmms({ gracePeriod: 0 });
    createGateway({}, { middleware: [memory] });
    expect(memory.report().settings).toMatchObject({ gracePeriod: 0, unloadCheckFrequency: 1, minResident: 8, unloadThreshold: 0 });
  });

  it('name a folder of baked code in an option, which takes precedence, or in a variable', () => {
    vi.stubEnv('LMMS_BAKED', '/from/variable');
    expect(testGateway([], { baked: '/from/option' }).memory.report().settings).toMatchObject({ baked: '/from/option' });
    expect(testGateway([]).memory.report().settings).toMatchObject({ baked: '/from/variable' });
    vi.stubEnv('LMMS_BAKED', '');
    expect(testGateway([]).memory.report().settings).toMatchObject({ baked: undefined });
  });

  it('are in the report; options take precedence over variables, whose period is in seconds', () => {
    vi.stubEnv('UNLOAD_GRACE_PERIOD', '12');
    vi.stubEnv('MIN_RESIDENT_MODULES', '3');
    const made = testGateway([], { minResident: 5 });
    expect(made.memory.report().settings).toMatchObject({
      gracePeriod: 12_000,
      minResident: 5,
      unloadThreshold: 100,
      unloadCheckFrequency: 50,
      fastPathThreshold: 10,
    });
  });
});
