import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { control, createGateway, type Handler, type Middleware } from '@suga/gateway';
import { type LoggingOptions, logging } from '@suga/logging';
import { ownClock } from '@suga/vitest/clock';
import { describe, expect, it } from 'vitest';

type LogRecord = Record<string, unknown>;
function fresh(options: LoggingOptions = {}) {
  const lines: string[] = [];
  const gateway = createGateway({ logging: logging({ service: 'test', write: (line) => lines.push(line), ...options }) });
  return { gateway, log: gateway.logging, lines, records: () => lines.map((line) => JSON.parse(line) as LogRecord) };
}

describe('a child', () => {
  it('adds its fields, below those of the record', () => {
    const { log, records } = fresh({ keys: { a: 0, b: 0, c: 0 } });
    const keys = { b: 1, c: 1 };
    const child = log.child(keys);
    keys.b = 9;
    child.info('m', { c: 2 });
    child.child({ d: 3 }).error('n', new Error('why'));
    log.info('o');
    expect(records()).toMatchObject([
      { level: 'INFO', a: 0, b: 1, c: 2 },
      { level: 'ERROR', a: 0, b: 1, c: 1, d: 3, error: { message: 'why' } },
      { a: 0, b: 0, c: 0 },
    ]);
  });

  it('may have its own level, stricter or not, which its children inherit', () => {
    const { log, records } = fresh();
    const loud = log.child({}, { level: 'debug' });
    const silent = loud.child({}, { level: 'error' });
    log.debug('no');
    loud.debug('a');
    loud.child({}).debug('b');
    silent.warn('no');
    silent.error('c');
    expect(records().map(({ message }) => message)).toEqual(['a', 'b', 'c']);
    expect([log, loud, silent].map((each) => each.isLevelEnabled('debug'))).toEqual([false, true, false]);
    expect(() => log.child({}, { level: 'loud' as never })).toThrow(expect.objectContaining({ code: 'InvalidParams' }));
  });

  it('follows the level, middleware, overrides and unloading', () => {
    const { log, records, gateway } = fresh();
    const child = log.child({ part: 'x' });
    child.debug('no');
    log.setLevel('debug');
    child.debug('a');
    expect(control(gateway).unload('logging')).toEqual({ unloaded: true, code: 'dropped' });
    child.debug('no');
    child.info('b');
    const seen: unknown[] = [];
    control(gateway).use({
      name: 'spy',
      bind:
        (operation, next) =>
        (...args) => (seen.push(operation.name), next(...args)),
    });
    child.warn('c');
    expect(records().map(({ message, part }) => [message, part])).toEqual(['a', 'b', 'c'].map((message) => [message, 'x']));
    expect(seen).toEqual(['log']);
  });

  it('writes to the log that created it, under any interface name', () => {
    const [main, audit]: [string[], string[]] = [[], []];
    const gateway = createGateway({ logging: logging({ write: (line) => main.push(line) }), audit: logging({ write: (line) => audit.push(line) }) });
    gateway.audit.setLevel('debug');
    gateway.audit.child({ a: 1 }).debug('m');
    gateway.logging.debug('m');
    gateway.audit.debug('m');
    expect([main.length, audit.length]).toEqual([0, 2]);
  });

  it('does not hold the core', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const { log, gateway, lines } = fresh();
    const held: WeakRef<Handler>[] = [];
    const watch: Middleware = { name: 'watch', bind: (_, next) => (held.push(new WeakRef(next)), next) };
    control(gateway).use(watch);
    const child = log.child({ a: 1 });
    expect(held.length).toBeGreaterThan(0);
    control(gateway).unload('logging');
    for (let round = 0; round < 5; round++) {
      await new Promise(setImmediate);
      gc();
    }
    // `noop` is used for every level that is off, and it belongs to the file of the core. So it shows whether the code is collected, too.
    expect(held.filter((ref) => ref.deref() !== undefined)).toHaveLength(0);
    child.info('still there');
    expect(lines).toHaveLength(1);
  });
});

describe('operations', () => {
  it('are logged with their outcome and duration, and return or throw what the work does', async () => {
    const { log, records } = fresh({ level: 'debug' });
    expect(await log.logOperation('charge', async () => 5, { order: 'o1' })).toBe(5);
    expect(await log.child({ part: 'x' }).logOperation('sync', () => 6)).toBe(6);
    const error = new RangeError('no funds');
    const work = () => {
      throw error;
    };
    await expect(log.logOperation('charge', work, { order: 'o2' })).rejects.toBe(error);
    const duration_ms = expect.any(Number);
    expect(records()).toMatchObject([
      { level: 'DEBUG', message: 'charge: start', operation: 'charge', outcome: 'start', order: 'o1' },
      { level: 'INFO', message: 'charge: success', operation: 'charge', outcome: 'success', duration_ms, order: 'o1' },
      { part: 'x', outcome: 'start' },
      { part: 'x', outcome: 'success', duration_ms },
      { outcome: 'start', order: 'o2' },
      { level: 'ERROR', outcome: 'failure', duration_ms, order: 'o2', error: { name: 'RangeError', message: 'no funds' } },
    ]);
    await expect(log.logOperation('x', 5 as never)).rejects.toMatchObject({ code: 'InvalidParams' });
  });

  it('measure the time from their own start, also when invocations overlap', async () => {
    const { log, records, gateway } = fresh();
    const clock = ownClock();
    const one = (id: string, ms: number) =>
      control(gateway).run({ id }, async () => {
        log.operationStart('work');
        log.operationStart('inner');
        await new Promise((resolve) => setTimeout(resolve, ms));
        log.operationFailure('inner', new Error('why'));
        log.operationSuccess('work');
        log.operationSuccess('work');
        log.operationSuccess('given', 7, { a: 1 });
      });
    await clock.pass(60, Promise.all([one('slow', 60), one('fast', 5)]));
    const logged = (id: string) => records().filter((record) => record['function_request_id'] === id);
    for (const id of ['slow', 'fast']) {
      expect(logged(id)).toMatchObject([{ operation: 'inner', error: { message: 'why' } }, { operation: 'work' }, {}, { duration_ms: 7, a: 1 }]);
      expect(logged(id)[2]).not.toHaveProperty('duration_ms');
    }
    expect([logged('slow')[1]?.['duration_ms'], logged('fast')[1]?.['duration_ms']]).toEqual([60, 5]);
  });
});
