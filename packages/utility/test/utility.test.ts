import { control, createGateway } from '@suga/gateway';
import { utility } from '@suga/utility';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

const gateway = createGateway({ utility: utility() });
const { utility: of } = gateway;
const invalid = (param: string) => expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${param}"`) });
const circle = () => {
  const made: Record<string, unknown> = { name: 'circle' };
  made['self'] = made;
  return made;
};
const deep = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
afterEach(() => void vi.restoreAllMocks());

describe('responses', () => {
  it.each([
    [undefined, { headers: {}, body: '', isBase64Encoded: false }],
    ['text', { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'text', isBase64Encoded: false }],
    [{ a: 1n }, { headers: { 'content-type': 'application/json' }, body: '{"a":"1"}', isBase64Encoded: false }],
    [null, { headers: { 'content-type': 'application/json' }, body: 'null', isBase64Encoded: false }],
    [new Uint8Array([1, 2]).subarray(1), { headers: { 'content-type': 'application/octet-stream' }, body: 'Ag==', isBase64Encoded: true }],
  ])('of %o', (body, expected) => {
    expect(of.formatResponse(200, body)).toEqual({ statusCode: 200, ...expected });
  });

  it("keep the caller's headers, in lower case", () => {
    expect(of.formatResponse(200, {}, { 'Content-Type': 'application/geo+json', 'X-A': '1' }).headers).toEqual({
      'content-type': 'application/geo+json',
      'x-a': '1',
    });
  });

  it('ignore a header that is undefined', () => {
    const headers = { 'Content-Type': undefined, 'x-a': '1', 'x-b': undefined };
    expect(of.formatResponse(200, {}, headers).headers).toEqual({ 'content-type': 'application/json', 'x-a': '1' });
    expect(of.successResponse(1, { headers, statusCode: undefined })).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'application/json', 'x-a': '1' },
    });
    expect(of.errorResponse('no', { headers, code: undefined }).headers).toEqual({ 'content-type': 'application/problem+json', 'x-a': '1' });
  });

  it('refuse headers that would split them', () => {
    expect(() => of.formatResponse(200, '', { location: '/a\r\nset-cookie: x=1' })).toThrow(invalid('headers/location'));
    expect(() => of.formatResponse(200, '', { 'a b': '1' })).toThrow(invalid('headers'));
    expect(() => of.formatResponse(200, '', { a: 1 as never })).toThrow(invalid('headers/a'));
    for (const status of [0, 99, 600, 200.5, '200']) expect(() => of.formatResponse(status as never)).toThrow(invalid('statusCode'));
  });

  it('report success and problems', () => {
    expect(JSON.parse(of.successResponse([1]).body)).toEqual({ data: [1] });
    expect(JSON.parse(of.successResponse(undefined).body)).toEqual({ data: null });
    const notFound = of.errorResponse(new Error('There is no lamp "x".'), { statusCode: 404, code: 'NoLamp', details: { id: 'x', status: 1 } });
    expect(notFound.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(notFound.body)).toEqual({
      id: 'x',
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is no lamp "x".',
      code: 'NoLamp',
    });
    expect(JSON.parse(of.errorResponse('Try later', { statusCode: 503 }).body)).toMatchObject({ title: 'Service Unavailable', detail: 'Try later' });
  });

  it('leave out the message of an internal error', () => {
    const { body } = of.errorResponse(Object.assign(new Error('password of db is hunter2'), { code: 'ECONNREFUSED' }));
    expect(JSON.parse(body)).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500, code: 'ECONNREFUSED' });
  });
});

describe('JSON', () => {
  it.each([
    ['{"__proto__":{"x":1},"a":1}', { a: 1 }],
    ['{"\\u005f_proto__":{"x":1},"a":{"__proto__":null}}', { a: {} }],
    ['{"constructor":{"prototype":{"x":1}},"a":1}', { a: 1 }],
    ['{"constructor":"Ford"}', { constructor: 'Ford' }],
  ])('%s is parsed without keys that reach a prototype', (text, expected) => {
    const parsed = of.parseJson<object>(text);
    expect(parsed).toEqual(expected);
    expect(Object.getOwnPropertyNames(parsed)).toEqual(Object.keys(expected));
  });

  it('that is invalid returns the fallback, or throws an error without the text', () => {
    expect(of.parseJson('{', undefined)).toBeUndefined();
    expect(of.parseJson('', 'fallback')).toBe('fallback');
    const error = (() => { try { return of.parseJson('{"password": hunter2}'); } catch (thrown) { return thrown; } })() as Error; // biome-ignore format: one line
    expect(error).toEqual(expect.objectContaining({ code: 'InvalidParams', message: expect.stringMatching(/^utility: "text" is not valid JSON/) }));
    expect(error.message).not.toContain('hunter2');
    expect(() => of.parseJson('{"a":1,}')).toThrow('utility: "text" is not valid JSON at position 7.');
  });

  it('survives a round trip, except for keys that reach a prototype', () => {
    const expected = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(expected);
      if (typeof value !== 'object' || value === null) return value;
      const reaches = (key: string, inner: unknown) => key === '__proto__' || (key === 'constructor' && Object.keys(inner ?? {}).includes('prototype'));
      const kept = Object.entries(value).filter(([key, inner]) => !reaches(key, inner));
      return Object.fromEntries(kept.map(([key, inner]) => [key, expected(inner)]));
    };
    const key = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('__proto__', 'constructor', 'prototype'));
    const tree = fc.oneof(fc.jsonValue(), fc.object({ key, maxDepth: 3, maxKeys: 4, values: [fc.string(), fc.integer(), fc.constant(null)] }));
    fc.assert(fc.property(tree, (value) => void expect(of.parseJson(of.toJson(value))).toEqual(expected(JSON.parse(JSON.stringify(value))))));
  });

  it('is complete for large objects, and cut if parts are shared or never end', () => {
    const many = Array.from({ length: 50_000 }, (_, id) => ({ id }));
    expect(JSON.parse(of.toJson(many))).toEqual(many);
    let shared: object = {};
    for (let level = 0; level < 25; level++) shared = { a: shared, b: shared };
    const ring: unknown[] = [];
    ring.push(...Array.from({ length: 20_000 }, () => ring), new Array(1e9));
    for (const text of [of.toJson(shared), of.toJson(ring), of.toJson(new Array(1e9))]) {
      expect(text.length).toBeLessThan(200_000);
      expect(text).toContain('[cut]');
      JSON.parse(text);
    }
  });

  it('reads circular causes, maps and sets only a few times', () => {
    let reads = 0;
    const [a, b] = [new Error('a'), new Error('b')];
    Object.defineProperty(a, 'message', { get: () => (reads++, 'a') });
    [a.cause, b.cause] = [b, a];
    const map = new Map<string, unknown>();
    map.set('me', map).set('error', a);
    const set = new Set<unknown>([a]);
    set.add(set);
    expect(JSON.parse(of.toJson({ a, map, set, again: [a, a] }))).toMatchObject({
      a: { message: 'a', cause: { message: 'b', cause: '[circular]' } },
      map: { me: '[circular]' },
      set: [{ message: 'a' }, '[circular]'],
      again: [{ message: 'a' }, { message: 'a' }],
    });
    expect(reads).toBeLessThan(50);
  });

  it('is made from any value', () => {
    const trap = { get bad() { throw new Error('no'); } }; // biome-ignore format: one line
    expect(of.toJson(circle())).toBe('{"name":"circle","self":"[circular]"}');
    expect(JSON.parse(of.toJson({ map: new Map([['a', new Set([1n])]]), error: new TypeError('x'), trap, fn: () => 1, not: Number.NaN }))).toEqual({
      map: { a: ['1'] },
      error: { name: 'TypeError', message: 'x' },
      trap: '[unreadable]',
      not: null,
    });
    expect([undefined, () => 1, Symbol('s')].map((value) => of.toJson(value))).toEqual(['null', 'null', 'null']);
    expect(of.toJson(deep(100_000))).toContain('[too deep]');
    expect(of.toJson([1], 2)).toBe('[\n  1\n]');
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true }), (value) => void JSON.parse(of.toJson(value))),
    );
  });
});

describe('objects', () => {
  it('are merged at every depth, arrays replaced', () => {
    const first = { a: { b: 1, c: [1, 2] }, keep: new Date(0) };
    const merged = of.deepMerge(first, { a: { c: [3], d: null }, e: undefined });
    expect(merged).toEqual({ a: { b: 1, c: [3], d: null }, keep: new Date(0), e: undefined });
    expect(first).toEqual({ a: { b: 1, c: [1, 2] }, keep: new Date(0) });
    expect(of.deepMerge({ a: 1 }, { a: { b: 1 } }, { a: { c: 2 } })).toEqual({ a: { b: 1, c: 2 } });
  });

  it('leave every prototype alone', () => {
    const evil = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{"__proto__":{"polluted":1}}}');
    const merged = of.deepMerge({ a: {} }, evil) as Record<string, unknown>;
    expect(Object.keys(merged)).toEqual(['a']);
    expect((merged['a'] as Record<string, unknown>)['polluted']).toBeUndefined();
    expect('polluted' in {}).toBe(false);
    expect(of.safeGet({}, 'constructor.name')).toBeUndefined();
    expect(of.safeGet({ a: 1 }, '__proto__.toString', 'none')).toBe('none');
    expect(of.flatten(evil)['__proto__.polluted']).toBe(1);
  });

  it('are refused by name if they are circular, too deep or not objects', () => {
    expect(() => of.deepMerge({}, circle())).toThrow(invalid('self'));
    expect(() => of.flatten(circle())).toThrow(invalid('self'));
    expect(() => of.deepMerge({}, deep(10_000))).toThrow(/nested at most 500 deep/);
    expect(() => of.flatten(deep(10_000))).toThrow(/nested at most 500 deep/);
    for (const wrong of [null, [], 'x', new Date()]) expect(() => of.deepMerge({}, wrong as never)).toThrow(invalid('objects/1'));
  });

  it('merge so that later values win, for any objects', () => {
    const leaf = fc.oneof(fc.integer(), fc.string(), fc.array(fc.integer()));
    const object = fc.letrec((tie) => ({
      object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof({ depthSize: 'small' }, leaf, tie('object')), { noNullPrototype: true }),
    })).object as fc.Arbitrary<object>;
    fc.assert(
      fc.property(object, object, (first, second) => {
        const merged = of.deepMerge(first, second) as Record<string, unknown>;
        for (const [path, value] of Object.entries(of.flatten(second)))
          if (typeof value !== 'object') expect(of.safeGet(merged, path, undefined)).toEqual(value);
        expect(of.deepMerge(merged, second)).toEqual(merged);
        expect(of.deepMerge(first, {})).toEqual(first);
      }),
    );
  });

  it('are read by path', () => {
    const user = { roles: ['admin', { 'a.b': 1 }], none: null };
    expect(of.safeGet(user, 'roles[0]')).toBe('admin');
    expect(of.safeGet(user, ['roles', 1, 'a.b'])).toBe(1);
    expect([of.safeGet(user, 'roles.9', 'x'), of.safeGet(user, 'none', 'x'), of.safeGet(null, 'a', 'x'), of.safeGet(user, '')]).toEqual(['x', null, 'x', user]);
    expect(() => of.safeGet(user, 5 as never)).toThrow(invalid('path'));
  });

  it('are flattened without loss', () => {
    expect(of.flatten({ a: { b: [1, { c: 2 }] }, empty: {}, list: [] }, '/')).toEqual({ 'a/b/0': 1, 'a/b/1/c': 2, empty: {}, list: [] });
    const twice = { 'a.b': 1, a: { b: 2 } };
    expect(() => of.flatten(twice)).toThrow(invalid('a.b'));
    expect(of.flatten(twice, '/')).toEqual({ 'a.b': 1, 'a/b': 2 });
  });

  it('are split into chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 50 }), (items, size) => {
        const chunks = of.chunk(items, size);
        expect(chunks.flat()).toEqual(items);
        expect(chunks.slice(0, -1).every((each) => each.length === size)).toBe(true);
      }),
    );
    for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => of.chunk([1], size)).toThrow(invalid('size'));
  });
});

describe('text', () => {
  it.each([
    [0, {}, '0 B'],
    [1023, {}, '1023 B'],
    [1024, {}, '1.0 KiB'],
    [1536, { digits: 2 }, '1.50 KiB'],
    [1_048_575, {}, '1.0 MiB'],
    [-2048, { digits: 0 }, '-2 KiB'],
    [1_500_000, { decimal: true }, '1.5 MB'],
    [Number.MAX_VALUE, {}, /EiB$/],
  ])('formatBytes(%d, %j) is %s', (bytes, options, expected) => {
    if (typeof expected === 'string') expect(of.formatBytes(bytes, options)).toBe(expected);
    else expect(of.formatBytes(bytes, options)).toMatch(expected);
  });

  it('formatBytes never shows a full unit', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (bytes) => void expect(Number.parseFloat(of.formatBytes(bytes))).toBeLessThan(1024)));
  });

  it('templates insert values as text, once', () => {
    expect(of.renderTemplate('{{ user.name }} has {{n}} of {{ list[0] }}', { user: { name: '{{ n }}' }, n: 2, list: ['$&'] })).toBe('{{ n }} has 2 of $&');
    expect(() => of.renderTemplate('Hello {{ missing }}', {})).toThrow(invalid('data/missing'));
    expect(of.renderTemplate('Hello {{ missing }}!', {}, { missing: 'empty' })).toBe('Hello !');
    expect(of.renderTemplate('Hello {{ missing }}!', {}, { missing: 'keep' })).toBe('Hello {{ missing }}!');
    expect(() => of.renderTemplate('{{ constructor.name }}', {})).toThrow(invalid('data/constructor.name'));
  });

  it('a template of 1 MB of braces does not take quadratic time', () => {
    const started = process.cpuUsage().user;
    of.renderTemplate('{{'.repeat(500_000), {});
    of.renderTemplate(`{{${' '.repeat(1_000_000)}`, {});
    expect(process.cpuUsage().user - started).toBeLessThan(10_000_000);
  });

  it.each([
    [0, undefined, '1970-01-01T00:00:00.000Z'],
    [1_795_284_000_000, 'Europe/Berlin', '2026-11-21T19:00:00.000+01:00'],
    [1_780_000_000_000, 'Europe/Berlin', '2026-05-28T22:26:40.000+02:00'],
    [0, 'America/New_York', '1969-12-31T19:00:00.000-05:00'],
    [1_780_000_000_000, 'Asia/Kathmandu', '2026-05-29T02:11:40.000+05:45'],
    [new Date(0), 'UTC', '1970-01-01T00:00:00.000+00:00'],
  ])('timestamp(%s, %s) is %s', (at, zone, expected) => {
    expect(of.timestamp(at, zone)).toBe(expected);
    expect(Date.parse(expected)).toBe(Number(at));
  });

  it('timestamps of invalid times and zones are refused', () => {
    for (const at of [Number.NaN, 'today', null, 1e20]) expect(() => of.timestamp(at as never)).toThrow(invalid('at'));
    expect(() => of.timestamp(0, 'Moon/Base')).toThrow(invalid('timeZone'));
  });
});

describe('uuid', () => {
  it('is random, or sortable by time', () => {
    expect(of.uuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    const clock = vi.spyOn(Date, 'now');
    const made = [0, 1, 255, 1_795_284_000_000, 2 ** 48 - 1].map((ms) => (clock.mockReturnValue(ms), of.uuid(7)));
    for (const one of made) expect(one).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(made.toSorted()).toEqual(made);
    expect(Number.parseInt(made[3]?.replace('-', '').slice(0, 12) ?? '', 16)).toBe(1_795_284_000_000);
    expect(() => of.uuid(5 as never)).toThrow(invalid('version'));
  });
});

describe('retry', () => {
  const failing = (times: number) => {
    let calls = 0;
    return vi.fn(async () => {
      if (++calls <= times) throw new Error(`failure ${calls}`);
      return calls;
    });
  };

  it('tries until it succeeds, else throws the last error', async () => {
    expect(await of.retry(failing(2), { delay: 1 })).toBe(3);
    const work = failing(9);
    await expect(of.retry(work, { attempts: 4, delay: 1 })).rejects.toThrow('failure 4');
    expect(work.mock.calls.map(([attempt]: unknown[]) => (attempt as { attempt: number }).attempt)).toEqual([1, 2, 3, 4]);
    expect(await of.retry(() => 'at once')).toBe('at once');
  });

  it('waits a random time, whose limit doubles each time up to the maximum', async () => {
    const waits: number[] = [];
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const timeout = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => (waits.push(ms), queueMicrotask(run), 0)) as never);
    await of.retry(failing(5), { attempts: 6, delay: 10, maxDelay: 50 });
    timeout.mockRestore();
    expect(waits).toEqual([10, 20, 40, 50, 50]);
  });

  it('does not try again if that cannot help', async () => {
    const work = failing(9);
    await expect(of.retry(work, { delay: 1, shouldRetry: (error) => !(error as Error).message.includes('2') })).rejects.toThrow('failure 2');
  });

  it('ends with its signal, even while it waits', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    const stop = new AbortController();
    const waiting = of.retry(failing(9), { attempts: 9, delay: 60_000, maxDelay: 60_000, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 10);
    await expect(waiting).rejects.toThrow('enough');
    await expect(of.retry(failing(0), { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before');
  });

  it('does not wait beyond the end of its own invocation', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    const run = (id: string, deadline: number) => control(gateway).run({ id, deadline }, () => of.retry(failing(1), { delay: 100 }));
    const now = Date.now();
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => run(`${index}`, now + (index % 2 === 0 ? 20 : 600_000))));
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map((_, index) => (index % 2 === 0 ? 'rejected' : 'fulfilled')));
    const signal = AbortSignal.abort(new Error('deadline'));
    await expect(control(gateway).run({ id: 'x', signal }, () => of.retry(failing(0)))).rejects.toThrow('deadline');
  });
});

describe('errorDetails', () => {
  it('returns errors with their causes and parts', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const error = new AggregateError([new TypeError('a'), 'b'], 'both', { cause });
    expect(of.errorDetails(error, { stack: false })).toEqual({
      name: 'AggregateError',
      message: 'both',
      cause: { name: 'Error', message: 'refused', code: 'ECONNREFUSED' },
      errors: [
        { name: 'TypeError', message: 'a' },
        { name: 'string', message: 'b' },
      ],
    });
    expect(of.errorDetails(cause).stack).toContain('refused');
  });

  it('accepts any thrown value', () => {
    const self = new Error('self');
    self.cause = self;
    expect(JSON.stringify(of.errorDetails(self, { stack: false })).split('"message"')).toHaveLength(7);
    const many = new AggregateError([], 'many');
    for (let index = 0; index < 40; index++) many.errors.push(many);
    expect(JSON.stringify(of.errorDetails(many, { stack: false })).length).toBeLessThan(100_000);
    const trap = new Proxy({}, { get: () => { throw new Error('no'); } }); // biome-ignore format: one line
    expect(of.errorDetails(trap)).toEqual({ name: 'Error', message: '' });
    fc.assert(fc.property(fc.anything({ withBigInt: true }), (value) => void JSON.stringify(of.errorDetails(value))));
  });
});
