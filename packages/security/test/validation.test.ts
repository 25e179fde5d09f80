import { createGateway } from '@suga/gateway';
import { type RequestLike, type RequestRules, type Rule, type StandardSchema, security } from '@suga/security';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const box = createGateway({ security: security() }).security;
const issuesOf = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    const { code, issues } = error as { code: string; issues: { param: string; problem: string }[] };
    expect(code).toBe('InvalidInput');
    return issues.map(({ param, problem }) => `${param} ${problem}`);
  }
  return [];
};
const wrong = (run: () => unknown) => expect(issuesOf(run)).toHaveLength(1);

describe('validators', () => {
  it('return values that fit', () => {
    expect(box.validateString('lamp', { min: 1, max: 4, pattern: /^l/ })).toBe('lamp');
    expect(box.validateEmail("o'neil+tag@sub.example.co")).toBe("o'neil+tag@sub.example.co");
    expect(box.validateUrl('https://example.com/a?b=c#d')).toBe('https://example.com/a?b=c#d');
    expect(box.validateNumber(-0.5, { min: -1, max: 0 })).toBe(-0.5);
    expect(box.validateRecord({ a: 1, b: 'x' })).toEqual({ a: 1, b: 'x' });
    expect(box.validateList([1, 2], { of: { type: 'number' } })).toEqual([1, 2]);
  });

  it('name values that do not fit, and do not show them', () => {
    expect(() => box.validateNumber('hunter2', { min: 1, max: 9, integer: true }, 'age')).toThrow(
      expect.objectContaining({
        code: 'InvalidInput',
        message: 'Invalid input: "age" must be an integer from 1 to 9.',
        issues: [{ param: 'age', problem: 'invalid', expected: 'an integer from 1 to 9', got: 'string' }],
      }),
    );
    expect(() => box.validateString(undefined, {}, 'name')).toThrow('Invalid input: "name" is missing.');
  });

  it.each([
    '',
    'a',
    '@',
    'a@',
    '@b',
    'a@b@c',
    'a b@c.de',
    'a@-b.de',
    'a@b..de',
    'a@b.de\n',
    `${'x'.repeat(65)}@b.de`,
    `a@${'b'.repeat(64)}.de`,
    `a@${'b.'.repeat(200)}de`,
    5,
    null,
    ['a@b.de'],
    'a@'.repeat(5 * 2 ** 20),
  ])('%.30j is not an email address', (value) => wrong(() => box.validateEmail(value)));

  it.each([
    'javascript:alert(1)',
    'http://example.com',
    'https:example.com',
    '//example.com',
    'https://',
    'https://user:pass@example.com',
    'https://user@example.com',
    ' https://example.com',
    'https://exa\tmple.com',
    'https://example.com\\@evil.com',
    'java\nscript:alert(1)',
    'data:text/html,x',
    `https://example.com/${'x'.repeat(2048)}`,
    new URL('https://example.com'),
  ])('%.40j is not a valid URL', (value) => wrong(() => box.validateUrl(value)));

  it('accept other protocols if the rule allows them', () => {
    expect(box.validateUrl('http://localhost:3000/', { protocols: ['http', 'https'] })).toBe('http://localhost:3000/');
  });

  it.each([Number.NaN, Infinity, '5', 5n, null, {}, true, 2 ** 53])('%s is not an integer', (value) =>
    wrong(() => box.validateNumber(value, { integer: true })),
  );

  it('have default limits', () => {
    wrong(() => box.validateString('x'.repeat(1001)));
    wrong(() => box.validateList(Array.from({ length: 101 })));
    wrong(() => box.validateRecord(Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`k${index}`, 1]))));
    wrong(() => box.validateString('x'.repeat(10 * 2 ** 20), { pattern: /^(x+)+$/ }));
  });

  it('return the same result every time, even for a pattern with state', () => {
    const rule = { pattern: /a/g };
    for (let each = 0; each < 4; each++) expect(box.validateString('a', rule)).toBe('a');
  });

  it('ignore optional and default: the value must exist', () => {
    wrong(() => box.validateString(undefined, { optional: true, default: 'x' } as object));
  });
});

describe('validate', () => {
  const user = {
    type: 'record',
    fields: {
      name: { type: 'string', min: 1 },
      email: { type: 'email', optional: true },
      role: { type: 'string', oneOf: ['admin', 'user'], default: 'user' },
      tags: { type: 'list', of: { type: 'string' }, max: 2, optional: true },
      extra: { type: 'record', values: { type: 'boolean' }, optional: true },
    },
  } as const satisfies Rule;

  it('returns what the rule names', () => {
    expect(box.validate({ name: 'a', tags: ['x'], extra: { on: true } }, user)).toEqual({ name: 'a', role: 'user', tags: ['x'], extra: { on: true } });
  });

  it('reports every problem and its place', () => {
    const bad = { email: 'x', role: 'root', tags: ['a', 5], extra: { on: 1 }, admin: true };
    expect(issuesOf(() => box.validate(bad, user, 'body'))).toEqual([
      'body/name missing',
      'body/email invalid',
      'body/role invalid',
      'body/tags/1 invalid',
      'body/extra/on invalid',
      'body/admin unexpected',
    ]);
    expect(
      issuesOf(() =>
        box.validate(
          Array.from({ length: 50 }, () => 1),
          { type: 'list', of: { type: 'string' } },
        ),
      ),
    ).toHaveLength(20);
  });

  it('drops unknown names if the rule says so', () => {
    expect(box.validate({ name: 'a', admin: true }, { ...user, unknown: 'drop' })).toEqual({ name: 'a', role: 'user' });
  });

  it('accepts no prototype', () => {
    const hostile = JSON.parse('{"__proto__":{"admin":true},"name":"a","constructor":1}') as object;
    const open = box.validate(hostile, { type: 'record' }) as { admin?: boolean };
    expect([Object.assign({}, open).admin, Object.hasOwn(open, '__proto__')]).toEqual([undefined, false]);
    expect(issuesOf(() => box.validate(hostile, user))).toContain('value/__proto__ unexpected');
    expect(issuesOf(() => box.validate({}, { type: 'record', fields: { toString: { type: 'any' } } }))).toEqual(['value/toString missing']);
  });

  it('accepts its own results again, for any JSON', () => {
    const rule: Rule = { type: 'record', values: { type: 'list', of: { type: 'number' }, optional: true }, max: 5 };
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.array(fc.double()))), (value) => {
        let passed: unknown;
        if (issuesOf(() => (passed = box.validate(value, rule))).length === 0) expect(box.validate(passed, rule)).toEqual(passed);
      }),
    );
  });

  it('passes errors that the value throws through', () => {
    const trap = Object.defineProperty({}, 'name', {
      enumerable: true,
      get: () => {
        throw new RangeError('a trap');
      },
    });
    expect(() => box.validate(trap, user)).toThrow(new RangeError('a trap'));
  });

  it.each([undefined, null, 5, {}, { type: 'strng' }, { type: '__proto__' }, { type: 'constructor' }])('refuses the rule %j', (rule) => {
    expect(() => box.validate(1, rule as never)).toThrow(expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining('"rule"') }));
  });

  it('accepts schemas that follow Standard Schema', () => {
    const even: StandardSchema<number> = {
      '~standard': {
        version: 1,
        validate: (value) => (Number(value) % 2 === 0 ? { value: Number(value) } : { issues: [{ message: 'an even number', path: ['a', { key: 0 }] }] }),
      },
    };
    expect(box.validate('4', even)).toBe(4);
    expect(() => box.validate(5, even, 'n')).toThrow('Invalid input: "n/a/0" must be an even number.');
    expect(
      box.validate(
        '4',
        Object.assign(() => {}, even),
      ),
    ).toBe(4);
    const later: StandardSchema<number> = { '~standard': { version: 1, validate: async () => Promise.reject(new Error('late')) } };
    expect(() => box.validate(1, later)).toThrow(/synchronous/);
  });
});

describe('validateRequest', () => {
  const rules = {
    methods: ['GET', 'POST'],
    params: { id: { type: 'number', integer: true } },
    query: {
      limit: { type: 'number', min: 1, max: 50, default: 10 },
      deep: { type: 'boolean', optional: true },
      tag: { type: 'list', of: { type: 'string' }, optional: true },
    },
    headers: { 'X-Tenant': { type: 'string', pattern: /^\w+$/ } },
    body: { type: 'record', fields: { on: { type: 'boolean' } } },
  } as const satisfies RequestRules;
  const request: RequestLike = {
    method: 'post',
    params: { id: '7' },
    query: new URLSearchParams('limit=5&deep=true&tag=a&utm=x'),
    headers: { 'x-tenant': 'acme', cookie: 'x' },
    json: () => ({ on: true }),
  };

  it('returns what the rules name, with strings converted', () => {
    expect(box.validateRequest(request, rules)).toEqual({
      params: { id: 7 },
      query: { limit: 5, deep: true, tag: ['a'] },
      headers: { 'X-Tenant': 'acme' },
      body: { on: true },
    });
  });

  it('also accepts plain objects, Headers and bodies as strings', () => {
    const plain = { method: 'GET', params: { id: '7' }, query: { limit: '50' }, headers: new Headers({ 'X-TENANT': 'acme' }), body: '{"on":false}' };
    expect(box.validateRequest(plain, rules)).toMatchObject({ query: { limit: 50 }, headers: { 'X-Tenant': 'acme' }, body: { on: false } });
    expect(box.validateRequest({}, {})).toEqual({ params: {}, query: {}, headers: {}, body: undefined });
  });

  it('reports all problems at once', () => {
    const bad = { method: 'DELETE', params: { id: '7x' }, query: new URLSearchParams('limit=1&limit=2&deep=yes'), headers: {}, body: '{' };
    expect(issuesOf(() => box.validateRequest(bad, rules))).toEqual([
      'method invalid',
      'params/id invalid',
      'query/limit invalid',
      'query/deep invalid',
      'headers/X-Tenant missing',
      'body invalid',
    ]);
  });

  it.each(['', ' 5', '5 ', '0x10', '1e999', 'NaN', 'Infinity', '٣', '5,0', '--5', '9'.repeat(10 * 2 ** 20)])('the string %.20j is not a number', (limit) => {
    wrong(() => box.validateRequest({ ...request, query: new URLSearchParams({ limit }) }, rules));
  });

  it('numbers in a body are numbers', () => {
    wrong(() => box.validateRequest({ body: { n: '5' } }, { body: { type: 'record', fields: { n: { type: 'number' } } } }));
  });

  it('an empty body counts as missing', () => {
    const optional = { body: { type: 'record', fields: { on: { type: 'boolean' } }, optional: true } } as const;
    const json = () => {
      throw new SyntaxError('it is empty');
    };
    for (const empty of [{ body: '' }, { text: () => '', json }]) {
      expect(box.validateRequest(empty, optional).body).toBeUndefined();
      expect(box.validateRequest(empty, { body: { type: 'string', default: 'none' } }).body).toBe('none');
      expect(issuesOf(() => box.validateRequest(empty, { body: { type: 'any' } }))).toEqual(['body missing']);
    }
    expect(box.validateRequest({ text: () => '{"on":true}', json: () => ({ on: true }) }, optional).body).toEqual({ on: true });
    expect(() => box.validateRequest({ text: () => Promise.reject(new Error('gone')), json }, optional)).toThrow(/synchronous/);
  });

  it('reads the body only for a rule, and passes errors of reading it through', () => {
    const failing = {
      ...request,
      json: () => {
        throw new TypeError('no JSON');
      },
    };
    expect(box.validateRequest(failing, { methods: ['POST'] }).body).toBeUndefined();
    expect(() => box.validateRequest(failing, rules)).toThrow(new TypeError('no JSON'));
    expect(() => box.validateRequest({ ...request, json: async () => ({}) }, rules)).toThrow(/synchronous/);
  });

  it.each([undefined, null, 5, { headers: 5 }, { query: 'a=b' }, { headers: [1] }])('refuses the request %j', (bad) => {
    expect(() => box.validateRequest(bad as never, rules)).toThrow(expect.objectContaining({ code: 'InvalidParams' }));
  });
});
