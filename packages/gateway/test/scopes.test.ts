import { type AnyInterface, type ChildScope, type Control, type Core, control, createGateway, type Host, type Invocation, type Scope } from '@suga/gateway';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { errorOf, notes } from './fixtures/notes.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A gateway with one interface whose core is given, loaded. */
function stage(core: (host: Host) => Omit<Core<object>, 'operations'> = () => ({})) {
  let host: Host | undefined;
  const watching: AnyInterface = {
    operations: { run: { params: {} } },
    load: (given) => {
      host = given;
      return { operations: { run: () => undefined }, ...core(given) };
    },
  };
  const gateway = createGateway({ watching: watching as never });
  control(gateway).load('watching');
  return { controls: control(gateway), host: host as Host };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a part of an invocation', () => {
  it('is a scope of its own, with the invocation behind it', async () => {
    const { controls, host } = stage();
    await controls.run({ id: 'r' }, async (invocation) => {
      expect([host.scope(), controls.scope(), host.invocation()]).toEqual([invocation, invocation, invocation]);
      const parts = await Promise.all(
        [1, 2, 3].map((part) =>
          controls.runScope(async () => {
            const before = host.scope();
            await turn();
            expect(host.scope()).toBe(before);
            expect([host.invocation(), controls.invocation()]).toEqual([invocation, invocation]);
            return [part, before as ChildScope] as const;
          }),
        ),
      );
      expect(new Set(parts.map(([, scope]) => scope)).size).toBe(3);
      for (const [, scope] of parts) expect(scope).toEqual({ invocation, parent: invocation });
      expect(host.scope()).toBe(invocation);
    });
    expect([host.scope(), controls.scope()]).toEqual([undefined, undefined]);
  });

  it('may have parts of its own', async () => {
    const { controls } = stage();
    const scopes: Scope[] = [];
    const note = (): void => void scopes.push(controls.scope() as Scope);
    await controls.run({ id: 'r' }, () => {
      controls.runScope(() => {
        note();
        controls.runScope(note);
      });
    });
    expect((scopes[1] as ChildScope).parent).toBe(scopes[0]);
  });

  it('gives what its work gives: a value, a promise, an error', async () => {
    const { controls } = stage();
    await controls.run({ id: 'r' }, async () => {
      expect(controls.runScope(() => 1)).toBe(1);
      expect(await controls.runScope(async () => 2)).toBe(2);
      expect(await controls.runScope(() => ({ then: (resolve: (value: number) => void) => resolve(3) }) as PromiseLike<number>)).toBe(3);
      await expect(errorOf(() => controls.runScope(() => Promise.reject(new RangeError('late'))))).resolves.toBeInstanceOf(RangeError);
      const thrown = (): never => {
        throw new TypeError('now');
      };
      expect(() => controls.runScope(thrown)).toThrow(TypeError);
    });
    expect(controls.runScope(() => 'outside of invocations')).toBe('outside of invocations');
  });

  it('ends when its work has, and every core learns of it once', async () => {
    const ended: Scope[] = [];
    const { controls, host } = stage(() => ({ scopeEnded: (scope) => void ended.push(scope) }));
    await controls.run({ id: 'r' }, async () => {
      let scope: Scope | undefined;
      const work = controls.runScope(async () => {
        scope = controls.scope();
        await turn();
        expect(host.hasEnded(scope as Scope)).toBe(false);
      });
      expect(ended).toEqual([]);
      await work;
      expect(ended).toEqual([scope]);
      expect([host.hasEnded(scope as Scope), controls.hasEnded(scope as Scope)]).toEqual([true, true]);
      expect(host.hasEnded(host.invocation() as Invocation)).toBe(false);
      controls.runScope(() => undefined);
      expect(() =>
        controls.runScope(() => {
          throw new Error('fails');
        }),
      ).toThrow('fails');
      expect(ended).toHaveLength(3);
    });
    expect(ended).toHaveLength(3);
  });

  it('that is left behind ends with its invocation, before the end hooks', async () => {
    const order: string[] = [];
    const { controls } = stage((host) => ({
      scopeEnded: (scope) => void order.push(`part, known: ${host.hasEnded(scope)}`),
      end: () => void order.push('end'),
      ended: () => void order.push('ended'),
    }));
    let finish = (): void => undefined;
    let left: Scope | undefined;
    await controls.run({ id: 'r' }, () => {
      void controls.runScope(() => {
        left = controls.scope();
        return new Promise<void>((resolve) => {
          finish = resolve;
        });
      });
    });
    finish();
    await turn();
    expect(order).toEqual(['part, known: true', 'end', 'ended']);
    expect(controls.hasEnded(left as Scope)).toBe(true);
  });

  it('a hook that fails is a warning, and the others run', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { controls } = stage(() => ({
      scopeEnded: () => {
        throw new Error('cannot forget');
      },
    }));
    expect(await controls.run({ id: 'r' }, () => controls.runScope(() => 'fine'))).toBe('fine');
    expect(warned).toHaveBeenCalledWith(expect.objectContaining({ message: 'cannot forget' }));
  });

  it('can be left for a scope around it, for what several parts have in common', async () => {
    const { controls } = stage();
    await controls.run({ id: 'r' }, (invocation) =>
      controls.runScope(() => {
        expect(controls.scope()).not.toBe(invocation);
        expect(controls.runIn(invocation, () => controls.scope())).toBe(invocation);
      }),
    );
  });

  it.each([[undefined], [null], ['r'], [5]])('is not what %o is', async (value) => {
    const { controls } = stage();
    for (const [who, call] of Object.entries({
      runIn: () => controls.runIn(value as never, () => 1),
      hasEnded: () => controls.hasEnded(value as never),
    }))
      expect(await errorOf(call)).toMatchObject({
        code: 'InvalidParams',
        message: expect.stringContaining(`${who}: expected the result of scope() or invocation()`),
      });
  });

  it('needs work to run', async () => {
    const { controls } = stage();
    await controls.run({ id: 'r' }, async (invocation) => {
      expect(await errorOf(() => controls.runScope(5 as never))).toMatchObject({ message: 'runScope: the work must be a function, got 5.' });
      expect(await errorOf(() => controls.runIn(invocation, 'x' as never))).toMatchObject({ message: 'runIn: the work must be a function, got "x".' });
    });
    expect(await errorOf(() => controls.runScope(undefined as never))).toMatchObject({ code: 'InvalidParams' });
  });

  it('an unhandled rejection is still reported', async () => {
    const { controls } = stage();
    const seen = vi.fn();
    process.once('unhandledRejection', seen);
    await controls.run({ id: 'r' }, () => void controls.runScope(() => Promise.reject(new Error('unhandled'))));
    await turn();
    process.removeListener('unhandledRejection', seen);
    expect(seen).toHaveBeenCalledTimes(1);
  });

  it('10,000 at a time keep apart', async () => {
    const { controls } = stage();
    const scopes = await controls.run({ id: 'r' }, () =>
      Promise.all(
        Array.from({ length: 10_000 }, () =>
          controls.runScope(async () => {
            const scope = controls.scope();
            await turn();
            return scope === controls.scope() ? scope : undefined;
          }),
        ),
      ),
    );
    expect(new Set(scopes).size).toBe(10_000);
    expect(scopes.every((scope) => scope && controls.hasEnded(scope))).toBe(true);
  });
});

describe('the end of an invocation', () => {
  it('is known once every end hook is done; middleware comes after the interfaces', async () => {
    const order: string[] = [];
    const listener = (name: string, knows: () => boolean) => ({
      end: async () => {
        await turn();
        order.push(`${name}: end, ${knows()}`);
      },
      ended: async () => {
        await turn();
        order.push(`${name}: ended, ${knows()}`);
      },
    });
    let controls: Control | undefined;
    const knows = (): boolean => controls?.hasEnded(controls.invocation() as Invocation) === true;
    const core = (name: string): AnyInterface => ({ operations: {}, load: () => ({ operations: {}, ...listener(name, knows) }) });
    const gateway = createGateway({ a: core('a') as never, b: core('b') as never }, { middleware: [{ name: 'm', ...listener('m', knows) }] });
    controls = control(gateway);
    for (const name of ['a', 'b']) controls.load(name);
    await controls.run({ id: 'r' }, () => undefined);
    expect(order).toEqual(['a: end, false', 'b: end, false', 'm: end, false', 'a: ended, true', 'b: ended, true', 'm: ended, true']);
  });

  it('is reported although a hook fails, and before the response', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const told: string[] = [];
    const { controls } = stage(() => ({
      end: () => Promise.reject(new Error('no network')),
      ended: ({ id }) => {
        told.push(id);
        throw new Error('cannot forget');
      },
    }));
    await errorOf(() => controls.run({ id: 'r' }, () => Promise.reject(new Error('work'))));
    expect(told).toEqual(['r']);
    expect(warned.mock.calls.map(([error]) => (error as Error).message)).toEqual(['no network', 'cannot forget']);
  });

  it('holds for a core that is loaded by what still runs after it', async () => {
    const seen: unknown[] = [];
    const gateway = createGateway({ notes: notes({}, (host) => void seen.push(host.hasEnded(host.invocation() as Invocation))) });
    let late: Promise<unknown> | undefined;
    await control(gateway).run({ id: 'r' }, () => {
      late = turn().then(() => gateway.notes.add('x'));
    });
    await late;
    expect(seen).toEqual([true]);
    expect(control(gateway).stats().active).toBe(0);
  });
});

describe('a cold start', () => {
  it.each([
    [undefined, true],
    ['on-demand', true],
    ['provisioned-concurrency', false],
    ['snap-start', false],
    ['lambda-managed-instances', false],
  ])('is one if a client waited for the environment: %s', async (type, isCold) => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', type);
    const { controls } = stage();
    const seen = [];
    for (const id of ['1', '2']) seen.push(await controls.run({ id }, ({ coldStart }) => coldStart));
    expect(seen).toEqual([isCold, false]);
  });

  it('loads what asks for it, at its end; what cannot be loaded is a warning', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const order: string[] = [];
    const counting: AnyInterface = {
      operations: {},
      loadOnColdStart: true,
      load: () => {
        order.push('load');
        return { operations: {}, end: ({ id }) => void order.push(`end ${id}`) };
      },
    };
    const broken: AnyInterface = { operations: {}, loadOnColdStart: true, load: () => Promise.reject(new Error('never')) as never };
    const gateway = createGateway({ counting: counting as never, broken: { ...broken, load: () => { throw new Error('broken'); } } as never, notes: notes() }); // biome-ignore format: one line
    for (const id of ['1', '2']) await control(gateway).run({ id }, () => void order.push(`work ${id}`));
    expect(order).toEqual(['work 1', 'load', 'end 1', 'work 2', 'end 2']);
    expect(warned).toHaveBeenCalledWith(expect.objectContaining({ code: 'LoadFailed' }));
    expect(control(gateway).stats().interfaces).toMatchObject({ notes: { loaded: false } });
  });

  it('loads nothing in an environment that was started ahead', async () => {
    vi.stubEnv('AWS_LAMBDA_INITIALIZATION_TYPE', 'provisioned-concurrency');
    const load = vi.fn(() => ({ operations: {} }));
    const gateway = createGateway({ counting: { operations: {}, loadOnColdStart: true, load } as never });
    await control(gateway).run({ id: '1' }, () => undefined);
    expect(load).not.toHaveBeenCalled();
  });
});
