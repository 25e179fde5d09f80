import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { type AnyInterface, control, createGateway } from '@suga/gateway';
import { describe, expect, it } from 'vitest';
import { cachedBeside, type NotesLog, notes, single } from './fixtures/notes.js';

const require = createRequire(import.meta.url);
const { heavy } = require('./fixtures/heavy.cjs') as { heavy: () => AnyInterface };
/** The heap in use, in MB, after several rounds: V8 drops optimized code, which it holds weakly, only after some. */
async function megabytes(): Promise<number> {
  for (let pass = 0; pass < 20; pass++) {
    await new Promise(setImmediate);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}

describe('unload', () => {
  it('disposes the core, forgets its state, and the next call loads again', () => {
    const log: Partial<NotesLog> = {};
    const gateway = createGateway({ notes: notes(log) });
    const { add, get } = gateway.notes;
    expect(control(gateway).unload('notes')).toEqual({ unloaded: false, reason: 'not loaded' });
    add('x');
    // A core that is part of this very file cannot be dropped, only its state.
    expect(control(gateway).unload('notes')).toEqual({ unloaded: true, code: 'kept' });
    expect(log).toMatchObject({ loads: 1, disposed: 1 });
    expect(get(0)).toBeUndefined();
    expect(log.loads).toBe(2);
    control(gateway)[Symbol.dispose]();
    expect(log.disposed).toBe(2);
  });

  it('waits for promises', async () => {
    const gateway = createGateway({ notes: notes() });
    gateway.notes.add('x');
    const [good, bad] = [gateway.notes.save(0), gateway.notes.save(7)];
    expect(control(gateway).stats().interfaces['notes']?.inFlight).toBe(2);
    expect(control(gateway).unload('notes')).toEqual({ unloaded: false, reason: 'in flight' });
    await Promise.allSettled([good, bad]);
    expect(control(gateway).unload('notes').unloaded).toBe(true);
  });

  it('waits for iterators, finished or left', () => {
    const gateway = createGateway({ notes: notes() });
    gateway.notes.add('x');
    gateway.notes.add('y');
    const iterator = gateway.notes.all();
    expect(iterator.next().value).toBe('x');
    expect(control(gateway).unload('notes').unloaded).toBe(false);
    for (const text of iterator) if (text === 'y') break;
    for (const _ of gateway.notes.all());
    expect(control(gateway).unload('notes').unloaded).toBe(true);
  });

  it('waits for streams: read to the end, cancelled, failed', async () => {
    const gateway = createGateway({ notes: notes() });
    gateway.notes.add('x');
    const [read, cancelled] = [await gateway.notes.stream(), await gateway.notes.stream()];
    expect(control(gateway).unload('notes').unloaded).toBe(false);
    expect(await Array.fromAsync(read)).toEqual(['x']);
    expect(control(gateway).unload('notes').unloaded).toBe(false);
    await cancelled.cancel();
    expect(control(gateway).unload('notes').unloaded).toBe(true);
  });

  it('waits for Node streams and async iterators, and is not confused by failures', async () => {
    const inFlight = (gateway: Parameters<typeof control>[0]) => control(gateway).stats().interfaces['it']?.inFlight;
    const of = (run: () => unknown) => {
      const gateway = createGateway({});
      control(gateway).register('it', single({ params: {}, returns: 'stream' }, run));
      return { gateway, call: () => control(gateway).execute('it', 'run') };
    };
    const node = of(() => Readable.from(['a', 'b']));
    const readable = node.call() as Readable;
    expect(inFlight(node.gateway)).toBe(1);
    await readable.toArray();
    await new Promise(setImmediate);
    expect(inFlight(node.gateway)).toBe(0);

    const failing = of(async function* () {
      yield 1;
      throw new Error('midway');
    });
    const steps = failing.call() as AsyncGenerator;
    await steps.next();
    expect(inFlight(failing.gateway)).toBe(1);
    await expect(steps.next()).rejects.toThrow('midway');
    expect(inFlight(failing.gateway)).toBe(0);

    const failingAtOnce = of(function* () {
      yield 1;
      throw new Error('midway');
    });
    const stepsAtOnce = failingAtOnce.call() as Generator;
    stepsAtOnce.next();
    expect(inFlight(failingAtOnce.gateway)).toBe(1);
    expect(() => stepsAtOnce.next()).toThrow('midway');
    expect(inFlight(failingAtOnce.gateway)).toBe(0);

    const plain = of(() => 'no stream after all');
    expect(plain.call()).toBe('no stream after all');
    const throwing = of(() => {
      throw new Error('at once');
    });
    expect(throwing.call).toThrow('at once');
    const rejecting = of(() => Promise.reject(new Error('later')));
    await expect(rejecting.call()).rejects.toThrow('later');
    for (const { gateway } of [plain, throwing, rejecting]) expect(inFlight(gateway)).toBe(0);
  });

  it('drops the code of a core in a file of its own, and nothing else of the cache', () => {
    const gateway = createGateway({});
    control(gateway).register('heavy', heavy());
    const before = cachedBeside(require);
    expect(control(gateway).execute('heavy', 'count')).toBe(100_000);
    expect(cachedBeside(require)).toEqual(before);
    expect(control(gateway).unload('heavy')).toEqual({ unloaded: true, code: 'dropped' });
  });

  it('gives the memory back: 200 cycles of a 10 MB core, with overlapping and failing calls, leave the heap flat', async () => {
    expect(globalThis.gc, 'run with --expose-gc').toBeTypeOf('function');
    const gateway = createGateway({});
    control(gateway).register('heavy', heavy());
    const { count, later, fail } = (gateway as unknown as { heavy: Record<string, (ms?: number) => unknown> }).heavy;
    const cycle = async (): Promise<void> => {
      const working = Array.from({ length: 8 }, (_, ms) => later?.(ms % 2));
      expect(count?.()).toBe(100_000);
      expect(fail).toThrow('as asked');
      expect(control(gateway).unload('heavy').unloaded).toBe(false);
      await Promise.all(working);
      expect(control(gateway).unload('heavy')).toEqual({ unloaded: true, code: 'dropped' });
    };
    await cycle();
    const before = await megabytes();
    for (let round = 0; round < 200; round++) await cycle();
    expect((await megabytes()) - before).toBeLessThan(2);
    expect(control(gateway).stats().interfaces['heavy']).toMatchObject({ loads: 201, inFlight: 0 });
  });
});

describe('the modules of a core', () => {
  const { layered } = require('./fixtures/layered.cjs') as { layered: () => AnyInterface };
  const file = (name: string): string => require.resolve(`./fixtures/${name}.cjs`);
  const forget = (): void => {
    for (const name of ['layered-library', 'layered-part']) delete require.cache[file(name)];
  };

  it('leave the cache with it; what they require stays, and does not hold them', () => {
    forget();
    const gateway = createGateway({});
    control(gateway).register('layered', layered());
    expect(control(gateway).execute('layered', 'run')).toBe(42);
    expect(require.cache[file('layered-core')]).toBeUndefined();
    expect(require.cache[file('layered')]?.children).toEqual([]);
    const library = require.cache[file('layered-library')];
    expect(library).toMatchObject({ loaded: true, parent: undefined });
    expect(require.cache[file('layered-part')]?.parent).toBe(library);
    expect(control(gateway).unload('layered')).toEqual({ unloaded: true, code: 'dropped' });
    expect(control(gateway).execute('layered', 'run')).toBe(42);
    expect(require.cache[file('layered-library')]).toBe(library);
  });

  it('are dealt with once, where one load leads to another', () => {
    forget();
    const gateway = createGateway({});
    control(gateway).register('layered', layered());
    control(gateway).register('outer', {
      operations: { run: { params: {} } },
      load: (host) => {
        const answer = host.peer<{ run(): number }>('layered').run();
        return { operations: { run: () => answer } };
      },
    });
    expect(control(gateway).execute('outer', 'run')).toBe(42);
    expect(Object.keys(require.cache)).toEqual(expect.arrayContaining([file('layered-library'), file('layered-part')]));
    expect(control(gateway).unload('layered')).toEqual({ unloaded: true, code: 'dropped' });
    // It required nothing itself.
    expect(control(gateway).unload('outer')).toEqual({ unloaded: true, code: 'kept' });
  });
});

describe('the promise a caller gets', () => {
  it('lets Node report an unhandled rejection', async () => {
    const gateway = createGateway({ notes: notes() });
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const seen = new Promise((resolve) => process.once('unhandledRejection', resolve));
    void gateway.notes.save(99);
    expect(await seen).toBeInstanceOf(RangeError);
    for (const listener of listeners) process.on('unhandledRejection', listener);
  });
});
