import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createGateway, type Interface } from '@suga/gateway';
import { type SecurityOptions, security, type TokenAlgorithm, type TokenOptions, type VerifyOptions } from '@suga/security';
import fc from 'fast-check';
import { CompactSign, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';

const fresh = (tokens?: TokenOptions, more: SecurityOptions = {}) => createGateway({ security: security({ ...(tokens && { tokens }), ...more }) }).security;
const secret = 'a secret of more than thirty-two bytes, for HS256 and tests';
const shared: TokenOptions = { algorithms: ['HS256'], secret };
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed = generateKeyPairSync('ed25519');
const pem = (key: KeyObject) => key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }) as string;
const pair = { algorithms: ['RS256'], publicKey: pem(rsa.publicKey), privateKey: pem(rsa.privateKey) } satisfies TokenOptions;
const refused = (reason: string) => expect.objectContaining({ name: 'SugaError', code: 'InvalidToken', details: expect.objectContaining({ reason }) });
const seconds = () => Math.floor(Date.now() / 1000);
const b64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
afterEach(() => void vi.restoreAllMocks());

describe('signing and verifying', () => {
  it.each<[TokenAlgorithm, KeyObject, KeyObject]>([
    ['RS256', rsa.privateKey, rsa.publicKey],
    ['PS512', rsa.privateKey, rsa.publicKey],
    ['ES256', ec.privateKey, ec.publicKey],
    ['EdDSA', ed.privateKey, ed.publicKey],
    ['Ed25519', ed.privateKey, ed.publicKey],
  ])('work for %s with PEM, JWK and KeyObject', async (algorithm, privateKey, publicKey) => {
    for (const form of [pem, (key: KeyObject) => key.export({ format: 'jwk' }) as { kty: string }, (key: KeyObject) => key]) {
      const box = fresh({ algorithms: [algorithm], privateKey: form(privateKey), publicKey: form(publicKey), keyId: 'k1' });
      const token = await box.signToken({ sub: 'lamp' });
      expect(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())).toEqual({ alg: algorithm, typ: 'JWT', kid: 'k1' });
      expect(await box.verifyToken(token)).toMatchObject({ sub: 'lamp', exp: expect.any(Number), iat: expect.any(Number) });
    }
  });

  it.each(['HS256', 'HS384', 'HS512'] as const)('work for %s', async (algorithm) => {
    const box = fresh({ algorithms: [algorithm], secret: 'x'.repeat(64), issuer: ['us', 'them'], audience: 'app' });
    const claims = await box.verifyToken(`Bearer ${await box.signToken({ sub: 'lamp', admin: true })}`);
    expect(claims).toEqual({ iss: 'us', aud: 'app', sub: 'lamp', admin: true, iat: claims.iat, exp: (claims.iat ?? 0) + 900 });
  });

  it('return all claims that JSON can represent', async () => {
    const box = fresh(shared);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string().filter((name) => !['exp', 'nbf', 'iat', '__proto__'].includes(name)),
          fc.jsonValue({ maxDepth: 2 }),
          { maxKeys: 5 },
        ),
        async (claims) => {
          const plain = JSON.parse(JSON.stringify(claims).replaceAll('"__proto__"', '"proto"')) as object;
          expect(await box.verifyToken(await box.signToken(plain))).toMatchObject(plain);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('use the options of a call before the settings', async () => {
    const box = fresh(shared);
    const options: VerifyOptions = { algorithms: ['RS256'], publicKey: pair.publicKey };
    const token = await box.signToken(
      {},
      { algorithm: 'RS256', privateKey: pair.privateKey, expiresIn: 5000, type: 'at+jwt', issuer: 'me', audience: ['a', 'b'] },
    );
    const claims = await box.verifyToken<{ role?: string }>(token, { ...options, type: 'at+jwt', issuer: 'me', audience: 'b' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(5);
    await expect(box.verifyToken(token)).rejects.toEqual(refused('algorithm'));
  });
});

describe('claims to sign', () => {
  const box = fresh({ ...shared, issuer: 'us', audience: 'app' });
  it('are ignored if they are undefined', async () => {
    const claims = await box.verifyToken(await box.signToken({ iss: undefined, aud: undefined, exp: undefined, iat: undefined, sub: 'lamp', no: undefined }));
    expect(claims).toEqual({ iss: 'us', aud: 'app', sub: 'lamp', iat: expect.any(Number), exp: (claims.iat ?? 0) + 900 });
    const exp = seconds() + 10.5;
    expect(await box.verifyToken(await box.signToken({ exp }))).toMatchObject({ exp });
  });

  it('are left out if they are functions, whatever their name', async () => {
    const claims = { sub: 'lamp', toJSON: () => ({ admin: true }) };
    expect(await box.verifyToken(await box.signToken(claims))).toMatchObject({ iss: 'us', sub: 'lamp', exp: expect.any(Number) });
  });

  it.each(['exp', 'nbf', 'iat'])('%s must be a number', async (name) => {
    for (const value of ['tomorrow', new Date(), Number.NaN, Number.POSITIVE_INFINITY, null, '5']) {
      await expect(box.signToken({ [name]: value })).rejects.toMatchObject({ code: 'InvalidParams', message: expect.stringContaining(`claims.${name}`) });
    }
  });

  it('must be values that JSON can represent', async () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    for (const claims of [
      circle,
      { a: 1n },
      { exp: 1n },
      {
        deep: {
          get trap() {
            throw new Error('a trap');
          },
        },
      },
    ]) {
      await expect(box.signToken(claims)).rejects.toMatchObject({ code: 'InvalidParams', message: expect.stringContaining('claims') });
    }
    const causeOf = (thrown: unknown) =>
      box
        .signToken({
          deep: {
            toJSON: () => {
              throw thrown;
            },
          },
        })
        .catch((error: object) => Object.entries(error).filter(([name]) => name === 'cause'));
    expect([await causeOf('why'), await causeOf(undefined)]).toEqual([[['cause', 'why']], []]);
  });
});

describe('claims', () => {
  const signed = (claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
  it.each<[string, Record<string, unknown>, VerifyOptions]>([
    ['expired', { exp: -6 }, {}],
    ['notYetValid', { exp: 60, nbf: 30 }, {}],
    ['claim', {}, {}],
    ['claim', { exp: 60 }, { requiredClaims: ['exp', 'sub'] }],
    ['claim', { exp: 60, sub: 'you' }, { subject: 'me' }],
    ['issuer', { exp: 60, iss: 'them' }, { issuer: 'us' }],
    ['issuer', { exp: 60 }, { issuer: ['us', 'them'] }],
    ['audience', { exp: 60, aud: ['a', 'b'] }, { audience: 'c' }],
    ['audience', { exp: 60 }, { audience: ['c'] }],
    ['expired', { exp: 60, iat: -100 }, { maxAge: 60_000 }],
    ['claim', { exp: 60 }, { type: 'at+jwt' }],
  ])('are refused as "%s": %j for %j', async (reason, { exp, nbf, iat, ...rest }, options) => {
    const absolute = Object.fromEntries(
      Object.entries({ exp, nbf, iat }).flatMap(([name, value]) => (value === undefined ? [] : [[name, seconds() + Number(value)]])),
    );
    await expect(fresh(shared).verifyToken(await signed({ ...absolute, ...rest }), options)).rejects.toEqual(refused(reason));
  });

  it('may differ by the clock tolerance', async () => {
    const token = await signed({ exp: seconds() - 3, nbf: seconds() + 3 });
    expect(await fresh(shared).verifyToken(token)).toBeDefined();
    await expect(fresh({ ...shared, clockTolerance: 0 }).verifyToken(token)).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  it('are refused if a time is not a number', async () => {
    for (const exp of ['never', null, {}, '99999999999'])
      await expect(fresh(shared).verifyToken(await signed({ exp } as object))).rejects.toEqual(refused('claim'));
  });

  it('expire with the clock', async () => {
    const box = fresh(shared);
    const token = await box.signToken({}, { expiresIn: 10_000 });
    const now = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(now + 14_000);
    expect(await box.verifyToken(token)).toBeDefined();
    vi.spyOn(Date, 'now').mockReturnValue(now + 16_000);
    await expect(box.verifyToken(token)).rejects.toEqual(refused('expired'));
  });

  it('may be nested as deep as a token is long', async () => {
    const payload = `{"exp":${seconds() + 60},"deep":${'['.repeat(6000)}${']'.repeat(6000)}}`;
    const token = await new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
    expect(token.length).toBeGreaterThan(16_000);
    expect(await fresh(shared).verifyToken(token)).toHaveProperty('deep');
  });

  it('change no prototype with __proto__, even when copied', async () => {
    const payload = `{"exp":${seconds() + 60},"__proto__":{"admin":true},"deep":[{"__proto__":{"admin":true},"kept":1}]}`;
    const token = await new CompactSign(Buffer.from(payload)).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(secret));
    const claims = await fresh(shared).verifyToken(token);
    const copy = Object.assign({}, claims, Object.assign({}, (claims['deep'] as object[])[0])) as { admin?: boolean; kept?: number };
    expect([copy.admin, copy.kept, Object.getPrototypeOf(copy)]).toEqual([undefined, 1, Object.prototype]);
  });
});

describe('attacks', () => {
  it('"none" is refused in any case', async () => {
    const none = new UnsecuredJWT({ exp: seconds() + 60 }).encode();
    for (const box of [fresh(shared), fresh(pair)]) {
      await expect(box.verifyToken(none)).rejects.toEqual(refused('algorithm'));
      for (const alg of ['none', 'None', 'NONE', '', 1, null, undefined, ['HS256']]) {
        await expect(box.verifyToken(`${b64({ alg })}.${b64({ exp: seconds() + 60 })}.`)).rejects.toMatchObject({ code: 'InvalidToken' });
      }
    }
    for (const alg of ['none', 'HS1', '__proto__'])
      await expect(fresh({ ...shared, algorithms: [alg as 'HS256'] }).verifyToken(none)).rejects.toMatchObject({ code: 'InvalidParams' });
  });

  it('a public key is never used as a secret, neither by the token nor by the settings', async () => {
    for (const key of [
      pair.publicKey,
      pair.publicKey.trim(),
      rsa.publicKey.export({ type: 'spki', format: 'der' }),
      rsa.publicKey.export({ type: 'pkcs1', format: 'der' }),
    ]) {
      const forged = await new SignJWT({ admin: true, exp: seconds() + 60 })
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new Uint8Array(Buffer.from(key as string)));
      await expect(fresh(pair).verifyToken(forged)).rejects.toEqual(refused('algorithm'));
      await expect(fresh({ algorithms: ['HS256'], secret: key }).verifyToken(forged)).rejects.toMatchObject({ code: 'InvalidParams' });
      await expect(fresh({ ...pair, algorithms: ['RS256', 'HS256'], secret: key }).verifyToken(forged)).rejects.toMatchObject({ code: 'InvalidParams' });
    }
  });

  it('algorithms must be stated, and keys must fit them', async () => {
    const token = await fresh(pair).signToken({});
    await expect(fresh({ publicKey: pair.publicKey }).verifyToken(token)).rejects.toThrow(/algorithms/);
    await expect(fresh({ algorithms: ['RS256'] }).verifyToken(token)).rejects.toThrow(/"jwks" or a "publicKey"/);
    await expect(fresh({ algorithms: ['PS256'], publicKey: pair.publicKey }).verifyToken(token)).rejects.toEqual(refused('algorithm'));
    const other = await fresh({ algorithms: ['ES256'], privateKey: pem(ec.privateKey) }).signToken({});
    await expect(fresh({ ...pair, algorithms: ['RS256', 'ES256'] }).verifyToken(other)).rejects.toEqual(refused('key'));
  });

  it('a signature, header or payload that was changed anywhere is refused', async () => {
    const box = fresh(shared);
    const token = await box.signToken({ sub: 'lamp' });
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...'Aa0_-.!'), async (at, character) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        await expect(box.verifyToken(changed)).rejects.toMatchObject({ code: 'InvalidToken' });
      }),
    );
  });

  it('a key, certificate or URL in the token itself is ignored', async () => {
    const jwk = ed.publicKey.export({ format: 'jwk' });
    const header = { alg: 'EdDSA', jwk, jku: 'http://127.0.0.1:1/', x5u: 'http://127.0.0.1:1/' };
    const token = await new SignJWT({ exp: seconds() + 60 }).setProtectedHeader(header).sign(ed.privateKey);
    const box = fresh({ algorithms: ['EdDSA'], publicKey: generateKeyPairSync('ed25519').publicKey });
    await expect(box.verifyToken(token)).rejects.toEqual(refused('signature'));
    const critical = await new CompactSign(Buffer.from(JSON.stringify({ exp: seconds() + 60 })))
      .setProtectedHeader({ alg: 'EdDSA', crit: ['b64'], b64: true })
      .sign(ed.privateKey);
    expect(await fresh({ algorithms: ['EdDSA'], publicKey: ed.publicKey }).verifyToken(critical)).toBeDefined();
    const [, payload, signature] = critical.split('.');
    await expect(box.verifyToken(`${b64({ alg: 'EdDSA', crit: ['mine'], mine: 1 })}.${payload}.${signature}`)).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  it('short keys are refused', async () => {
    await expect(fresh({ algorithms: ['HS256'], secret: 'x'.repeat(31) }).signToken({})).rejects.toThrow(/at least 32 bytes/);
    await expect(fresh({ algorithms: ['HS512'], secret: 'x'.repeat(63) }).signToken({})).rejects.toThrow(/at least 64 bytes/);
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
    await expect(fresh({ algorithms: ['RS256'], publicKey: weak.publicKey }).verifyToken(await fresh(pair).signToken({}))).rejects.toMatchObject({
      code: 'InvalidParams',
    });
  });

  it.each([
    undefined,
    null,
    '',
    'Bearer ',
    'text',
    '..',
    'a.b',
    'a.b.c.d.e',
    '\0',
    5,
    {},
    [],
    `${b64('[]')}.${b64('[]')}.`,
    `${b64('{"alg":"HS256"}')}.${b64('5')}.aa`,
  ])('%j is refused like any other token', async (token) => {
    await expect(fresh(shared).verifyToken(token as string)).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  it('a token of 10 MB is refused without being parsed', async () => {
    const box = fresh(shared);
    await box.verifyToken(await box.signToken({}));
    const before = process.cpuUsage().user;
    for (const token of ['x'.repeat(10 * 2 ** 20), '.'.repeat(10 * 2 ** 20), `Bearer ${' '.repeat(10 * 2 ** 20)}`])
      await expect(box.verifyToken(token)).rejects.toEqual(refused('malformed'));
    expect(process.cpuUsage().user - before).toBeLessThan(10_000_000);
  });

  it('only one string is accepted for a token', async () => {
    const box = fresh(shared);
    const token = await box.signToken({});
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const same = [...letters]
      .map((letter) => token.slice(0, -1) + letter)
      .concat(`${token}=`, `${token} `, `${token}\n`, token.replaceAll('-', '+').concat('A'));
    const accepted = await Promise.all(
      same.map((each) =>
        box.verifyToken(each).then(
          () => [each],
          () => [],
        ),
      ),
    );
    expect(accepted.flat()).toEqual([token]);
  });

  it('a token longer than any header is refused, even if its signature is valid', async () => {
    const box = fresh(shared);
    expect(await box.verifyToken(await box.signToken({ text: 'x'.repeat(11_000) }))).toHaveProperty('text');
    await expect(box.verifyToken(await box.signToken({ text: 'x'.repeat(13_000) }))).rejects.toEqual(refused('malformed'));
  });

  it('neither message nor cause nor details contain claims', async () => {
    const box = fresh(shared);
    const token = await box.signToken({ sub: 'private@example.com', exp: 1, iat: 0 });
    const error = await box.verifyToken(token).catch((reason: Error) => reason);
    expect((error as Error).message).toBe('security: the token is refused (expired).');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/private|eyJ/);
    expect((error as Error).cause).toBeUndefined();
  });
});

describe('keys', () => {
  it('are read from the config interface at each use', async () => {
    let current = secret;
    const config = {
      operations: { getRequired: { params: {} }, getSecret: { params: {}, returns: 'promise' }, getParameter: { params: {}, returns: 'promise' } },
    } as const;
    const operations = { getRequired: () => pair.publicKey, getSecret: async () => current, getParameter: async () => pair.privateKey };
    const gateway = createGateway({
      config: { ...config, load: () => ({ operations }) } as unknown as Interface<typeof operations>,
      security: security({ tokens: { algorithms: ['HS256'], secret: { secret: 'jwt' } } }),
    });
    const token = await gateway.security.signToken({ sub: 'a' });
    expect(await gateway.security.verifyToken(token)).toMatchObject({ sub: 'a' });
    current = 'another secret, which has been put in the place of the first';
    await expect(gateway.security.verifyToken(token)).rejects.toEqual(refused('signature'));
    const asymmetric = { algorithms: ['RS256'] } as const;
    const signed = await gateway.security.signToken({ sub: 'b' }, { algorithm: 'RS256', privateKey: { parameter: 'key' } });
    expect(await gateway.security.verifyToken(signed, { ...asymmetric, publicKey: { config: 'KEY' } })).toMatchObject({ sub: 'b' });
  });

  it.each([['not PEM'], [{ kty: 'oct', k: 'AAAA' }], [{ kty: 'RSA' }], [5 as never], [createPrivateKey(pair.privateKey)]])(
    '%j is not a public key, and the error does not show it',
    async (publicKey) => {
      const token = await fresh(pair).signToken({});
      await expect(fresh({ algorithms: ['RS256'], publicKey }).verifyToken(token)).rejects.toMatchObject({
        code: 'InvalidParams',
        message: expect.stringContaining('"publicKey"'),
      });
    },
  );

  it('of a set are found by id, by type, or by trying each', async () => {
    const others = [generateKeyPairSync('rsa', { modulusLength: 2048 }), rsa].map(({ publicKey }) => publicKey.export({ format: 'jwk' }));
    const token = await fresh(pair).signToken({ sub: 'x' });
    expect(await fresh({ algorithms: ['RS256'], jwks: { keys: others } }).verifyToken(token)).toMatchObject({ sub: 'x' });
    await expect(fresh({ algorithms: ['RS256'], jwks: { keys: [others[0] as object, others[0] as object] } }).verifyToken(token)).rejects.toEqual(
      refused('signature'),
    );
    await expect(fresh({ algorithms: ['RS256'], jwks: { keys: [] } }).verifyToken(token)).rejects.toEqual(refused('key'));
    await expect(fresh({ algorithms: ['RS256'], jwks: { keys: 5 } as never }).verifyToken(token)).rejects.toThrow(/"jwks"/);
    await expect(fresh({ algorithms: ['RS256'], jwks: { keys: [{ kty: 'oct', k: b64(secret) }] } }).verifyToken(token)).rejects.toEqual(refused('key'));
  });

  it('may be Web Crypto keys', async () => {
    const made = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign', 'verify']);
    const box = fresh({ algorithms: ['ES384'], privateKey: made.privateKey, publicKey: made.publicKey });
    expect(await box.verifyToken(await box.signToken({ sub: 'x' }))).toMatchObject({ sub: 'x' });
  });

  it('that are missing are named in the error', async () => {
    await expect(fresh({ algorithms: ['HS256'], publicKey: pair.publicKey }).verifyToken('x')).rejects.toThrow(/a "secret" for HS256/);
    await expect(fresh({ algorithms: ['HS256'] }).signToken({})).rejects.toThrow(/a "secret" for HS256/);
    await expect(fresh({ algorithms: ['ES256'], secret }).signToken({})).rejects.toThrow(/a "privateKey" for ES256/);
    await expect(fresh({ algorithms: ['ES256'], jwks: 'no url' }).verifyToken('x')).rejects.toThrow(/"jwks"/);
  });

  it('of many tenants are cached up to a limit', async () => {
    const box = fresh({ algorithms: ['ES256'] });
    const token = `${b64({ alg: 'ES256', kid: 'a' })}.${b64({})}.AAAA`;
    const ask = (tenant: number) => box.verifyToken(token, { jwks: `http://127.0.0.1:1/${tenant}` }).catch(({ code }: { code: string }) => code);
    for (let tenant = 0; tenant < 60; tenant++) expect(await ask(tenant)).toBe('KeysUnavailable');
    await ask(59);
    expect(box.stats().tokens.keyFetches).toBe(60);
    await ask(0);
    expect(box.stats().tokens.keyFetches).toBe(61);
  });

  it('are counted as verified and refused tokens', async () => {
    const box = fresh(shared);
    await box.verifyToken(await box.signToken({}));
    await box.verifyToken('x').catch(() => {});
    expect(box.stats().tokens).toEqual({ verified: 1, refused: 1, keyFetches: 0 });
  });
});

describe('an option', () => {
  const settings = {
    ...shared,
    issuer: 'us',
    audience: 'app',
    subject: 'lamp',
    type: 'at+jwt',
    maxAge: 60_000,
    clockTolerance: 0,
    requiredClaims: ['exp', 'role'],
  } satisfies TokenOptions;
  const right = { iss: 'us', aud: 'app', sub: 'lamp', role: 'x', iat: 0, exp: 60 };
  const signed = (claims: Record<string, unknown>, typ = 'at+jwt') => {
    const stated = Object.entries(claims).filter(([, value]) => value !== undefined);
    const absolute = stated.map(([name, value]) => [name, ['iat', 'exp'].includes(name) ? seconds() + Number(value) : value]);
    return new SignJWT(Object.fromEntries(absolute)).setProtectedHeader({ alg: 'HS256', typ }).sign(Buffer.from(secret));
  };
  /** Tokens that only the check of this option refuses. */
  const wrong: Readonly<Record<Exclude<keyof VerifyOptions, 'jwks' | 'publicKey'>, () => Promise<string>>> = {
    issuer: () => signed({ ...right, iss: 'them' }),
    audience: () => signed({ ...right, aud: 'other' }),
    subject: () => signed({ ...right, sub: 'other' }),
    type: () => signed(right, 'JWT'),
    maxAge: () => signed({ ...right, iat: -100 }),
    clockTolerance: () => signed({ ...right, exp: -2 }),
    requiredClaims: () => signed({ ...right, role: undefined }),
    algorithms: async () => new UnsecuredJWT({}).encode(),
    secret: () => new SignJWT({ ...right, exp: seconds() + 60 }).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(Buffer.alloc(32, 'x')),
  };

  it.each(Object.entries(wrong))('%s that is undefined counts as missing: tokens that the settings refuse stay refused', async (name, token) => {
    const box = fresh(settings);
    expect(await box.verifyToken(await signed(right), { [name]: undefined } as VerifyOptions)).toMatchObject({ sub: 'lamp' });
    const refusal = await box.verifyToken(await token()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'InvalidToken' });
    await expect(box.verifyToken(await token(), { [name]: undefined } as VerifyOptions)).rejects.toEqual(refusal);
    const all = Object.fromEntries([...Object.keys(wrong), 'jwks', 'publicKey'].map((each) => [each, undefined]));
    await expect(box.verifyToken(await token(), all as VerifyOptions)).rejects.toEqual(refusal);
  });

  it('that is undefined in the settings counts as missing', async () => {
    const { algorithms } = shared;
    const none = Object.fromEntries(Object.keys(settings).map((name) => [name, undefined]));
    const box = fresh({ ...none, algorithms, secret, jwks: undefined, publicKey: undefined, keySets: undefined, expiresIn: undefined });
    const claims = await box.verifyToken(await box.signToken({ sub: 'x' }));
    expect(claims).toEqual({ sub: 'x', iat: expect.any(Number), exp: (claims.iat ?? 0) + 900 });
    await expect(box.verifyToken(await signed({ iat: 0 }))).rejects.toEqual(refused('claim'));
  });

  it('that is undefined does not affect signing', async () => {
    const box = fresh({ ...settings, keyId: 'k1', expiresIn: 5000, algorithm: 'HS256' });
    const names = ['algorithm', 'expiresIn', 'keyId', 'privateKey', 'secret', 'issuer', 'audience', 'type'];
    const read = (token: string) => token.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object);
    const plain = read(await box.signToken({ role: 'x' }));
    expect(plain).toMatchObject([
      { kid: 'k1', typ: 'at+jwt' },
      { iss: 'us', aud: 'app' },
    ]);
    for (const name of names) {
      const [header, { iat, exp, ...claims }] = read(await box.signToken({ role: 'x' }, { [name]: undefined })) as [object, Record<string, unknown>];
      expect([header, claims, Number(exp) - Number(iat)]).toMatchObject([plain[0], { iss: 'us', aud: 'app', role: 'x' }, 5]);
    }
  });

  it.each(['issuer', 'audience', 'subject', 'type', 'maxAge'] as const)('%s is switched off by false', async (name) => {
    const box = fresh(settings);
    await expect(box.verifyToken(await wrong[name]())).rejects.toMatchObject({ code: 'InvalidToken' });
    expect(await box.verifyToken(await wrong[name](), { [name]: false })).toBeDefined();
    expect(await fresh({ ...settings, [name]: false }).verifyToken(await wrong[name]())).toBeDefined();
    await expect(fresh({ ...settings, [name]: false }).verifyToken(await wrong[name](), { [name]: settings[name] })).rejects.toMatchObject({
      code: 'InvalidToken',
    });
  });

  it('requiredClaims is switched off by an empty array', async () => {
    const token = await signed({ ...right, exp: undefined, role: undefined });
    expect(await fresh(settings).verifyToken(token, { requiredClaims: [] })).toMatchObject({ sub: 'lamp' });
  });

  it.each<[keyof VerifyOptions, readonly unknown[]]>([
    ['issuer', ['', null, 5, true, [], [''], ['us', ''], ['us', undefined], {}]],
    ['audience', ['', null, 5, true, [], [''], ['app', 5], {}]],
    ['subject', ['', null, 5, true, ['lamp'], {}]],
    ['type', ['', null, 5, true, ['at+jwt'], {}]],
    ['requiredClaims', ['exp', null, 5, false, [''], [5], {}]],
    ['clockTolerance', [Number.POSITIVE_INFINITY, Number.NaN, -1, -Infinity, '5', null, false, {}, 2 ** 60]],
    ['maxAge', [Number.POSITIVE_INFINITY, Number.NaN, -1, -Infinity, '5', null, true, {}, 2 ** 60]],
    ['secret', ['', null, 5, false, {}]],
  ])('%s is refused by its name if it is invalid', async (name, values) => {
    const token = await signed(right);
    for (const value of values) {
      const refusal = { code: 'InvalidParams', message: expect.stringContaining(`"${name}"`) };
      await expect(fresh(settings).verifyToken(token, { [name]: value } as VerifyOptions), String(value)).rejects.toMatchObject(refusal);
      await expect(fresh({ ...settings, [name]: value } as TokenOptions).verifyToken(token), String(value)).rejects.toMatchObject(refusal);
    }
  });

  it.each<[string, readonly unknown[]]>([
    ['expiresIn', [0, 999, -1, Number.NaN, Number.POSITIVE_INFINITY, '5000', null, 2 ** 60]],
    ['issuer', ['', null, 5, []]],
    ['audience', ['', null, 5, []]],
    ['keyId', ['', null, 5]],
    ['type', ['', null, 5]],
    ['privateKey', ['', null, 5]],
  ])('%s is refused by its name if it is invalid for signing', async (name, values) => {
    const box = fresh(name === 'privateKey' ? pair : shared);
    for (const value of values)
      await expect(box.signToken({}, { [name]: value })).rejects.toMatchObject({ code: 'InvalidParams', message: expect.stringContaining(`"${name}"`) });
  });

  it.each(['jwks', 'publicKey', 'secret'])('%s that is empty does not fall back to the keys of the settings', async (name) => {
    const box = fresh(name === 'secret' ? shared : pair);
    const token = await box.signToken({});
    await expect(box.verifyToken(token, { [name]: '' })).rejects.toMatchObject({ code: 'InvalidParams', message: expect.stringContaining(`"${name}"`) });
  });
});

it('a private key in PEM is accepted as the public key', async () => {
  expect(await fresh({ ...pair, publicKey: pair.privateKey }).verifyToken(await fresh(pair).signToken({ sub: 'x' }))).toMatchObject({ sub: 'x' });
});
