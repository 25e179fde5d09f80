import fc, { assert, integer, property } from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { propertySettings } from '../src/property-settings.ts';

afterEach(() => void vi.unstubAllEnvs());
const failing = property(integer(), (value) => value < 0);
const failure = (run: () => void): Error => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('It did not fail.');
};

describe('a property', () => {
  it.each([
    ['the default export', fc.assert],
    ['a named import', assert],
  ])('runs as often as the environment multiplies, by %s', (_, check) => {
    const count = (parameters: { numRuns?: number } = {}): number => {
      let runs = 0;
      check(
        property(integer(), () => void runs++),
        parameters,
      );
      return runs;
    };
    vi.stubEnv('SUGA_PROPERTY_RUNS', undefined);
    expect([count(), count({ numRuns: 7 })]).toEqual([100, 7]);
    vi.stubEnv('SUGA_PROPERTY_RUNS', '3');
    expect([count(), count({ numRuns: 7 })]).toEqual([300, 21]);
  });

  it('tells the command that repeats its failure, and that command does', async () => {
    const { message } = failure(() => assert(failing));
    const [, seed = '', path = '', file, name] = /SUGA_PROPERTY_SEED=(\S+) SUGA_PROPERTY_PATH=(\S+) vitest run (\S+) -t (".*")$/.exec(message) ?? [];
    expect([file, name]).toEqual(['test/properties.test.ts', '"a property tells the command that repeats its failure, and that command does"']);
    vi.stubEnv('SUGA_PROPERTY_SEED', seed);
    vi.stubEnv('SUGA_PROPERTY_PATH', path);
    expect(failure(() => assert(failing)).message).toContain(`seed: ${seed}, path: "${path}"`);
  });

  it('keeps the error of a property as the cause, also for async properties', async () => {
    const own = new Error('mine');
    const run = fc.assert(fc.asyncProperty(fc.integer(), () => Promise.reject(own)));
    await expect(run).rejects.toMatchObject({ message: expect.stringContaining('SUGA_PROPERTY_SEED='), cause: own });
  });
});

describe('the settings', () => {
  it('are those of fast-check if no variable is set', () => {
    expect(propertySettings({})).toEqual({ numRuns: 100 });
    expect(propertySettings({ SUGA_PROPERTY_RUNS: '', SUGA_PROPERTY_SEED: '', SUGA_PROPERTY_PATH: '' }, 5)).toEqual({ numRuns: 5 });
  });

  it('run at least once, and a whole number of times', () => {
    expect(propertySettings({ SUGA_PROPERTY_RUNS: '0.01' }, 20).numRuns).toBe(1);
    expect(propertySettings({ SUGA_PROPERTY_RUNS: '0.5' }, 5).numRuns).toBe(3);
  });

  it('accept a seed of zero, and refuse a value that is not a number', () => {
    expect(propertySettings({ SUGA_PROPERTY_SEED: '0', SUGA_PROPERTY_PATH: '1:2' })).toEqual({ numRuns: 100, seed: 0, path: '1:2' });
    expect(() => propertySettings({ SUGA_PROPERTY_RUNS: 'many' })).toThrow('SUGA_PROPERTY_RUNS is "many"');
    expect(() => propertySettings({ SUGA_PROPERTY_SEED: 'x' })).toThrow('SUGA_PROPERTY_SEED is "x"');
  });
});
