import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
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

  it.each([
    ['--max-old-space-size=115', '--max-semi-space-size=6'],
    ['--max-old-space-size=460', '--max-semi-space-size=25'],
    ['--max-old-space-size=460', '--max-semi-space-size=16', '--max-semi-space-size=32'],
    ['--max_old_space_size=200', '--max-semi-space-size=25', '--max-old-space-size=460', '--max_old_space_size=300'],
    ['--max-old-space-size=1592', '--max-semi-space-size=88'],
    ['--max-old-space-size=9216', '--max-semi-space-size=512'],
    ['--max-old-space-size=300'],
    ['--max-semi-space-size=25'],
    [],
  ])('has the limit that V8 has, with the flags %s %s', (...flags) => {
    const program = `
      const { heapLimit } = require(${JSON.stringify(createRequire(import.meta.url).resolve('@suga/gateway/memory'))}).processMemory();
      const isLoaded = process.moduleLoadList.includes('NativeModule v8');
      console.log(JSON.stringify({ heapLimit, isLoaded, limit: require('node:v8').getHeapStatistics().heap_size_limit }));
    `;
    const { heapLimit, isLoaded, limit } = JSON.parse(execFileSync(process.execPath, [...flags, '--eval', program], { encoding: 'utf8' }));
    expect(heapLimit).toBe(limit);
    expect(isLoaded).toBe(flags.length < 2);
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
