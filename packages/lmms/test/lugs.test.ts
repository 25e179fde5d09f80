import { setFlagsFromString } from 'node:v8';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stage } from './stage.js';

let now = 1_000_000;
beforeEach(() => {
  now = 1_000_000;
  vi.spyOn(Date, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
const isLoaded = ({ control }: ReturnType<typeof stage>, name: string) => control.stats().interfaces[name]?.loaded;

describe('unloading by time', () => {
  it('lets go of what has not been used for the grace period, when an invocation ends', async () => {
    const states = { a: {} as { disposed?: number }, b: {} };
    const made = stage(['a', 'b'], { gracePeriod: 30_000 }, { states });
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

  it('does not happen where it is switched off', async () => {
    vi.stubEnv('ENABLE_MODULE_UNLOADING', '0');
    const made = stage(['a'], { gracePeriod: 1 });
    await made.use('http', 'a');
    now += 60_000;
    await made.use('http');
    expect(isLoaded(made, 'a')).toBe(true);
  });
});

describe('unloading by count', () => {
  it('lets go of what as many invocations have not used, looked at every so many', async () => {
    const made = stage(['a', 'b'], { unloadPolicy: 'count', unloadThreshold: 6, unloadCheckFrequency: 5 });
    await made.use('http', 'a', 'b');
    for (let invocation = 2; invocation <= 9; invocation++) {
      await made.use('http', 'b');
      expect(isLoaded(made, 'a'), `after ${invocation}`).toBe(true);
    }
    await made.use('http', 'b');
    expect([isLoaded(made, 'a'), isLoaded(made, 'b')]).toEqual([false, true]);
  });
});

describe('the guards, in their order', () => {
  const refusedOf = (made: ReturnType<typeof stage>, name: string) => made.memory.report().decisions[name]?.refused;

  it('in use', async () => {
    const made = stage(['a'], {}, { states: { a: { holding: '2 entries' } } });
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

  it('in use by an invocation that still runs, although no call is under way', async () => {
    const made = stage(['a', 'b'], { gracePeriod: 10 });
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

  it('hot, unless that is no protection', async () => {
    for (const hotPathProtection of [true, false]) {
      const made = stage(['a'], { hotPathProtection });
      for (let invocation = 0; invocation < 10; invocation++) await made.use('http', 'a', 'a');
      expect(made.memory.report().hot).toEqual([{ operation: 'a.get', tier: 1, share: 1 }]);
      now += 60_000;
      await made.use('http');
      expect([refusedOf(made, 'a'), isLoaded(made, 'a')]).toEqual(hotPathProtection ? ['hot', true] : [undefined, false]);
    }
  });

  it('fewer than the minimum', async () => {
    const made = stage(['a', 'b', 'c'], { minResident: 2 });
    await made.use('http', 'a', 'b', 'c');
    now += 60_000;
    await made.use('http');
    expect(['a', 'b', 'c'].map((name) => isLoaded(made, name))).toEqual([false, true, true]);
    expect(refusedOf(made, 'c')).toBe('minimum resident');
  });

  it('grace and minimum do not hold under pressure, the others do', async () => {
    const states = { b: { holding: 'a pool' } };
    const made = stage(['a', 'b', 'c'], { minResident: 9, pressure: 1e-9, collect: true }, { states });
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
    const made = stage(['other'], { gracePeriod: 10, hotPathProtection: false });
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
