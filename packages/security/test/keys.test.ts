import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, type Interface } from '@suga/gateway';
import { security, type TokenAlgorithm, type TokenOptions } from '@suga/security';
import { SignJWT } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';

type Jwk = Record<string, unknown>;

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const seconds = () => Math.floor(Date.now() / 1000);
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Jwk;
const pem = (key: KeyObject, type: 'spki' | 'pkcs1' | 'pkcs8' = 'spki') => key.export({ type: type as 'spki', format: 'pem' }) as string;
const sign = (key: KeyObject, alg: string, header: object = {}) =>
  new SignJWT({ sub: 'lamp', exp: seconds() + 60 }).setProtectedHeader({ alg, ...header }).sign(key);
const text = { required: ['key'], params: { key: {} } } as const;
/** A gateway with a config interface that holds one value. */
const fresh = (tokens: TokenOptions, value = '') => {
  const operations = { getRequired: () => value };
  const config = { operations: { getRequired: text }, load: () => ({ operations }) } as unknown as Interface<typeof operations>;
  return createGateway({ config, security: security({ tokens }) }).security;
};

const sets = new Map<string, unknown>();
const server = createServer(({ url = '' }, response) => void response.end(JSON.stringify(sets.get(url))));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => new Promise((resolve) => server.close(resolve)));
const published = (...keys: unknown[]) => {
  const path = `/${sets.size}`;
  sets.set(path, { keys });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
};

const invalidParams = (message: RegExp) => ({ code: 'InvalidParams', message: expect.stringMatching(message) });
const noKey = { code: 'InvalidToken', details: { reason: 'key' } };

/** All ways in which a JSON Web Key can be passed. */
const jwkWays: Readonly<Record<string, (jwk: Jwk, algorithms: readonly TokenAlgorithm[]) => ReturnType<typeof fresh>>> = {
  'a publicKey': (jwk, algorithms) => fresh({ algorithms, publicKey: jwk as { kty: string } }),
  'a publicKey as text': (jwk, algorithms) => fresh({ algorithms, publicKey: JSON.stringify(jwk) }),
  'a publicKey that is kept elsewhere': (jwk, algorithms) => fresh({ algorithms, publicKey: { config: 'KEY' } }, ` ${JSON.stringify(jwk, null, 2)}\n`),
  'a set': (jwk, algorithms) => fresh({ algorithms, jwks: { keys: [jwk] } }),
  'a published set': (jwk, algorithms) => fresh({ algorithms, jwks: published(jwk) }),
};

describe.each(Object.entries(jwkWays))('a JSON Web Key in %s', (way, of) => {
  const refused = (message: RegExp) => (way.includes('set') ? noKey : invalidParams(message));

  it.each<Jwk>([
    {},
    { use: 'sig' },
    { key_ops: ['verify'] },
    { use: 'sig', key_ops: ['sign', 'verify'] },
    { alg: 'RS256' },
    { ext: false, x5t: 'x', kid: 'a' },
  ])('is used with the members %j', async (members) => {
    const box = of({ ...jwkOf(rsa.publicKey), ...members }, ['RS256', 'ES256']);
    expect(await box.verifyToken(await sign(rsa.privateKey, 'RS256'))).toMatchObject({ sub: 'lamp' });
  });

  it.each<[Jwk, RegExp]>([
    [{ use: 'enc' }, /"use"/],
    [{ use: 'SIG' }, /"use"/],
    [{ use: '' }, /"use"/],
    [{ use: null }, /"use"/],
    [{ use: ['sig'] }, /"use"/],
    [{ key_ops: ['encrypt'] }, /"key_ops"/],
    [{ key_ops: ['sign'] }, /"key_ops"/],
    [{ key_ops: [] }, /"key_ops"/],
    [{ key_ops: 'verify' }, /"key_ops"/],
    [{ key_ops: ['verify', 'verify'] }, /"key_ops"/],
    [{ key_ops: ['verify', 5] }, /"key_ops"/],
    [{ key_ops: null }, /"key_ops"/],
    [{ use: 'sig', key_ops: ['verify', 'encrypt'] }, /"key_ops"/],
    [{ use: 'enc', key_ops: ['verify'] }, /"use"/],
    [{ alg: 'RSA-OAEP' }, /"alg"/],
    [{ alg: 'rs256' }, /"alg"/],
    [{ alg: null }, /"alg"/],
    [{ alg: 'RS384' }, /a key for RS256, ES256; this one is for RS384/],
    [{ alg: 'HS256' }, /"alg"/],
  ])('is refused with the members %j', async (members, message) => {
    const box = of({ ...jwkOf(rsa.publicKey), ...members }, ['RS256', 'ES256']);
    await expect(box.verifyToken(await sign(rsa.privateKey, 'RS256'))).rejects.toMatchObject(refused(message));
  });

  it('is used for its own algorithm only, even if others are allowed', async () => {
    const box = of({ ...jwkOf(rsa.publicKey), alg: 'PS256' }, ['RS256', 'PS256']);
    expect(await box.verifyToken(await sign(rsa.privateKey, 'PS256'))).toMatchObject({ sub: 'lamp' });
    await expect(box.verifyToken(await sign(rsa.privateKey, 'RS256'))).rejects.toMatchObject(noKey);
  });
});

/** All ways in which a public key can be passed. */
const ways: Readonly<Record<string, (key: KeyObject) => Promise<TokenOptions>>> = {
  JWK: async (key) => ({ publicKey: jwkOf(key) as { kty: string } }),
  'PEM (SPKI)': async (key) => ({ publicKey: pem(key) }),
  'PEM (PKCS #1, where it is RSA)': async (key) => ({ publicKey: pem(key, key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'spki') }),
  KeyObject: async (key) => ({ publicKey: key }),
  'a set': async (key) => ({ jwks: { keys: [jwkOf(key)] } }),
  'a published set': async (key) => ({ jwks: published(jwkOf(key)) }),
  CryptoKey: async (key) => {
    const { kty, crv } = jwkOf(key);
    const algorithm = kty === 'RSA' ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : { name: 'ECDSA', namedCurve: String(crv) };
    return { publicKey: await crypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), algorithm, true, ['verify']) };
  },
};

describe.each(Object.entries(ways))('a public key as %s', (way, of) => {
  const refused = (message: RegExp) => (way.includes('set') ? noKey : invalidParams(message));
  const strength = /"publicKey" must be an RSA key of at least 2048 bits with an odd exponent of at least 3/;

  /** A signature that any key with the exponent 1 accepts: the padded digest itself (RFC 8017, 9.2). */
  const forged = (alg = 'RS256') => {
    const [header, payload] = [{ alg }, { sub: 'admin', exp: seconds() + 60 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const digest = createHash('sha256').update(`${header}.${payload}`).digest();
    const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest]);
    const padding = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(256 - info.length - 3, 0xff), Buffer.from([0])]);
    return `${header}.${payload}.${Buffer.concat([padding, info]).toString('base64url')}`;
  };

  it.each([
    ['AQ', 1],
    ['Ag', 2],
    ['BA', 4],
    ['AQAA', 65_536],
  ])('is refused with the RSA exponent %s (%i)', async (e) => {
    const tokens = await of(createPublicKey({ key: { ...jwkOf(rsa.publicKey), e }, format: 'jwk' }));
    await expect(fresh({ algorithms: ['RS256'], ...tokens }).verifyToken(forged())).rejects.toMatchObject(refused(strength));
  });

  it('is used with the RSA exponent 3', async () => {
    const three = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
    const tokens = await of(three.publicKey);
    expect(await fresh({ algorithms: ['RS256'], ...tokens }).verifyToken(await sign(three.privateKey, 'RS256'))).toMatchObject({ sub: 'lamp' });
  });

  it('is refused with an RSA modulus below 2048 bits', async () => {
    const tokens = await of(generateKeyPairSync('rsa', { modulusLength: 2047 }).publicKey);
    await expect(fresh({ algorithms: ['RS256'], ...tokens }).verifyToken(await sign(rsa.privateKey, 'RS256'))).rejects.toMatchObject(refused(strength));
  });

  it.each<[string, TokenAlgorithm]>([
    ['P-256', 'ES256'],
    ['P-384', 'ES384'],
    ['P-521', 'ES512'],
  ])('on %s is for %s alone', async (namedCurve, algorithm) => {
    const ec = generateKeyPairSync('ec', { namedCurve });
    const tokens = await of(ec.publicKey);
    const all: TokenAlgorithm[] = ['ES256', 'ES384', 'ES512'];
    const token = await sign(ec.privateKey, algorithm);
    expect(await fresh({ algorithms: all, ...tokens }).verifyToken(token)).toMatchObject({ sub: 'lamp' });
    for (const wrong of all.filter((each) => each !== algorithm)) {
      const [, ...rest] = token.split('.');
      const renamed = [Buffer.from(JSON.stringify({ alg: wrong })).toString('base64url'), ...rest].join('.');
      await expect(fresh({ algorithms: all, ...tokens }).verifyToken(renamed)).rejects.toMatchObject(noKey);
      await expect(fresh({ algorithms: [wrong], ...tokens }).verifyToken(renamed)).rejects.toMatchObject(refused(/a key for/));
    }
  });
});

describe('a key that is for something else', () => {
  it.each<[string, () => KeyObject]>([
    ['an EC key on secp256k1', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey],
    ['an X25519 key', () => generateKeyPairSync('x25519').publicKey],
    ['an Ed448 key', () => generateKeyPairSync('ed448').publicKey],
    ['a DSA key', () => generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).publicKey],
    ['an RSA-PSS key, which Web Crypto does not take', () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey],
  ])('is refused: %s', async (_, make) => {
    const algorithms: TokenAlgorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'];
    await expect(fresh({ algorithms, publicKey: make() }).verifyToken(await sign(rsa.privateKey, 'RS256'))).rejects.toMatchObject(
      invalidParams(/"publicKey" must be a key for signatures/),
    );
  });

  const rsaKey = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  it('a CryptoKey is for its own algorithm and hash, and for its usages', async () => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384', ...rsaKey }, false, ['sign', 'verify']);
    const box = fresh({ algorithms: ['RS256', 'RS384', 'PS384'], publicKey, privateKey, algorithm: 'RS384' });
    expect(await box.verifyToken(await box.signToken({ sub: 'x' }))).toMatchObject({ sub: 'x' });
    for (const alg of ['RS256', 'PS384'] as const) {
      await expect(fresh({ algorithms: [alg], publicKey }).verifyToken('x')).rejects.toMatchObject(invalidParams(/this one is for RS384/));
      await expect(fresh({ algorithms: [alg], privateKey }).signToken({})).rejects.toMatchObject(invalidParams(/"privateKey".*this one is for RS384/));
      await expect(box.verifyToken(await sign(rsa.privateKey, alg))).rejects.toMatchObject(noKey);
    }
    const sealing = await crypto.subtle.generateKey({ name: 'RSA-OAEP', hash: 'SHA-256', ...rsaKey }, false, ['encrypt', 'decrypt']);
    await expect(fresh({ algorithms: ['RS256'], publicKey: sealing.publicKey }).verifyToken('x')).rejects.toMatchObject(invalidParams(/usages have "verify"/));
    const agreeing = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    await expect(fresh({ algorithms: ['ES256'], privateKey: agreeing.privateKey }).signToken({})).rejects.toMatchObject(invalidParams(/usages have "sign"/));
  });

  it('is refused if it only looks like a key', async () => {
    for (const publicKey of [
      { type: 'public' },
      { type: 'public', usages: ['verify'], algorithm: { name: 'Ed25519' } },
      {},
      [],
      null,
      5,
      '',
      '{',
      '{"kty":"RSA"}',
    ])
      await expect(fresh({ algorithms: ['RS256'], publicKey: publicKey as never }).verifyToken('x')).rejects.toMatchObject(invalidParams(/"publicKey"/));
  });
});

describe('a private key', () => {
  const signing = (key: Jwk, algorithms: readonly TokenAlgorithm[] = ['RS256']) => fresh({ algorithms, privateKey: key as { kty: string } }).signToken({});

  it.each<Jwk>([{}, { use: 'sig' }, { key_ops: ['sign'] }, { alg: 'RS256' }])('signs with the members %j', async (members) => {
    const token = await signing({ ...jwkOf(rsa.privateKey), ...members });
    expect(await fresh({ algorithms: ['RS256'], publicKey: rsa.publicKey }).verifyToken(token)).toBeDefined();
  });

  it.each<[Jwk, RegExp]>([
    [{ use: 'enc' }, /"privateKey".*"use"/],
    [{ key_ops: ['verify'] }, /"privateKey".*"key_ops" have "sign"/],
    [{ key_ops: ['decrypt'] }, /"privateKey".*"key_ops"/],
    [{ alg: 'RS512' }, /"privateKey".*a key for RS256; this one is for RS512/],
  ])('is refused with the members %j', async (members, message) => {
    await expect(signing({ ...jwkOf(rsa.privateKey), ...members })).rejects.toMatchObject(invalidParams(message));
  });

  it('is refused if it is weak, or on another curve than its algorithm', async () => {
    const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    for (const privateKey of [weak, pem(weak, 'pkcs8'), jwkOf(weak) as { kty: string }])
      await expect(fresh({ algorithms: ['RS256'], privateKey }).signToken({})).rejects.toMatchObject(invalidParams(/"privateKey".*2048 bits/));
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
    await expect(fresh({ algorithms: ['ES256'], privateKey: ec }).signToken({})).rejects.toMatchObject(invalidParams(/for ES256; this one is for ES384/));
    expect(await fresh({ algorithms: ['ES256', 'ES384'], algorithm: 'ES384', privateKey: createPrivateKey(pem(ec, 'pkcs8')) }).signToken({})).toBeDefined();
  });
});

describe('a secret', () => {
  const jwk = jwkOf(rsa.publicKey);
  it.each<[string, string | Buffer]>([
    ['a JSON Web Key', JSON.stringify(jwk)],
    ['a JSON Web Key with white space and a BOM', `\uFEFF\n${JSON.stringify(jwk, null, 2)}\n`],
    ['a JSON Web Key of a secret', JSON.stringify({ kty: 'oct', k: 'x'.repeat(43), use: 'enc' })],
    ['a JSON Web Key Set', JSON.stringify({ keys: [jwk] })],
    ['DER in base64', (rsa.publicKey.export({ type: 'spki', format: 'der' }) as Buffer).toString('base64')],
    ['DER in base64 as PKCS #1', (rsa.publicKey.export({ type: 'pkcs1', format: 'der' }) as Buffer).toString('base64')],
    ['DER in base64, as bytes', Buffer.from((rsa.publicKey.export({ type: 'spki', format: 'der' }) as Buffer).toString('base64'))],
    ['DER of an EC key', generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' })],
  ])('must not be a public key in any form: %s', async (_, secret) => {
    const forged = await new SignJWT({ admin: true, exp: seconds() + 60 }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(Buffer.from(secret)));
    await expect(fresh({ algorithms: ['HS256'], secret }).verifyToken(forged)).rejects.toMatchObject(invalidParams(/"secret"/));
    if (typeof secret !== 'string') return;
    await expect(fresh({ algorithms: ['HS256'], secret: { config: 'KEY' } }, secret).verifyToken(forged)).rejects.toMatchObject(invalidParams(/"secret"/));
  });

  it.each(['{"secret": not JSON, but 32 characters}', `MI${'x'.repeat(40)}`, `0${'x'.repeat(40)}`])('may look a little like one: %s', async (secret) => {
    const box = fresh({ algorithms: ['HS256'], secret });
    expect(await box.verifyToken(await box.signToken({ sub: 'x' }))).toMatchObject({ sub: 'x' });
  });
});

describe('a set', () => {
  const garbage = [
    null,
    undefined,
    5,
    'text',
    [],
    {},
    { kty: null },
    { kty: 'RSA' },
    { kty: 'oct', k: 'AAAA' },
    { kty: 'weird', kid: 'k' },
    { ...jwkOf(other.publicKey), n: 'AQAB' },
  ];

  it.each([
    ['by id', { kid: 'k' }],
    ['without one', {}],
  ])('works with keys among invalid members, %s', async (_, header) => {
    const keys = [...garbage, { ...jwkOf(rsa.publicKey), kid: 'k' }];
    const token = await sign(rsa.privateKey, 'RS256', header);
    for (const jwks of [{ keys }, published(...keys)]) {
      expect(await fresh({ algorithms: ['RS256'], jwks: jwks as never }).verifyToken(token)).toMatchObject({ sub: 'lamp' });
    }
  });

  it('ignores private keys', async () => {
    const box = fresh({ algorithms: ['RS256'], jwks: { keys: [jwkOf(rsa.privateKey)] } });
    await expect(box.verifyToken(await sign(rsa.privateKey, 'RS256'))).rejects.toMatchObject(noKey);
  });

  it('is used as it was at its first use', async () => {
    const keys: object[] = [jwkOf(rsa.publicKey)];
    const box = fresh({ algorithms: ['RS256'], jwks: { keys } });
    await box.verifyToken(await sign(rsa.privateKey, 'RS256'));
    keys.push(jwkOf(other.publicKey));
    await expect(box.verifyToken(await sign(other.privateKey, 'RS256'))).rejects.toMatchObject({ code: 'InvalidToken' });
  });

  it.each([null, 5, '', [], {}, { keys: null }, { keys: {} }])('must not be %j', async (jwks) => {
    await expect(fresh({ algorithms: ['RS256'], jwks: jwks as never }).verifyToken('x')).rejects.toMatchObject(invalidParams(/"jwks"/));
  });
});
