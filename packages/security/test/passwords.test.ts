import { scryptSync } from 'node:crypto';
import { createGateway } from '@suga/gateway';
import { type PasswordOptions, security } from '@suga/security';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

const quick: PasswordOptions = { cost: 1024, blockSize: 8, parallelization: 1 };
const fresh = (passwords?: PasswordOptions) => createGateway({ security: security(passwords && { passwords }) }).security;
const box = fresh(quick);
const invalid = expect.objectContaining({ code: 'InvalidParams' });

describe('hashPassword and verifyPassword', () => {
  it('hold for any password, and for no other', async () => {
    const password = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(password, password, async (one, other) => {
        fc.pre(one.normalize('NFKC') !== other.normalize('NFKC'));
        const hash = await box.hashPassword(one);
        expect([await box.verifyPassword(one, hash), await box.verifyPassword(other, hash)]).toEqual([true, false]);
      }),
      { numRuns: 40 },
    );
  });

  it('say how the hash was made, by default as OWASP asks for, with a salt of its own', async () => {
    const [first, second] = await Promise.all([fresh().hashPassword('correct horse'), fresh().hashPassword('correct horse')]);
    const [, name, parameters, salt = '', hash] = first.split('$');
    expect([name, parameters]).toEqual(['scrypt', 'ln=15,r=8,p=3']);
    expect(
      scryptSync('correct horse', Buffer.from(salt, 'base64'), 32, { cost: 2 ** 15, blockSize: 8, parallelization: 3, maxmem: 2 ** 26 })
        .toString('base64')
        .replace('=', ''),
    ).toBe(hash);
    expect(second).not.toBe(first);
  });

  it('take one password for the same from any keyboard', async () => {
    expect(await box.verifyPassword('caf\u00e9 \u2126', await box.hashPassword('cafe\u0301 \u03a9'))).toBe(true);
  });

  it('verify what other settings made (RFC 7914, 12)', async () => {
    const salt = Buffer.from('NaCl').toString('base64').replaceAll('=', '').padEnd(11, 'A');
    const known = scryptSync('password', Buffer.from(salt, 'base64'), 64, { cost: 1024, blockSize: 8, parallelization: 16 });
    const hash = `$scrypt$ln=10,r=8,p=16$${salt}$${known.toString('base64').replaceAll('=', '')}`;
    expect(await box.verifyPassword('password', hash)).toBe(true);
    expect(box.needsRehash(hash)).toBe(true);
  });

  it('without a hash are false, and derive all the same', async () => {
    const settings = { cost: 2 ** 14, blockSize: 8, parallelization: 1 };
    const slow = fresh(settings);
    const hash = await slow.hashPassword('x');
    const scrypt = vi.spyOn(process.getBuiltinModule('node:crypto'), 'scrypt');
    for (const [password, given] of [
      ['y', hash],
      ['x', undefined],
      ['x', null],
      ['', hash],
      ['x'.repeat(2000), hash],
      ['', undefined],
    ] as const) {
      scrypt.mockClear();
      expect(await slow.verifyPassword(password, given)).toBe(false);
      expect(scrypt.mock.calls.map(([, , bytes, cost]) => ({ bytes, ...(cost as object) }))).toEqual([expect.objectContaining({ bytes: 32, ...settings })]);
    }
    scrypt.mockRestore();
  });

  const hostile = ['', undefined, null, 5, {}, 'x'.repeat(1025), 'x'.repeat(10 * 2 ** 20)];
  it.each(hostile)("%.20j is nobody's password, and not taken for a new one", async (password) => {
    const hash = await box.hashPassword('x');
    expect([await box.verifyPassword(password as string, hash), await box.verifyPassword(password as string, undefined)]).toEqual([false, false]);
    await expect(box.hashPassword(password as string)).rejects.toMatchObject({ code: 'InvalidInput', issues: [{ param: 'password' }] });
    // Not even where the hash was made of what stands for it.
    const empty = scryptSync('', Buffer.alloc(16), 32, { cost: 1024, blockSize: 8, parallelization: 1 });
    const ofNothing = `$scrypt$ln=10,r=8,p=1$${'A'.repeat(22)}$${empty.toString('base64').replace('=', '')}`;
    expect(await box.verifyPassword(password as string, ofNothing)).toBe(false);
    await expect(box.verifyPassword(password as string, 'text')).rejects.toEqual(invalid);
  });

  it.each([
    '',
    'text',
    '$2b$10$abcdefghijklmnopqrstuv',
    `$scrypt$ln=30,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`,
    `$scrypt$ln=10,r=999,p=999$${'A'.repeat(22)}$${'A'.repeat(43)}`,
    `$scrypt$ln=0,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`,
    `$scrypt$ln=10,r=8,p=1$$`,
    'x'.repeat(10 * 2 ** 20),
    5 as never,
  ])('%.60j is refused for a hash, before any work', async (hash) => {
    await expect(box.verifyPassword('x', hash)).rejects.toEqual(invalid);
    expect(() => box.needsRehash(hash)).toThrow(invalid);
  });

  it('many at once go on beside other work', async () => {
    let turns = 0;
    const turn = setInterval(() => turns++, 1);
    const hashes = await Promise.all(Array.from({ length: 12 }, (_, index) => fresh({ cost: 2 ** 14 }).hashPassword(String(index))));
    clearInterval(turn);
    expect(new Set(hashes).size).toBe(12);
    expect(turns).toBeGreaterThan(0);
  });
});

describe('needsRehash', () => {
  it('sees every setting that has changed', async () => {
    const hash = await box.hashPassword('x');
    expect(box.needsRehash(hash)).toBe(false);
    for (const changed of [{ cost: 2048 }, { blockSize: 9 }, { parallelization: 2 }]) expect(fresh({ ...quick, ...changed }).needsRehash(hash)).toBe(true);
  });

  it.each([{ cost: 1000 }, { cost: 1 }, { cost: 2 ** 20 }, { blockSize: 0 }, { parallelization: 1.5 }, { parallelization: 17 }])(
    '%j is refused for settings',
    async (passwords) => {
      await expect(fresh(passwords).hashPassword('x')).rejects.toEqual(invalid);
    },
  );
});
