import { createGateway, type Handler, type Interface, type Middleware } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { settled } from '@suga/vitest/clock';
import { describe, expect, it } from 'vitest';
import { createTestGateway } from './test-gateway.js';

const outcomes = async (calls: readonly Promise<unknown>[]): Promise<unknown[]> =>
  (await Promise.allSettled(calls)).map((each) => (each.status === 'fulfilled' ? each.value : (each.reason as Error).message));

/** Throws synchronously instead of returning a promise. */
const guarded = (isDown: () => boolean): Middleware => ({
  name: 'guard',
  bind:
    (_operation, next): Handler =>
    (...args) => {
      if (isDown()) throw new Error('down');
      return next(...args);
    },
});

describe('a failure', () => {
  it('of one key reaches only its caller, in every form', async () => {
    const { kv } = createTestGateway({ values: new Map([['a', 1]]) });
    expect(await outcomes([kv.get('a'), kv.get('bad'), kv.peek('a'), kv.peek('bad'), kv.look('a'), kv.look('bad')])).toEqual([
      1,
      'get of bad fails',
      1,
      'peek of bad fails',
      1,
      'look of bad fails',
    ]);
  });

  it('of a whole batch reaches all callers, and calls that are not idempotent are not repeated', async () => {
    const down = new Error('down');
    const { kv, trips } = createTestGateway({
      fusion: { retryInHalves: true },
      onTrip: () => {
        throw down;
      },
    });
    const calls = await Promise.allSettled([kv.increment('a'), kv.increment('b'), kv.get('c')]);
    expect(calls.map((each) => each.status === 'rejected' && each.reason === down)).toEqual([true, true, true]);
    expect(trips).toHaveLength(1);
  });

  it('of a whole batch is retried once in halves if the facts allow it', async () => {
    const { kv, trips, fusing } = createTestGateway({
      fusion: { retryInHalves: true },
      onTrip: ({ count }) => {
        if (count > 2) throw new Error('too much');
      },
    });
    expect(await outcomes([kv.set('a', 1), kv.set('a', 2), kv.get('a'), kv.get('b')])).toEqual([1, 2, 2, undefined]);
    expect(trips.map(({ count }) => count)).toEqual([4, 2, 2]);
    expect(fusing.explain()).toMatchObject({ batchCalls: 3, operations: { 'kv.set': { retried: 2 }, 'kv.get': { retried: 2 } } });
    expect(await outcomes(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => kv.get(key)))).toEqual(Array(6).fill('too much'));
  });

  it('of a batch of three is retried as one and two, each with its own outcome', async () => {
    const { kv, trips } = createTestGateway({
      fusion: { retryInHalves: true },
      onTrip: ({ count }) => {
        if (count > 2) throw new Error('too much');
      },
    });
    expect(await outcomes([kv.set('a', 1), kv.get('bad'), kv.get('a')])).toEqual([1, 'get of bad fails', 1]);
    expect(trips.map(({ operation, count }) => `${operation} ${count}`)).toEqual(['run 3', 'set 1', 'run 2']);
  });

  it('of a partly reported batch is retried only for the calls that were not reported', async () => {
    interface Told {
      put(key: string): Promise<string>;
      many(calls: readonly { params: { key: string } }[], each?: (at: number, outcome: unknown) => void): Promise<unknown[]>;
    }
    const seen: string[] = [];
    const telling: Interface<Told> = {
      operations: {
        put: { params: { key: {} }, returns: 'promise', idempotent: true, batch: 'many', fusion: { form: 'calls', retryInHalves: true } },
        many: { params: { calls: {} }, returns: 'promise' },
      },
      load: () => ({
        operations: {
          put: async (key) => (seen.push(`put ${key}`), `alone ${key}`),
          many: async (calls, each) => {
            seen.push(calls.map(({ params }) => params.key).join());
            each?.(0, { value: 'told' });
            throw new Error('down');
          },
        },
      }),
    };
    const { telling: made } = createGateway({ telling }, { middleware: [ofb()] });
    expect(await outcomes([made.put('a'), made.put('b')])).toEqual(['told', 'alone b']);
    expect(seen).toEqual(['a,b', 'put b']);
  });

  it('that inner middleware throws synchronously is handled like a rejection', async () => {
    let isDown = true;
    const { kv } = createTestGateway({ inside: [guarded(() => isDown)] });
    expect(await outcomes([kv.set('a', 1)])).toEqual(['down']);
    expect(await outcomes([kv.set('a', 1), kv.get('b')])).toEqual(['down', 'down']);
    isDown = false;
    expect(await outcomes([kv.set('a', 2), kv.get('a')])).toEqual([2, 2]);
  });

  it('that is thrown synchronously while the end of the invocation sends the queue does not block the end', async () => {
    const { kv, run } = createTestGateway({ inside: [guarded(() => true)], ofb: { window: 1000 } });
    const failed: string[] = [];
    await run(() => {
      for (const key of ['a', 'b']) void kv.get(key).catch(({ message }: Error) => failed.push(message));
    });
    expect(failed).toEqual(['down', 'down']);
  });

  it('does not block later calls', async () => {
    let isDown = true;
    const { kv } = createTestGateway({
      onTrip: () => {
        if (isDown) throw new Error('down');
      },
    });
    const failed = outcomes([kv.set('a', 1), kv.set('b', 1)]);
    expect(await failed).toEqual(['down', 'down']);
    isDown = false;
    expect(await kv.set('a', 2)).toBe(2);
    expect(await kv.get('a')).toBe(2);
  });

  it('has the frames of its caller, if one call or the whole batch failed', async () => {
    const { kv } = createTestGateway({
      onTrip: ({ count }) => {
        if (count === 3) throw new Error('down');
      },
    });
    async function whoReadsBad(): Promise<unknown> {
      const value = await kv.get('bad');
      return value;
    }
    async function whoReadsAlone(): Promise<unknown> {
      const value = await kv.get('bad2');
      return value;
    }
    const [, bad] = await Promise.all([kv.get('a'), whoReadsBad().catch((error: Error) => error)]);
    expect((bad as Error).stack).toMatch(/get of bad fails[\s\S]*at (async )?whoReadsBad/);
    const alone = await whoReadsAlone().catch((error: Error) => error);
    expect((alone as Error).stack).toContain('whoReadsAlone');
    const whole = await Promise.all([whoReadsBad().catch((error: Error) => error), kv.get('x').catch(() => 0), kv.get('y').catch(() => 0)]);
    expect((whole[0] as Error).stack).toContain('whoReadsBad');
  });

  it('is passed on unchanged: a frozen error, a string, undefined', async () => {
    const thrown = [Object.freeze(new Error('frozen')), 'text', undefined];
    let next = 0;
    const { kv } = createTestGateway({
      onTrip: () => {
        throw thrown[next++];
      },
    });
    for (const each of thrown) {
      const [one, other] = await Promise.allSettled([kv.get('a'), kv.get('b')]);
      expect([one, other]).toEqual([
        { status: 'rejected', reason: each },
        { status: 'rejected', reason: each },
      ]);
    }
  });

  it('that no caller handles is an unhandled rejection, as without ofb', async () => {
    const { kv } = createTestGateway();
    const seen: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (error) => seen.push(error));
    void kv.get('bad');
    await settled();
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
    expect(seen).toHaveLength(1);
  });
});

describe('a batch response of the wrong form', () => {
  interface Odd {
    get(key: string): Promise<string>;
    put(key: string): Promise<string>;
    many(keys: readonly string[]): Promise<unknown>;
    more(keys: readonly string[]): Promise<unknown>;
  }
  const odd = (answer: unknown): Interface<Odd> => ({
    operations: {
      get: { params: { key: {} }, returns: 'promise', idempotent: true, batch: 'many' },
      put: { params: { key: {} }, returns: 'promise', batch: 'many', fusion: { form: 'calls' } },
      many: { params: { keys: {} }, returns: 'promise' },
      more: { params: { keys: {} }, returns: 'promise' },
    },
    load: () => ({ operations: { get: async (key) => `one ${key}`, put: async (key) => key, many: async () => answer, more: async () => answer } }),
  });

  const trap = Object.defineProperty({}, 'error', {
    get() {
      throw new Error('trap');
    },
  });

  it.each([[undefined], [['one']], [7], [{ length: 2 }], [[1, 2, 3]], [[{ value: 1 }, {}]], [[{ value: 1 }, trap]]])(
    'is reported where the facts say the form: %#',
    async (answer) => {
      const { odd: made } = createGateway({ odd: odd(answer) }, { middleware: [ofb()] });
      const [one, other] = await Promise.allSettled([made.put('a'), made.put('b')]);
      for (const each of [one, other]) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'InvalidDefinition' } });
    },
  );

  it('ends the fusing if the form was only guessed; each call is then sent alone', async () => {
    const middleware = ofb();
    const { odd: made } = createGateway({ odd: odd('nothing of the kind') }, { middleware: [middleware] });
    expect(await Promise.all([made.get('a'), made.get('b')])).toEqual(['one a', 'one b']);
    expect(await Promise.all([made.get('c'), made.get('d')])).toEqual(['one c', 'one d']);
    expect(middleware.explain().operations['odd.get']).toEqual({ fused: false, reason: expect.stringContaining('did not return an array of 2 results') });
  });
});
