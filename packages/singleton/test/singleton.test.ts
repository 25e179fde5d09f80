import { control, createGateway } from '@suga/gateway';
import { type Singleton, singleton } from '@suga/singleton';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

const fresh = () => createGateway({ singleton: singleton() }).singleton;
afterEach(() => void vi.unstubAllEnvs());

/** A value that records its disposal in a list. */
const noting = (ends: string[], name: string) => ({ [Symbol.dispose]: () => void ends.push(name) });

describe('get', () => {
  it('creates an instance once', () => {
    const one = fresh();
    const factory = vi.fn(() => ({ connected: true }));
    const made = one.get('client', factory);
    expect(one.get('client', factory)).toBe(made);
    expect(factory).toHaveBeenCalledTimes(1);
    expect(one.stats()).toEqual({ instances: 1, created: 1, reused: 1, failed: 0, disposed: 0 });
  });

  it('keeps undefined and null, too', () => {
    const one = fresh();
    const factory = vi.fn(() => undefined);
    one.get('nothing', factory);
    one.get('nothing', factory);
    expect(factory).toHaveBeenCalledTimes(1);
    expect(one.has('nothing')).toBe(true);
  });

  it('calls an asynchronous factory once for 200 overlapping invocations', async () => {
    const gateway = createGateway({ singleton: singleton() });
    const factory = vi.fn(async () => {
      await new Promise(setImmediate);
      return { id: Math.random() };
    });
    const invocations = Array.from({ length: 200 }, (_, index) =>
      control(gateway).run({ id: `${index}` }, async () => {
        if (index % 3 === 0) await new Promise(setImmediate);
        return gateway.singleton.get('client', factory);
      }),
    );
    expect(new Set(await Promise.all(invocations)).size).toBe(1);
    expect(factory).toHaveBeenCalledTimes(1);
  });

  it('rejects for all waiting callers, and tries again for the next', async () => {
    const one = fresh();
    const failing = async () => Promise.reject(new Error('refused'));
    const both = await Promise.allSettled([one.get('client', failing), one.get('client', failing)]);
    expect(both.map((each) => each.status === 'rejected' && each.reason.message)).toEqual(['refused', 'refused']);
    expect(one.has('client')).toBe(false);
    expect(() => one.get('other', () => JSON.parse('{'))).toThrow(SyntaxError);
    expect(await one.get('client', async () => 'connected')).toBe('connected');
    expect(one.stats()).toMatchObject({ created: 2, failed: 2 });
  });

  it('refuses a factory that needs itself, and names the cycle', () => {
    const one = fresh();
    const a = (): unknown => one.get('a', () => one.get('b', () => one.get('a', a)));
    expect(a).toThrow(expect.objectContaining({ code: 'FactoryCycle', message: expect.stringContaining('a → b → a') }));
    expect(one.names()).toEqual([]);
    expect(one.get('a', () => one.get('b', () => 1))).toBe(1);
  });

  it.each(['__proto__', 'constructor', 'x'.repeat(1_000_000)])('accepts %.20s as a name like any other', async (name) => {
    const one = fresh();
    expect(one.has(name)).toBe(false);
    expect(one.get(name, () => 1)).toBe(1);
    expect([one.has(name), await one.delete(name), one.has(name)]).toEqual([true, true, false]);
  });
});

describe('disposal', () => {
  it('happens in reverse order, one after the other', async () => {
    const one = fresh();
    const ends: string[] = [];
    one.get('first', () => noting(ends, 'first'));
    await one.get('second', async () => ({
      [Symbol.asyncDispose]: async () => {
        await new Promise(setImmediate);
        ends.push('second');
      },
    }));
    one.get('third', () => 3, { dispose: (value) => ends.push(`third ${value}`) });
    expect(await one.clear()).toBe(3);
    expect(ends).toEqual(['third 3', 'second', 'first']);
    expect(one.stats()).toMatchObject({ instances: 0, disposed: 3 });
    expect(await one.clear()).toBe(0);
  });

  it('happens for all, even if one fails', async () => {
    const one = fresh();
    const ends: string[] = [];
    one.set('first', noting(ends, 'first'));
    one.set('second', 2, { dispose: () => Promise.reject(new Error('stuck')) });
    await expect(one.clear()).rejects.toMatchObject({
      code: 'DisposeFailed',
      errors: [expect.objectContaining({ message: 'stuck' })],
      message: expect.stringContaining('1 of 2'),
    });
    expect(ends).toEqual(['first']);
    one.set('third', 3, { dispose: () => { throw new Error('own'); } }); // biome-ignore format: one line
    await expect(one.delete('third')).rejects.toThrow('own');
  });

  it('waits for an instance that is still being created, which is then not found again', async () => {
    const one = fresh();
    const ends: string[] = [];
    let finish: (value: Disposable) => void = () => undefined;
    const making = one.get('slow', () => new Promise<Disposable>((resolve) => (finish = resolve)));
    const deleted = one.delete('slow');
    expect(one.has('slow')).toBe(false);
    finish(noting(ends, 'slow'));
    await making;
    expect(await deleted).toBe(true);
    expect(ends).toEqual(['slow']);
    expect(one.has('slow')).toBe(false);
  });

  it('happens when the gateway unloads the interface', async () => {
    const gateway = createGateway({ singleton: singleton() });
    const ends: string[] = [];
    for (const name of ['a', 'b']) gateway.singleton.get(name, () => noting(ends, name));
    gateway.singleton.set('bad', 1, { dispose: () => { throw new Error('ignored'); } }); // biome-ignore format: one line
    void gateway.singleton.get('failed', () => Promise.reject(new Error('no'))).catch(() => undefined);
    expect(control(gateway).heldState('singleton')).toBe('4 instances');
    await new Promise(setImmediate);
    control(gateway).unload('singleton');
    expect(ends).toEqual(['b', 'a']);
  });

  it('does not happen for a replaced instance', async () => {
    const one = fresh();
    const ends: string[] = [];
    expect(one.set('a', noting(ends, 'old'))).toBeUndefined();
    one.set('b', 1);
    one.set('a', noting(ends, 'new'));
    expect(one.names()).toEqual(['b', 'a']);
    await one.clear();
    expect(ends).toEqual(['new']);
  });
});

describe('an instance that is not created when its invocation ends', () => {
  /** A gateway and factories that are settled by hand, in the order in which they were called. */
  const byHand = () => {
    const gateway = createGateway({ singleton: singleton() });
    gateway.singleton.names();
    const made: PromiseWithResolvers<Disposable>[] = [];
    const ends: string[] = [];
    const get = () => gateway.singleton.get('db', () => (made.push(Promise.withResolvers()), made.at(-1)?.promise as Promise<Disposable>));
    const run = <T>(id: string, work: () => T) => control(gateway).run({ id }, work);
    const arrive = async (index: number) => {
      made[index]?.resolve(noting(ends, `${index}`));
      await new Promise(setImmediate);
    };
    return { gateway, one: gateway.singleton, made, ends, get, run, arrive };
  };

  it('is removed, created again, and disposed of if it is created after all', async () => {
    const { one, made, ends, get, run, arrive } = byHand();
    await run('1', () => void get());
    expect([one.has('db'), one.names(), made.length]).toEqual([false, [], 1]);
    const second = run('2', get);
    expect(made).toHaveLength(2);
    await arrive(0);
    expect(ends).toEqual(['0']);
    await arrive(1);
    expect(await run('3', get)).toBe(await second);
    expect([ends, made.length, one.stats().disposed]).toEqual([['0'], 2, 1]);
  });

  it('is kept for other invocations that wait for it until they end', async () => {
    const { one, made, ends, get, run, arrive } = byHand();
    const [first, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const begun = run('1', () => (void get(), first.promise));
    const waiting = run('2', async () => (await get(), await other.promise));
    first.resolve();
    await begun;
    expect(one.has('db')).toBe(false);
    await arrive(0);
    expect(ends).toEqual([]);
    other.resolve();
    await waiting;
    expect([ends, made.length]).toEqual([['0'], 1]);
  });

  it('stays if only a waiting invocation ends, and the one that started it still runs', async () => {
    const { one, ends, get, run, arrive } = byHand();
    const first = Promise.withResolvers<void>();
    const begun = run('1', async () => (await get(), await first.promise));
    await run('2', () => void get());
    expect(one.has('db')).toBe(true);
    await arrive(0);
    first.resolve();
    await begun;
    expect([one.has('db'), ends]).toEqual([true, []]);
  });

  it.each(['outside of invocations', 'by one that had ended'])('is removed if it was started %s, too, but not disposed of', async (how) => {
    const { one, made, ends, get, run, arrive } = byHand();
    if (how === 'outside of invocations') get();
    else await run('0', () => void setImmediate(get)).then(() => new Promise(setImmediate));
    await run('1', () => undefined);
    expect([one.has('db'), made.length]).toEqual([true, 1]);
    await run('2', () => void get());
    expect(one.has('db')).toBe(false);
    await arrive(0);
    expect(ends).toEqual([]);
  });

  it('is not reported if it fails in the end, and one that was set stays', async () => {
    const { one, made, get, run } = byHand();
    await run('1', () => void get());
    await run('2', () => one.set('db', 'mine'));
    made[0]?.reject(new Error('late'));
    await new Promise(setImmediate);
    expect(one.get('db', () => 'other')).toBe('mine');
  });

  it('is not waited for by clear, which disposes of it when it is created', async () => {
    const { one, ends, get, arrive } = byHand();
    one.set('a', noting(ends, 'a'));
    get();
    expect(await one.clear()).toBe(2);
    expect(ends).toEqual(['a']);
    await arrive(0);
    expect(ends).toEqual(['a', '0']);
  });
});

describe('memory', () => {
  it("is reported with the function's setting", () => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', '512');
    const told = fresh().memory();
    expect(told.limit).toBe(512 * 2 ** 20);
    expect(told.heapLimit).toBeGreaterThan(told.heapUsed);
    expect(told.pressure).toBeCloseTo(Math.max(told.heapUsed / told.heapLimit, told.rss / (512 * 2 ** 20)), 1);
    vi.stubEnv('AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'lots');
    expect(fresh().memory().limit).toBeUndefined();
  });

  it('is relieved of evictable instances, under pressure only', async () => {
    const one = fresh();
    const ends: string[] = [];
    one.get('pool', () => noting(ends, 'pool'));
    for (const name of ['parsed', 'cached']) one.get(name, () => noting(ends, name), { evictable: true });
    expect((await one.relieve({ threshold: 1 })).disposed).toEqual([]);
    expect((await one.relieve({ threshold: 0, collect: true })).disposed).toEqual(['cached', 'parsed']);
    expect(ends).toEqual(['cached', 'parsed']);
    expect(one.names()).toEqual(['pool']);
  });

  it('is returned to the system if a collection is requested', async () => {
    const one = fresh();
    one.get('big', () => Array.from({ length: 2_000_000 }, (_, index) => ({ index })), { evictable: true });
    const { before, after } = await one.relieve({ threshold: 0, collect: true });
    expect(before.heapUsed - after.heapUsed).toBeGreaterThan(30 * 2 ** 20);
  });
});

it('two gateways have their own instances', () => {
  const [one, other] = [fresh(), fresh()];
  one.set('a', 1);
  expect(other.has('a')).toBe(false);
});

it('behaves like a list of instances, for any sequence of calls', async () => {
  const step = fc.tuple(fc.constantFrom<'get' | 'set' | 'delete'>('get', 'set', 'delete'), fc.constantFrom('a', 'b', 'c', 'd'));
  await fc.assert(
    fc.asyncProperty(fc.array(step), async (steps) => {
      const one = fresh();
      const model: string[] = [];
      const ends: string[] = [];
      for (const [what, name] of steps) {
        const known = model.indexOf(name);
        if (what === 'get') one.get(name, () => noting(ends, name));
        if (what === 'set') one.set(name, noting(ends, name));
        if (what === 'delete') expect(await one.delete(name)).toBe(known >= 0);
        if (what !== 'get' && known >= 0) model.splice(known, 1);
        if (what === 'set' || (what === 'get' && known < 0)) model.push(name);
        expect(one.names()).toEqual(model);
      }
      ends.length = 0;
      await one.clear();
      expect(ends).toEqual(model.reverse());
    }),
  );
});

it.each<[string, (one: Singleton) => unknown]>([
  ['name', (one) => one.get('', () => 1)],
  ['name', (one) => one.set(5 as never, 1)],
  ['factory', (one) => one.get('a', 'factory' as never)],
  ['options', (one) => one.get('a', () => 1, null as never)],
  ['dispose', (one) => one.set('a', 1, { dispose: 'later' as never })],
])('refuses a wrong %s by its name', (name, call) => {
  expect(() => call(fresh())).toThrow(expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${name}" must be`) }));
});
