import { collectGarbage, memorySizeMb, processMemory } from '@suga/gateway/memory';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const setting = (value: string): unknown => vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', value);
afterEach(() => vi.unstubAllEnvs());

describe('the memory', () => {
  it.each([
    ['512', 512],
    ['', undefined],
    ['much', undefined],
  ])('of a function with the setting %j is %s MB', (value, megabytes) => {
    setting(value);
    expect(memorySizeMb()).toBe(megabytes);
    expect(processMemory().limit).toBe(megabytes && megabytes * 2 ** 20);
  });

  it('is under the pressure of its fuller part', () => {
    setting('1');
    const { rss, limit = 0, pressure } = processMemory();
    expect(pressure).toBe(rss / limit);
    setting('');
    const { heapUsed, heapLimit, pressure: heapPressure } = processMemory();
    expect(heapPressure).toBe(heapUsed / heapLimit);
  });

  it('is collected if Node allows it', () => {
    const global = globalThis as { gc?: unknown };
    const { gc: before } = global;
    onTestFinished(() => void (global.gc = before));
    global.gc = undefined;
    expect(collectGarbage()).toBe(false);
    const gc = vi.fn();
    global.gc = gc;
    expect(collectGarbage()).toBe(true);
    expect(gc).toHaveBeenCalledWith({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  });
});
