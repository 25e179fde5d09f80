import { inspect } from 'node:util';
import { createGateway, type Interface } from '@suga/gateway';
import { type EncryptionOptions, security } from '@suga/security';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const k1 = Buffer.alloc(32, 1).toString('base64');
const k2 = Buffer.alloc(32, 2).toString('base64url');
const fresh = (encryption?: EncryptionOptions) => createGateway({ security: security(encryption && { encryption }) }).security;
const VECTOR = 'suga1.key.k1.AAECAwQFBgcICQoL08P5Sk8BT1dl1XUDIRIRpch2ITsW';
const tampered = expect.objectContaining({ code: 'Tampered' });
const refused = (words: RegExp) => expect.objectContaining({ code: 'InvalidParams', message: expect.stringMatching(words) });

describe('encrypt and decrypt', () => {
  it('return any text and any bytes, with any context', async () => {
    const box = fresh({ keys: { k1 } });
    const texts = fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, fc.uint8Array({ maxLength: 200 })), fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), async (data, context) => {
        const sealed = await box.encrypt(data, { context });
        expect(sealed).toMatch(/^suga1\.key\.k1\.[\w-]+$/);
        if (typeof data === 'string') expect(await box.decrypt(sealed, { context: Object.fromEntries(Object.entries(context).reverse()) })).toBe(data);
        else expect(await box.decrypt(sealed, { context, as: 'bytes' })).toEqual(data);
      }),
    );
  });

  it('never return the same result twice', async () => {
    const box = fresh({ keys: { k1 } });
    const sealed = await Promise.all(Array.from({ length: 500 }, () => box.encrypt('same')));
    expect(new Set(sealed.map((each) => each.split('.')[3]?.slice(0, 16))).size).toBe(500);
  });

  it('refuse data that was changed anywhere', async () => {
    const box = fresh({ keys: { k1, k2: k1, k3: k1 }, current: 'k1' });
    const sealed = await box.encrypt('do not touch', { context: { user: '1' } });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sealed.length - 1),
        fc.constantFrom(...'Aa0_-.123k='),
        fc.constantFrom('replace', 'insert', 'remove'),
        async (at, character, how) => {
          const changed = sealed.slice(0, at) + (how === 'remove' ? '' : character) + sealed.slice(how === 'insert' ? at : at + 1);
          fc.pre(changed !== sealed);
          await expect(box.decrypt(changed, { context: { user: '1' } })).rejects.toMatchObject({ code: expect.stringMatching(/^(Tampered|UnknownKey)$/) });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('bind to the whole context, and distinguish names from values', async () => {
    const box = fresh({ keys: { k1 } });
    const sealed = await box.encrypt('x', { context: { a: '1', b: '2' } });
    for (const context of [{}, { a: '1' }, { a: '2', b: '1' }, { a: '1', b: '2', c: '' }, { 'a","1': '', b: '2' }, { ab: '12' }])
      await expect(box.decrypt(sealed, { context: context as Record<string, string> })).rejects.toEqual(tampered);
    await expect(box.decrypt(sealed)).rejects.toEqual(tampered);
    expect(await box.decrypt(sealed, { context: { b: '2', a: '1' } })).toBe('x');
  });

  it.each([
    '',
    'text',
    'suga1.key.k1.',
    `suga1.key.k1.${'A'.repeat(38)}`,
    'suga2.key.k1.AAAA',
    `suga1.key..${'A'.repeat(50)}`,
    'x'.repeat(10 * 2 ** 20),
    `suga1.key.${'k'.repeat(2 ** 20)}.AAAA`,
  ])('refuse %.40j', async (sealed) => {
    await expect(fresh({ keys: { k1 } }).decrypt(sealed)).rejects.toEqual(tampered);
  });

  it('use the documented format', async () => {
    // Made with Web Crypto: nonce 000102…0b, AES-256-GCM, AAD `suga1.key.k1.[["a","1"]]`.

    expect(await fresh({ keys: { k1 } }).decrypt(VECTOR, { context: { a: '1' } })).toBe('hello');
  });

  it('accept 10 MB', async () => {
    const box = fresh({ keys: { k1 } });
    const data = new Uint8Array(10 * 2 ** 20).fill(7);
    expect(Buffer.compare(await box.decrypt(await box.encrypt(data), { as: 'bytes' }), data)).toBe(0);
  });

  it('do not return bytes that are not UTF-8 as text', async () => {
    const box = fresh({ keys: { k1 } });
    await expect(box.decrypt(await box.encrypt(Uint8Array.of(0xff)))).rejects.toEqual(refused(/"bytes"/));
    expect(await box.decrypt(await box.encrypt('\ufeffwith a mark'))).toBe('\ufeffwith a mark');
  });
});

describe('keys', () => {
  it('rotate: the current key encrypts, every known key decrypts', async () => {
    const old = await fresh({ keys: { k1 } }).encrypt('x');
    const both = fresh({ keys: { k1, k2 }, current: 'k2' });
    expect(await both.encrypt('y')).toMatch(/^suga1\.key\.k2\./);
    expect(await both.decrypt(old)).toBe('x');
    await expect(fresh({ keys: { k2 } }).decrypt(old)).rejects.toMatchObject({ code: 'UnknownKey', details: { keyId: 'k1' } });
    await expect(fresh({ keys: { k1: k2 } }).decrypt(old)).rejects.toEqual(tampered);
    await expect(fresh({ keys: { k1 } }).decrypt(old.replace('.key.', '.kms.'))).rejects.toMatchObject({ code: 'UnknownKey' });
    for (const name of ['__proto__', 'constructor']) await expect(both.decrypt(old.replace('k1', name))).rejects.toMatchObject({ code: 'UnknownKey' });
    expect(both.stats().encryption).toEqual({ encrypted: 1, decrypted: 1, refused: 2, kmsCalls: 0 });
  });

  it('must have 32 bytes and a simple id, and one must be current; errors do not show them', async () => {
    for (const bad of ['short', 'A'.repeat(42), `${'A'.repeat(43)}!`, Buffer.alloc(16), Buffer.alloc(33), 5 as never, undefined as never]) {
      await expect(fresh({ keys: { k1: bad } }).encrypt('x')).rejects.toEqual(refused(/encryption\.keys\.k1" must be 32 bytes/));
    }
    await expect(fresh({ keys: { 'a.b': k1 } }).encrypt('x')).rejects.toEqual(refused(/ids/));
    await expect(fresh({ keys: { k1 }, current: 'k3' }).encrypt('x')).rejects.toEqual(refused(/current/));
    await expect(fresh({ keys: { k1 }, current: '__proto__' }).encrypt('x')).rejects.toEqual(refused(/current/));
    await expect(fresh({ keys: { k1, k2 } }).encrypt('x')).rejects.toEqual(refused(/encryption\.current/));
    await expect(fresh().encrypt('x')).rejects.toEqual(refused(/encryption\.keys or encryption\.kms/));
    expect(
      inspect(
        await fresh({ keys: { k1: `${k1}${k1}` } })
          .encrypt('x')
          .catch((error: unknown) => error),
      ),
    ).not.toContain(k1);
  });

  it('are read from the config interface, once for all waiting callers, and again after a failure', async () => {
    let asked = 0;
    const operations = {
      getRequired: () => `${k1}\n`,
      getSecret: async () => {
        if (asked++ === 0) throw new Error('not now');
        return k2;
      },
      getParameter: async () => '',
    };
    const facts = { params: { key: {} } };
    const later = { ...facts, returns: 'promise' } as const;
    const config = { operations: { getRequired: facts, getSecret: later, getParameter: later }, load: () => ({ operations }) } as unknown as Interface<
      typeof operations
    >;
    const keys = { k1: { config: 'KEY' }, k2: { secret: 'app/key' }, k3: { parameter: 'none' } };
    const box = createGateway({ config, security: security({ encryption: { keys, current: 'k2' } }) }).security;
    await expect(box.encrypt('x')).rejects.toThrow('not now');
    const sealed = await Promise.all([box.encrypt('x'), box.encrypt('y')]);
    expect(await Promise.all(sealed.map((each) => box.decrypt(each)))).toEqual(['x', 'y']);
    expect(asked).toBe(2);
    expect(await box.decrypt(await fresh({ keys: { k1 } }).encrypt('z'))).toBe('z');
    await expect(box.decrypt(sealed[0].replace('k2', 'k3'))).rejects.toEqual(refused(/setting that holds a key/));
    await expect(fresh({ keys }).decrypt(sealed[0])).rejects.toEqual(refused(/encryption\.keys\.k2.*@suga\/config/));
  });

  it.each([[{ context: 5 }], [{ context: { a: 1 } }], [{ context: ['a'] }], [{ as: 'json' }], [5], [null]])('refuse the options %j', async (options) => {
    const box = fresh({ keys: { k1 } });
    await expect(box.decrypt(await box.encrypt('x'), options as never)).rejects.toMatchObject({ code: 'InvalidParams' });
  });
});
