import { type Control, control, createGateway, type Fusion, type Host, type Interface } from '@suga/gateway';
import { type OfbOptions, ofb } from '@suga/ofb';
import { type Clock, ownClock, settled } from '@suga/vitest/clock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from './test-gateway.js';

let clock: Clock;
beforeEach(() => {
  clock = ownClock();
});

type Each = (index: number, outcome: unknown) => void;
interface Call {
  readonly operation: string;
  readonly params: { readonly key: string };
}

interface Db {
  get(key: unknown): Promise<unknown>;
  set(key: unknown): Promise<unknown>;
  run(calls: readonly Call[], each?: Each): Promise<unknown[]>;
}

/** The backend's work on a list of calls. A single call is a list of one. */
type Work = (calls: readonly Call[], each: Each, host: Host) => Promise<unknown[]>;

const fused = (effect: 'read' | 'write'): { batch: 'run'; fusion: Fusion } => ({ batch: 'run', fusion: { form: 'calls', effect, shared: true } });
const db = (work: Work): Interface<Db> => ({
  operations: {
    get: { params: { key: {} }, returns: 'promise', idempotent: true, ...fused('read') },
    set: { params: { key: {} }, returns: 'promise', idempotent: true, ...fused('write') },
    run: { params: { calls: {} }, returns: 'promise' },
  },
  load: (host) => {
    const one = (operation: string) => async (key: unknown) => {
      const [outcome] = (await work([{ operation, params: { key: key as string } }], () => undefined, host)) as [{ value?: unknown; error?: unknown }];
      if ('error' in outcome) throw outcome.error;
      return outcome.value;
    };
    return { operations: { get: one('get'), set: one('set'), run: (calls, each = () => undefined) => work(calls, each, host) } };
  },
});

type Run = (id: string, work: () => unknown, ms?: number) => Promise<unknown>;
function made(work: Work, options?: OfbOptions): { db: Db; run: Run; control: Control } {
  const gateway = createGateway({ db: db(work) }, { middleware: [ofb(options)] });
  const run: Run = (id, todo, ms = 30_000) =>
    control(gateway)
      .run({ id, deadline: Date.now() + ms }, todo)
      .catch((error: { code?: string; message: string }) => error.code ?? error.message);
  return { db: gateway.db, run, control: control(gateway) };
}

/** Fails as the store does if its invocation has no time left. */
const inTime: Work = async (calls, _each, host) => {
  const { id, deadline = Number.POSITIVE_INFINITY } = host.invocation() ?? { id: 'none' };
  await settled();
  return calls.map(() => (deadline - Date.now() < 1000 ? { error: new Error('no time left') } : { value: `for ${id}` }));
};

describe('a batch of several invocations', () => {
  it('runs for the one that has the most time left', async () => {
    const { db, run } = made(inTime);
    expect(await Promise.all([run('A', () => db.get('a'), 700), run('B', () => db.get('b')), run('C', () => db.get('c'), 20_000)])).toEqual([
      'for B',
      'for B',
      'for B',
    ]);
  });

  it('runs for the one with more time, also if several wait for one read', async () => {
    const { db, run } = made(inTime);
    expect(await Promise.all([run('A', () => db.get('a'), 700), run('B', () => db.get('a'))])).toEqual(['for B', 'for B']);
  });

  it('never runs for one that has ended', async () => {
    const { db, run } = made(inTime);
    const gate = deferred();
    let left: Promise<unknown> | undefined;
    await run('E', () => void (left = gate.promise.then(() => db.get('x'))), 60_000);
    const next = run('F', () => gate.promise.then(() => db.get('b')));
    gate.resolve();
    expect(await Promise.all([left, next])).toEqual(['for F', 'for F']);
  });

  it('runs for one of its callers, also if another invocation sends it', async () => {
    const { db, run } = made(inTime, { window: 500 });
    const cut = run('A', () => db.get('a'), 60_000);
    await settled();
    // This invocation is too near its deadline for a window.
    expect(await run('B', () => db.get('b'), 600)).toBe('for A');
    const ended = run('A2', () => db.get('a'), 60_000);
    await settled();
    await run('B2', () => void db.get('b'));
    expect([await cut, await ended]).toEqual(['for A', 'for A2']);
  });

  it('that fails at its invocation’s deadline does not fail callers with more time: they repeat the read', async () => {
    const gate = deferred();
    let isFirst = true;
    const { db, run } = made(async (calls, each, host) => {
      if (isFirst) {
        isFirst = false;
        await gate.promise;
        return calls.map(() => ({ error: new Error('no time left') }));
      }
      return inTime(calls, each, host);
    });
    const one = run('A', () => db.get('a'), 300);
    await settled();
    const other = run('B', () => db.get('a'));
    await clock.pass(150);
    gate.resolve();
    await one;
    expect(await other).toBe('for B');
  });
});

describe('an invocation whose signal is aborted', () => {
  /** Fails as http does if the signal of its invocation was aborted. */
  const untilStopped: Work = async (calls, _each, host) => {
    const { id, signal } = host.invocation() ?? { id: 'none' };
    await settled();
    return calls.map(() => (signal?.aborted ? { error: new Error(`stopped for ${id}`) } : { value: `for ${id}` }));
  };
  const staged = () => {
    const { db, control: controls } = made(untilStopped);
    const stop = new AbortController();
    const deadline = Date.now() + 30_000;
    const first = (work: () => unknown) => controls.run({ id: 'A', deadline, signal: stop.signal }, work).catch((error: Error) => error.message);
    const second = (work: () => unknown) => controls.run({ id: 'B', deadline }, work).catch((error: Error) => error.message);
    return { db, stop, first, second };
  };

  it('does not fail callers that joined its read: they repeat it', async () => {
    const { db, stop, first, second } = staged();
    const one = first(() => db.get('a'));
    const other = second(() => db.get('a'));
    // The read is in flight.
    await Promise.resolve().then(() => new Promise<void>((resolve) => process.nextTick(resolve)));
    stop.abort();
    expect(await Promise.all([one, other])).toEqual(['stopped for A', 'for B']);
  });

  it('is never the invocation that a batch runs for', async () => {
    const { db, stop, first, second } = staged();
    stop.abort();
    expect(await Promise.all([first(() => db.get('a')), second(() => db.get('b'))])).toEqual(['for B', 'for B']);
  });
});

describe('a caller that joined a failing read', () => {
  it.each([
    [50, 'no time left'],
    [51, 'for B'],
  ])('%d ms after it was called, with 300 ms for its invocation: %s', async (ms, answer) => {
    const gate = deferred();
    let isFirst = true;
    const { db, run } = made(async (calls, each, host) => {
      if (!isFirst) return inTime(calls, each, host);
      isFirst = false;
      await gate.promise;
      return calls.map(() => ({ error: new Error('no time left') }));
    });
    const one = run('A', () => db.get('a'), 300);
    await settled();
    const other = run('B', () => db.get('a'));
    await clock.pass(ms);
    gate.resolve();
    expect(await Promise.all([one, other])).toEqual(['no time left', answer]);
  });

  it('gets the error if its own invocation has less time', async () => {
    const gate = deferred();
    const { db, run } = made(async (calls) => {
      await gate.promise;
      return calls.map(() => ({ error: new Error('no time left') }));
    });
    const one = run('A', () => db.get('a'), 300);
    await settled();
    const other = run('B', () => db.get('a'), 280);
    await clock.pass(100);
    gate.resolve();
    expect(await Promise.all([one, other])).toEqual(['no time left', 'no time left']);
  });
});

describe('a result', () => {
  it('is returned as soon as the batch reports it, and unblocks the calls that waited for it', async () => {
    const gate = deferred();
    const seen: string[] = [];
    const { db } = made(async (calls, each) => {
      seen.push(calls.map(({ operation, params }) => `${operation} ${params.key}`).join());
      const outcomes = calls.map(({ params }) => ({ value: params.key }));
      for (const [at, { params }] of calls.entries()) if (params.key !== 'slow') each(at, outcomes[at]);
      if (calls.some(({ params }) => params.key === 'slow')) await gate.promise;
      return outcomes;
    });
    const slow = db.get('slow');
    const set = db.set('a');
    await new Promise(setImmediate);
    expect([await set, await db.get('a')]).toEqual(['a', 'a']);
    expect(seen).toEqual(['get slow,set a', 'get a']);
    gate.resolve();
    expect(await slow).toBe('slow');
  });

  it('that was reported is kept, also if the rest of the batch fails', async () => {
    const { db } = made(async (_calls, each) => {
      each(0, { value: 'told' });
      each(0, { value: 'told twice' });
      each(7, { value: 'no such call' });
      each(1, 'no outcome');
      throw new Error('down');
    });
    expect(await Promise.allSettled([db.get('a'), db.get('b')])).toMatchObject([
      { status: 'fulfilled', value: 'told' },
      { status: 'rejected', reason: { message: 'down' } },
    ]);
  });

  it('cannot be changed by another caller', async () => {
    const { db, run } = made(async (calls) => calls.map(() => ({ value: { roles: ['user'], at: 1 } })));
    const guest = async (): Promise<unknown> => ((await db.get('config')) as { roles: string[] }).roles.join();
    const admin = async (): Promise<unknown> => {
      const { roles } = (await db.get('config')) as { roles: string[] };
      roles.push('admin');
      return roles.join();
    };
    expect(await Promise.all([run('admin', admin), run('guest', guest)])).toEqual(['user,admin', 'user']);
    expect(await Promise.all([admin(), guest(), guest()])).toEqual(['user,admin', 'user', 'user']);
  });

  it.each([
    ['a class', () => new URL('http://a.b')],
    ['a Buffer', () => Buffer.from('a')],
    ['a function inside', () => ({ fn: () => 1 })],
    ['a getter', () => Object.defineProperty({}, 'a', { get: () => 1 })],
    ['something frozen', () => Object.freeze({})],
    [
      'a proxy that throws',
      () =>
        new Proxy(
          {},
          {
            getPrototypeOf: () => {
              throw new Error('trap');
            },
          },
        ),
    ],
    ['too deep', () => JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)],
  ])('that cannot be copied is requested once per caller: %s', async (_what, value) => {
    let asked = 0;
    const { db } = made(async (calls) => {
      asked += calls.length;
      await settled();
      return calls.map(() => ({ value: value() }));
    });
    const answers = await Promise.all([db.get('a'), db.get('a')]);
    expect([answers[0] === answers[1], asked]).toEqual([false, 2]);
    await Promise.all([db.get('a'), db.get('a')]);
    expect(asked).toBe(4);
  });

  it('is copied exactly: circular references, arrays with properties and holes, no prototype', async () => {
    const value = (): unknown => {
      const list = Object.assign([1, 2, 3], { extra: -0 });
      delete list[1];
      const circle: Record<string, unknown> = Object.assign(Object.create(null) as object, { list });
      circle['self'] = circle;
      return circle;
    };
    const { db } = made(async (calls) => calls.map(() => ({ value: value() })));
    const [one, other] = await Promise.all([db.get('a'), db.get('a')]);
    expect(one).not.toBe(other);
    expect(other).toStrictEqual(one);
    expect(1 in (other as { list: unknown[] }).list).toBe(false);
  });
});

describe('a result that never arrives', () => {
  const lost = () => {
    let isFirst = true;
    return made(async (calls) => {
      if (isFirst) {
        isFirst = false;
        await new Promise(() => undefined);
      }
      return calls.map(({ params }) => ({ value: params.key }));
    });
  };

  it.each(['get', 'set'] as const)('of a %s no longer blocks others after its caller was rejected', async (operation) => {
    const { db, run } = lost();
    const one = run('A', () => db[operation]('k'), 130);
    await clock.pass(130);
    expect(await one).toBe('DeadlineExceeded');
    expect(await run('B', () => db.get('k'))).toBe('k');
    expect(await run('C', () => db.set('k'))).toBe('k');
    // A caller's bug: a call without a key is a barrier.
    expect(await run('D', () => Promise.all([db.get(undefined), db.get('fine')]))).toEqual([undefined, 'fine']);
  });

  it('unblocks the calls that waited for it', async () => {
    const { db, run } = lost();
    const one = run('A', () => db.set('k'), 200);
    await settled();
    const other = run('B', () => Promise.all([db.get(undefined), db.set('k'), db.get('fine')]));
    await clock.pass(200);
    expect(await other).toEqual([undefined, 'k', 'fine']);
    expect(await one).toBe('DeadlineExceeded');
  });

  it('does not block others for ever if there is no deadline', async () => {
    const { db } = lost();
    void db.set('k');
    void db.get('other');
    await settled();
    const waiting = db.get('k');
    vi.setSystemTime(Date.now() + 6000);
    expect(await Promise.all([db.get('k'), waiting])).toEqual(['k', 'k']);
  });
});
