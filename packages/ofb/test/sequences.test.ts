import { describe, expect, it } from 'vitest';
import { createTestGateway, deferred, type TestGateway } from './test-gateway.js';

const pause = (): Promise<void> => new Promise(setImmediate);
const values = (): Map<string, unknown> => new Map(Object.entries({ a: 1, b: 2, c: 3, x: 9 }));

async function inTurn({ kv }: TestGateway, ...keys: readonly string[]): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const key of keys) answers.push(await kv.get(key));
  return answers;
}

async function repeat(times: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < times; index++) await work(index);
}

describe('sequences', () => {
  it('are not learned unless the option is set', async () => {
    const made = createTestGateway({ pause, values: values() });
    await repeat(30, () => made.run(() => inTurn(made, 'a', 'b', 'c'), { source: 'sqs' }));
    expect(made.trips).toHaveLength(90);
    expect(made.fusing.explain().sequences).toBeUndefined();
  });

  it('are prefetched with their first read, once they are learned', async () => {
    const made = createTestGateway({ ofb: { sequences: true }, pause, values: values() });
    await repeat(10, () => made.run(() => inTurn(made, 'a', 'b', 'c'), { source: 'sqs' }));
    expect(made.trips).toHaveLength(30);
    made.trips.length = 0;
    expect(await made.run(() => inTurn(made, 'a', 'b', 'c'), { source: 'sqs' })).toEqual([1, 2, 3]);
    expect(made.trips).toEqual([
      { operation: 'get', count: 1 },
      { operation: 'run', count: 2 },
    ]);
    expect(made.fusing.explain().sequences?.requests).toEqual({ sqs: { fetched: 2, used: 2, wasted: 0, gainedMs: expect.any(Number), paused: false } });
    expect(made.fusing.explain().operations['kv.get']).toMatchObject({ prefetched: 2 });
  });

  it('are learned per request type', async () => {
    const made = createTestGateway({ ofb: { sequences: true }, pause, values: values() });
    await repeat(20, () => made.run(() => inTurn(made, 'a', 'b'), { source: 'sqs' }));
    made.trips.length = 0;
    await made.run(() => inTurn(made, 'a', 'b'), { source: 'schedule' });
    expect(made.trips).toHaveLength(2);
  });

  it('return no prefetched result across a write of any invocation', async () => {
    const made = createTestGateway({ ofb: { sequences: true }, pause, values: values() });
    const { kv, run } = made;
    await repeat(12, () => run(() => inTurn(made, 'a', 'b'), { source: 'sqs' }));
    const own = await run(
      async () => {
        await kv.get('a');
        await kv.set('b', 'new');
        return kv.get('b');
      },
      { source: 'sqs' },
    );
    expect(own).toBe('new');
    const others = await run(
      async () => {
        await kv.get('a');
        await run(() => kv.set('b', 'newer'));
        return kv.get('b');
      },
      { source: 'sqs' },
    );
    expect(others).toBe('newer');
    const cleared = await run(
      async () => {
        await kv.get('a');
        await kv.clear();
        return kv.get('b');
      },
      { source: 'sqs' },
    );
    expect(cleared).toBeUndefined();
  });

  it('return no prefetched result to another invocation', async () => {
    const made = createTestGateway({ ofb: { sequences: true }, fusion: { shared: true }, pause, values: values() });
    await repeat(12, () => made.run(() => inTurn(made, 'a', 'b'), { source: 'sqs' }));
    await made.run(() => inTurn(made, 'a'), { source: 'sqs' });
    made.trips.length = 0;
    await made.run(() => inTurn(made, 'b'), { source: 'sqs' });
    expect(made.trips).toEqual([{ operation: 'get', count: 1 }]);
  });

  it('pause if they waste more than allowed, and report it', async () => {
    const made = createTestGateway({ ofb: { sequences: { maxWaste: 0.2, minObservations: 5 } }, pause, values: values() });
    await repeat(20, () => made.run(() => inTurn(made, 'a', 'b'), { source: 'sqs' }));
    await repeat(40, () => made.run(() => inTurn(made, 'a'), { source: 'sqs' }));
    const report = made.fusing.explain().sequences?.requests['sqs'];
    expect(report?.wasted).toBeGreaterThan(0);
    expect(report?.wasted).toBeLessThan(10);
    expect((report?.used ?? 0) + (report?.wasted ?? 0)).toBe(report?.fetched);
  });

  it('do not report a failed prefetch; a later caller sends the read again', async () => {
    let isDown = false;
    const made = createTestGateway({
      ofb: { sequences: true },
      pause,
      values: values(),
      onTrip: ({ operation }) => {
        if (isDown && operation === 'run') throw new Error('down');
      },
    });
    await repeat(12, () => made.run(() => inTurn(made, 'a', 'b', 'c'), { source: 'sqs' }));
    isDown = true;
    made.trips.length = 0;
    expect(await made.run(() => inTurn(made, 'a', 'b', 'c'), { source: 'sqs' })).toEqual([1, 2, 3]);
    expect(made.trips.map(({ operation }) => operation)).toEqual(['get', 'run', 'get', 'get']);
    // Requested while the prefetch is in flight.
    const [, b] = await made.run(() => Promise.all([made.kv.get('a'), pause().then(() => made.kv.get('b'))]), { source: 'sqs' });
    expect(b).toBe(2);
  });

  it('return a prefetched result once: a second read is meant to see changes', async () => {
    const values = new Map<string, unknown>([['a', 1]]);
    const made = createTestGateway({ ofb: { sequences: true }, pause, values });
    const { kv, run } = made;
    await repeat(12, () => run(() => inTurn(made, 'a', 'b'), { source: 'sqs' }));
    const seen = await run(
      async () => {
        await kv.get('a');
        const first = await kv.get('b');
        // Another process wrote the value.
        values.set('b', 'done');
        return [first, await kv.get('b')];
      },
      { source: 'sqs' },
    );
    expect(seen).toEqual([undefined, 'done']);
  });

  it('delay neither the read that led to them, nor a write, nor the response', async () => {
    const gate = deferred();
    let isSlow = false;
    const made = createTestGateway({
      ofb: { sequences: true },
      values: values(),
      late: async (operation) => {
        if (isSlow && operation === 'run') await gate.promise;
      },
    });
    const { kv, run } = made;
    await repeat(12, () => run(() => inTurn(made, 'a', 'b', 'c'), { source: 'sqs' }));
    isSlow = true;
    expect(await run(() => kv.get('a'), { source: 'sqs' })).toBe(1);
    expect(await run(async () => [await kv.get('a'), await kv.set('b', 5)], { source: 'sqs' })).toEqual([1, 5]);
    gate.resolve();
  });

  it('are bounded in number', async () => {
    const made = createTestGateway({ ofb: { sequences: true }, values: values() });
    const work = (index: number) => made.run(() => inTurn(made, `k${index}`, `l${index}`, 'a', 'x'.repeat(300)), { source: `s${index % 150}` });
    await repeat(2000, work);
    expect(Object.keys(made.fusing.explain().sequences?.requests ?? {})).toHaveLength(100);
  });
});
