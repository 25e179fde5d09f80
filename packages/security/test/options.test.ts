import { createHmac } from 'node:crypto';
import { createGateway, type Interface } from '@suga/gateway';
import {
  type EncryptionOptions,
  type KmsClient,
  type KmsOptions,
  type PasswordOptions,
  type RateLimit,
  type Rule,
  type SecurityOptions,
  security,
} from '@suga/security';
import { describe, expect, it } from 'vitest';

const fresh = (options?: SecurityOptions) => createGateway({ security: security(options) }).security;
const none = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, undefined]));
const named = (name: string) => ({ code: 'InvalidParams', message: expect.stringContaining(`"${name}"`) });
const numbers = [Number.NaN, Number.POSITIVE_INFINITY, -1, '5', null, {}];

/** A fake of KMS, which encrypts keys by reversing their bytes. */
function kms(more: Partial<KmsClient> = {}) {
  const inputs: object[] = [];
  const turned = (bytes: Uint8Array) => bytes.map((byte) => 255 - byte);
  const client: KmsClient = {
    generateDataKey: async (input) => (inputs.push(input), { Plaintext: new Uint8Array(32).fill(7), CiphertextBlob: turned(new Uint8Array(32).fill(7)) }),
    decrypt: async (input) => (inputs.push(input), { Plaintext: turned((input as { CiphertextBlob: Uint8Array }).CiphertextBlob) }),
    ...more,
  };
  return { client, inputs };
}

describe('an option that is undefined counts as missing', () => {
  it('in the settings as a whole', async () => {
    const names = { tokens: 0, encryption: 0, passwords: 0, rateLimit: 0, redact: 0 } satisfies Record<keyof SecurityOptions, 0>;
    const box = fresh(none(names));
    expect(box.checkRateLimit('k')).toEqual(fresh().checkRateLimit('k'));
    expect(box.sanitizeForLog({ password: 'x' })).toEqual({ password: '[redacted]' });
    await expect(box.verifyToken('x')).rejects.toThrow(/algorithms/);
    await expect(box.encrypt('x')).rejects.toThrow(/encryption.keys/);
    expect(createGateway({ security: security(undefined) }).security.checkRateLimit('k')).toEqual(fresh().checkRateLimit('k'));
  });

  it('of passwords and rate limits', async () => {
    const passwords = { cost: 0, blockSize: 0, parallelization: 0 } satisfies Record<keyof PasswordOptions, 0>;
    expect(await fresh({ passwords: none(passwords) }).hashPassword('x')).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    const limits = { limit: 0, period: 0, burst: 0, maxKeys: 0 } satisfies Record<keyof RateLimit | 'maxKeys', 0>;
    const settings = { limit: 5, period: 1000, burst: 3, maxKeys: 2 };
    for (const given of [...Object.keys(limits).map((name) => ({ [name]: undefined })), none(limits)]) {
      expect(fresh({ rateLimit: given }).checkRateLimit('k')).toEqual({ allowed: true, limit: 100, remaining: 99, retryAfter: 0 });
      const box = fresh({ rateLimit: settings });
      expect(box.checkRateLimit('k', given)).toEqual({ allowed: true, limit: 5, remaining: 2, retryAfter: 0 });
    }
  });

  it('of digests', () => {
    const box = fresh();
    for (const given of [{ algorithm: undefined }, { encoding: undefined }, undefined]) {
      expect(box.hmac('data', 'key', given)).toBe(createHmac('sha256', 'key').update('data').digest('hex'));
      expect(box.verifyHash('data', box.hash('data'), given)).toBe(true);
    }
  });

  it('of encryption and of its KMS data keys', async () => {
    const { client, inputs } = kms();
    const names = { previousKeyIds: 0, context: 0, maxAge: 0, maxUses: 0, maxKeys: 0, timeout: 0, settings: 0 } satisfies Record<
      Exclude<keyof KmsOptions, 'keyId' | 'client'>,
      0
    >;
    const whole = { keys: undefined, current: undefined } satisfies EncryptionOptions;
    for (const given of [...Object.keys(names).map((name) => ({ [name]: undefined })), none(names)]) {
      const box = fresh({ encryption: { ...whole, kms: { keyId: 'alias/app', client, ...given } } });
      const sealed = await box.encrypt('data', { context: undefined });
      expect(await fresh({ encryption: { kms: { keyId: 'alias/app', client } } }).decrypt(sealed, { context: undefined, as: undefined })).toBe('data');
      expect(inputs.splice(0)).toMatchObject([
        { KeyId: 'alias/app', EncryptionContext: {} },
        { KeyId: 'alias/app', EncryptionContext: {} },
      ]);
    }
    const box = fresh({ encryption: { ...whole, kms: undefined, keys: { k1: Buffer.alloc(32) } } });
    expect(await box.decrypt(await box.encrypt('data'))).toBe('data');
  });

  it('of the reference to a key', async () => {
    const operations = { getRequired: () => 'config', getSecret: async () => Buffer.alloc(32, 1).toString('base64'), getParameter: async () => 'parameter' };
    const table = {
      getRequired: { params: { key: {} } },
      getSecret: { params: { name: {} }, returns: 'promise' },
      getParameter: { params: { name: {} }, returns: 'promise' },
    };
    const config = { operations: table, load: () => ({ operations }) } as unknown as Interface<typeof operations>;
    const source = { config: undefined, secret: 'orders/key', parameter: undefined } as never;
    const box = createGateway({ config, security: security({ encryption: { keys: { k1: source } } }) }).security;
    expect(await box.decrypt(await box.encrypt('data'))).toBe('data');
  });

  it('of rules', () => {
    const box = fresh();
    const rules: readonly (readonly [Rule, unknown, unknown])[] = [
      [
        { type: 'string', min: undefined, max: undefined, pattern: undefined, oneOf: undefined, optional: undefined, default: undefined },
        'x'.repeat(1000),
        'x'.repeat(1001),
      ],
      [{ type: 'url', protocols: undefined, max: undefined }, 'https://a.example', 'http://a.example'],
      [{ type: 'number', min: undefined, max: undefined, integer: undefined }, 1.5, 'x'],
      [
        { type: 'record', fields: undefined, unknown: undefined, values: undefined, max: undefined },
        { a: 1 },
        Object.fromEntries(
          Array(101)
            .keys()
            .map((key) => [key, 1]),
        ),
      ],
      [{ type: 'record', fields: { a: { type: 'any' } }, unknown: undefined }, { a: 1 }, { a: 1, b: 1 }],
      [{ type: 'list', of: undefined, min: undefined, max: undefined }, [1], Array(101).fill(1)],
    ];
    for (const [rule, right, wrong] of rules) {
      expect(box.validate(right, rule)).toEqual(right);
      expect(() => box.validate(wrong, rule), JSON.stringify(rule)).toThrow(expect.objectContaining({ code: 'InvalidInput' }));
      expect(() => box.validate(undefined, rule)).toThrow(/missing/);
    }
    expect(box.validateString('x', undefined, undefined)).toBe('x');
    expect(
      box.validateRequest({ method: 'GET' }, { methods: undefined, params: undefined, query: undefined, headers: undefined, body: undefined }),
    ).toMatchObject({ params: {} });
  });
});

describe('an invalid option is refused by its name', () => {
  it.each<[keyof KmsOptions, readonly unknown[]]>([
    ['keyId', ['', null, 5, undefined]],
    ['previousKeyIds', ['alias/old', null]],
    ['maxAge', [0, ...numbers]],
    ['maxUses', [0, ...numbers]],
    ['maxKeys', [0, ...numbers]],
    ['timeout', [0, 2 ** 31, ...numbers]],
  ])('kms.%s', async (name, values) => {
    for (const value of values) {
      const options = { keyId: 'alias/app', client: kms().client, [name]: value } as KmsOptions;
      await expect(fresh({ encryption: { kms: options } }).encrypt('x'), String(value)).rejects.toMatchObject(named(`kms.${name}`));
    }
  });

  it.each(['limit', 'period', 'burst'])('%s of a rate limit', (name) => {
    for (const value of [0, ...numbers])
      expect(() => fresh().checkRateLimit('k', { [name]: value }), String(value)).toThrow(expect.objectContaining(named(name)));
  });

  it.each<[Rule, string]>([
    [{ type: 'string', max: Number.NaN }, 'rule.max'],
    [{ type: 'string', min: Number.NaN }, 'rule.min'],
    [{ type: 'string', max: -1 }, 'rule.max'],
    [{ type: 'string', max: '5' as never }, 'rule.max'],
    [{ type: 'string', max: null as never }, 'rule.max'],
    [{ type: 'string', oneOf: 'administrator' as never }, 'rule.oneOf'],
    [{ type: 'string', oneOf: [5] as never }, 'rule.oneOf'],
    [{ type: 'string', pattern: '^a' as never }, 'rule.pattern'],
    [{ type: 'url', protocols: 'https' as never }, 'rule.protocols'],
    [{ type: 'url', max: Number.NaN }, 'rule.max'],
    [{ type: 'number', min: Number.NaN }, 'rule.min'],
    [{ type: 'number', max: '5' as never }, 'rule.max'],
    [{ type: 'record', max: Number.NaN }, 'rule.max'],
    [{ type: 'record', unknown: 'Refuse' as never }, 'rule.unknown'],
    [{ type: 'list', max: Number.NaN }, 'rule.max'],
    [{ type: 'list', of: { type: 'string', max: Number.NaN } }, 'rule.max'],
  ])('%j, because the rule would accept values that it should reject', (rule, name) => {
    const values: Readonly<Record<string, unknown>> = { string: 'a', url: 'http://a.example', number: 5, record: {}, list: ['a'] };
    expect(() => fresh().validate(values[rule.type], rule)).toThrow(expect.objectContaining(named(name)));
  });

  it.each(['tokens', 'encryption', 'passwords', 'rateLimit'])('%s that is an array', (part) => {
    const message = `security: "${part}" must be an object, got an array.`;
    expect(() => fresh({ [part]: [] }).stats()).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: 'InvalidParams', message }) }));
  });

  it('an array in place of the options of a call', async () => {
    const box = fresh({ encryption: { keys: { k1: Buffer.alloc(32) } } });
    await expect(box.encrypt('data', [] as never)).rejects.toMatchObject(named('options'));
    expect(() => box.hash('data', [] as never)).toThrow(expect.objectContaining(named('options')));
  });

  it('methods of a request', () => {
    expect(() => fresh().validateRequest({ method: 'GE' }, { methods: 'GET' as never })).toThrow(expect.objectContaining(named('rules.methods')));
  });

  it('while Infinity means no limit', () => {
    const long = 'x'.repeat(5000);
    expect(fresh().validate(long, { type: 'string', max: Number.POSITIVE_INFINITY })).toBe(long);
    expect(fresh().validate(-5, { type: 'number', min: Number.NEGATIVE_INFINITY, max: 0 })).toBe(-5);
  });
});

describe('a data key', () => {
  it.each<[string, Partial<KmsClient>]>([
    ['is missing', { generateDataKey: async () => ({}) }],
    ['is too short', { generateDataKey: async () => ({ Plaintext: new Uint8Array(16), CiphertextBlob: new Uint8Array(16) }) }],
    ['has nothing it could be opened by again', { generateDataKey: async () => ({ Plaintext: new Uint8Array(32) }) }],
  ])('that %s is refused, and nothing is encrypted', async (_, client) => {
    await expect(fresh({ encryption: { kms: { keyId: 'alias/app', client: kms(client).client } } }).encrypt('x')).rejects.toMatchObject({
      code: 'KeysUnavailable',
    });
  });

  it('of another length is refused', async () => {
    const sealed = await fresh({ encryption: { kms: { keyId: 'alias/app', client: kms().client } } }).encrypt('x');
    for (const Plaintext of [undefined, new Uint8Array(16), new Uint8Array(33)]) {
      const { client } = kms({ decrypt: async () => ({ Plaintext }) });
      await expect(fresh({ encryption: { kms: { keyId: 'alias/app', client } } }).decrypt(sealed)).rejects.toMatchObject({ code: 'Tampered' });
    }
  });
});

it('a body with a byte order mark is parsed as JSON', () => {
  const rules = { body: { type: 'record', fields: { on: { type: 'boolean' } } } } as const;
  expect(fresh().validateRequest({ body: '\uFEFF{"on":true}' }, rules).body).toEqual({ on: true });
  expect(() => fresh().validateRequest({ body: '\uFEFF' }, rules)).toThrow(/"body" is missing/);
});

describe('rules that would accept anything are refused', () => {
  const refused = (param: string) => expect.objectContaining({ code: 'InvalidParams', message: expect.stringContaining(`"${param}"`) });

  it.each<[string, object]>([
    ['params', { params: { id: undefined } }],
    ['params', { params: { id: null } }],
    ['query', { query: { id: undefined } }],
    ['headers', { headers: { id: undefined } }],
    ['body', { body: { type: 'record', fields: { id: undefined } } }],
  ])('a name in %s whose rule is invalid: %j', (part, rules) => {
    const request = { params: { id: '1 OR 1=1' }, query: { id: 'x' }, headers: { id: 'x' }, body: { id: 'x' } };
    expect(() => fresh().validateRequest(request, rules as never)).toThrow(refused(`rule for ${part}/id`));
  });

  it.each(['params', 'query', 'headers'])('%s that are an array', (part) => {
    expect(() => fresh().validateRequest({ [part]: { a: 1 } }, { [part]: [] } as never)).toThrow(refused(`rules.${part}`));
  });

  it.each(['params', 'query', 'headers'])('%s that are null', (part) => {
    expect(() => fresh().validateRequest({ [part]: { a: 1 } }, { [part]: null } as never)).toThrow(refused(`rules.${part}`));
  });

  it('a part, or an option of a rule, that is misspelled', () => {
    expect(() => fresh().validateRequest({}, { parms: {} } as never)).toThrow(refused('rules.parms'));
    expect(() => fresh().validate('x', { type: 'string', maxLength: 5 } as never)).toThrow(refused('rule.maxLength'));
    expect(() => fresh().validate([{ a: 'x' }], { type: 'list', of: { type: 'record', fields: {}, additional: false } } as never)).toThrow(
      refused('rule.additional'),
    );
  });
});

it('a misspelled option of tokens is refused, because its check would not be made', async () => {
  const settings = { algorithms: ['HS256'], secret: 'x'.repeat(32) } as const;
  const token = await fresh({ tokens: settings }).signToken({});
  const invalid = { code: 'InvalidParams', message: expect.stringContaining('"issuers"') };
  await expect(fresh({ tokens: settings }).verifyToken(token, { issuers: 'me' } as never)).rejects.toMatchObject(invalid);
  await expect(fresh({ tokens: settings }).signToken({}, { issuers: 'me' } as never)).rejects.toMatchObject(invalid);
  await expect(fresh({ tokens: { ...settings, issuers: 'me' } as never }).verifyToken(token)).rejects.toMatchObject(invalid);
});
