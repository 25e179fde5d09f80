import { debug } from '@suga/debug';
import { type AnyInterface, control, createGateway, type Interface } from '@suga/gateway';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const fine: AnyInterface = { operations: { go: { params: {} } }, load: () => ({ operations: { go: () => 1 } }) };
const broken: AnyInterface = {
  ...fine,
  load: () => {
    throw new Error('no disk');
  },
};
const gatewayOf = () =>
  createGateway({ debug: debug({ checkTimeout: 30 }), fine: fine as Interface<{ go(): number }>, broken: broken as Interface<{ go(): number }> });
const fresh = () => gatewayOf().debug;

// Only the check that says so is slow.
beforeEach(() => void vi.spyOn(Date, 'now').mockReturnValue(Date.now()));
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('health', () => {
  it('loads nothing without probe', async () => {
    const gateway = gatewayOf();
    const healthy = { state: 'healthy', reasons: [] };
    const fine = { state: 'healthy', gateway: healthy, interfaces: { debug: healthy, fine: healthy, broken: healthy }, checks: {} };
    expect(await gateway.debug.health()).toEqual(fine);
    expect(control(gateway).stats().interfaces['fine']?.loaded).toBe(false);
    const probed = await gateway.debug.health({ probe: true });
    expect(probed).toEqual({
      ...fine,
      state: 'failing',
      interfaces: { debug: healthy, fine: healthy, broken: { state: 'failing', reasons: ['Interface "broken" could not be loaded: no disk'] } },
    });
    expect(control(gateway).stats().interfaces['fine']?.loaded).toBe(true);
  });

  it('reports an interface that was called but could never be loaded', async () => {
    const gateway = gatewayOf();
    for (const _ of [1, 2]) expect(() => gateway.broken.go()).toThrow('no disk');
    expect(await gateway.debug.checkComponent('broken')).toEqual({ state: 'failing', reasons: [expect.stringContaining('called 2 times, but never loaded')] });
  });

  it.each<[string, () => unknown, object]>([
    ['returns nothing', () => undefined, { state: 'healthy', reasons: [] }],
    ['returns true', async () => true, { state: 'healthy', reasons: [] }],
    ['returns false', () => false, { state: 'failing', reasons: ['the check returned false'] }],
    ['returns a state', () => 'degraded', { state: 'degraded', reasons: ['the check returned "degraded"'] }],
    ['returns reasons', async () => ({ state: 'degraded', reasons: ['3 of 5 replicas'] }), { state: 'degraded', reasons: ['3 of 5 replicas'] }],
    ['throws', () => Promise.reject(new Error('refused')), { state: 'failing', reasons: ['refused'] }],
    ['throws a URL', () => Promise.reject(new Error('no postgres://u:hunter2@db')), { state: 'failing', reasons: ['no postgres://u:[redacted]@db'] }],
    ['throws synchronously', () => thrower(), { state: 'failing', reasons: ['a trap'] }],
    ['throws undefined', () => Promise.reject(), { state: 'failing', reasons: ['undefined'] }],
    ['throws a value that cannot be read', () => Promise.reject(Object.defineProperty({}, 'message', { get: thrower })), { state: 'failing' }],
    ['returns another value', () => 7, { state: 'failing', reasons: [expect.stringContaining('neither a state')] }],
    ['returns null', () => null, { state: 'failing', reasons: [expect.stringContaining('neither a state')] }],
    [
      'returns a value that cannot be read',
      () => new Proxy({}, { get: (_, key) => (key === 'then' ? undefined : thrower()) }),
      { state: 'failing', reasons: ['a trap'] },
    ],
    ['hangs', () => new Promise(() => undefined), { state: 'failing', reasons: ['no response within 30 ms'] }],
  ])('reports a check that %s', async (_, check, expected) => {
    const one = fresh();
    one.addCheck('db', check as never);
    const health = await one.health();
    expect(health.checks['db']).toMatchObject({ ...expected, durationMs: expect.any(Number) });
    expect(health.state).toBe(health.checks['db']?.state);
    expect(await one.checkComponent('db')).toMatchObject(expected);
  });

  it('reports a slow check, and runs all at the same time', async () => {
    let now = 1_000_000;
    vi.spyOn(Date, 'now').mockImplementation(() => now);
    const one = fresh();
    let running = 0;
    let most = 0;
    const check = async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
    };
    for (const name of ['a', 'b', 'c']) one.addCheck(name, check, { timeout: 10_000 });
    one.addCheck('slow', () => void (now += 6_000), { timeout: 10_000 });
    const { checks } = await one.health();
    expect(checks['slow']).toEqual({ state: 'degraded', reasons: ['took 6000 of 10000 ms'], durationMs: 6000 });
    expect(most).toBe(3);
  });

  it('stops before the invocation ends, aborts the check, and leaves no unhandled rejection', async () => {
    const gateway = gatewayOf();
    const stray = vi.fn();
    process.on('unhandledRejection', stray);
    const seen: AbortSignal[] = [];
    gateway.debug.addCheck(
      'db',
      (signal) =>
        new Promise((_, reject) => {
          seen.push(signal);
          signal.addEventListener('abort', () => reject(new Error('late')));
        }),
      { timeout: 60_000 },
    );
    const { checks } = await control(gateway).run({ id: '1', deadline: Date.now() + 120 }, () => gateway.debug.health());
    expect(checks['db']?.reasons[0]).toBe('no response within 20 ms');
    expect(seen[0]?.aborted).toBe(true);
    await new Promise(setImmediate);
    process.off('unhandledRejection', stray);
    expect(stray).not.toHaveBeenCalled();
  });

  it('combines an interface and a check of the same name, and refuses names that are neither', async () => {
    const one = fresh();
    one.addCheck('fine', () => false);
    expect(await one.checkComponent('fine')).toMatchObject({ state: 'failing', reasons: ['the check returned false'] });
    expect([one.removeCheck('fine'), one.removeCheck('fine')]).toEqual([true, false]);
    expect(await one.checkComponent('fine')).toEqual({ state: 'healthy', reasons: [] });
    for (const name of ['gone', '__proto__', 'constructor'])
      await expect(one.checkComponent(name)).rejects.toMatchObject({
        code: 'UnknownComponent',
        message: expect.stringContaining('Known: debug, fine, broken'),
      });
  });

  it('reports when memory runs short', async () => {
    const mb = Math.ceil(process.memoryUsage().rss / 2 ** 20);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', String(Math.ceil(mb / 2)));
    expect(fresh().checkGateway()).toEqual({ state: 'failing', reasons: [expect.stringMatching(/^the process uses \d+ of \d+ MB/)] });
    expect((await fresh().health()).state).toBe('failing');
    vi.spyOn(process, 'memoryUsage').mockReturnValue({ rss: 90 * 2 ** 20, heapUsed: 1, heapTotal: 1, external: 0, arrayBuffers: 0 });
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '100');
    expect(fresh().checkGateway()).toMatchObject({ state: 'degraded', reasons: [expect.stringContaining('90 of 100 MB')] });
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '200');
    expect(fresh().checkGateway()).toEqual({ state: 'healthy', reasons: [] });
  });
});

function thrower(): never {
  throw new Error('a trap');
}
