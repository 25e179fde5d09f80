import type { Facts, Interface, Schema } from '@suga/gateway';
import type { Security, SecurityOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    security: Security;
  }
}

const text: Schema = { type: 'string' };
const options: Schema = { type: 'object' };
const key: Schema = { type: 'string', minLength: 1 };
const data: Schema = {};

const fact = <More extends Facts | object>(params: Facts['params'], required: string, summary: string, more: More) => ({
  params,
  required: required ? required.split(' ') : [],
  summary,
  ...more,
});
const pure = { idempotent: true } as const;
const yes = { ...pure, result: { type: 'boolean' } } as const;
const words = { ...pure, result: text } as const;
const later = { returns: 'promise' } as const;
const laterWords = { ...later, result: text } as const;
const judged = (result: string) =>
  fact({ value: {}, rule: options, name: text }, '', `The value, if it is ${result} that fits.`, { ...pure, result: { type: result } });

const operations: Interface<Security>['operations'] = {
  verifyToken: fact({ token: text, options }, '', 'The claims of a valid token.', { ...later, ...pure, result: options }),
  signToken: fact({ claims: options, options }, 'claims', 'Makes a token.', laterWords),
  encrypt: fact({ data, options }, 'data', 'Encrypts text or bytes.', laterWords),
  decrypt: fact({ sealed: text, options }, 'sealed', 'What was encrypted.', { ...later, ...pure }),
  hashPassword: fact({ password: text }, 'password', 'Hashes a password.', laterWords),
  verifyPassword: fact({ password: text, hash: {} }, 'password', 'Whether it is the password.', { ...later, ...yes }),
  needsRehash: fact({ hash: text }, 'hash', 'Whether settings have changed since.', yes),
  hash: fact({ data, options }, 'data', 'A digest.', words),
  verifyHash: fact({ data, digest: text, options }, 'data', 'Whether a digest holds.', yes),
  hmac: fact({ data, key: {}, options }, 'data key', 'A keyed digest.', words),
  verifyHmac: fact({ data, mac: text, key: {}, options }, 'data key', 'Whether a keyed digest holds.', yes),
  equals: fact({ a: {}, b: {} }, 'a b', 'Compares secrets.', yes),
  validate: fact({ value: {}, rule: {}, name: text }, 'rule', 'The value, if it fits.', pure),
  validateRequest: fact({ request: {}, rules: options }, 'request rules', 'What the rules name of a request.', pure),
  validateString: judged('string'),
  validateEmail: judged('string'),
  validateUrl: judged('string'),
  validateNumber: judged('number'),
  validateRecord: judged('object'),
  validateList: judged('array'),
  checkRateLimit: fact({ key, limit: options }, 'key', 'Counts one more, if it is allowed.', { result: options }),
  resetRateLimit: fact({ key }, 'key', 'Forgets what was counted.', yes),
  sanitizeForLog: fact({ value: {} }, '', 'A value fit for a log.', pure),
  escapeHtml: fact({ text }, 'text', 'Text that HTML shows as it is.', words),
  correlationId: fact({ prefix: text }, '', 'A new random id.', { result: text, remote: true }),
  stats: fact({}, '', 'Counts since it was loaded.', { ...pure, result: options, remote: true }),
};

/** The security interface: `createGateway({ security: security({ tokens: { algorithms: ['RS256'], jwks, issuer, audience } }) })`. */
export const security = (settings: SecurityOptions = {}): Interface<Security> => ({
  operations,
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(settings, host),
});
