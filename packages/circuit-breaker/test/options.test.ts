import { type CallOptions, type CircuitBreakerOptions, type CircuitOptions, circuitBreaker, type SharedOptions } from '@suga/circuit-breaker';
import { createGateway } from '@suga/gateway';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let now = 1_000_000;
beforeEach(() => void vi.spyOn(Date, 'now').mockImplementation(() => now));
afterEach(() => void vi.restoreAllMocks());

const circuitOptions = { policy: 0, openMs: 0, maxOpenMs: 0, successes: 0, probes: 0, probeMs: 0, isFailure: 0 } satisfies Record<keyof CircuitOptions, 0>;
const ownOptions = { maxBreakers: 0, shared: 0, metrics: 0, onTransition: 0 } satisfies Record<Exclude<keyof CircuitBreakerOptions, keyof CircuitOptions>, 0>;
const sharedOptions = { client: 0, prefix: 0, cacheMs: 0, timeoutMs: 0, ttlMs: 0 } satisfies Record<Exclude<keyof SharedOptions, 'table'>, 0>;
const callOptions = { fallback: 0, outcome: 0 } satisfies Record<keyof CallOptions<never>, 0>;
const none = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, undefined]));

const make = (options: CircuitBreakerOptions) => createGateway({ circuitBreaker: circuitBreaker(options) }).circuitBreaker;
const fail = (error: unknown) => () => Promise.reject(error);
const abort = Object.assign(new Error('stop'), { name: 'AbortError' });

/** Returns a circuit's decisions in a sequence of calls that depends on every option. */
async function observe(options: CircuitBreakerOptions, own: CircuitOptions = {}, call: CallOptions<never> = {}) {
  const breaker = make(options);
  breaker.configure('a', own);
  const seen: unknown[] = [];
  const told = async (work: () => unknown) => {
    const refusal = await breaker.call('a', work, call).then(
      () => undefined,
      ({ details }: { details?: { retryAfter?: number } }) => details?.retryAfter,
    );
    seen.push([breaker.state('a'), refusal]);
  };
  for (const error of [abort, abort, 1, 2, 3, 4, 5, 6]) await told(fail(error));
  for (const wait of [30_000, 30_000, 60_000, 120_000]) {
    now += wait;
    await told(fail(7));
  }
  now += 500_000;
  const lost = Promise.withResolvers<void>();
  const dead = [1, 2].map(() => breaker.call('a', () => lost.promise).catch(() => undefined));
  await told(() => 'up');
  now += 30_000;
  for (let time = 0; time < 3; time++) await told(() => 'up');
  lost.resolve();
  await Promise.all(dead);
  for (let index = 0; index < 5; index++) await breaker.call(`n${index}`, () => 1);
  return { seen, circuits: Object.keys(breaker.states()).length };
}

describe('an option that is undefined is one that is left out', () => {
  const settings: CircuitBreakerOptions = {
    policy: { type: 'consecutive', failures: 2 },
    openMs: 30_000,
    maxOpenMs: 120_000,
    successes: 1,
    probes: 2,
    probeMs: 20_000,
    isFailure: () => true,
    maxBreakers: 3,
  };

  it('among the settings', async () => {
    const plain = await observe({});
    expect(plain).not.toEqual(await observe(settings));
    for (const name of Object.keys({ ...circuitOptions, ...ownOptions })) expect(await observe({ [name]: undefined }), name).toEqual(plain);
    expect(await observe(none({ ...circuitOptions, ...ownOptions }))).toEqual(plain);
  });

  it("among a circuit's own", async () => {
    const plain = await observe(settings);
    for (const name of Object.keys(circuitOptions)) expect(await observe(settings, { [name]: undefined }), name).toEqual(plain);
    expect(await observe(settings, none(circuitOptions))).toEqual(plain);
    const own = { openMs: 10_000, maxOpenMs: 40_000, successes: 3 };
    expect(await observe(settings, { ...none(circuitOptions), ...own })).toEqual(await observe(settings, own));
  });

  it("among a call's", async () => {
    const plain = await observe(settings);
    for (const name of Object.keys(callOptions)) expect(await observe(settings, {}, { [name]: undefined }), name).toEqual(plain);
  });

  it('among those of the shared state', async () => {
    const inputs: object[] = [];
    const client = { getItem: async (input: object) => (inputs.push(input), {}), putItem: async (input: object) => void inputs.push(input) };
    const shared = { ...none(sharedOptions), table: 'circuits', client };
    const breaker = make({ policy: { type: 'consecutive', failures: 1 }, shared });
    await breaker.call('a', fail(1)).catch(() => undefined);
    now += 4999;
    await breaker.call('a', () => 1).catch(() => undefined);
    expect(inputs).toMatchObject([
      { Key: { id: { S: 'a' } } },
      { Item: { id: { S: 'a' }, expiresAt: { N: String(Math.ceil((now - 4999 + 60_000 + 86_400_000) / 1000)) } } },
    ]);
  });
});

describe('an invalid option is rejected with its name', () => {
  const numbers = [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', null];
  it.each<[keyof CircuitOptions, readonly unknown[]]>([
    ['openMs', numbers],
    ['maxOpenMs', [...numbers, 59_999]],
    ['successes', [...numbers, 1.5]],
    ['probes', [...numbers, 1.5]],
    ['probeMs', numbers],
    ['isFailure', [1, null]],
    ['policy', [null, 1, {}, { type: 'consecutive', failures: 0 }, { type: 'consecutive' }]],
  ])('%s', (name, values) => {
    for (const value of values) {
      const refused = expect.objectContaining({ code: 'InvalidParams', message: expect.stringMatching(new RegExp(`"${name}[".]`)) });
      expect(() => make({}).configure('a', { [name]: value }), String(value)).toThrow(refused);
      expect(() => make({ [name]: value }).stats(), String(value)).toThrow(expect.objectContaining({ cause: refused }));
    }
  });

  it.each<[string, readonly unknown[]]>([
    ['metrics', ['false', 0, null]],
    ['maxBreakers', [...numbers, 1.5]],
    ['onTransition', [1, null]],
    ['shared', [1, null, 'circuits']],
  ])('%s of the interface', (name, values) => {
    for (const value of values) {
      const refused = expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${name}"`) });
      expect(() => make({ [name]: value }).stats(), String(value)).toThrow(expect.objectContaining({ cause: refused }));
    }
  });

  it.each<[keyof SharedOptions, readonly unknown[]]>([
    ['table', ['', undefined, null, 5]],
    ['client', [null, {}, { getItem: () => undefined }]],
    ['prefix', [null, 5, 'x'.repeat(129)]],
    ['cacheMs', numbers.slice(1)],
    ['timeoutMs', [...numbers, 2 ** 31]],
    ['ttlMs', numbers],
  ])('shared.%s', async (name, values) => {
    for (const value of values) {
      const shared = { table: 'circuits', [name]: value } as SharedOptions;
      const refused = { code: 'InvalidParams', message: expect.stringContaining(`"shared.${name}"`) };
      await expect(
        make({ shared }).call('a', () => 1),
        String(value),
      ).rejects.toMatchObject(refused);
    }
  });
});
