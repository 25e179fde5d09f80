import { type AnyInterface, control, createGateway } from '@suga/gateway';
import { type Initialization, type InitializationOptions, initialization } from '@suga/initialization';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

const gatewayOf = (options?: InitializationOptions) => createGateway({ initialization: initialization(options) });
const fresh = (options?: InitializationOptions) => gatewayOf(options).initialization;
const failingOnce = (message: string) => {
  let calls = 0;
  return vi.fn(async () => {
    if (++calls === 1) throw new Error(message);
  });
};
/** A promise that the test settles. */
const gate = () => {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
};
afterEach(() => void vi.unstubAllEnvs());

describe('initialize', () => {
  it('runs every component once, also for 100 concurrent invocations', async () => {
    const [db, settings] = [vi.fn(async () => new Promise((resolve) => setImmediate(resolve))), vi.fn()];
    const gateway = gatewayOf({ components: { db, settings: { run: settings } } });
    const statuses = await Promise.all(
      Array.from({ length: 100 }, (_, index) => control(gateway).run({ id: `${index}` }, () => gateway.initialization.initialize())),
    );
    await gateway.initialization.initialize();
    expect([db.mock.calls.length, settings.mock.calls.length]).toEqual([1, 1]);
    expect(statuses.every(({ initialized }) => initialized)).toBe(true);
    expect(statuses[0]?.components).toEqual({
      db: { state: 'done', durationMs: expect.any(Number) },
      settings: { state: 'done', durationMs: expect.any(Number) },
    });
  });

  it('runs independent components at the same time, and the others in their order', async () => {
    const order: string[] = [];
    const wait = gate();
    const one = fresh({
      components: {
        report: { run: () => order.push('report'), after: ['db', 'settings'] },
        db: { run: () => order.push('db'), after: ['settings'] },
        settings: async () => {
          await wait.passed;
          order.push('settings');
        },
        clock: () => order.push('clock'),
      },
    });
    const ended = one.initialize();
    await new Promise(setImmediate);
    expect(order).toEqual(['clock']);
    expect(one.status().components).toMatchObject({ clock: { state: 'done' }, settings: { state: 'running' }, report: { state: 'running' } });
    expect(one.isInitialized()).toBe(false);
    wait.open();
    expect(await ended).toMatchObject({ initialized: true, durationMs: expect.any(Number) });
    expect(order).toEqual(['clock', 'settings', 'db', 'report']);
  });

  it('repeats what failed, and only that', async () => {
    const [db, settings] = [failingOnce('refused'), vi.fn()];
    const one = fresh({ components: { db, settings } });
    const both = await Promise.allSettled([one.initialize(), one.initialize()]);
    expect(both.map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['refused', 'refused']);
    expect(one.status()).toMatchObject({ initialized: false, components: { db: { state: 'failed', error: 'refused' }, settings: { state: 'done' } } });
    expect(await one.initialize()).toMatchObject({ initialized: true, components: { db: { state: 'done' } } });
    expect([db.mock.calls.length, settings.mock.calls.length]).toEqual([2, 1]);
  });

  it('loads interfaces first, even if one of them cannot be loaded', async () => {
    const fine: AnyInterface = { operations: { go: { params: {} } }, load: () => ({ operations: { go: () => 1 } }) };
    const broken: AnyInterface = { operations: {}, load: () => { throw new Error('no disk'); } }; // biome-ignore format: one line
    const gateway = createGateway({ initialization: initialization({ preload: ['broken', 'fine', 'missing'] }), fine, broken } as never) as {
      initialization: Initialization;
    };
    const { preloaded } = await gateway.initialization.initialize();
    expect(preloaded).toEqual({
      broken: { loaded: false, loadMs: 0, error: expect.stringContaining('no disk') },
      fine: { loaded: true, loadMs: expect.any(Number) },
      missing: { loaded: false, loadMs: 0, error: expect.stringContaining('"missing"') },
    });
    expect(control(gateway as never).stats().interfaces['fine']).toMatchObject({ loaded: true, calls: 0 });
    expect(gateway.initialization.preload(['fine'])).toEqual({ fine: { loaded: true, loadMs: 0 } });
  });

  it('passes to components whether they run in INIT', async () => {
    const told: boolean[] = [];
    const gateway = gatewayOf({ components: { a: ({ init }) => told.push(init) } });
    await gateway.initialization.initialize();
    gateway.initialization.reset();
    await control(gateway).run({ id: '1' }, () => gateway.initialization.initialize());
    expect(told).toEqual([true, false]);
  });
});

describe('a component', () => {
  it('is run when it is needed, after those that it waits for', async () => {
    const [a, b, c] = [vi.fn(), vi.fn(), vi.fn()];
    const one = fresh({ components: { a, b: { run: b, after: ['a'] }, c } });
    await Promise.all([one.ensureInitialized('b'), one.ensureInitialized('b')]);
    expect([a, b, c].map((each) => each.mock.calls.length)).toEqual([1, 1, 0]);
    expect([one.isInitialized('b'), one.isInitialized('c'), one.isInitialized()]).toEqual([true, false, false]);
  });

  it('can be added, replaced and run again', async () => {
    const one = fresh();
    expect((await one.initialize()).initialized).toBe(true);
    const run = vi.fn();
    one.addComponent('late', run);
    expect(one.isInitialized()).toBe(false);
    await one.initialize();
    one.reset('late');
    expect(one.status().components).toEqual({ late: { state: 'waiting' } });
    await one.ensureInitialized('late');
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('is run once, after all that it waits for, in any graph', async () => {
    // Each component waits only for earlier ones, so there is no circle.
    const graphs = fc.array(fc.array(fc.nat(20), { maxLength: 4 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(graphs, async (graph) => {
        const order: string[] = [];
        const after = graph.map((wanted, index) => [...new Set(wanted)].filter((other) => other < index).map((other) => `c${other}`));
        const components = graph.map(
          (_, index) => [`c${index}`, { run: async () => (await null, order.push(`c${index}`)), after: after[index] ?? [] }] as const,
        );
        const one = fresh({ components: Object.fromEntries(components.toReversed()) });
        await Promise.all([one.initialize(), one.initialize()]);
        expect(order.toSorted()).toEqual(components.map(([name]) => name).toSorted());
        for (const [name, { after: before }] of components) for (const other of before) expect(order.indexOf(other)).toBeLessThan(order.indexOf(name));
      }),
    );
  });

  it('that is unknown, or waits for itself, is named in the error', async () => {
    const one = fresh({
      components: {
        a: { run: () => 1, after: ['b'] },
        b: { run: () => 1, after: ['c'] },
        c: { run: () => 1, after: ['a'] },
        d: { run: () => 1, after: ['gone'] },
      },
    });
    await expect(one.ensureInitialized('e')).rejects.toMatchObject({ code: 'UnknownComponent', message: expect.stringContaining('"e". Known: a, b, c, d') });
    await expect(one.ensureInitialized('d')).rejects.toMatchObject({ code: 'UnknownComponent', message: expect.stringContaining('"gone"') });
    for (const name of ['a', 'b', 'c']) await expect(one.ensureInitialized(name)).rejects.toMatchObject({ code: 'ComponentCycle' });
    expect(() => one.isInitialized('__proto__')).toThrow(expect.objectContaining({ code: 'UnknownComponent' }));
  });

  it('that its invocation left unfinished is started again: it may have died in the freeze', async () => {
    const runs: ReturnType<typeof gate>[] = [];
    const gateway = gatewayOf({ components: { db: () => (runs.push(gate()), runs.at(-1)?.passed) } });
    let left: Promise<void> | undefined;
    await control(gateway).run({ id: '1' }, () => {
      left = gateway.initialization.ensureInitialized('db');
    });
    expect(gateway.initialization.status().components).toEqual({ db: { state: 'waiting' } });
    const next = control(gateway).run({ id: '2' }, () => gateway.initialization.ensureInitialized('db'));
    await new Promise(setImmediate);
    expect(runs).toHaveLength(2);
    // A late result of the first run changes nothing.
    runs[0]?.open();
    await left;
    expect(gateway.initialization.isInitialized('db')).toBe(false);
    runs[1]?.open();
    await next;
    expect(gateway.initialization.isInitialized('db')).toBe(true);
  });

  it('that was started outside of invocations is started again after an invocation waited for it in vain', async () => {
    const runs: ReturnType<typeof gate>[] = [];
    const hanging = () => (runs.push(gate()), runs.at(-1)?.passed);
    const gateway = gatewayOf({ components: { db: hanging, orders: { run: () => undefined, after: ['db'] } } });
    const { initialization: one } = gateway;
    const outside = one.initialize();
    await control(gateway).run({ id: '1' }, () => undefined);
    expect(one.status().components).toEqual({ db: { state: 'running' }, orders: { state: 'running' } });
    await control(gateway).run({ id: '2' }, () => void one.ensureInitialized('orders'));
    expect(one.status().components).toEqual({ db: { state: 'waiting' }, orders: { state: 'waiting' } });
    const next = control(gateway).run({ id: '3' }, () => one.ensureInitialized('orders'));
    await new Promise(setImmediate);
    expect(runs).toHaveLength(2);
    for (const { open } of runs) open();
    await Promise.all([next, outside]);
    expect(one.isInitialized()).toBe(true);
  });

  it('that an invocation starts after its end is started again as well', async () => {
    const runs = vi.fn(() => new Promise<void>(() => undefined));
    const gateway = gatewayOf({ components: { db: runs } });
    const begin = () => void gateway.initialization.ensureInitialized('db');
    gateway.initialization.status();
    await control(gateway).run({ id: '1' }, () => void setImmediate(begin));
    await new Promise(setImmediate);
    for (const id of ['2', '3']) await control(gateway).run({ id }, begin);
    expect(runs).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['components/a', { components: { a: 5 } }],
    ['components/a/after', { components: { a: { run: () => 1, after: 'b' } } }],
    ['components/a/after', { components: { a: { run: () => 1, after: [5] } } }],
  ])('with a wrong %s is refused', (name, options) => {
    expect(() => fresh(options as never).status()).toThrow(expect.objectContaining({ message: expect.stringContaining(`"${name}" must be`) }));
  });
});

it('lets events read only isColdStart, because the error of a component may contain anything', () => {
  const gateway = gatewayOf();
  const remotely = (operation: string) => control(gateway).execute('initialization', operation, {}, { remote: true });
  expect(remotely('isColdStart')).toBe(true);
  for (const operation of ['status', 'environment']) expect(() => remotely(operation)).toThrow(expect.objectContaining({ code: 'NotRemote' }));
});

describe('the environment', () => {
  it('is cold until the first invocation has ended', async () => {
    const gateway = gatewayOf();
    const seen = [gateway.initialization.isColdStart()];
    for (const id of ['1', '2']) await control(gateway).run({ id }, () => void seen.push(gateway.initialization.isColdStart()));
    seen.push(gateway.initialization.isColdStart());
    expect(seen).toEqual([true, true, false, false]);
  });

  it.each(['provisioned-concurrency', 'snap-start', 'lambda-managed-instances'])('is never cold if it was started in advance: %s', async (type) => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', type);
    const gateway = gatewayOf();
    const seen = [gateway.initialization.isColdStart()];
    await control(gateway).run({ id: '1' }, () => void seen.push(gateway.initialization.isColdStart()));
    expect(seen).toEqual([false, false]);
    vi.unstubAllEnvs();
  });

  it('is reported as Lambda provides it', () => {
    const settings = {
      AWS_LAMBDA_FUNCTION_NAME: 'devices',
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    };
    for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
    expect(fresh().environment()).toEqual({
      functionName: 'devices',
      functionVersion: undefined,
      region: 'eu-west-1',
      memoryMb: 512,
      initializationType: 'on-demand',
      maxConcurrency: 1,
      nodeVersion: process.versions.node,
      architecture: process.arch,
    });
  });

  it('has flags', () => {
    const one = fresh();
    expect(one.getFlag('beta', false)).toBe(false);
    for (const name of ['beta', '__proto__', 'constructor']) {
      expect(one.getFlag(name)).toBeUndefined();
      one.setFlag(name, undefined);
      expect(one.getFlag(name, 'fallback')).toBeUndefined();
      one.setFlag(name, 1);
      expect(one.getFlag(name)).toBe(1);
    }
    expect(() => one.setFlag('', 1)).toThrow('"name" must be a non-empty string');
  });
});
