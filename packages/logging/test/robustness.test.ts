import { runInNewContext } from 'node:vm';
import { createGateway } from '@suga/gateway';
import { type LoggingOptions, logging } from '@suga/logging';
import { describe, expect, it } from 'vitest';

function fresh(options: LoggingOptions = {}) {
  const lines: string[] = [];
  const log = createGateway({ logging: logging({ service: 'test', write: (line) => lines.push(line), ...options }) }).logging;
  return { log, lines, record: () => JSON.parse(lines[0] ?? 'null') as Record<string, unknown> };
}
const fail = () => {
  throw new Error('no');
};
const getter = (key: string, target: object = {}) => Object.defineProperty(target, key, { enumerable: true, get: fail });
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('the log never throws', () => {
  const extras: [string, () => object, object][] = [
    ['a getter', () => getter('a'), { a: '[unreadable]' }],
    ['a getter beside a field', () => getter('a', { b: 1 }), { a: '[unreadable]', b: 1 }],
    ['an error with a getter', () => getter('b', new Error('e')), { error: { message: 'e', b: '[unreadable]' } }],
    ['an error whose message throws', () => getter('message', new Error('e')), { error: { name: 'Error', message: '[unreadable]' } }],
    ['a revoked proxy', revoked, { extra: '[unreadable]' }],
    ['a toJSON that throws', () => ({ toJSON: fail, secret: 1 }), { extra: '[unreadable]' }],
    ['a proxy without keys', () => new Proxy({}, { ownKeys: fail }), { extra: '[unreadable]' }],
    ['a getter further down', () => ({ deep: getter('x', { y: 1 }) }), { deep: { x: '[unreadable]', y: 1 } }],
  ];
  it.each(extras)('for %s', (_name, extra, logged) => {
    const { log, lines, record } = fresh();
    log.info('m', extra());
    expect(lines).toHaveLength(1);
    expect(record()).toMatchObject({ level: 'INFO', message: 'm', service: 'test', ...logged });
    expect(record()).not.toHaveProperty('secret');
  });

  it.each([() => Object.create(null), () => ({ toString: fail }), revoked])('for a message that is not a string (%#)', (message) => {
    const { log, record } = fresh();
    log.info(message() as never, { a: 1 });
    expect(record()).toMatchObject({ message: '[unreadable]', a: 1 });
  });

  it('for keys that cannot be read', () => {
    const { log, record } = fresh({ keys: getter('team', { a: 1 }) });
    log.appendKeys(getter('b', { c: 3 }));
    log.appendKeys(revoked());
    log.info('m', { d: 4 });
    expect(record()).toMatchObject({ message: 'm', team: '[unreadable]', a: 1, b: '[unreadable]', c: 3, d: 4 });
  });

  it('for a write that throws', () => {
    const { log } = fresh({ write: fail });
    expect(() => log.error('m', new Error('e'))).not.toThrow();
  });
});

describe("a user's toJSON", () => {
  it.each<[object, object]>([
    [{ toJSON: () => undefined }, {}],
    [{ toJSON: () => 'gone' }, { extra: 'gone' }],
    [{ secret: 1, toJSON: () => ({ shown: 2 }) }, { shown: 2 }],
    [{ toJSON: () => ({ toJSON: () => 'twice' }) }, { extra: { toJSON: '[function]' } }],
  ])('never becomes the toJSON of the record (%#)', (extra, logged) => {
    const { log, record } = fresh();
    log.info('m', extra);
    expect(record()).toEqual({ level: 'INFO', message: 'm', timestamp: expect.any(String), service: 'test', ...logged });
  });

  it('is called in a circular record, too', () => {
    const { log, record } = fresh();
    const ring: Record<string, unknown> = { url: new URL('https://suga.dev/'), user: { secret: 1, toJSON: () => ({ id: 2 }) } };
    ring['self'] = ring;
    log.info('m', { ring });
    expect(record()['ring']).toEqual({ url: 'https://suga.dev/', user: { id: 2 }, self: '[circular]' });
  });

  it('is called for the keys, too, because it may hide a secret', () => {
    const { log, record } = fresh({ keys: { secret: 1, toJSON: () => ({ shown: 2 }) } });
    log.info('m');
    expect(record()).toEqual({ level: 'INFO', message: 'm', timestamp: expect.any(String), service: 'test', shown: 2 });
  });
});

describe('a line stays short', () => {
  const nodes = Array.from({ length: 16 }, (_, i) => ({ i }) as { i: number; links?: object[] });
  for (const node of nodes) node.links = nodes.filter((other) => other !== node);
  let shared: object = { leaf: true };
  for (let level = 0; level < 60; level++) shared = { left: shared, middle: shared, right: shared };
  it.each<[string, object]>([
    ['a small cyclic graph', { nodes }],
    ['a graph that shares its parts', { shared }],
    ['many long texts', { texts: Array.from({ length: 100 }, () => 'x'.repeat(30_000)) }],
    ['texts that grow when escaped', { texts: Array.from({ length: 8 }, () => '\u0000'.repeat(32_000)) }],
    ['many values', { values: Array.from({ length: 1_000_000 }, (_, i) => i) }],
    ['many fields', Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`field${i}`, i]))],
    ['long names', Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`${i}${'n'.repeat(200_000)}`, i]))],
  ])('for %s', (_name, extra) => {
    const { log, lines, record } = fresh();
    log.info('m', extra);
    expect(lines[0]?.length).toBeLessThan(300_000);
    expect(lines[0]).toContain('[cut]');
    expect(record()).toMatchObject({ level: 'INFO', message: 'm', service: 'test' });
  });

  it('cuts a string that does not fit, not the fields after it', () => {
    const { log, record } = fresh();
    log.info('m', { texts: Array.from({ length: 20 }, () => 'x'.repeat(30_000)), after: 'here' });
    expect(record()).toMatchObject({ after: 'here' });
  });

  it('leaves a value that fits unchanged', () => {
    const { log, record } = fresh();
    const values = Array.from({ length: 20_000 }, (_, i) => i);
    log.info('m', { values });
    expect(record()['values']).toEqual(values);
  });

  it('describes bytes by their number', () => {
    const { log, lines, record } = fresh();
    const plain = new Uint8Array(3_000_000);
    log.info('m', { plain, buffer: Buffer.alloc(3), deep: [{ buffer: Buffer.alloc(4) }], json: { type: 'Buffer', data: [1] } });
    log.info('m', plain);
    const logged = { plain: '[Uint8Array 3000000 bytes]', buffer: '[Uint8Array 3 bytes]', deep: [{ buffer: '[Uint8Array 4 bytes]' }] };
    expect(record()).toMatchObject({ ...logged, json: { type: 'Buffer', data: [1] } });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ extra: '[Uint8Array 3000000 bytes]' });
  });
});

describe('nothing is lost', () => {
  it('of an extra beside a field with a standard name', () => {
    const { log, record } = fresh();
    log.info('m', { level: 'x', extra: 'mine', a: 1 });
    expect(record()).toMatchObject({ level: 'INFO', a: 1, extra: { level: 'x', extra: 'mine' } });
  });

  it('of an array, a map or a date', () => {
    const { log, lines } = fresh();
    for (const extra of [[1, 2], new Map([['a', 1]]), new Date(0)]) log.info('m', extra);
    const logged = [{ extra: [1, 2] }, { a: 1 }, { extra: '1970-01-01T00:00:00.000Z' }];
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(logged);
  });

  it('of an error of another realm', () => {
    const { log, lines } = fresh();
    const error = runInNewContext('Object.assign(new TypeError("other realm", { cause: new Error("why") }), { code: "E" })') as Error;
    expect(error).not.toBeInstanceOf(Error);
    log.error('m', error);
    log.error('m', { error });
    const logged = { error: { name: 'TypeError', message: 'other realm', code: 'E', stack: expect.any(String), cause: { message: 'why' } } };
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([logged, logged]);
  });
});

describe('the level option', () => {
  it.each([
    ['INFO', 'info'],
    ['Warning', 'warn'],
  ])('may be in capitals, as in LOG_LEVEL: %s', (word, level) => {
    const { log } = fresh({ level: word as never });
    expect(log.getLevel()).toBe(level);
    log.setLevel('ERROR' as never);
    expect(log.getLevel()).toBe('error');
  });

  it.each(['loud', '', 5, '__proto__'])('is an error if the word is not a level: %j', (word) => {
    expect(() => fresh({ level: word as never }).log.info('m')).toThrow(
      expect.objectContaining({ code: 'LoadFailed', cause: expect.objectContaining({ code: 'InvalidParams' }) }),
    );
  });
});

describe('a circular value', () => {
  /** An error that counts how often its message is read. */
  const counting = (name: string) => {
    const error = new Error(name);
    let reads = 0;
    Object.defineProperty(error, 'message', { get: () => (reads++, name) });
    return { error, reads: () => reads };
  };

  it('is read only a few times, not until the line is full: an error that is its own cause', () => {
    const { log, record } = fresh();
    const { error, reads } = counting('own cause');
    error.cause = error;
    log.error('m', error);
    expect(record()).toMatchObject({ error: { message: 'own cause', cause: { message: 'own cause', cause: '[circular]' } } });
    expect(reads()).toBeLessThan(10);
  });

  it('is marked: errors that are each other’s causes', () => {
    const { log, record } = fresh();
    const [a, b, c] = [counting('a'), counting('b'), counting('c')];
    [a.error.cause, b.error.cause, c.error.cause] = [b.error, c.error, a.error];
    log.error('m', { failure: a.error });
    expect(record()).toMatchObject({ failure: { message: 'a', cause: { message: 'b', cause: { message: 'c', cause: '[circular]' } } } });
    expect(a.reads() + b.reads() + c.reads()).toBeLessThan(30);
  });

  it('can be a very long chain of causes instead, which is cut', () => {
    const { log, record } = fresh();
    const chain = Array.from({ length: 10_000 }, (_, at) => counting(String(at)));
    for (const [at, { error }] of chain.entries()) error.cause = chain[at + 1]?.error;
    log.error('m', chain[0]?.error as Error);
    expect(record()).toMatchObject({ error: { message: '0', cause: { message: '1', cause: { message: '2' } } } });
    expect(chain.reduce((sum, { reads }) => sum + reads(), 0)).toBeLessThan(300);
  });

  it('is marked: an error within the errors of another, a map and a set', () => {
    const { log, record } = fresh();
    const { error, reads } = counting('all');
    Object.assign(error, { errors: [error], details: { error } });
    const map = new Map<string, unknown>();
    map.set('me', map);
    const set = new Set<unknown>();
    set.add(set);
    log.error('m', { error, map, set });
    expect(record()).toMatchObject({
      error: { message: 'all', errors: ['[circular]'], details: { error: '[circular]' } },
      map: { me: '[circular]' },
      set: ['[circular]'],
    });
    expect(reads()).toBeLessThan(20);
  });

  it.each<[string, object]>([
    ['in a record that is not circular', {}],
    ['in a circular record, which is copied part by part', Object.assign([], { 0: 0 })],
  ])('an error that is reached by several paths is written in full once: %s', (_, beside) => {
    if (Array.isArray(beside)) beside.push(beside);
    const { log, lines, record } = fresh();
    const chain = Array.from({ length: 12 }, (_error, at) => counting(`e${at}`));
    for (const [at, { error }] of chain.entries()) {
      const before = chain[at - 1]?.error;
      if (before) Object.assign(error, { cause: before, other: before, third: new Map([['in', before]]), all: [before] });
    }
    log.error('m', { failure: chain.at(-1)?.error, beside });
    expect(chain.reduce((sum, { reads }) => sum + reads(), 0)).toBeLessThan(150);
    expect(lines[0]?.length).toBeLessThan(30_000);
    for (const { error } of chain) expect(lines[0]?.split(JSON.stringify(error.stack)).length).toBeLessThanOrEqual(2);
    const again = { name: 'Error', message: 'e10', stack: '[seen before]' };
    // The error's own fields come before its cause.
    expect(record()).toMatchObject({
      failure: {
        message: 'e11',
        other: { message: 'e10', stack: expect.stringContaining('e10'), other: { message: 'e9' } },
        third: { in: again },
        cause: again,
      },
    });
    expect((record()['failure'] as { cause: object }).cause).toEqual(again);
  });

  it('a repeated error hides the same secrets as the first time, and each line starts without earlier errors', () => {
    const { log, lines } = fresh();
    const error = Object.assign(new Error('bearer abcdefgh12345678'), { password: 'hunter2' });
    log.error('m', { first: error, second: error });
    log.error('m', { first: error });
    expect(lines.join()).not.toMatch(/abcdefgh12345678|hunter2/);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ second: { message: 'bearer [redacted]', stack: '[seen before]' } });
    expect(JSON.parse(lines[1] ?? '').first.stack).not.toBe('[seen before]');
  });

  it('is not reported for an error that only occurs twice', () => {
    const { log, record } = fresh();
    const inner = new Error('inner');
    log.error('m', { first: new Error('outer', { cause: inner }), second: inner, both: [inner, inner] });
    expect(record()).toMatchObject({
      first: { cause: { message: 'inner' } },
      second: { message: 'inner' },
      both: [{ message: 'inner' }, { message: 'inner' }],
    });
  });
});
