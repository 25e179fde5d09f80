import type { Core, Host } from '@suga/gateway';
import { assertObject } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { Security, SecurityOptions } from './contract.js';
import { equals, hash, hmac, verifyHash, verifyHmac } from './hashing/digests.js';
import { lazyValue } from './lazy-value.js';
import { RateLimiter } from './rate-limit.js';
import { escapeHtml, Sanitizer } from './sanitize.js';

/** Creates the core: the parts that need no library and no crypto, and loaders for the others. */
export function create(options: SecurityOptions, host: Host): Core<Security> {
  assertSettings(options);
  const limiter = new RateLimiter(options.rateLimit);
  const sanitizer = new Sanitizer(options.redact);
  const tokens = lazyValue(() => new (require('./tokens/tokens.js') as typeof import('./tokens/tokens.js')).Tokens(options.tokens ?? {}, host));
  const encryption = lazyValue(
    () => new (require('./encryption/encryption.js') as typeof import('./encryption/encryption.js')).Encryption(options.encryption ?? {}, host),
  );
  const passwords = lazyValue(() => new (require('./hashing/passwords.js') as typeof import('./hashing/passwords.js')).Passwords(options.passwords));
  const validation = lazyValue(() => require('./validation/validation.js') as typeof import('./validation/validation.js'));

  return {
    operations: {
      // `async`: a wrong setting or argument rejects the promise, as every other error does.
      verifyToken: async (token, verifyOptions) => (await tokens().verify(token, verifyOptions)) as never,
      signToken: async (claims, signOptions) => tokens().sign(claims, signOptions),
      encrypt: async (data, encryptOptions) => encryption().encrypt(data, encryptOptions),
      decrypt: async (ciphertext: string, decryptOptions?: object) => (await encryption().decrypt(ciphertext, decryptOptions)) as never,
      hashPassword: async (password) => passwords().hash(password),
      verifyPassword: async (password, storedHash) => passwords().verify(password, storedHash),
      needsRehash: (storedHash) => passwords().needsRehash(storedHash),
      hash,
      verifyHash,
      hmac,
      verifyHmac,
      equals,
      validate: (value: unknown, rule: object, name?: string) => validation().validate(value, rule, name) as never,
      validateRequest: (request, rules) => validation().validateRequest(request, rules) as never,
      validateString: (value, rule, name) => validation().validateAs('string', value, rule, name) as string,
      validateEmail: (value, rule, name) => validation().validateAs('email', value, rule, name) as string,
      validateUrl: (value, rule, name) => validation().validateAs('url', value, rule, name) as string,
      validateNumber: (value, rule, name) => validation().validateAs('number', value, rule, name) as number,
      validateRecord: (value, rule, name) => validation().validateAs('record', value, rule, name) as never,
      validateList: (value, rule, name) => validation().validateAs('list', value, rule, name) as never,
      checkRateLimit: (key, limit) => limiter.check(key, limit),
      resetRateLimit: (key) => limiter.reset(key),
      sanitizeForLog: (value: unknown) => sanitizer.sanitize(value) as string,
      escapeHtml,
      correlationId,
      stats: () => ({
        tokens: tokens.created?.stats() ?? { verified: 0, refused: 0, keyFetches: 0 },
        encryption: encryption.created?.stats() ?? { encrypted: 0, decrypted: 0, refused: 0, kmsCalls: 0 },
        passwords: passwords.created?.stats() ?? { verified: 0, refused: 0, malformed: 0 },
        rateLimit: limiter.stats(),
      }),
    },
    heldState: () => {
      const held = { 'rate limits': limiter.stats().keys, 'key sets': tokens.created?.held, 'data keys': encryption.created?.held };
      const parts = Object.entries(held).flatMap(([kind, count]) => (count ? [`${count} ${kind}`] : []));
      return parts.length > 0 ? parts.join(', ') : undefined;
    },
    [Symbol.dispose]: () => limiter.clear(),
  };
}

function correlationId(prefix?: string): string {
  if (prefix === undefined) return crypto.randomUUID();
  // The prefix ends up in headers and logs.
  if (typeof prefix !== 'string' || !/^[\w.:-]{1,64}$/.test(prefix)) throw invalidParam('security', 'prefix', prefix, '1 to 64 letters, digits, _ . : or -');
  return `${prefix}-${crypto.randomUUID()}`;
}

/** @throws `InvalidParams` */
function assertSettings(options: SecurityOptions): void {
  assertObject('security', 'options', options);
  for (const part of ['tokens', 'encryption', 'passwords', 'rateLimit'] as const) {
    const value: unknown = options[part];
    if (value !== undefined) assertObject('security', part, value);
  }
}
