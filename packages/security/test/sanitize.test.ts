import { createGateway } from '@suga/gateway';
import { security } from '@suga/security';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const box = createGateway({ security: security({ redact: ['tax-id'] }) }).security;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe('sanitizeForLog', () => {
  it('makes one visible line of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !UNSEEN.test(box.sanitizeForLog(text))));
    expect(box.sanitizeForLog('a\r\nERROR forged\u001b[31m\u202e')).toBe('a\\r\\nERROR forged\\u001b[31m\\u202e');
  });

  it('hides tokens and keys by their pattern', () => {
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln';
    expect(box.sanitizeForLog(`a ${jwt} b, Bearer abcdefghijkl, AKIAIOSFODNN7EXAMPLE`)).toBe('a [redacted] b, Bearer [redacted], [redacted]');
    expect(box.sanitizeForLog(`${'x '.repeat(490)}${jwt.repeat(50)}`)).not.toContain('eyJ');
  });

  it('hides by name, at any depth, in any spelling', () => {
    const value = {
      password: 'a',
      'API-Key': 'b',
      nested: [{ accessToken: 'c', auth: 'd', author: 'e' }],
      set_cookie: 'f',
      taxId: 'g',
      map: new Map([['secret', 'h']]),
    };
    expect(box.sanitizeForLog(value)).toEqual({
      password: '[redacted]',
      'API-Key': '[redacted]',
      nested: [{ accessToken: '[redacted]', auth: '[redacted]', author: 'e' }],
      set_cookie: '[redacted]',
      taxId: '[redacted]',
      map: { secret: '[redacted]' },
    });
  });

  it('hides names such as pwd, pass, jwt, session and keys, and leaves names that are only similar', () => {
    const secret = ['pwd', 'pass', 'DB_PASS', 'smtpPass', 'passphrase', 'jwt', 'session', 'sessionId', 'accessKey', 'signingKey', 'Auth'];
    const plain = ['compass', 'passenger', 'bypass', 'sessions', 'author', 'key'];
    const told = Object.entries(box.sanitizeForLog(Object.fromEntries([...secret, ...plain].map((name) => [name, 'x']))) as object);
    expect(told.filter(([, value]) => value === '[redacted]').map(([name]) => name)).toEqual(secret);
    expect(told.filter(([, value]) => value === 'x').map(([name]) => name)).toEqual(plain);
  });

  it('hides the password in a URL, wherever it is', () => {
    expect(box.sanitizeForLog('cannot reach postgres://app:hun@ter2@db:5432/x, redis://:hunter2@cache or https://host:8080/a@b')).toBe(
      'cannot reach postgres://app:[redacted]@db:5432/x, redis://:[redacted]@cache or https://host:8080/a@b',
    );
    expect(box.sanitizeForLog(new Error('mongodb+srv://u:hunter2@h'))).toMatchObject({ message: 'mongodb+srv://u:[redacted]@h' });
    expect(box.sanitizeForLog(new URL('https://u:hunter2@h/p?a=1&access_token=x#id_token=y'))).toBe(
      'https://u:[redacted]@h/p?a=1&access_token=[redacted]#id_token=[redacted]',
    );
  });

  it('copies headers and parameters like objects', () => {
    const headers = new Headers({ authorization: 'Bearer abcdefghijkl', accept: 'a\u00e4' });
    expect(box.sanitizeForLog({ headers, query: new URLSearchParams('a=1&token=x&a=2') })).toEqual({
      headers: { accept: 'a\u00e4', authorization: '[redacted]' },
      query: { a: ['1', '2'], token: '[redacted]' },
    });
    const endless = {
      [Symbol.toStringTag]: 'Headers',
      *[Symbol.iterator]() {
        for (;;) yield ['a', 1];
      },
    };
    expect(JSON.stringify(box.sanitizeForLog(endless)).length).toBeLessThan(10_000);
  });

  it('copies any value without throwing, within limits, as JSON can represent it', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true, withDate: true, withTypedArray: true, withNullPrototype: true }), (value) => {
        expect((JSON.stringify(box.sanitizeForLog(value)) ?? '').length).toBeLessThan(5_000_000);
      }),
    );
    const circle: unknown[] = [];
    circle.push(circle);
    const trap = Object.defineProperty({ a: 1 }, 'b', {
      enumerable: true,
      get: () => {
        throw new Error('a trap');
      },
    });
    const walls = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('a trap');
        },
      },
    );
    expect(box.sanitizeForLog([circle, trap, walls, new Date(Number.NaN), Symbol('s'), () => 1, 5n, undefined])).toEqual([
      ['[circular]'],
      { a: 1, b: '[unreadable]' },
      '[unreadable]',
      'Invalid Date',
      '[symbol]',
      '[function]',
      '5',
      undefined,
    ]);
    let deep: object = {};
    for (let level = 0; level < 10_000; level++) deep = { deep };
    expect(JSON.stringify(box.sanitizeForLog(deep))).toContain('[cut]');
    expect(JSON.stringify(box.sanitizeForLog(Array.from({ length: 1e6 }, () => 'x'.repeat(10)))).length).toBeLessThan(20_000);
    expect(JSON.stringify(box.sanitizeForLog(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1]))))).toContain('"…":"[cut]"');
    expect(box.sanitizeForLog('x'.repeat(10 * 2 ** 20))).toMatch(/^x{1000}… \(10484760 more characters\)$/);
  });

  it('copies errors with their cause, and keeps __proto__ as a name', () => {
    expect(box.sanitizeForLog(new TypeError('line\nbreak', { cause: { token: 'x' } }))).toMatchObject({
      name: 'TypeError',
      message: 'line\\nbreak',
      cause: { token: '[redacted]' },
    });
    const told = box.sanitizeForLog(JSON.parse('{"__proto__":{"admin":true}}')) as { admin?: boolean };
    expect([told.admin, Object.hasOwn(told, '__proto__')]).toEqual([undefined, true]);
  });

  it('is fast with strings that are made to be slow', () => {
    const before = process.cpuUsage().user;
    for (const text of ['eyJ', '-eyJ', 'eyJ.', 'Bearer ', 'eyJaaaaa.eyJ']) box.sanitizeForLog(text.repeat(2 ** 20));
    expect(process.cpuUsage().user - before).toBeLessThan(10_000_000);
  });
});

describe('escapeHtml', () => {
  it('leaves nothing that HTML interprets', () => {
    expect(box.escapeHtml(`<a href="x" title='y'>&</a>`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;');
    fc.assert(fc.property(fc.string(), (text) => !/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/.test(box.escapeHtml(text))));
    for (const wrong of [undefined, null, 5, {}]) expect(() => box.escapeHtml(wrong as never)).toThrow(/"text"/);
  });
});

describe('correlationId', () => {
  it('is different each time, after the prefix', () => {
    expect(box.correlationId()).toMatch(/^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/);
    expect(box.correlationId('order')).toMatch(/^order-[\da-f-]{36}$/);
    expect(new Set(Array.from({ length: 1000 }, () => box.correlationId())).size).toBe(1000);
    for (const prefix of ['', 'a b', 'a\r\nSet-Cookie: x', 'x'.repeat(65), 5, null])
      expect(() => box.correlationId(prefix as string)).toThrow(expect.objectContaining({ code: 'InvalidParams' }));
  });
});

it('words to redact must be words', () => {
  expect(() => createGateway({ security: security({ redact: ['-'] }) }).security.stats()).toThrow(/"redact"/);
});
