import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { type CircuitBreakerOptions, circuitBreaker, type DynamoClient, type SharedOptions, type Transition } from '@suga/circuit-breaker';
import { control, createGateway } from '@suga/gateway';
import { until } from '@suga/vitest/until';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
const TABLE = 'circuits';
const DOWN = new Error('down');
const down = () => Promise.reject(DOWN);
let server: Server;
let dynamo: DynamoDB;
let now = Date.now();
let serial = 0;
let name = '';
let warnings: Error[] = [];

beforeAll(async () => {
  server = require('dynalite')({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  dynamo = new DynamoDB({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, region: 'eu-west-1', credentials, maxAttempts: 1 });
  const id = { AttributeName: 'id' } as const;
  await dynamo.createTable({
    TableName: TABLE,
    AttributeDefinitions: [{ ...id, AttributeType: 'S' }],
    KeySchema: [{ ...id, KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await until(async () => expect((await dynamo.describeTable({ TableName: TABLE })).Table?.TableStatus).toBe('ACTIVE'));
});
afterAll(async () => {
  dynamo.destroy();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  name = `circuit ${serial++}`;
  warnings = [];
  vi.spyOn(Date, 'now').mockImplementation(() => now);
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(warning as Error));
});
afterEach(() => void vi.restoreAllMocks());

interface Given extends Omit<CircuitBreakerOptions, 'shared'> {
  readonly client?: DynamoClient;
  readonly shared?: Partial<SharedOptions>;
}

/** One environment: a gateway of its own. */
function environment({ client = dynamo, shared, ...options }: Given = {}) {
  const settings = { table: TABLE, client, timeoutMs: 600_000, ...shared };
  const gateway = createGateway({
    circuitBreaker: circuitBreaker({ policy: { type: 'consecutive', failures: 1 }, successes: 1, ...options, shared: settings }),
  });
  const breaker = gateway.circuitBreaker;
  const invoke = <T>(work: () => T | Promise<T>) => control(gateway).run({ id: 'r' }, () => breaker.call(name, work));
  return { gateway, breaker, invoke, fail: () => expect(invoke(down)).rejects.toBe(DOWN), shared: () => breaker.stats().shared };
}
const environments = (count: number, given: Given = {}) => Array.from({ length: count }, () => environment(given));
const item = async () => (await dynamo.getItem({ TableName: TABLE, Key: { id: { S: name } }, ConsistentRead: true })).Item;
const failing = (error: Error & { $metadata?: object }): DynamoClient => ({ getItem: () => Promise.reject(error), putItem: () => Promise.reject(error) });
const named = (id: string) => Object.assign(new Error('x'), { name: id });

describe('the healthy path', () => {
  it('writes nothing, and reads once per `cacheMs`, however many calls there are', async () => {
    const one = environment();
    await Promise.all(Array.from({ length: 200 }, () => one.invoke(() => 1)));
    for (let index = 0; index < 20; index++) await one.invoke(() => 1);
    expect(one.shared()).toMatchObject({ reads: 1, writes: 0 });
    now += 5000;
    await one.invoke(() => 1);
    expect(one.shared()).toMatchObject({ reads: 2, writes: 0, failures: 0, problem: undefined });
    expect(await item()).toBeUndefined();
  });

  it('counts failures without writing until one opens the circuit', async () => {
    const one = environment({ policy: { type: 'consecutive', failures: 3 } });
    await one.fail();
    await one.fail();
    expect(await item()).toBeUndefined();
    await one.fail();
    expect(one.shared()).toMatchObject({ writes: 1 });
    expect(await item()).toEqual({
      id: { S: name },
      state: { S: 'open' },
      until: { N: `${now + 60_000}` },
      openings: { N: '1' },
      successes: { N: '0' },
      version: { N: '1' },
      writer: { S: expect.any(String) },
      expiresAt: { N: `${Math.ceil((now + 60_000 + 86_400_000) / 1000)}` },
    });
  });
});

describe('many environments', () => {
  it('that open at once make one transition, and all refuse', async () => {
    const seen: Transition[] = [];
    const all = environments(30, { onTransition: (transition) => seen.push(transition) });
    await Promise.all(all.map(({ invoke }) => invoke(() => 1)));
    await Promise.all(all.map(({ fail }) => fail()));
    expect((await item())?.['version']).toEqual({ N: '1' });
    expect(all.map(({ shared }) => shared()?.writes).filter(Boolean)).toEqual([1]);
    expect(seen.filter(({ elsewhere }) => !elsewhere)).toEqual([{ name, from: 'closed', to: 'open', elsewhere: false }]);
    expect(seen).toHaveLength(30);
    for (const { invoke } of all) await expect(invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen' });
  });

  it('elect exactly one probe, whose success closes the circuit for all', async () => {
    const all = environments(40);
    const [first] = all;
    await first?.fail();
    now += 60_000;
    const { promise, resolve } = Promise.withResolvers<string>();
    const work = vi.fn(() => promise);
    const outcomes = Promise.allSettled(all.flatMap(({ invoke }) => [invoke(work), invoke(work), invoke(work)]));
    await until(() => expect(all.reduce((sum, { breaker }) => sum + breaker.stats().rejected, 0)).toBe(119));
    expect(work).toHaveBeenCalledTimes(1);
    resolve('up');
    expect((await outcomes).filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    now += 5000;
    expect(await Promise.all(all.map(({ invoke }) => invoke(() => 1)))).toHaveLength(40);
    expect((await item())?.['state']).toEqual({ S: 'closed' });
  });

  it('replace a dead prober by exactly one other, once its time is over', async () => {
    const all = environments(20, { probeMs: 10_000 });
    await all[0]?.fail();
    now += 60_000;
    const dead = Promise.withResolvers<string>();
    const died = all[0]?.breaker.call(name, () => dead.promise);
    await until(async () => expect((await item())?.['state']).toEqual({ S: 'half-open' }));
    const { promise, resolve } = Promise.withResolvers<string>();
    const work = vi.fn(() => promise);
    const round = () => Promise.allSettled(all.slice(1).map(({ invoke }) => invoke(work)));
    const refused = () => all.reduce((sum, { breaker }) => sum + breaker.stats().rejected, 0);
    now += 9_999;
    await round();
    expect(work).not.toHaveBeenCalled();
    now += 1;
    const second = round();
    await until(() => expect(refused()).toBe(19 + 18));
    expect(work).toHaveBeenCalledTimes(1);
    resolve('up');
    await second;
    dead.reject(DOWN);
    await expect(died).rejects.toBe(DOWN);
    expect((await item())?.['state']).toEqual({ S: 'closed' });
  });

  it('share the probes, and hand on the probe of an ended invocation', async () => {
    const [one, two, three] = environments(3, { successes: 2 }) as [
      ReturnType<typeof environment>,
      ReturnType<typeof environment>,
      ReturnType<typeof environment>,
    ];
    await one.fail();
    now += 60_000;
    await one.invoke(() => 1);
    expect(await item()).toMatchObject({ state: { S: 'half-open' }, successes: { N: '1' }, until: { N: '0' } });
    const { gateway, breaker } = two;
    const begun = Promise.withResolvers<void>();
    await control(gateway).run({ id: 'left' }, async () => {
      void breaker.call(name, () => (begun.resolve(), new Promise(() => undefined)));
      await begun.promise;
    });
    expect(await item()).toMatchObject({ state: { S: 'half-open' }, successes: { N: '1' }, until: { N: '0' } });
    await three.invoke(() => 1);
    expect(await item()).toMatchObject({ state: { S: 'closed' } });
  });

  it.each<[string, Given, () => unknown]>([
    ['was cancelled', {}, () => Promise.reject(new DOMException('stop', 'AbortError'))],
    ['failed for a reason of ours', { isFailure: (error) => error === DOWN }, () => Promise.reject(new RangeError('never sent'))],
  ])('are given the probe of another at once where it %s', async (_, given, work) => {
    const [one, two] = environments(2, given) as [ReturnType<typeof environment>, ReturnType<typeof environment>];
    await one.fail();
    now += 60_000;
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const probe = one.invoke(async () => (begun.resolve(), await end.promise, work()));
    await begun.promise;
    await expect(two.invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen' });
    end.resolve();
    await expect(probe).rejects.toThrow();
    expect(await item()).toMatchObject({ state: { S: 'half-open' }, successes: { N: '0' }, until: { N: '0' } });
    // The clock has not moved, so the item was read just now. It is read again nevertheless.
    expect(await two.invoke(() => 'up')).toBe('up');
    expect(await item()).toMatchObject({ state: { S: 'closed' } });
  });

  it('read the item again for each call refused because of a probe, but not while the table fails', async () => {
    let works = true;
    const getItem: DynamoClient['getItem'] = async (input) => (works ? dynamo.getItem(input as never) : Promise.reject(named('InternalServerError')));
    const [one] = environments(1) as [ReturnType<typeof environment>];
    const two = environment({ client: { getItem, putItem: (input) => dynamo.putItem(input as never) } });
    await one.fail();
    now += 60_000;
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<string>();
    const probe = one.invoke(() => (begun.resolve(), end.promise));
    await begun.promise;
    for (let time = 1; time <= 3; time++) {
      await expect(two.invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen' });
      expect(two.shared()?.reads).toBe(time);
    }
    works = false;
    for (let time = 0; time < 3; time++) await expect(two.invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen' });
    expect(two.shared()).toMatchObject({ reads: 4, failures: 1 });
    end.resolve('up');
    await probe;
  });

  it('limit the times of a clock that is far ahead', async () => {
    const [one, two] = environments(2) as [ReturnType<typeof environment>, ReturnType<typeof environment>];
    now += 3_600_000;
    await one.fail();
    now -= 3_600_000;
    await expect(two.invoke(() => 1)).rejects.toMatchObject({ details: { retryAfter: 60_000 } });
    now += 60_000;
    expect(await two.invoke(() => 1)).toBe(1);
  });

  it('limit the time of a probe to their own `probeMs`', async () => {
    const [one, two] = environments(2) as [ReturnType<typeof environment>, ReturnType<typeof environment>];
    await one.fail();
    now += 3_600_000;
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<string>();
    const probe = one.invoke(() => (begun.resolve(), end.promise));
    await begun.promise;
    now -= 3_600_000;
    await expect(two.invoke(() => 1)).rejects.toMatchObject({ details: { retryAfter: 30_000 } });
    end.resolve('up');
    await probe;
  });

  it('share how often a circuit opened, and how many probes succeeded', async () => {
    const [one, two] = environments(2, { successes: 2, openMs: 100, maxOpenMs: 10_000 }) as [ReturnType<typeof environment>, ReturnType<typeof environment>];
    await one.fail();
    now += 100;
    await one.fail();
    expect(await item()).toMatchObject({ state: { S: 'open' }, openings: { N: '2' }, until: { N: `${now + 200}` } });
    await expect(two.invoke(() => 1)).rejects.toMatchObject({ details: { retryAfter: 200 } });
    now += 200;
    await two.fail();
    expect(await item()).toMatchObject({ openings: { N: '3' }, until: { N: `${now + 400}` } });
    now += 5000;
    await one.invoke(() => 1);
    expect(await item()).toMatchObject({ state: { S: 'half-open' }, openings: { N: '3' }, successes: { N: '1' } });
    now += 5000;
    await two.invoke(() => 1);
    expect(await item()).toMatchObject({ state: { S: 'closed' }, openings: { N: '0' } });
  });

  it('count no recorded outcome while the probe of another environment runs', async () => {
    const [one, two] = environments(2) as [ReturnType<typeof environment>, ReturnType<typeof environment>];
    await one.fail();
    now += 60_000;
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<string>();
    const probe = one.invoke(() => (begun.resolve(), end.promise));
    await begun.promise;
    await expect(two.invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen' });
    two.breaker.recordSuccess(name);
    two.breaker.recordFailure(name);
    expect(two.breaker.state(name)).toBe('half-open');
    end.resolve('up');
    await probe;
    expect(await item()).toMatchObject({ state: { S: 'closed' } });
  });

  it('write open() and close() only if they change something', async () => {
    const one = environment();
    await one.breaker.close(name);
    expect(await item()).toBeUndefined();
    await one.breaker.open(name);
    await one.breaker.open(name);
    expect(await item()).toMatchObject({ version: { N: '1' } });
  });

  it('write nothing for outcomes after the circuit has opened', async () => {
    const one = environment();
    const cancelled = Promise.withResolvers<never>();
    const early = one.invoke(() => cancelled.promise);
    await one.fail();
    cancelled.reject(new DOMException('stop', 'AbortError'));
    await expect(early).rejects.toThrow('stop');
    await control(one.gateway).run({ id: 'told' }, () => one.breaker.recordFailure(name));
    expect([one.shared()?.writes, await item()]).toMatchObject([1, { version: { N: '1' } }]);
  });

  it('do not read the item again because of their own probe', async () => {
    const one = environment();
    await one.fail();
    now += 60_000;
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<string>();
    const probe = one.invoke(() => (begun.resolve(), end.promise));
    await begun.promise;
    const reads = one.shared()?.reads;
    await expect(one.invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen' });
    expect(one.shared()?.reads).toBe(reads);
    end.resolve('up');
    await probe;
  });

  it('adopt open() and close() of one of them', async () => {
    const [one, two] = environments(2) as [ReturnType<typeof environment>, ReturnType<typeof environment>];
    await one.breaker.open(name);
    expect((await item())?.['expiresAt']).toBeUndefined();
    now += 1e9;
    await expect(two.invoke(() => 1)).rejects.toMatchObject({ details: { name } });
    now += 1e9;
    await expect(two.invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen', message: expect.stringContaining('held open') });
    await environment().breaker.close(name);
    now += 5000;
    expect(await two.invoke(() => 1)).toBe(1);
    await two.breaker.reset(name);
    expect(two.breaker.states()).toEqual({});
  });

  it('treat an expired item as missing', async () => {
    const one = environment({ shared: { ttlMs: 1000 } });
    await one.fail();
    now += 62_000;
    const two = environment();
    expect(await two.invoke(() => 1)).toBe(1);
    expect(two.breaker.state(name)).toBe('closed');
    await two.fail();
    expect(await item()).toMatchObject({ state: { S: 'open' }, version: { N: '2' } });
  });
});

describe('a failing table', () => {
  it('leaves each environment to itself, is reported once, and gets few requests', async () => {
    const client = failing(named('AccessDeniedException'));
    const getItem = vi.spyOn(client, 'getItem');
    const one = environment({ client });
    for (let index = 0; index < 10; index++) expect(await one.invoke(() => 1)).toBe(1);
    expect(getItem).toHaveBeenCalledTimes(1);
    for (const [wait, reads] of [
      [1000, 2],
      [1000, 2],
      [1000, 3],
      [4000, 4],
      [5000, 5],
    ] as const) {
      now += wait;
      await one.invoke(() => 1);
      expect(getItem).toHaveBeenCalledTimes(reads);
    }
    expect(warnings).toMatchObject([{ code: 'SharedStateUnavailable', message: expect.stringMatching(/"circuits".*dynamodb:GetItem/) }]);
    await one.fail();
    await expect(one.invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen' });
    now += 60_000;
    expect(await one.invoke(() => 1)).toBe(1);
    expect(one.breaker.state(name)).toBe('closed');
    await expect(one.breaker.open(name)).rejects.toMatchObject({ code: 'SharedStateUnavailable' });
    expect(one.breaker.isOpen(name)).toBe(true);
  });

  it.each([
    ['ProvisionedThroughputExceededException', /throttled/],
    ['ResourceNotFoundException', /does not exist/],
    ['ValidationException', /partition key/],
    ['ExpiredTokenException', /credentials/],
    ['ECONNREFUSED', /could not be used \(ECONNREFUSED: x\)/],
  ])('says what to do about %s', async (id, message) => {
    const one = environment({ client: failing(named(id)) });
    expect(await one.invoke(() => 1)).toBe(1);
    expect(one.shared()?.problem).toMatch(message);
  });

  it('is the cause of errors of changes that could not be shared, until it works again', async () => {
    const broken = named('InternalServerError');
    let isBroken = true;
    const answer = async () => (isBroken ? Promise.reject(broken) : {});
    const { breaker } = environment({ client: { getItem: answer, putItem: answer } });
    for (const byHand of [() => breaker.open(name), () => breaker.close(name), () => breaker.reset(name), () => breaker.open(name), () => breaker.resetAll()]) {
      await expect(byHand()).rejects.toMatchObject({ code: 'SharedStateUnavailable', cause: broken, details: { name } });
    }
    expect(warnings).toMatchObject([{ code: 'SharedStateUnavailable', cause: broken }]);
    isBroken = false;
    await expect(breaker.open(name)).resolves.toBeUndefined();
  });

  it.each<[unknown, string]>([
    [null, '(null)'],
    [undefined, '(undefined)'],
    ['no way', '(no way)'],
    [Symbol('no'), '(Symbol(no))'],
    [{}, '(object)'],
    [Object.create(null), '(object)'],
  ])('may reject with a value that is not an Error: %o', async (reason, told) => {
    const reject = () => Promise.reject(reason);
    const one = environment({ client: { getItem: reject, putItem: reject } });
    expect(await one.invoke(() => 1)).toBe(1);
    await one.fail();
    const message = `the table "${TABLE}" could not be used ${told}.`;
    expect(one.shared()).toMatchObject({ failures: 2, problem: message });
    const opening = await one.breaker.open(name).catch((error: Error) => error);
    expect(opening).toMatchObject({ code: 'SharedStateUnavailable', message: expect.stringContaining(message) });
    expect((opening as Error).cause).toBe(reason);
  });

  it.each([null, undefined])('is treated as one without the item if the client returns %o', async (answer) => {
    const one = environment({ client: { getItem: async () => answer as never, putItem: async () => answer as never } });
    expect(await one.invoke(() => 1)).toBe(1);
    expect(one.shared()).toMatchObject({ failures: 0, problem: undefined });
  });

  it('delays a call by at most `timeoutMs`', async () => {
    const never = () => new Promise<never>(() => undefined);
    const one = environment({ client: { getItem: never, putItem: never }, shared: { timeoutMs: 10 } });
    await one.fail();
    expect(one.breaker.state(name)).toBe('open');
    expect(one.shared()).toMatchObject({ failures: 2, problem: expect.stringContaining('no response within 10 ms') });
  });

  it('that does not respond delays no invocation beyond its deadline', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const signals: (AbortSignal | undefined)[] = [];
    const getItem: DynamoClient['getItem'] = (_, settings) => {
      signals.push((settings as { abortSignal?: AbortSignal } | undefined)?.abortSignal);
      return promise;
    };
    const { gateway, breaker } = environment({ client: { getItem, putItem: async () => ({}) } });
    const invoke = (deadline: number) => control(gateway).run({ id: 'r', deadline }, () => breaker.call(name, () => 1));
    const patient = invoke(now + 60_000);
    const seen = vi.fn();
    void patient.then(seen);
    expect(await invoke(now + 110)).toBe(1);
    expect([seen.mock.calls.length, signals.length, signals[0]?.aborted]).toEqual([0, 1, false]);
    resolve({});
    expect(await patient).toBe(1);
    expect(breaker.stats()).toMatchObject({ shared: { reads: 1, failures: 0 } });
  });

  it('gets no further request if no invocation has time to wait, and reads pause', async () => {
    const getItem = vi.fn(() => new Promise<never>(() => undefined));
    const { gateway, breaker } = environment({ client: { getItem, putItem: async () => ({}) } });
    const invoke = () => control(gateway).run({ id: 'r', deadline: now + 110 }, () => breaker.call(name, () => 1));
    expect([await invoke(), await invoke()]).toEqual([1, 1]);
    expect(getItem).toHaveBeenCalledTimes(1);
    expect((getItem.mock.calls as unknown as [unknown, { abortSignal: AbortSignal }][])[0]?.[1].abortSignal.aborted).toBe(true);
    expect(breaker.stats().shared).toMatchObject({ failures: 1, problem: expect.stringContaining('had left') });
    now += 1001;
    await invoke();
    expect(getItem).toHaveBeenCalledTimes(2);
  });

  it('that accepts no writes delays no invocation that calls open() beyond its deadline', async () => {
    const { gateway, breaker } = environment({ client: { getItem: async () => ({}), putItem: () => new Promise<never>(() => undefined) } });
    const opening = control(gateway).run({ id: 'r', deadline: now + 110 }, () => breaker.open(name));
    await expect(opening).rejects.toMatchObject({ code: 'SharedStateUnavailable', message: expect.stringContaining('no time left') });
  });

  it('does not prevent a reset in this environment', async () => {
    let failing = false;
    const answer = async () => (failing ? Promise.reject(named('InternalServerError')) : {});
    const { breaker } = environment({ client: { getItem: answer, putItem: answer } });
    for (const each of ['a', 'b', 'c']) await breaker.call(each, down).catch(() => undefined);
    failing = true;
    await expect(breaker.reset('a')).rejects.toMatchObject({ code: 'SharedStateUnavailable' });
    expect(breaker.states()).toEqual({ b: 'open', c: 'open' });
    await expect(breaker.resetAll()).rejects.toMatchObject({ code: 'SharedStateUnavailable' });
    expect(breaker.states()).toEqual({});
  });

  it('delays no response beyond its deadline', async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const { gateway, breaker } = environment({ client: { getItem: async () => ({}), putItem: () => promise } });
    await expect(control(gateway).run({ id: 'r', deadline: now + 110 }, () => breaker.call(name, down))).rejects.toBe(DOWN);
    expect(breaker.stats()).toMatchObject({ open: 1, shared: { writes: 0 } });
    resolve({});
    await until(() => expect(breaker.stats()).toMatchObject({ opened: 1, shared: { writes: 1 } }));
  });

  it('is used again as soon as it responds', async () => {
    let works = false;
    const getItem: DynamoClient['getItem'] = async (input) => (works ? dynamo.getItem(input as never) : Promise.reject(named('InternalServerError')));
    const late = environment({ client: { getItem, putItem: (input) => dynamo.putItem(input as never) } });
    expect(await late.invoke(() => 1)).toBe(1);
    await environment().fail();
    works = true;
    now += 1000;
    await expect(late.invoke(() => 1)).rejects.toMatchObject({ code: 'CircuitOpen' });
    expect(late.shared()?.problem).toBeUndefined();
  });

  it('that lost the response to an election has still elected the probe', async () => {
    let puts = 0;
    // The SDK's retry: the first attempt was written, the second one finds it. This table returns the existing item.
    const putItem: DynamoClient['putItem'] = async (input) => {
      puts++;
      await dynamo.putItem(input as never);
      throw Object.assign(named('ConditionalCheckFailedException'), { Item: await item() });
    };
    const one = environment({ client: { getItem: (input) => dynamo.getItem(input as never), putItem } });
    await one.fail();
    now += 60_000;
    expect(await one.invoke(() => 1)).toBe(1);
    expect([puts, (await item())?.['state']]).toEqual([3, { S: 'closed' }]);
  });

  it('with another kind of item under the name is reported', async () => {
    await dynamo.putItem({ TableName: TABLE, Item: { id: { S: name }, user: { S: 'x' } } });
    const one = environment();
    expect(await one.invoke(() => 1)).toBe(1);
    expect(one.shared()?.problem).toContain('prefix');
  });

  it('needs valid options', async () => {
    for (const shared of [{ table: '' }, { client: {} as DynamoClient }, { prefix: 1 as never }, { cacheMs: -1 }, { timeoutMs: 0 }, { ttlMs: Number.NaN }])
      await expect(environment({ shared }).breaker.call(name, () => 1)).rejects.toMatchObject({ code: 'InvalidParams' });
  });
});
