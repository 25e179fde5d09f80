import { type CircuitBreakerOptions, circuitBreaker, type Policy, type Transition } from '@suga/circuit-breaker';
import { control, createGateway } from '@suga/gateway';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let now = 1_000_000;
beforeEach(() => void vi.spyOn(Date, 'now').mockImplementation(() => now));
afterEach(() => void vi.restoreAllMocks());

const DOWN = new Error('down');
const down = async () => {
  throw DOWN;
};
const make = (options: CircuitBreakerOptions = {}) => createGateway({ circuitBreaker: circuitBreaker(options) });
const breakerOf = (options: CircuitBreakerOptions = {}) => make(options).circuitBreaker;
const fails = async (breaker: ReturnType<typeof breakerOf>, times = 1, name = 'a') => {
  for (let time = 0; time < times; time++) await expect(breaker.call(name, down)).rejects.toBe(DOWN);
};
const later = <T>() => Promise.withResolvers<T>();

describe('a circuit', () => {
  it('opens after five failures in a row, refuses, and closes after two probes', async () => {
    const breaker = breakerOf();
    await fails(breaker, 4);
    expect(await breaker.call('a', () => 'up')).toBe('up');
    await fails(breaker, 5);
    const work = vi.fn();
    await expect(breaker.call('a', work)).rejects.toMatchObject({ code: 'CircuitOpen', details: { name: 'a', retryAfter: 60_000 } });
    expect(breaker.isOpen('a')).toBe(true);
    now += 59_999;
    await expect(breaker.call('a', work)).rejects.toMatchObject({ details: { retryAfter: 1 } });
    expect(work).not.toHaveBeenCalled();
    now += 1;
    expect([breaker.isOpen('a'), breaker.state('a')]).toEqual([false, 'open']);
    await breaker.call('a', () => 1);
    expect(breaker.state('a')).toBe('half-open');
    await breaker.call('a', () => 1);
    expect([breaker.states(), breaker.isOpen('a')]).toEqual([{ a: 'closed' }, false]);
    expect(breaker.stats()).toMatchObject({ circuits: 1, open: 0, halfOpen: 0, failures: 9, rejected: 2, opened: 1 });
    await fails(breaker, 4);
    expect(breaker.state('a')).toBe('closed');
  });

  it('opens again on a failed probe, for longer each time with `maxOpenMs`', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 }, openMs: 100, maxOpenMs: 350 });
    await fails(breaker);
    for (const [wait, next] of [
      [100, 200],
      [200, 350],
      [350, 350],
    ] as const) {
      now += wait;
      await fails(breaker);
      await expect(breaker.call('a', () => 1)).rejects.toMatchObject({ details: { retryAfter: next } });
    }
    now += 350;
    await breaker.call('a', () => 1);
    await breaker.call('a', () => 1);
    await fails(breaker);
    await expect(breaker.call('a', () => 1)).rejects.toMatchObject({ details: { retryAfter: 100 } });
  });

  it('with options of its own does not inherit a growing open time', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 } });
    breaker.configure('a', { openMs: 10 });
    await fails(breaker);
    now += 10;
    await fails(breaker);
    await expect(breaker.call('a', () => 1)).rejects.toMatchObject({ details: { retryAfter: 10 } });
  });

  it('lets one of 200 overlapping invocations probe', async () => {
    const gateway = make({ policy: { type: 'consecutive', failures: 1 }, successes: 1 });
    await fails(gateway.circuitBreaker);
    now += 60_000;
    const { promise, resolve } = later<string>();
    const work = vi.fn(() => promise);
    const calls = Array.from({ length: 200 }, (_, index) => control(gateway).run({ id: `r${index}` }, () => gateway.circuitBreaker.call('a', work)));
    const settled = Promise.allSettled(calls);
    await new Promise(setImmediate);
    expect(work).toHaveBeenCalledTimes(1);
    resolve('up');
    const outcomes = await settled;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(gateway.circuitBreaker.state('a')).toBe('closed');
  });

  it('runs as many probes as configured, each replaced when its time is over', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 }, successes: 3, probes: 2, probeMs: 500 });
    await fails(breaker);
    now += 60_000;
    const [first, second] = [later<string>(), later<string>()];
    const refused = (retryAfter: number) => expect(breaker.call('a', () => 1)).rejects.toMatchObject({ code: 'CircuitOpen', details: { retryAfter } });
    const probes = [breaker.call('a', () => first.promise)];
    now += 200;
    probes.push(breaker.call('a', () => second.promise));
    await refused(300);
    expect([breaker.isOpen('a'), breaker.state('a')]).toEqual([true, 'half-open']);
    second.resolve('up');
    await probes[1];
    expect(breaker.isOpen('a')).toBe(false);
    const third = later<string>();
    probes.push(breaker.call('a', () => third.promise));
    now += 299;
    await refused(1);
    now += 1;
    expect(await breaker.call('a', () => 'up')).toBe('up');
    first.reject(DOWN);
    await expect(probes[0]).rejects.toBe(DOWN);
    expect(breaker.state('a')).toBe('half-open');
    third.resolve('up');
    await probes[2];
    expect(breaker.state('a')).toBe('closed');
  });

  it('opens again when one of several probes fails, and counts successes from zero', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 }, successes: 2, probes: 2 });
    await fails(breaker);
    now += 60_000;
    await breaker.call('a', () => 1);
    await fails(breaker);
    expect(breaker.state('a')).toBe('open');
    now += 60_000;
    await breaker.call('a', () => 1);
    expect(breaker.state('a')).toBe('half-open');
    await breaker.call('a', () => 1);
    expect(breaker.state('a')).toBe('closed');
  });

  it('discards its counts and its number of openings when close() is called', async () => {
    const onTransition = vi.fn();
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 2 }, openMs: 100, maxOpenMs: 400, onTransition });
    await fails(breaker);
    await breaker.close('a');
    await fails(breaker);
    expect([breaker.state('a'), onTransition.mock.calls.length]).toEqual(['closed', 0]);
    await fails(breaker);
    now += 100;
    await fails(breaker);
    await breaker.close('a');
    await fails(breaker, 2);
    await expect(breaker.call('a', () => 1)).rejects.toMatchObject({ details: { retryAfter: 100 } });
  });

  it('discards a hanging probe when close() is called', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 }, successes: 1, openMs: 100, probeMs: 30_000 });
    await fails(breaker);
    now += 100;
    const hanging = later<string>();
    const probe = breaker.call('a', () => hanging.promise);
    await breaker.close('a');
    await fails(breaker);
    now += 100;
    expect(await breaker.call('a', () => 'up')).toBe('up');
    hanging.reject(DOWN);
    await expect(probe).rejects.toBe(DOWN);
    expect(breaker.state('a')).toBe('closed');
  });

  it('restarts its counts when configure() changes the policy', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 3 } });
    await fails(breaker, 2);
    breaker.configure('a', { policy: { type: 'count', failures: 2, window: 5 } });
    await fails(breaker);
    await breaker.call('a', () => 1);
    expect(breaker.state('a')).toBe('closed');
    await fails(breaker);
    expect(breaker.state('a')).toBe('open');
  });

  it('is reported as held open only once', async () => {
    const onTransition = vi.fn();
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 }, onTransition });
    await fails(breaker);
    await breaker.open('a');
    await breaker.open('a');
    now += 1e9;
    expect([breaker.isOpen('a'), breaker.stats().opened]).toEqual([true, 1]);
    expect(onTransition.mock.calls).toEqual([[{ name: 'a', from: 'closed', to: 'open', elsewhere: false }]]);
    await breaker.close('a');
    expect(onTransition).toHaveBeenCalledTimes(2);
  });

  it('opens on a recorded failure while it waits for probes, and closes on enough recorded successes', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 }, successes: 2 });
    breaker.recordFailure('a');
    breaker.recordFailure('a');
    now += 59_999;
    breaker.recordFailure('a');
    now += 1;
    expect(breaker.isOpen('a')).toBe(false);
    breaker.recordFailure('a');
    expect([breaker.state('a'), breaker.isOpen('a'), breaker.stats().opened]).toEqual(['open', true, 2]);
  });

  it('prevents an unload only while its state would be lost', async () => {
    const gateway = make({ policy: { type: 'consecutive', failures: 2 } });
    const { circuitBreaker: breaker } = gateway;
    const held = () => control(gateway).heldState('circuitBreaker');
    await breaker.call('a', () => 1);
    expect(held()).toBeUndefined();
    await fails(breaker);
    expect(held()).toBe('1 circuits');
    await breaker.call('a', () => 1);
    expect(held()).toBeUndefined();
    await breaker.open('a');
    expect(held()).toBe('1 circuits');
  });

  it('replaces a probe that does not end, and ignores its outcome', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 }, successes: 1, probeMs: 500 });
    await fails(breaker);
    now += 60_000;
    const first = later<string>();
    const dead = breaker.call('a', () => first.promise);
    now += 499;
    await expect(breaker.call('a', () => 1)).rejects.toMatchObject({ code: 'CircuitOpen', details: { retryAfter: 1 } });
    now += 1;
    const second = later<string>();
    const probe = breaker.call('a', () => second.promise);
    first.reject(DOWN);
    await expect(dead).rejects.toBe(DOWN);
    expect(breaker.state('a')).toBe('half-open');
    second.resolve('up');
    await probe;
    expect(breaker.state('a')).toBe('closed');
  });

  it('releases a probe with its invocation, and ignores calls that the invocation left running', async () => {
    const gateway = make({ policy: { type: 'consecutive', failures: 1 }, successes: 1 });
    const breaker = gateway.circuitBreaker;
    const stray = later<never>();
    const left: Promise<unknown>[] = [];
    const leave = () => control(gateway).run({ id: 'r' }, () => void left.push(breaker.call('a', () => stray.promise)));
    await leave();
    await fails(breaker);
    now += 60_000;
    await leave();
    expect(breaker.isOpen('a')).toBe(false);
    await breaker.call('a', () => 'up');
    expect(breaker.state('a')).toBe('closed');
    await leave();
    stray.reject(DOWN);
    expect(await Promise.allSettled(left)).toMatchObject([{ reason: DOWN }, { reason: DOWN }, { reason: DOWN }]);
    expect(breaker.state('a')).toBe('closed');
  });

  it('ignores outcomes of calls that started in an earlier state', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 }, successes: 2 });
    const [good, bad, old] = [later<string>(), later<string>(), later<string>()];
    const late = [good, bad, old].map(({ promise }) => breaker.call('a', () => promise).catch(() => undefined));
    await fails(breaker);
    now += 60_000;
    await breaker.call('a', () => 1);
    good.resolve('x');
    bad.reject(DOWN);
    await Promise.all(late.slice(0, 2));
    expect(breaker.state('a')).toBe('half-open');
    await breaker.call('a', () => 1);
    old.reject(DOWN);
    await late[2];
    expect(breaker.state('a')).toBe('closed');
  });

  it('calls isFailure, and counts a failure if it throws', async () => {
    const isFailure = vi.fn((error: unknown) => error === DOWN);
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 2 }, isFailure });
    const refuse = () => Promise.reject(new RangeError('bad request'));
    for (let time = 0; time < 5; time++) await expect(breaker.call('a', refuse)).rejects.toThrow(RangeError);
    expect(breaker.state('a')).toBe('closed');
    isFailure.mockImplementation(() => {
      throw new Error('predicate');
    });
    for (let time = 0; time < 2; time++) await expect(breaker.call('a', refuse)).rejects.toThrow(RangeError);
    expect(breaker.state('a')).toBe('open');
  });

  it('has a fallback for every error', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 1 } });
    const fallback = vi.fn(() => 'old');
    expect(await breaker.call('a', down, { fallback })).toBe('old');
    expect(await breaker.call('a', down, { fallback })).toBe('old');
    expect(fallback.mock.calls).toMatchObject([[DOWN], [{ code: 'CircuitOpen' }]]);
    expect(await breaker.call('b', () => 'new', { fallback })).toBe('new');
    const worse = new Error('worse');
    await expect(breaker.call('a', down, { fallback: () => Promise.reject(worse) })).rejects.toBe(worse);
  });

  it('accepts recorded outcomes, open() and close()', async () => {
    const breaker = breakerOf({ policy: { type: 'consecutive', failures: 2 } });
    breaker.recordFailure('a');
    breaker.recordSuccess('a');
    breaker.recordFailure('a', DOWN);
    breaker.recordFailure('a', DOWN);
    expect(breaker.isOpen('a')).toBe(true);
    breaker.recordSuccess('a');
    now += 60_000;
    breaker.recordSuccess('a');
    expect(breaker.state('a')).toBe('half-open');
    breaker.recordSuccess('a');
    expect(breaker.state('a')).toBe('closed');
    await breaker.open('a');
    now += 1e9;
    const refusal = await breaker.call('a', () => 1).catch((error) => error);
    expect(refusal).toMatchObject({ code: 'CircuitOpen', message: expect.stringContaining('held open') });
    expect(refusal.details).toEqual({ name: 'a' });
    await breaker.close('a');
    expect(await breaker.call('a', () => 1)).toBe(1);
    await breaker.open('a');
    await breaker.resetAll();
    expect(breaker.states()).toEqual({});
  });
});

describe('the registry', () => {
  it('removes closed circuits first, and never grows beyond its limit', async () => {
    const breaker = breakerOf({ maxBreakers: 3, policy: { type: 'consecutive', failures: 1 } });
    await fails(breaker, 1, 'open');
    for (let index = 0; index < 100; index++) await breaker.call(`n${index}`, () => 1);
    expect(breaker.states()).toEqual({ open: 'open', n98: 'closed', n99: 'closed' });
    for (let index = 0; index < 5; index++) await fails(breaker, 1, `x${index}`);
    expect(Object.keys(breaker.states())).toEqual(['x2', 'x3', 'x4']);
    expect(breaker.stats().evicted).toBe(103);
  });

  it('handles hostile names and policies', async () => {
    const breaker = breakerOf();
    for (const name of ['__proto__', 'constructor', 'toString']) await fails(breaker, 5, name);
    expect(Object.keys(breaker.states())).toHaveLength(3);
    for (const name of ['', 'x'.repeat(513), 1, null]) await expect(breaker.call(name as string, () => 1)).rejects.toMatchObject({ code: 'InvalidParams' });
    const wrong: object[] = [
      { policy: { type: 'x' } },
      { policy: { type: 'count', failures: 3, window: 2 } },
      { policy: { type: 'count', failures: 1, window: 1e9 } },
    ];
    wrong.push({ policy: { type: 'rate', rate: 2, minimum: 1, windowMs: 1 } }, { policy: { type: 'rate', rate: 1, minimum: 0, windowMs: 1 } }, { openMs: -1 });
    wrong.push(
      { policy: { type: 'rate', rate: 1, minimum: 1, windowMs: 0 } },
      { maxOpenMs: 1 },
      { probes: 0 },
      { successes: 1.5 },
      { isFailure: 1 },
      { policy: null },
    );
    for (const options of wrong) expect(() => breaker.configure('a', options), JSON.stringify(options)).toThrow(/circuitBreaker: "/);
    for (const options of [{ maxBreakers: 0 }, { onTransition: 1 }, { shared: 1 }] as object[])
      expect(() => breakerOf(options).stats()).toThrow(/circuitBreaker: "/);
  });
});

describe('events', () => {
  it('go to the callback and the metrics, and break no call', async () => {
    const seen: Transition[] = [];
    const records: unknown[] = [];
    const metrics = {
      operations: { recordCircuitBreaker: { params: { record: {} } } },
      load: () => ({
        operations: {
          recordCircuitBreaker: (record: unknown) => {
            records.push(record);
            throw new Error('metrics');
          },
        },
      }),
    };
    const onTransition = async (transition: Transition) => {
      seen.push(transition);
      throw new Error('callback');
    };
    const options = { metrics: true, onTransition, policy: { type: 'consecutive', failures: 1 }, successes: 1 } as const;
    const gateway = createGateway({ circuitBreaker: circuitBreaker(options), metrics });
    await fails(gateway.circuitBreaker);
    await expect(gateway.circuitBreaker.call('a', down)).rejects.toMatchObject({ code: 'CircuitOpen' });
    now += 60_000;
    expect(await gateway.circuitBreaker.call('a', () => 1)).toBe(1);
    expect(records).toEqual(['opened', 'rejected', 'half-open', 'closed'].map((event) => ({ circuit: 'a', event })));
    expect(seen.map(({ from, to }) => [from, to])).toEqual([
      ['closed', 'open'],
      ['open', 'half-open'],
      ['half-open', 'closed'],
    ]);
    expect(await breakerOf({ metrics: true }).call('a', () => 1)).toBe(1);
  });
});

describe('the policies', () => {
  const opensAt = async (policy: Policy, outcomes: readonly { ok: boolean; wait: number }[]) => {
    const breaker = breakerOf({ policy });
    for (const [index, { ok, wait }] of outcomes.entries()) {
      now += wait;
      if (ok) breaker.recordSuccess('a');
      else breaker.recordFailure('a');
      if (breaker.state('a') === 'open') return index;
    }
    return -1;
  };
  const outcomes = fc.array(fc.record({ ok: fc.boolean(), wait: fc.integer({ min: 0, max: 300 }) }), { maxLength: 80 });
  const count = fc.integer({ min: 1, max: 8 });

  it('open exactly when a simple model does', async () => {
    const policies: fc.Arbitrary<Policy> = fc.oneof(
      fc.record({ type: fc.constant('consecutive' as const), failures: count }),
      fc.record({ type: fc.constant('count' as const), failures: count, window: fc.integer({ min: 8, max: 20 }) }),
      fc.record({
        type: fc.constant('rate' as const),
        rate: fc.double({ min: 0.1, max: 1, noNaN: true }),
        minimum: count,
        windowMs: fc.constantFrom(100, 1000, 3000),
      }),
    );
    const trips = (policy: Policy, past: readonly { ok: boolean; at: number }[]): boolean => {
      if (policy.type === 'consecutive') return past.length >= policy.failures && past.slice(-policy.failures).every(({ ok }) => !ok);
      if (policy.type === 'count') return past.slice(-policy.window).filter(({ ok }) => !ok).length >= policy.failures;
      const slice = (at: number) => Math.floor(at / (policy.windowMs / 10));
      const seen = past.filter(({ at }) => slice(at) > slice(past.at(-1)?.at ?? 0) - 10);
      const failed = seen.filter(({ ok }) => !ok).length;
      return past.at(-1)?.ok === false && seen.length >= policy.minimum && failed >= policy.rate * seen.length;
    };
    await fc.assert(
      fc.asyncProperty(policies, outcomes, async (policy, given) => {
        let at = now;
        const past = given.map(({ ok, wait }) => ({ ok, at: (at += wait) }));
        const expected = past.findIndex((_, index) => trips(policy, past.slice(0, index + 1)));
        expect(await opensAt(policy, given)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});
