import { control, createGateway } from '@suga/gateway';
import { ofb } from '@suga/ofb';
import { ownClock } from '@suga/vitest/clock';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { apply, type Kv, kv } from './fixtures/kv.js';
import { createTestGateway, deferred } from './test-gateway.js';

type Name = 'get' | 'set' | 'increment' | 'peek' | 'drop' | 'look';

/** One step of a program: a call, and what its caller does before the next one. */
interface Step {
  readonly operation: Name;
  readonly key: string;
  readonly value: number;
  /** Whether the key is an object whose content cannot be read. */
  readonly hidden: boolean;
  readonly then: 'go on' | 'wait for it' | 'wait for a tick';
}

class Hidden {
  readonly #key: string;
  constructor(key: string) {
    this.#key = key;
  }
  toString(): string {
    return this.#key;
  }
}

const step = fc.record<Step>({
  operation: fc.constantFrom<Name[]>('get', 'set', 'increment', 'peek', 'drop', 'look'),
  key: fc.constantFrom('a', 'b', 'c', 'bad', '__proto__'),
  value: fc.integer({ min: 0, max: 9 }),
  hidden: fc.integer({ min: 0, max: 11 }).map((n) => n === 0),
  then: fc.constantFrom<Step['then'][]>('go on', 'go on', 'go on', 'wait for it', 'wait for a tick'),
});
const program = fc.array(step, { maxLength: 30 });

interface Issued {
  readonly operation: Name;
  readonly args: readonly unknown[];
  outcome?: unknown;
}

const tick = (): Promise<void> => new Promise(setImmediate);

/** Runs a program; every call goes to the log in the order in which it was made. */
async function play(steps: readonly Step[], target: Kv, log: Issued[]): Promise<void> {
  const open: Promise<void>[] = [];
  for (const { operation, key, value, hidden, then } of steps) {
    const args = [hidden ? new Hidden(key) : key, ...(operation === 'set' || operation === 'increment' ? [value] : [])];
    const issued: Issued = { operation, args };
    log.push(issued);
    const done = (target[operation] as (...given: unknown[]) => Promise<unknown>)(...args).then(
      (outcome) => void (issued.outcome = outcome),
      (error: Error) => void (issued.outcome = `failed: ${error.message}`),
    );
    open.push(done);
    if (then === 'wait for it') await done;
    if (then === 'wait for a tick') await tick();
  }
  await Promise.all(open);
}

/** Returns the results that the calls would have if they were made one after the other. */
function replay(log: readonly Issued[]): { outcomes: unknown[]; values: Map<string, unknown> } {
  const values = new Map<string, unknown>();
  const outcomes = log.map(({ operation, args }) => {
    try {
      return apply(values, operation, args);
    } catch (error) {
      return `failed: ${(error as Error).message}`;
    }
  });
  return { outcomes, values };
}

/** A network with a different delay for every request. */
function network(delays: readonly number[]): () => Promise<void> {
  let trip = 0;
  return async () => {
    const delay = delays[trip++ % delays.length] ?? 0;
    for (let turn = 0; turn < delay; turn++) await tick();
  };
}

const delays = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 10 });
const maxCalls = fc.constantFrom(undefined, 1, 2, 5);
const sorted = (values: ReadonlyMap<string, unknown>): unknown => [...values].sort();

describe('I1–I4: every call returns what it would return if all calls were made one after the other', () => {
  it('in random programs of one caller, as without ofb', async () => {
    await fc.assert(
      fc.asyncProperty(program, delays, maxCalls, async (steps, pauses, limit) => {
        const plain = { values: new Map<string, unknown>(), log: [] as Issued[] };
        const gateway = createGateway({ kv: kv({ values: plain.values }) });
        await play(
          steps.map((each) => ({ ...each, then: 'wait for it' })),
          gateway.kv,
          plain.log,
        );
        const fused = createTestGateway({ pause: network(pauses), fusion: limit === undefined ? {} : { maxCalls: limit } });
        const log: Issued[] = [];
        await fused.run(() => play(steps, fused.kv, log));
        expect(log.map(({ outcome }) => outcome)).toEqual(plain.log.map(({ outcome }) => outcome));
        expect(sorted(fused.values)).toEqual(sorted(plain.values));
      }),
      { numRuns: 300 },
    );
  });

  it('in random programs of several callers in one invocation', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(program, { minLength: 2, maxLength: 4 }), delays, maxCalls, async (programs, pauses, limit) => {
        const fused = createTestGateway({ pause: network(pauses), fusion: limit === undefined ? {} : { maxCalls: limit } });
        const log: Issued[] = [];
        await fused.run(() => Promise.all(programs.map((steps) => play(steps, fused.kv, log))));
        const { outcomes, values } = replay(log);
        expect(log.map(({ outcome }) => outcome)).toEqual(outcomes);
        expect(sorted(fused.values)).toEqual(sorted(values));
      }),
      { numRuns: 300 },
    );
  });

  it('in random programs of several invocations of a shared interface, also with a window and sequences', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(program, { minLength: 2, maxLength: 4 }), delays, fc.boolean(), async (programs, pauses, extras) => {
        const fused = createTestGateway({
          pause: network(pauses),
          fusion: { shared: true, maxCalls: 7 },
          ...(extras && { ofb: { window: 1, sequences: { minObservations: 1, maxWaste: 1 } } }),
        });
        const log: Issued[] = [];
        // Sequences are learned in a first round.
        if (extras) await Promise.all(programs.map((steps) => fused.run(() => play(steps, fused.kv, log))));
        await Promise.all(programs.map((steps) => fused.run(() => play(steps, fused.kv, log))));
        const { outcomes, values } = replay(log);
        expect(log.map(({ outcome }) => outcome)).toEqual(outcomes);
        expect(sorted(fused.values)).toEqual(sorted(values));
      }),
      { numRuns: 200 },
    );
  });
});

it('unfused operations keep their order among the others, in random programs on a network that keeps the order of requests', async () => {
  const operation = fc.constantFrom('get', 'set', 'increment', 'clear', 'peekMany', 'dropMany');
  const steps = fc.array(fc.record({ operation, key: fc.constantFrom('a', 'b'), value: fc.integer({ min: 0, max: 9 }), wait: fc.boolean() }), {
    maxLength: 20,
  });
  type Steps = readonly { operation: string; key: string; value: number; wait: boolean }[];
  const run = async (target: Kv, program: Steps): Promise<unknown[]> => {
    const outcomes: Promise<unknown>[] = [];
    for (const { operation: name, key, value, wait } of program) {
      const args = name === 'clear' ? [] : name.endsWith('Many') ? [[key, 'c']] : [key, value];
      outcomes.push((target[name as Name] as (...given: unknown[]) => Promise<unknown>)(...args));
      if (wait) await tick();
    }
    return Promise.all(outcomes);
  };
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 1, maxLength: 3 }), async (programs) => {
      const plain = createGateway({ kv: kv() });
      const fused = createTestGateway({ fusion: { shared: true } });
      const wanted = await Promise.all(programs.map((each) => run(plain.kv, each)));
      expect(await Promise.all(programs.map((each) => fused.run(() => run(fused.kv, each))))).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});

describe('batches in flight', () => {
  it('block later calls of their keys, and no others', async () => {
    const gate = deferred();
    let trip = 0;
    const { kv, trips } = createTestGateway({ pause: () => (trip++ === 0 ? gate.promise : Promise.resolve()) });
    const first = Promise.all([kv.set('a', 1), kv.set('b', 1)]);
    await tick();
    const blocked = kv.get('a');
    const free = [kv.get('c'), kv.get('d')];
    await Promise.all(free);
    expect(trips.map(({ operation, count }) => `${operation} ${count}`)).toEqual(['run 2', 'run 2']);
    gate.resolve();
    await first;
    expect(await blocked).toBe(1);
    expect(trips.at(-1)).toEqual({ operation: 'get', count: 1 });
  });

  it('are counted once as the reason for a waiting call, however often it is checked', async () => {
    const gate = deferred();
    let trip = 0;
    const { kv, trips, fusing } = createTestGateway({ pause: () => (trip++ === 0 ? gate.promise : Promise.resolve()) });
    const first = kv.set('a', 1);
    await tick();
    const held = kv.get('a');
    for (const key of ['b', 'c', 'd']) await kv.get(key);
    expect(trips).toHaveLength(4);
    gate.resolve();
    expect(await Promise.all([first, held])).toEqual([1, 1]);
    expect(fusing.explain().operations['kv.get']).toMatchObject({ notBatched: { order: 1 } });
  });

  it('block a later barrier, however many calls have been settled meanwhile', async () => {
    const gate = deferred();
    let trip = 0;
    const { kv, trips } = createTestGateway({ pause: () => (trip++ === 0 ? gate.promise : Promise.resolve()) });
    const slow = kv.get('slow');
    await tick();
    for (let count = 0; count < 100; count++) await kv.get(`k${count}`);
    const made = trips.length;
    // The key cannot be read, so this call is a barrier.
    const last = kv.set(new Hidden('slow'), 1);
    await tick();
    expect(trips).toHaveLength(made);
    gate.resolve();
    expect(await Promise.all([slow, last])).toEqual([undefined, 1]);
    expect(trips).toHaveLength(made + 1);
  });

  it('block a write of their key, however many reads of it have been settled meanwhile', async () => {
    const gate = deferred();
    let trip = 0;
    const { kv, trips } = createTestGateway({ pause: () => (trip++ === 0 ? gate.promise : Promise.resolve()) });
    const slow = kv.get('a');
    await tick();
    for (let count = 0; count < 100; count++) {
      // The call may have written, so the next read is not shared.
      kv.size();
      await kv.get('a');
    }
    expect(trips).toHaveLength(101);
    const write = kv.set('a', 1);
    await tick();
    expect(trips).toHaveLength(101);
    gate.resolve();
    expect(await Promise.all([slow, write])).toEqual([undefined, 1]);
  });

  it('block nothing after five seconds without a result', async () => {
    ownClock();
    let trip = 0;
    const { kv, trips } = createTestGateway({ pause: () => (trip++ === 0 ? new Promise<void>(() => undefined) : Promise.resolve()) });
    void kv.set('a', 1);
    await tick();
    vi.setSystemTime(Date.now() + 4999);
    const held = kv.get('a');
    await tick();
    expect(trips).toHaveLength(1);
    vi.setSystemTime(Date.now() + 1);
    await kv.get('b');
    expect(await held).toBeUndefined();
  });

  it('run in the context of their first call, also those that had to wait', async () => {
    const seen: (string | undefined)[] = [];
    const gateway = createGateway(
      { kv: kv({ fusion: { shared: true }, pause: tick, onTrip: () => void seen.push(control(gateway).invocation()?.id) }) },
      { middleware: [ofb()] },
    );
    const run = (id: string, work: () => Promise<unknown>) => control(gateway).run({ id }, work);
    await Promise.all([
      run('one', async () => gateway.kv.set('a', 1)),
      run('two', async () => {
        await tick();
        return Promise.all([gateway.kv.get('a'), gateway.kv.set('a', 2)]);
      }),
    ]);
    expect(seen).toEqual(['one', 'two']);
  });
});
