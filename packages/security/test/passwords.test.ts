import nodeCrypto, { scryptSync } from 'node:crypto';
import { createGateway } from '@suga/gateway';
import { type PasswordOptions, security } from '@suga/security';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const quick: PasswordOptions = { cost: 1024, blockSize: 8, parallelization: 1 };
const fresh = (passwords?: PasswordOptions) => createGateway({ security: security(passwords && { passwords }) }).security;
const box = fresh(quick);
const invalid = expect.objectContaining({ code: 'InvalidParams' });

let warnings: Error[] = [];
beforeEach(() => {
  warnings = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => void warnings.push(warning as Error));
});
afterEach(() => void vi.restoreAllMocks());

/** The derivations so far, with the parameters of scrypt, which determine the time that a call takes. */
const derivations = () => {
  const scrypt = vi.spyOn(nodeCrypto, 'scrypt');
  return () => scrypt.mock.calls.splice(0).map(([, , , settings]) => settings as PasswordOptions);
};

describe('hashPassword and verifyPassword', () => {
  it('match for any password, and for no other', async () => {
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

  it('include the parameters in the hash, by default those of OWASP, with a new salt', async () => {
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

  it('accept the same password from any keyboard', async () => {
    expect(await box.verifyPassword('caf\u00e9 \u2126', await box.hashPassword('cafe\u0301 \u03a9'))).toBe(true);
  });

  it('verify hashes of other settings (RFC 7914, 12)', async () => {
    const salt = Buffer.from('NaCl').toString('base64').replaceAll('=', '').padEnd(11, 'A');
    const known = scryptSync('password', Buffer.from(salt, 'base64'), 64, { cost: 1024, blockSize: 8, parallelization: 16 });
    const hash = `$scrypt$ln=10,r=8,p=16$${salt}$${known.toString('base64').replaceAll('=', '')}`;
    expect(await box.verifyPassword('password', hash)).toBe(true);
    expect(box.needsRehash(hash)).toBe(true);
  });

  it.each([undefined, null, ''])('return false without a hash (%j), after the same work', async (missing) => {
    const derived = derivations();
    expect(await box.verifyPassword('y', missing)).toBe(false);
    expect(derived()).toMatchObject([quick]);
    await box.verifyPassword('y', await box.hashPassword('x'));
    expect(derived()).toMatchObject([quick, quick]);
    expect(warnings).toEqual([]);
  });

  const hostile = ['', undefined, null, 5, {}, 'x'.repeat(1025), 'x'.repeat(10 * 2 ** 20)];
  it.each(hostile)('%.20j matches no hash, and is refused as a new password', async (password) => {
    const hash = await box.hashPassword('x');
    const derived = derivations();
    for (const given of [hash, undefined, '', 'text']) expect(await box.verifyPassword(password as string, given)).toBe(false);
    expect(derived()).toMatchObject([quick, quick, quick, quick]);
    await expect(box.hashPassword(password as string)).rejects.toMatchObject({ code: 'InvalidInput', issues: [{ param: 'password' }] });
    // It does not match even a hash of the string that replaces it.
    const empty = scryptSync('', Buffer.alloc(16), 32, { cost: 1024, blockSize: 8, parallelization: 1 });
    const ofNothing = `$scrypt$ln=10,r=8,p=1$${'A'.repeat(22)}$${empty.toString('base64').replace('=', '')}`;
    expect(await box.verifyPassword(password as string, ofNothing)).toBe(false);
  });

  const cheap = scryptSync('x', Buffer.alloc(16), 32, { cost: 2, blockSize: 1, parallelization: 1 });
  it.each<[unknown, string]>([
    ['text', '4 characters'],
    ['$2b$10$abcdefghijklmnopqrstuv', '29 characters, $2b$'],
    ['$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG', 'characters, $argon2id$'],
    [`$scrypt$ln=30,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`, '$scrypt$'],
    [`$scrypt$ln=10,r=999,p=999$${'A'.repeat(22)}$${'A'.repeat(43)}`, '$scrypt$'],
    [`$scrypt$ln=0,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`, '$scrypt$'],
    [`$scrypt$ln=1,r=0,p=1$${'A'.repeat(22)}$${cheap.toString('base64').replace('=', '')}`, '$scrypt$'],
    ['$scrypt$ln=10,r=8,p=1$$', '$scrypt$'],
    ['x'.repeat(10 * 2 ** 20), '10485760 characters'],
    [5, 'number'],
    [{ hash: 'x' }, 'object'],
    [Buffer.from('x'), 'object'],
  ])('return false with a malformed hash (%.60j), after the same work, and report it to the operator', async (malformed, told) => {
    const own = fresh(quick);
    const derived = derivations();
    expect([await own.verifyPassword('x', malformed as string), await own.verifyPassword('', malformed as string)]).toEqual([false, false]);
    expect(derived()).toMatchObject([quick, quick]);
    expect(warnings).toMatchObject([{ code: 'InvalidParams', message: expect.stringContaining(told) }]);
    expect(warnings[0]?.message).not.toMatch(/AAAA|abcdef|RdescudvJ/);
    expect(own.stats().passwords).toEqual({ verified: 0, refused: 2, malformed: 2 });
    expect(() => own.needsRehash(malformed as string)).toThrow(invalid);
  });

  it('that are truncated, or whose last character has other bits, are malformed', async () => {
    const own = fresh(quick);
    const hash = await own.hashPassword('x');
    const last = hash.at(-1) as string;
    const next = String.fromCharCode(last.charCodeAt(0) + 1);
    const changed = [...Array.from({ length: 43 }, (_, cut) => hash.slice(0, -cut - 1)), hash.slice(0, -1) + next];
    for (const each of changed) expect(await own.verifyPassword('x', each), each).toBe(false);
    expect(await own.verifyPassword('x', hash)).toBe(true);
    expect(own.stats().passwords).toMatchObject({ verified: 1, malformed: changed.length });
  });

  it('are counted', async () => {
    const own = fresh(quick);
    expect(own.stats().passwords).toEqual({ verified: 0, refused: 0, malformed: 0 });
    const hash = await own.hashPassword('x');
    for (const [password, given] of [
      ['x', hash],
      ['y', hash],
      ['x', undefined],
    ] as const)
      await own.verifyPassword(password, given);
    expect(own.stats().passwords).toEqual({ verified: 1, refused: 2, malformed: 0 });
  });

  it('let other work continue while many are in progress', async () => {
    let turns = 0;
    const turn = setInterval(() => turns++, 1);
    const hashes = await Promise.all(Array.from({ length: 12 }, (_, index) => fresh({ cost: 2 ** 14 }).hashPassword(String(index))));
    clearInterval(turn);
    expect(new Set(hashes).size).toBe(12);
    expect(turns).toBeGreaterThan(0);
  });
});

describe('needsRehash', () => {
  it('notices every setting that has changed', async () => {
    const hash = await box.hashPassword('x');
    expect(box.needsRehash(hash)).toBe(false);
    for (const changed of [{ cost: 2048 }, { blockSize: 9 }, { parallelization: 2 }]) expect(fresh({ ...quick, ...changed }).needsRehash(hash)).toBe(true);
  });

  const numbers = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '8' as never, null as never];
  it.each<[keyof PasswordOptions, readonly number[]]>([
    ['cost', [1000, 1, 2 ** 20, ...numbers]],
    ['blockSize', numbers],
    ['parallelization', [17, ...numbers]],
  ])('an invalid %s is refused by its name', async (name, values) => {
    for (const value of values) {
      const refused = { code: 'InvalidParams', message: expect.stringContaining(`"passwords.${name}"`) };
      await expect(fresh({ [name]: value }).hashPassword('x'), String(value)).rejects.toMatchObject(refused);
    }
  });
});
