import { createGateway } from '@suga/gateway';
import { gateway as auto } from '@suga/gateway/auto';
import { type Claims, type RateLimitResult, type Security, type StandardSchema, security } from '@suga/security';
import { expectTypeOf, it } from 'vitest';

const { security: box } = createGateway({ security: security({ tokens: { algorithms: ['ES256'], jwks: 'https://issuer.example/jwks.json' } }) });

it('has the types of the contract, and refuses wrong arguments', () => {
  expectTypeOf(box).toEqualTypeOf<Security>();
  expectTypeOf(auto.security).toExtend<Security>();
  expectTypeOf(box.verifyToken('t')).toEqualTypeOf<Promise<Claims & Claims>>();
  expectTypeOf(box.verifyToken<{ role: 'admin' }>('t')).resolves.toHaveProperty('role');
  expectTypeOf(box.decrypt('s')).toEqualTypeOf<Promise<string>>();
  expectTypeOf(box.decrypt('s', { as: 'bytes' })).toEqualTypeOf<Promise<Uint8Array>>();
  expectTypeOf(box.checkRateLimit('k')).toEqualTypeOf<RateLimitResult>();
  expectTypeOf(box.sanitizeForLog('text')).toEqualTypeOf<string>();
  // @ts-expect-error there is no such algorithm
  security({ tokens: { algorithms: ['none'] } });
  // @ts-expect-error durations are numbers of milliseconds
  box.checkRateLimit('k', { period: '1m' });
  // @ts-expect-error a key is 32 bytes, a string or a reference
  security({ encryption: { keys: { k1: 5 } } });
  // @ts-expect-error did you mean 'hash'?
  box.hsh('x');
});

it('infers the values that rules accept', () => {
  const user = box.validate(null, {
    type: 'record',
    fields: {
      name: { type: 'string' },
      age: { type: 'number', optional: true },
      role: { type: 'string', oneOf: ['admin', 'user'], default: 'user' },
      tags: { type: 'list', of: { type: 'string' } },
    },
  });
  expectTypeOf(user).toEqualTypeOf<{ name: string; role: 'admin' | 'user'; tags: string[]; age?: number }>();
  expectTypeOf(box.validateList([], { of: { type: 'number' } })).toEqualTypeOf<number[]>();
  expectTypeOf(box.validateRecord({}, { values: { type: 'boolean' } })).toEqualTypeOf<Record<string, boolean>>();
  const schema = {} as StandardSchema<{ id: number }>;
  expectTypeOf(box.validate(null, schema)).toEqualTypeOf<{ id: number }>();
  const { query, body } = box.validateRequest({}, { query: { limit: { type: 'number', default: 10 } }, body: schema });
  expectTypeOf(query).toEqualTypeOf<{ limit: number }>();
  expectTypeOf(body).toEqualTypeOf<{ id: number }>();
  // @ts-expect-error there is no such type
  box.validate(1, { type: 'strng' });
});
