import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testGateway } from './test-gateway.js';

let now = 1_000_000;
beforeEach(() => {
  now = 1_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
const isLoaded = ({ control }: ReturnType<typeof testGateway>, name: string) => control.stats().interfaces[name]?.loaded;

describe('unloading by time', () => {
  it('unloads what was not used for the grace period, when an invocation ends', async () => {
    const states = { a: {} as { disposed?: number }, b: {} };
    const made = testGateway(['a', 'b'], { gracePeriod: 30_000 }, { states });
    await made.use('http', 'a', 'b');
    now += 29_000;
    await made.use('http', 'b');
    expect(isLoaded(made, 'a')).toBe(true);
    now += 1_000;
    expect(isLoaded(made, 'a')).toBe(true);
    await made.use('http');
    expect([isLoaded(made, 'a'), isLoaded(made, 'b')]).toEqual([false, true]);
    expect(states.a.disposed).toBe(1);
    expect(made.memory.report()).toMatchObject({ unloads: 1, decisions: { a: { at: now, code: expect.any(String) } } });
    await made.use('http', 'a');
    expect(made.control.stats().interfaces['a']).toMatchObject({ loaded: true, loads: 2 });
  });

  it('checks once a second, or once per grace period if that is shorter, even if the clock was set back', async () => {
    for (const [gracePeriod, pause] of [
      [30_000, 1000],
      [100, 100],
    ] as const) {
      const made = testGateway(['a'], { gracePeriod }, { states: { a: { holding: 'data' } } });
      await made.use('http', 'a');
      now += 60_000;
      await made.use('http');
      const lookedAt = () => made.memory.report().decisions['a']?.at;
      const last = now;
      now += pause - 1;
      await made.use('http');
      expect(lookedAt()).toBe(last);
      now += 1;
      await made.use('http');
      expect(lookedAt()).toBe(now);
      now -= 40_000;
      await made.use('http');
      expect(lookedAt()).toBe(now);
    }
  });

  it('does not check in the first second, which is that of a cold start', async () => {
    const made = testGateway(['a'], { gracePeriod: 30_000 });
    now += 999;
    await made.use('http', 'a');
    expect(made.memory.report().decisions).toEqual({});
    now += 1;
    await made.use('http', 'a');
    expect(made.memory.report().decisions).toEqual({ a: { at: now, refused: 'grace period' } });
  });

  it('ignores an interface that was unloaded by hand while it was used', async () => {
    const made = testGateway(['a', 'b'], { gracePeriod: 30_000 });
    await made.use('http', 'a', 'b');
    now += 20_000;
    await made.control.run({ id: '1' }, () => {
      made.parts['a']?.get(1);
      made.parts['b']?.get(1);
      made.control.unload('a');
    });
    now += 15_000;
    await made.use('http');
    expect([isLoaded(made, 'b'), made.memory.report().unloads]).toEqual([true, 0]);
  });

  it('does not happen if it is switched off', async () => {
    vi.stubEnv('ENABLE_MODULE_UNLOADING', '0');
    const made = testGateway(['a'], { gracePeriod: 1 });
    await made.use('http', 'a');
    now += 60_000;
    await made.use('http');
    expect(isLoaded(made, 'a')).toBe(true);
  });
});

describe('unloading by count', () => {
  it.each([6, 9])('unloads what %d invocations have not used, with a check after every five', async (unloadThreshold) => {
    const made = testGateway(['a', 'b'], { unloadPolicy: 'count', unloadThreshold, unloadCheckFrequency: 5 });
    await made.use('http', 'a', 'b');
    for (let invocation = 2; invocation <= 9; invocation++) {
      await made.use('http', 'b');
      expect(isLoaded(made, 'a'), `after ${invocation}`).toBe(true);
    }
    await made.use('http', 'b');
    expect([isLoaded(made, 'a'), isLoaded(made, 'b')]).toEqual([false, true]);
  });
});

describe('pressure', () => {
  const MB = 2 ** 20;
  const memory = (heapUsed: number, rss: number) =>
    vi.spyOn(process, 'memoryUsage').mockReturnValue({ heapUsed, rss, heapTotal: heapUsed, external: 0, arrayBuffers: 0 });
  const pressure = () => testGateway([]).memory.report().memory.pressure;

  it('is the used share of the heap, or of the function’s memory', () => {
    const { heap_size_limit: limit } = getHeapStatistics();
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', undefined);
    memory(limit / 4, 512 * MB);
    expect(pressure()).toBeCloseTo(0.25);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '1024');
    expect(pressure()).toBeCloseTo(0.5);
    expect(testGateway([]).memory.report().memory).toMatchObject({ heapUsed: limit / 4, rss: 512 * MB });
  });

  it('begins at the configured share', async () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '1024');
    for (const [used, loaded] of [
      [511, true],
      [512, false],
    ] as const) {
      const made = testGateway(['a'], { pressure: 0.5 });
      await made.use('http', 'a');
      memory(0, used * MB);
      now += 1000;
      await made.use('http');
      expect(isLoaded(made, 'a'), `${used} MB`).toBe(loaded);
    }
  });

  it('unloads interfaces that are not due yet by count', async () => {
    const made = testGateway(['a', 'b'], { unloadPolicy: 'count', unloadCheckFrequency: 2, pressure: 1e-9 });
    await made.use('http', 'a', 'b');
    await made.use('http', 'b');
    expect([isLoaded(made, 'a'), isLoaded(made, 'b')]).toEqual([false, true]);
  });

  it('collects garbage once a minute, if that is switched on', async () => {
    setFlagsFromString('--expose-gc');
    const gc = vi.spyOn(globalThis as { gc: (options: object) => void }, 'gc').mockImplementation(() => undefined);
    const look = async (made: ReturnType<typeof testGateway>, ms: number) => {
      now += ms;
      await made.use('http');
      return made.memory.report().collections.count;
    };
    expect(await look(testGateway(['a'], { collect: true, pressure: 1e9 }), 1000)).toBe(0);
    expect(await look(testGateway(['a'], { collect: false, pressure: 1e-9 }), 1000)).toBe(0);
    expect(await look(testGateway(['a'], { pressure: 1e-9 }), 1000)).toBe(0);
    expect(gc).not.toHaveBeenCalled();
    const made = testGateway(['a'], { collect: true, pressure: 1e-9 });
    expect([await look(made, 1000), await look(made, 59_999), await look(made, 1001), await look(made, 60_000)]).toEqual([1, 1, 2, 3]);
    expect(gc).toHaveBeenCalledTimes(3);
    expect(gc).toHaveBeenCalledWith({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  });

  it('says how long collections took, in ms', async () => {
    let ns = 0n;
    vi.spyOn(globalThis as { gc: () => void }, 'gc').mockImplementation(() => void (ns += 1_500_000n));
    vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => ns);
    const made = testGateway([], { collect: true, pressure: 1e-9 });
    now += 60_000;
    await made.use('http');
    now += 60_000;
    await made.use('http');
    expect(made.memory.report().collections).toEqual({ count: 2, totalMs: 3 });
  });
});

describe('the guards, in their order', () => {
  const refusedOf = (made: ReturnType<typeof testGateway>, name: string) => made.memory.report().decisions[name]?.refused;

  it('in use', async () => {
    const made = testGateway(['a'], {}, { states: { a: { holding: '2 entries' } } });
    let finish: (value: number) => void = () => undefined;
    let pending: Promise<number> | undefined;
    await made.control.run({ id: '1' }, () => {
      pending = made.parts['a']?.later(new Promise<number>((resolve) => (finish = resolve)));
    });
    now += 60_000;
    await made.use('http');
    expect(refusedOf(made, 'a')).toBe('in flight');
    finish(7);
    expect(await pending).toBe(7);
    now += 60_000;
    await made.use('http');
    expect(refusedOf(made, 'a')).toBe('holds 2 entries');
  });

  it('in use by an invocation that still runs, although no call is in flight', async () => {
    const made = testGateway(['a', 'b'], { gracePeriod: 10 });
    let finish: () => void = () => undefined;
    const first = made.control.run({ id: '1' }, async () => {
      await new Promise(setImmediate);
      made.parts['a']?.get(1);
      await new Promise<void>((resolve) => (finish = resolve));
    });
    await made.control.run({ id: '2' }, async () => {
      made.parts['b']?.get(1);
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    });
    now += 60_000;
    await made.use('http');
    expect([isLoaded(made, 'a'), isLoaded(made, 'b'), refusedOf(made, 'a')]).toEqual([true, false, 'in flight']);
    finish();
    await first;
    now += 60_000;
    await made.use('http');
    expect(isLoaded(made, 'a')).toBe(false);
  });

  it('hot, unless this protection is off', async () => {
    for (const hotPathProtection of [true, false]) {
      const made = testGateway(['a'], { hotPathProtection });
      for (let invocation = 0; invocation < 10; invocation++) await made.use('http', 'a', 'a');
      expect(made.memory.report().hot).toEqual([{ operation: 'a.get', tier: 1, share: 1 }]);
      now += 60_000;
      await made.use('http');
      expect([refusedOf(made, 'a'), isLoaded(made, 'a')]).toEqual(hotPathProtection ? ['hot', true] : [undefined, false]);
    }
  });

  it('no longer hot', async () => {
    const made = testGateway(['a', 'b']);
    for (let invocation = 0; invocation < 10; invocation++) await made.use('http', 'a');
    for (let invocation = 0; invocation < 10; invocation++) await made.use('http', 'b');
    now += 60_000;
    await made.use('http');
    expect([isLoaded(made, 'a'), isLoaded(made, 'b'), refusedOf(made, 'b')]).toEqual([false, true, 'hot']);
  });

  it('called again by an interface that was unloaded before it', async () => {
    const states: Record<string, { disposing?: () => void }> = { a: {}, b: {} };
    const made = testGateway(['a', 'b'], {}, { states });
    (states['a'] as { disposing?: () => void }).disposing = () => void made.parts['b']?.later(new Promise(() => undefined));
    await made.use('http', 'a', 'b');
    now += 60_000;
    await made.use('http');
    expect([isLoaded(made, 'a'), isLoaded(made, 'b'), refusedOf(made, 'b')]).toEqual([false, true, 'in flight']);
    expect(made.memory.report().unloads).toBe(1);
  });

  it('used within the grace period', async () => {
    const made = testGateway(['a', 'b'], { gracePeriod: 30_000 });
    await made.use('http', 'a');
    now += 29_999;
    await made.use('http', 'b');
    expect([refusedOf(made, 'a'), refusedOf(made, 'b')]).toEqual(['grace period', 'grace period']);
    now += 1000;
    await made.use('http');
    expect([isLoaded(made, 'a'), refusedOf(made, 'a'), refusedOf(made, 'b')]).toEqual([false, undefined, 'grace period']);
  });

  it('fewer than the minimum, after the longest idle ones are unloaded', async () => {
    const made = testGateway(['a', 'b', 'c'], { minResident: 2 });
    await made.use('http', 'a', 'b', 'c');
    now += 1000;
    await made.use('http', 'c');
    now += 1000;
    await made.use('http', 'a');
    now += 60_000;
    await made.use('http');
    expect(['a', 'b', 'c'].map((name) => isLoaded(made, name))).toEqual([true, false, true]);
  });

  it('fewer than the minimum', async () => {
    const made = testGateway(['a', 'b', 'c'], { minResident: 2 });
    await made.use('http', 'a', 'b', 'c');
    now += 60_000;
    await made.use('http');
    expect(['a', 'b', 'c'].map((name) => isLoaded(made, name))).toEqual([false, true, true]);
    expect(refusedOf(made, 'c')).toBe('minimum resident');
  });

  it('under pressure, grace period and minimum do not protect; the others do', async () => {
    const states = { b: { holding: 'a pool' } };
    const made = testGateway(['a', 'b', 'c'], { minResident: 9, pressure: 1e-9, collect: true }, { states });
    await made.use('http', 'a', 'b', 'c');
    expect(isLoaded(made, 'a')).toBe(true);
    now += 1_000;
    await made.use('http', 'c');
    expect(['a', 'b', 'c'].map((name) => isLoaded(made, name))).toEqual([false, true, true]);
    const { collections, memory } = made.memory.report();
    expect(collections.count).toBe(1);
    expect(collections.totalMs).toBeGreaterThan(0);
    expect(memory.pressure).toBeGreaterThan(0);
    now += 1_000;
    await made.use('http', 'a');
    expect(made.memory.report().collections.count).toBe(1);
  });
});

describe('memory', () => {
  it('200 cycles of a 10 MB core with 8 overlapping calls leave the heap flat', async () => {
    setFlagsFromString('--expose-gc');
    const big = {
      operations: { get: { params: { key: {} } }, later: { params: { work: {} }, returns: 'promise' as const } },
      load: () => {
        const data = Array.from({ length: 100_000 }, (_, index) => ({ index, text: `value ${index}` }));
        return { operations: { get: (key: number) => data[key]?.text, later: async (work: unknown) => (await work, data.length) } };
      },
    };
    const made = testGateway(['other'], { gracePeriod: 10, hotPathProtection: false });
    made.control.register('big', big);
    const cycle = async () => {
      const calls = Array.from({ length: 8 }, (_, index) =>
        made.control.run({ id: `${index}` }, () => made.control.execute('big', 'later', { work: new Promise(setImmediate) })),
      );
      await Promise.all(calls);
      now += 2_000;
      await made.use('http');
      expect(isLoaded(made, 'big')).toBe(false);
    };
    for (let warm = 0; warm < 5; warm++) await cycle();
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 200; round++) await cycle();
    globalThis.gc?.();
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(2);
  });
});
