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

const operation = <More extends Facts | object>(params: Facts['params'], required: string, summary: string, more: More) => ({
  params,
  required: required ? required.split(' ') : [],
  summary,
  ...more,
});
const idempotent = { idempotent: true } as const;
const givesBoolean = { ...idempotent, result: { type: 'boolean' } } as const;
const givesText = { ...idempotent, result: text } as const;
const givesPromise = { returns: 'promise' } as const;
const givesPromisedText = { ...givesPromise, result: text } as const;
const validator = (result: string) =>
  operation({ value: {}, rule: options, name: text }, '', `The value, if it is ${result} that fits.`, { ...idempotent, result: { type: result } });

const operations: Interface<Security>['operations'] = {
  verifyToken: operation({ token: text, options }, '', 'The claims of a valid token.', { ...givesPromise, ...idempotent, result: options }),
  signToken: operation({ claims: options, options }, 'claims', 'Makes a token.', givesPromisedText),
  encrypt: operation({ data, options }, 'data', 'Encrypts text or bytes.', givesPromisedText),
  decrypt: operation({ sealed: text, options }, 'sealed', 'What was encrypted.', { ...givesPromise, ...idempotent }),
  hashPassword: operation({ password: text }, 'password', 'Hashes a password.', givesPromisedText),
  verifyPassword: operation({ password: text, hash: {} }, 'password', 'Whether it is the password.', { ...givesPromise, ...givesBoolean }),
  needsRehash: operation({ hash: text }, 'hash', 'Whether settings have changed since.', givesBoolean),
  hash: operation({ data, options }, 'data', 'A digest.', givesText),
  verifyHash: operation({ data, digest: text, options }, 'data', 'Whether a digest holds.', givesBoolean),
  hmac: operation({ data, key: {}, options }, 'data key', 'A keyed digest.', givesText),
  verifyHmac: operation({ data, mac: text, key: {}, options }, 'data key', 'Whether a keyed digest holds.', givesBoolean),
  equals: operation({ a: {}, b: {} }, 'a b', 'Compares secrets.', givesBoolean),
  validate: operation({ value: {}, rule: {}, name: text }, 'rule', 'The value, if it fits.', idempotent),
  validateRequest: operation({ request: {}, rules: options }, 'request rules', 'What the rules name of a request.', idempotent),
  validateString: validator('string'),
  validateEmail: validator('string'),
  validateUrl: validator('string'),
  validateNumber: validator('number'),
  validateRecord: validator('object'),
  validateList: validator('array'),
  checkRateLimit: operation({ key, limit: options }, 'key', 'Counts one more, if it is allowed.', { result: options }),
  resetRateLimit: operation({ key }, 'key', 'Forgets what was counted.', givesBoolean),
  sanitizeForLog: operation({ value: {} }, '', 'A value fit for a log.', idempotent),
  escapeHtml: operation({ text }, 'text', 'Text that HTML shows as it is.', givesText),
  correlationId: operation({ prefix: text }, '', 'A new random id.', { result: text, remote: true }),
  stats: operation({}, '', 'Counts since it was loaded.', { ...idempotent, result: options, remote: true }),
};

/** The security interface: `createGateway({ security: security({ tokens: { algorithms: ['RS256'], jwks, issuer, audience } }) })`. */
export const security = (settings: SecurityOptions = {}): Interface<Security> => ({
  operations,
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(settings, host),
});
