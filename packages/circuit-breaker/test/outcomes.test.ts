import { type CallOptions, type CircuitBreakerOptions, circuitBreaker, type Policy } from '@suga/circuit-breaker';
import { control, createGateway } from '@suga/gateway';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let now = 1_000_000;
beforeEach(() => void vi.spyOn(Date, 'now').mockImplementation(() => now));
afterEach(() => void vi.restoreAllMocks());

const DOWN = new Error('down');
const fail = (error: unknown) => () => Promise.reject(error);
const thrower = () => {
  throw new Error('a fault of its own');
};
/** Collects the process warnings from now on. */
const told = (): Error[] => {
  const warnings: Error[] = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(warning as Error));
  return warnings;
};
const make = (options: CircuitBreakerOptions = {}) =>
  createGateway({ circuitBreaker: circuitBreaker({ policy: { type: 'consecutive', failures: 1 }, successes: 1, ...options }) });
const isServers = (error: unknown): boolean => error === DOWN;

/** A call whose outcome says nothing about the other side: its settings, its work, its options. */
type Unknown = readonly [settings: CircuitBreakerOptions, work: () => unknown, options?: CallOptions<never>];
const unknowns: Readonly<Record<string, Unknown>> = {
  'an error that isFailure does not blame on the other side': [{ isFailure: isServers }, fail(new RangeError('no such order'))],
  "a call that the caller's signal ended": [{}, () => fetch('data:,', { signal: AbortSignal.abort() })],
  'an AbortError of the AWS SDK': [{}, fail(Object.assign(new Error('Request aborted'), { name: 'AbortError' }))],
  'an AbortError that is no object of Error': [{}, fail({ name: 'AbortError' })],
  'a value that the caller calls unknown': [{}, () => 'not sent', { outcome: (value) => (value === 'not sent' ? 'unknown' : 'success') }],
};

describe.each(Object.entries(unknowns))('%s', (_, [settings, work, options]) => {
  it('gives the probe back to the next caller at once, and neither closes nor opens the circuit', async () => {
    const { circuitBreaker: breaker } = make(settings);
    await expect(breaker.call('a', fail(DOWN))).rejects.toBe(DOWN);
    now += 60_000;
    for (let time = 0; time < 3; time++) {
      await breaker.call('a', work, options).catch(() => undefined);
      expect([breaker.state('a'), breaker.isOpen('a')]).toEqual(['half-open', false]);
    }
    expect(breaker.stats()).toMatchObject({ failures: 1, unknown: 3, opened: 1, rejected: 0 });
    await expect(breaker.call('a', fail(DOWN))).rejects.toBe(DOWN);
    expect(breaker.state('a')).toBe('open');
    now += 60_000;
    await breaker.call('a', work, options).catch(() => undefined);
    expect(await breaker.call('a', () => 'up')).toBe('up');
    expect(breaker.state('a')).toBe('closed');
  });

  it('neither counts towards opening a circuit nor forgives what does', async () => {
    const { circuitBreaker: breaker } = make({ ...settings, policy: { type: 'consecutive', failures: 2 } });
    for (let time = 0; time < 5; time++) await breaker.call('a', work, options).catch(() => undefined);
    await expect(breaker.call('a', fail(DOWN))).rejects.toBe(DOWN);
    expect(breaker.state('a')).toBe('closed');
    await breaker.call('a', work, options).catch(() => undefined);
    await expect(breaker.call('a', fail(DOWN))).rejects.toBe(DOWN);
    expect(breaker.state('a')).toBe('open');
  });
});

describe('an outcome', () => {
  it('can be a failure although the work returned a value, which is passed on', async () => {
    const { circuitBreaker: breaker } = make();
    const outcome = ({ status }: { status: number }) => (status >= 500 ? 'failure' : 'success');
    expect(await breaker.call('a', () => ({ status: 503 }), { outcome })).toEqual({ status: 503 });
    expect(breaker.state('a')).toBe('open');
    await expect(breaker.call('a', () => ({ status: 200 }), { outcome })).rejects.toMatchObject({ code: 'CircuitOpen' });
  });

  const OTHERS: [string, () => unknown, string][] = [
    ['throws', thrower, 'it threw'],
    ['returns a promise', async () => 'failure', 'a promise'],
    ['returns a promise that rejects', fail(new Error('a fault of its own')), 'a promise'],
    ['returns nothing', () => undefined, 'undefined'],
    ['returns null', () => null, 'null'],
    ['returns another word', () => 'fine', 'a string'],
    ['returns an object', () => ({}), 'an object'],
  ];

  it.each(OTHERS)('is unknown if the function for it %s: the value is passed on, and one warning reports it', async (_, outcome, got) => {
    const warnings = told();
    const { circuitBreaker: breaker } = make();
    await breaker.call('a', fail(DOWN)).catch(() => undefined);
    now += 60_000;
    for (let time = 0; time < 3; time++) expect(await breaker.call('a', () => 1, { outcome: outcome as never })).toBe(1);
    expect([breaker.state('a'), breaker.isOpen('a'), breaker.stats().unknown]).toEqual(['half-open', false, 3]);
    const message = expect.stringMatching(`"outcome" must return "success", "failure" or "unknown".*"a".*${got}.*unknown`);
    expect(warnings).toMatchObject([{ name: 'SugaError', code: 'InvalidParams', message }]);
    expect(warnings[0]?.cause).toEqual(outcome === thrower ? new Error('a fault of its own') : undefined);
  });

  it.each([...OTHERS, ['returns a number', () => 0, 'a number'] as const])(
    'is a failure if isFailure %s: the error is passed on, and one warning reports it',
    async (_, isFailure, got) => {
      const warnings = told();
      const { circuitBreaker: breaker } = make({ isFailure: isFailure as never, policy: { type: 'consecutive', failures: 3 } });
      for (let time = 0; time < 3; time++) await expect(breaker.call('a', fail(new RangeError('no such order')))).rejects.toThrow(RangeError);
      expect(breaker.state('a')).toBe('open');
      expect(warnings).toMatchObject([
        { code: 'InvalidParams', message: expect.stringMatching(`"isFailure" must return true or false.*"a".*${got}.*failure`) },
      ]);
    },
  );

  it('causes one warning per kind of fault, bounded in length', async () => {
    const warnings = told();
    const { circuitBreaker: breaker } = make();
    for (const [, outcome] of OTHERS) await breaker.call('x'.repeat(512), () => 1, { outcome: outcome as never });
    expect(warnings).toHaveLength(6);
    for (const { message } of warnings) expect(message.length).toBeLessThan(400);
  });

  const timeout = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  it.each<[string, unknown]>([
    ['AbortSignal.timeout()', timeout],
    ['AbortSignal.timeout() through the AWS SDK', Object.assign(new Error('Request aborted', { cause: timeout }), { name: 'AbortError' })],
    ["a handler's own limit", Object.assign(new Error('Connection timed out after 100 ms'), { name: 'TimeoutError' })],
  ])('is a failure where %s ended the call', async (_, error) => {
    const { circuitBreaker: breaker } = make();
    await expect(breaker.call('a', fail(error))).rejects.toBe(error);
    expect(breaker.state('a')).toBe('open');
  });

  it('recorded with an error that is not the other side’s is not counted', () => {
    const { circuitBreaker: breaker } = make({ policy: { type: 'consecutive', failures: 2 }, isFailure: isServers });
    breaker.recordFailure('a', DOWN);
    breaker.recordFailure('a', new RangeError('no such order'));
    expect(breaker.state('a')).toBe('closed');
    breaker.recordFailure('a', DOWN);
    expect(breaker.state('a')).toBe('open');
    now += 60_000;
    breaker.recordFailure('a', new RangeError('no such order'));
    expect(breaker.isOpen('a')).toBe(false);
    breaker.recordFailure('a', undefined);
    expect(breaker.isOpen('a')).toBe(true);
  });

  it('of a call that outlives its invocation is unknown, also if the call starts after the end', async () => {
    const gateway = make();
    const { circuitBreaker: breaker } = gateway;
    await breaker.call('a', fail(DOWN)).catch(() => undefined);
    now += 60_000;
    const ended = Promise.withResolvers<void>();
    const left: Promise<unknown>[] = [];
    await control(gateway).run({ id: 'r' }, () => void left.push(ended.promise.then(() => breaker.call('a', () => 'up'))));
    ended.resolve();
    await Promise.all(left);
    expect([breaker.state('a'), breaker.isOpen('a'), breaker.stats().open]).toEqual(['half-open', false, 0]);
    expect(await breaker.call('a', () => 'up')).toBe('up');
    expect(breaker.state('a')).toBe('closed');
  });

  it('must be a function if it is set', async () => {
    const { circuitBreaker: breaker } = make();
    await expect(breaker.call('a', () => 1, { outcome: 'success' as never })).rejects.toMatchObject({
      code: 'InvalidParams',
      message: expect.stringContaining('"outcome"'),
    });
    expect(await breaker.call('a', () => 1, { outcome: undefined, fallback: undefined } as never)).toBe(1);
  });
});

describe('unknown outcomes among others', () => {
  const policies: fc.Arbitrary<Policy> = fc.constantFrom<Policy[]>(
    { type: 'consecutive', failures: 2 },
    { type: 'count', failures: 3, window: 6 },
    { type: 'rate', rate: 0.5, minimum: 3, windowMs: 1000 },
  );
  const step = fc.record({ outcome: fc.constantFrom('success', 'failure', 'unknown'), wait: fc.integer({ min: 0, max: 250 }) });

  /** Decision for each call whose outcome is known: run or refused. */
  const decisions = async (policy: Policy, steps: readonly { outcome: string; wait: number }[], withUnknown: boolean) => {
    const { circuitBreaker: breaker } = make({ policy, openMs: 300, maxOpenMs: 900, successes: 2 });
    const decided: boolean[] = [];
    for (const { outcome, wait } of steps) {
      now += wait;
      if (outcome === 'unknown' && !withUnknown) continue;
      const said = await breaker.call('a', () => outcome, { outcome: (value) => value as never }).catch(() => undefined);
      if (outcome !== 'unknown') decided.push(said !== undefined);
    }
    return { decided, opened: breaker.stats().opened };
  };

  it('change nothing for the known ones', async () => {
    await fc.assert(
      fc.asyncProperty(policies, fc.array(step, { maxLength: 60 }), async (policy, steps) => {
        const begun = now;
        const whole = await decisions(policy, steps, true);
        now = begun;
        expect(whole).toEqual(await decisions(policy, steps, false));
      }),
      { numRuns: 200 },
    );
  });
});
