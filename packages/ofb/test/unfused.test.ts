import { createGateway } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { store } from '@suga/store';
import { ownClock, settled } from '@suga/vitest/clock';
import { describe, expect, it } from 'vitest';
import { createTestGateway, deferred } from './test-gateway.js';

describe('an operation that is not fused', () => {
  it('runs after earlier calls and before later ones', async () => {
    const { kv, trips, values } = createTestGateway({ pause: settled });
    const [, , after] = await Promise.all([kv.set('a', 1), kv.clear(), kv.set('b', 2)]);
    expect(after).toBe(2);
    expect(trips.map(({ operation }) => operation)).toEqual(['set', 'clear', 'set']);
    expect([...values]).toEqual([['b', 2]]);
  });

  it('is as ordered as without ofb: the store’s own lists', async () => {
    const gateway = createGateway({ store: store() }, { middleware: [ofb()] });
    const { store: made } = gateway;
    expect((await Promise.all([made.set('a', 1), made.getMany(['a'])]))[1]).toEqual([1]);
    await Promise.all([made.set('b', 'first'), made.setMany([{ key: 'b', value: 'second' }])]);
    expect(await made.get('b')).toBe('second');
    await Promise.all([made.set('c', 1), made.deleteMany(['c'])]);
    expect(await made.get('c')).toBeUndefined();
    expect((await Promise.all([made.set('d', 1), made.run([{ operation: 'get', params: { key: 'd' } }])]))[1]).toEqual([{ value: 1 }]);
  });

  it('waits if an earlier call has to wait', async () => {
    const gate = deferred();
    let trip = 0;
    const { kv, trips, values } = createTestGateway({ pause: () => (trip++ === 0 ? gate.promise : Promise.resolve()) });
    const first = kv.set('a', 1);
    await settled();
    const rest = Promise.all([kv.set('a', 2), kv.clear(), kv.set('a', 3)]);
    await settled();
    expect(trips).toHaveLength(1);
    gate.resolve();
    await Promise.all([first, rest]);
    expect(trips.map(({ operation }) => operation)).toEqual(['set', 'set', 'clear', 'set']);
    expect([...values]).toEqual([['a', 3]]);
  });

  it('that waits is sent before the response, or not at all', async () => {
    const clock = ownClock();
    const gate = deferred();
    const { kv, run, trips } = createTestGateway({ fusion: { shared: true }, pause: () => gate.promise });
    const patient = run(() => kv.set('a', 1));
    await settled();
    const hurried = run(() => Promise.all([kv.set('a', 2), kv.clear()]), { deadline: Date.now() + 150 });
    const late = expect(hurried).rejects.toMatchObject({ code: 'DeadlineExceeded' });
    await clock.pass(150);
    await late;
    gate.resolve();
    await patient;
    await settled();
    expect(trips).toEqual([{ operation: 'set', count: 1 }]);
  });

  it('rejects as without ofb, also unhandled', async () => {
    const { kv } = createTestGateway({
      onTrip: ({ operation }) => {
        if (operation === 'clear') throw new Error('no clearing');
      },
    });
    void kv.set('a', 1);
    await expect(kv.clear()).rejects.toThrow('no clearing');
  });
});

describe('a read in flight', () => {
  const slowRead = () => {
    const gate = deferred();
    let isSlow = true;
    const made = createTestGateway({
      fusion: { shared: true },
      values: new Map([['k', 'old']]),
      // The read has its value already, and responds late.
      late: async (operation) => {
        if (operation !== 'get' || !isSlow) return;
        isSlow = false;
        await gate.promise;
      },
    });
    return { ...made, gate };
  };

  it('is not joined by an invocation that started after a write had ended', async () => {
    const { kv, run, gate } = slowRead();
    const one = run(() => kv.get('k'));
    await settled();
    await run(() => kv.run([{ operation: 'set', params: { key: 'k', value: 'new' } }]));
    const other = run(() => kv.get('k'));
    await settled();
    gate.resolve();
    expect(await Promise.all([one, other])).toEqual(['old', 'new']);
  });

  it('is not joined if a write was in flight when it was sent', async () => {
    const gate = deferred();
    const { kv, run } = createTestGateway({
      fusion: { shared: true },
      values: new Map([['k', 'old']]),
      late: (operation) => (operation === 'get' ? gate.promise : settled()),
      pause: () => settled(),
      early: (operation) => (operation === 'clear' ? settled() : Promise.resolve()),
    });
    const written = run(() => kv.clear());
    const one = run(() => kv.get('k'));
    await written;
    const other = run(() => kv.get('k'));
    await settled();
    gate.resolve();
    await one;
    expect(await other).toBeUndefined();
  });

  it('is joined again after a call that changed nothing', async () => {
    const { kv, run, trips } = createTestGateway({ fusion: { shared: true }, pause: settled });
    await run(async () => {
      kv.size();
      const first = kv.get('a');
      await new Promise(setImmediate);
      await Promise.all([first, kv.get('a')]);
    });
    expect(trips).toEqual([{ operation: 'get', count: 1 }]);
  });
});
