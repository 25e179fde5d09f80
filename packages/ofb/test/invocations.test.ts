import { AsyncLocalStorage } from 'node:async_hooks';
import { control, createGateway, type Interface } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { ownClock, settled } from '@suga/vitest/clock';
import { describe, expect, it, vi } from 'vitest';
import { createTestGateway, deferred } from './test-gateway.js';

interface Documents {
  read(id: string): Promise<string>;
  readAll(ids: readonly string[]): Promise<string[]>;
}
const tenant = new AsyncLocalStorage<string>();

/** Reads with the rights of the running invocation. */
const documents = (shared: boolean, batches: { who: string | undefined; ids: readonly string[] }[]): Interface<Documents> => ({
  operations: {
    read: { params: { id: {} }, returns: 'promise', idempotent: true, cacheable: true, batch: 'readAll', fusion: { form: 'list', shared } },
    readAll: { params: { ids: {} }, returns: 'promise' },
  },
  load: () => {
    const one = async (id: string) => `${tenant.getStore()}:${id}`;
    return {
      operations: {
        read: one,
        readAll: async (ids) => {
          batches.push({ who: tenant.getStore(), ids });
          await settled();
          return Promise.all(ids.map(one));
        },
      },
    };
  },
});

describe('200 invocations at once', () => {
  const play = async (shared: boolean) => {
    const batches: { who: string | undefined; ids: readonly string[] }[] = [];
    const fusing = ofb();
    const gateway = createGateway({ documents: documents(shared, batches) }, { middleware: [fusing] });
    const invocation = (index: number) =>
      tenant.run(`t${index}`, () =>
        control(gateway).run({ id: `${index}` }, async () => {
          const first = await Promise.all(['a', 'b', 'c', `own${index}`].map((id) => gateway.documents.read(id)));
          const second = await Promise.all(['a', 'd'].map((id) => gateway.documents.read(id)));
          return [...first, ...second];
        }),
      );
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => invocation(index)));
    return { batches, answers, report: fusing.explain() };
  };

  it('never mix tenants', async () => {
    const { batches, answers, report } = await play(false);
    for (const [index, each] of answers.entries()) expect(each).toEqual(['a', 'b', 'c', `own${index}`, 'a', 'd'].map((id) => `t${index}:${id}`));
    expect(batches).toHaveLength(400);
    for (const { who, ids } of batches) for (const id of ids) if (id.startsWith('own')) expect(id).toBe(`own${who?.slice(1)}`);
    expect(report.operations['documents.read']).toMatchObject({ shared: false, notBatched: { invocation: expect.any(Number) } });
  });

  it('share batches if the facts allow it, with the rights of the first one', async () => {
    const { batches, report } = await play(true);
    expect(batches.length).toBeLessThan(10);
    expect(batches[0]?.who).toBe('t0');
    expect(report.operations['documents.read']).toMatchObject({ shared: true, notBatched: { invocation: 0 } });
  });
});

describe('calls of several invocations in one tick', () => {
  it('are counted as kept apart if they may not share a batch, except those of the last invocation', async () => {
    const { kv, run, fusing } = createTestGateway();
    const ofInvocation = (): unknown => {
      const get = fusing.explain().operations['kv.get'];
      return get?.fused && get.notBatched.invocation;
    };
    await Promise.all([run(() => kv.get('a')), run(() => kv.get('a')), run(() => kv.get('b'))]);
    expect(ofInvocation()).toBe(2);
    await run(() => Promise.all([kv.get('a'), kv.get('b')]));
    expect(ofInvocation()).toBe(2);
  });
});

describe('the end of an invocation', () => {
  it('waits for calls that are queued or in flight', async () => {
    const { kv, run, values } = createTestGateway({ pause: settled });
    await run(() => {
      void kv.set('a', 1);
      void kv.set('b', 1);
      void kv.get('a').then(() => kv.set('c', 1));
    });
    expect([...values.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('closes a window and leaves no timer behind', async () => {
    ownClock();
    const { kv, run, trips } = createTestGateway({ ofb: { window: 1000 } });
    await run(
      async () => {
        void kv.get('a');
        await settled();
        void kv.get('b');
        expect(trips).toEqual([]);
      },
      { deadline: Date.now() + 60_000 },
    );
    expect(trips).toEqual([{ operation: 'run', count: 2 }]);
    await settled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not delayed by calls of other invocations', async () => {
    const gate = deferred();
    const { kv, run } = createTestGateway({ pause: () => gate.promise });
    const slow = run(() => kv.get('a'));
    await run(() => undefined);
    gate.resolve();
    await slow;
  });
});

describe('a window', () => {
  it('collects after the end of the tick, and is closed early by a full batch', async () => {
    const clock = ownClock();
    const { kv, run, trips } = createTestGateway({ ofb: { window: 20 }, fusion: { maxCalls: 3 } });
    await run(async () => {
      const first = kv.get('a');
      await settled();
      const both = Promise.all([first, kv.get('b')]);
      await clock.pass(19);
      expect(trips).toEqual([]);
      await clock.pass(1);
      await both;
      await Promise.all([kv.get('a'), kv.get('b'), kv.get('c')]);
    });
    expect(trips).toEqual([
      { operation: 'run', count: 2 },
      { operation: 'run', count: 3 },
    ]);
  });

  it('starts with its first call, and a full batch opens no shorter one', async () => {
    const clock = ownClock();
    const { kv, run, trips } = createTestGateway({ ofb: { window: 20 }, fusion: { maxCalls: 2 } });
    await run(async () => {
      const first = kv.get('a');
      await clock.pass(15);
      void kv.get('b');
      await settled();
      expect(trips).toEqual([{ operation: 'run', count: 2 }]);
      void kv.get('c');
      await clock.pass(19);
      expect(trips).toHaveLength(1);
      await clock.pass(1);
      expect(trips).toHaveLength(2);
      void kv.get('d');
      await clock.pass(10);
      void kv.peek('e');
      await clock.pass(10);
      expect(trips).toHaveLength(4);
      await first;
    });
  });

  it.each([
    [2100, 2],
    [2101, 1],
  ])('of a second needs more than twice its time plus 100 ms: with %d ms left there are %d requests', async (ms, count) => {
    ownClock();
    const { kv, run, trips } = createTestGateway({ ofb: { window: 1000 } });
    const work = async (): Promise<void> => {
      void kv.get('a');
      await settled();
      void kv.get('b');
    };
    await run(work, { deadline: Date.now() + ms });
    expect(trips).toHaveLength(count);
  });

  it('collects for an invocation without a deadline, but not for one that has ended', async () => {
    const clock = ownClock();
    const { kv, run, trips } = createTestGateway({ ofb: { window: 20 } });
    let late: Promise<unknown> | undefined;
    const gate = deferred();
    await run(async () => {
      void kv.get('a');
      await settled();
      expect(trips).toEqual([]);
      late = gate.promise.then(() => kv.get('b'));
    });
    expect(trips).toHaveLength(1);
    gate.resolve();
    await settled();
    expect(trips).toHaveLength(2);
    await clock.pass(20, late);
  });

  it('is not opened outside of invocations or near a deadline', async () => {
    ownClock();
    const { kv, run, trips } = createTestGateway({ ofb: { window: 1000 } });
    const later = async (): Promise<void> => {
      const first = kv.get('a');
      await settled();
      await Promise.all([first, kv.get('b')]);
    };
    await later();
    await run(later, { deadline: Date.now() + 1500 });
    expect(trips.map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  });
});

describe('a deadline', () => {
  it('has one timer, which ends with its invocation', async () => {
    ownClock();
    const gate = deferred();
    const { kv, run } = createTestGateway({ pause: () => gate.promise });
    const running = run(() => Promise.all([kv.get('a'), kv.get('b'), kv.set('c', 1)]), { deadline: Date.now() + 60_000 });
    await settled();
    expect(vi.getTimerCount()).toBe(1);
    gate.resolve();
    await running;
    await settled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects the calls of its own invocation only', async () => {
    const clock = ownClock();
    const gate = deferred();
    const { kv, run, values } = createTestGateway({ fusion: { shared: true }, pause: () => gate.promise });
    const patient = run(() => kv.set('a', 1), { deadline: Date.now() + 60_000 });
    const hurried = run(() => Promise.all([kv.get('b'), kv.set('c', 1)]), { deadline: Date.now() + 150 });
    const late = expect(hurried).rejects.toMatchObject({ code: 'DeadlineExceeded', message: expect.stringContaining('kv.get') });
    await clock.pass(150);
    await late;
    gate.resolve();
    expect(await patient).toBe(1);
    expect(values.get('c')).toBe(1);
  });

  it('cancels calls that were not sent yet', async () => {
    const clock = ownClock();
    const gate = deferred();
    const { kv, run, values } = createTestGateway({ fusion: { shared: true }, pause: () => gate.promise });
    const patient = run(() => kv.set('a', 1));
    await settled();
    const hurried = run(() => kv.set('a', 2), { deadline: Date.now() + 120 });
    const late = expect(hurried).rejects.toMatchObject({ code: 'DeadlineExceeded' });
    await clock.pass(120);
    await late;
    const next = run(() => kv.get('a'));
    gate.resolve();
    expect(await Promise.all([patient, next])).toEqual([1, 1]);
    expect(values.get('a')).toBe(1);
  });
});

describe('parts of one invocation', () => {
  const scopes = async (calls: (kv: ReturnType<typeof createTestGateway>['kv'], part: <T>(work: () => T) => T) => Promise<unknown>) => {
    const seen: unknown[] = [];
    const made = createTestGateway({
      onTrip: ({ operation, count }) => {
        const scope = made.control.scope();
        seen.push([operation, count, scope === made.control.invocation() ? 'invocation' : part.get(scope as object)]);
      },
    });
    const part = new Map<object, number>();
    let count = 0;
    await made.run(() =>
      calls(made.kv, (work) =>
        made.control.runScope(() => {
          part.set(made.control.scope() as object, ++count);
          return work();
        }),
      ),
    );
    return seen;
  };

  it('share a batch, which runs for the invocation and not for the first of them', async () => {
    const seen = await scopes((kv, part) => Promise.all(['a', 'b', 'c'].map((key) => part(() => kv.get(key)))));
    expect(seen).toEqual([['run', 3, 'invocation']]);
  });

  it('run a batch in their own scope if it contains calls of one part only', async () => {
    const seen = await scopes((kv, part) => Promise.all([part(() => Promise.all([kv.get('a'), kv.get('b')])), undefined]));
    expect(seen).toEqual([['run', 2, 1]]);
  });

  it('that read the same share one read, which runs for the invocation and not for the first of them', async () => {
    const seen = await scopes((kv, part) => Promise.all(['a', 'a', 'b'].map((key) => part(() => kv.get(key)))));
    expect(seen).toEqual([['run', 2, 'invocation']]);
    expect(await scopes((kv, part) => Promise.all([part(() => kv.get('a')), part(() => kv.get('a'))]))).toEqual([['get', 1, 'invocation']]);
    expect(await scopes((kv, part) => part(() => Promise.all([kv.get('a'), kv.get('a')])))).toEqual([['get', 1, 1]]);
  });

  it('that have to repeat a read do so in their own scope and context', async () => {
    const seen: unknown[] = [];
    const {
      kv,
      run,
      control: controls,
    } = createTestGateway({
      fusion: { shared: true },
      // A value that cannot be copied for a second caller.
      values: new Map([['a', new Date(0)]]),
      onTrip: ({ operation }) => void seen.push([operation, tenant.getStore(), controls.scope() === own.get(tenant.getStore() as string)]),
    });
    const own = new Map<string, unknown>();
    const read = (name: string): Promise<unknown> =>
      tenant.run(name, () =>
        controls.runScope(() => {
          own.set(name, controls.scope());
          return kv.get('a').then(() => seen.push(tenant.getStore()));
        }),
      );
    await run(() => Promise.all([read('one'), read('two')]));
    expect(seen).toEqual([['get', 'one', false], 'one', ['get', 'two', true], 'two']);
  });

  it('each run their own call, also if another one sends the queue', async () => {
    const seen = await scopes((kv, part) => Promise.all([part(() => kv.get('a')), part(() => kv.peek('b'))]));
    expect(seen).toEqual([
      ['get', 1, 1],
      ['peek', 1, 2],
    ]);
  });
});
