import type { Middleware } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { testGateway } from './test-gateway.js';

afterEach(() => void vi.unstubAllEnvs());

describe('hot operations', () => {
  it('are the three with most calls, and the seven after them', async () => {
    const names = Array.from({ length: 14 }, (_, index) => `part${index}`);
    // The gateway knows them in another order.
    const made = testGateway([...names.slice(7), ...names.slice(0, 7)]);
    await made.use('http', ...names.slice(7), ...names.slice(0, 7));
    for (let invocation = 1; invocation < 10; invocation++) {
      await made.use('http', ...names.flatMap((name, index) => Array<string>(14 - index).fill(name)));
    }
    const { hot } = made.memory.report();
    expect(hot.map(({ operation, tier }) => [operation, tier])).toEqual(names.slice(0, 10).map((name, index) => [`${name}.get`, index < 3 ? 1 : 2]));
    expect(hot[0]?.share).toBeCloseTo((1 + 9 * 14) / (14 + 9 * 105));
  });

  it('have at least as many calls as the threshold', async () => {
    for (const [fastPathThreshold, hot] of [
      [11, ['b.get']],
      [10, ['b.get', 'a.get']],
    ] as const) {
      const made = testGateway(['a', 'b'], { fastPathThreshold });
      for (let invocation = 0; invocation < 10; invocation++) await made.use('http', 'a', 'b', 'b');
      expect(made.memory.report().hot.map(({ operation }) => operation)).toEqual(hot);
    }
  });

  it('follow the traffic', async () => {
    const made = testGateway(['a', 'b']);
    for (let invocation = 0; invocation < 40; invocation++) await made.use('http', 'a');
    made.control.unload('a');
    for (let invocation = 0; invocation < 40; invocation++) await made.use('http', 'a');
    expect(made.memory.report().hot.map(({ operation }) => operation)).toEqual(['a.get']);
    for (let invocation = 0; invocation < 80; invocation++) await made.use('http', 'b');
    expect(made.memory.report().hot.map(({ operation }) => operation)).toEqual(['b.get']);
  });

  it('follow the traffic however old the environment is: there is a check every thousand invocations', async () => {
    const made = testGateway(['a', 'b']);
    // Checks run at 10, 20, 40 … 1280.
    for (let invocation = 0; invocation < 1280; invocation++) await made.use('http', 'a');
    for (let invocation = 0; invocation < 1000; invocation++) await made.use('http', 'b');
    expect(made.memory.report().hot).toEqual([{ operation: 'b.get', tier: 1, share: 1 }]);
  });

  it('are not detected if that is switched off', async () => {
    vi.stubEnv('ENABLE_FAST_PATH', 'no');
    const made = testGateway(['a']);
    for (let invocation = 0; invocation < 20; invocation++) await made.use('http', 'a', 'a');
    expect(made.memory.report().hot).toEqual([]);
  });
});

describe('protection', () => {
  it('is never skipped: a hot operation is throttled at the first call after the level changes', async () => {
    let level: 'normal' | 'throttle' = 'normal';
    let guarded = 0;
    const guard: Middleware = {
      name: 'guard',
      // Its idle form is `next` itself.
      bind: (_, next) =>
        level === 'normal'
          ? next
          : (...args) => {
              guarded++;
              if (args[0] === 1) throw new SugaError('Throttled', 'too much');
              return next(...args);
            },
    };
    const made = testGateway(['a'], {}, { before: [guard] });
    for (let invocation = 0; invocation < 200; invocation++) await made.use('http', ...Array<string>(10).fill('a'));
    expect(made.memory.report().hot[0]?.operation).toBe('a.get');
    expect([guarded, made.control.stats().interfaces['a']?.operations['get']?.bound]).toEqual([0, 'direct']);
    level = 'throttle';
    made.control.rebind();
    expect(() => made.parts['a']?.get(1)).toThrow('too much');
    expect(made.parts['a']?.get(2)).toBe(2);
    level = 'normal';
    made.control.rebind();
    expect(made.parts['a']?.get(1)).toBe(1);
    expect(guarded).toBe(2);
  });
});
