import { createHash, createHmac } from 'node:crypto';
import { createGateway } from '@suga/gateway';
import { security } from '@suga/security';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const box = createGateway({ security: security() }).security;
const data = fc.oneof(fc.string(), fc.uint8Array());
const options = fc.record(
  { algorithm: fc.constantFrom('sha256', 'sha384', 'sha512'), encoding: fc.constantFrom('hex', 'base64', 'base64url') },
  { requiredKeys: [] },
);

describe('digests', () => {
  it('are those of node:crypto, and match nothing else', () => {
    fc.assert(
      fc.property(data, data, options, fc.string({ minLength: 1 }), (one, other, given, key) => {
        const { algorithm = 'sha256', encoding = 'hex' } = given;
        const [digest, mac] = [box.hash(one, given), box.hmac(one, key, given)];
        expect(digest).toBe(createHash(algorithm).update(one).digest(encoding));
        expect(mac).toBe(createHmac(algorithm, key).update(one).digest(encoding));
        const same = Buffer.from(one as string).equals(Buffer.from(other as string));
        expect([box.verifyHash(one, digest, given), box.verifyHmac(one, mac, key, given)]).toEqual([true, true]);
        expect([box.verifyHash(other, digest, given), box.verifyHmac(other, mac, key, given)]).toEqual([same, same]);
        expect(box.verifyHmac(one, mac, `${key}x`, given)).toBe(false);
        expect(box.equals(one, other)).toBe(same);
      }),
    );
  });

  it('match the vectors of FIPS 180-2 and RFC 4231', () => {
    expect(box.hash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(box.hmac('what do ya want for nothing?', 'Jefe')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('accept hex in either case, and nothing else from outside', () => {
    const mac = box.hmac('x', 'key');
    expect(box.verifyHmac('x', mac.toUpperCase(), 'key')).toBe(true);
    for (const wrong of [undefined, null, '', 5, {}, [mac], mac.slice(1), `${mac}0`, 'x'.repeat(10 * 2 ** 20)]) {
      expect([box.verifyHmac('x', wrong as string, 'key'), box.verifyHash('x', wrong as string)]).toEqual([false, false]);
    }
  });

  it('refuse mistakes of the program', () => {
    const invalid = expect.objectContaining({ code: 'InvalidParams' });
    for (const wrong of [undefined, null, 5, {}, []]) {
      expect(() => box.hash(wrong as never)).toThrow(invalid);
      expect(() => box.hmac('x', wrong as never)).toThrow(invalid);
      expect(() => box.equals('x', wrong as never)).toThrow(invalid);
    }
    expect(() => box.hmac('x', '')).toThrow(invalid);
    for (const given of [{ algorithm: 'md5' }, { algorithm: '__proto__' }, { encoding: 'utf8' }, 5, null])
      expect(() => box.hash('x', given as never)).toThrow(invalid);
  });
});
