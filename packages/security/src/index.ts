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
  operation({ value: {}, rule: options, name: text }, '', `Validates a value of type ${result}.`, { ...idempotent, result: { type: result } });

const operations: Interface<Security>['operations'] = {
  verifyToken: operation({ token: text, options }, '', 'Verifies a token and returns its claims.', { ...givesPromise, ...idempotent, result: options }),
  signToken: operation({ claims: options, options }, 'claims', 'Signs a token.', givesPromisedText),
  encrypt: operation({ data, options }, 'data', 'Encrypts text or bytes.', givesPromisedText),
  decrypt: operation({ ciphertext: text, options }, 'ciphertext', 'Decrypts text or bytes.', { ...givesPromise, ...idempotent }),
  hashPassword: operation({ password: text }, 'password', 'Hashes a password.', givesPromisedText),
  verifyPassword: operation({ password: text, hash: {} }, 'password', 'Whether a password is right.', { ...givesPromise, ...givesBoolean }),
  needsRehash: operation({ hash: text }, 'hash', 'Whether a hash has outdated settings.', givesBoolean),
  hash: operation({ data, options }, 'data', 'Computes a digest.', givesText),
  verifyHash: operation({ data, digest: text, options }, 'data', 'Whether a digest matches.', givesBoolean),
  hmac: operation({ data, key: {}, options }, 'data key', 'Computes a keyed digest.', givesText),
  verifyHmac: operation({ data, mac: text, key: {}, options }, 'data key', 'Whether a keyed digest matches.', givesBoolean),
  equals: operation({ a: {}, b: {} }, 'a b', 'Compares secrets.', givesBoolean),
  validate: operation({ value: {}, rule: {}, name: text }, 'rule', 'Validates a value.', idempotent),
  validateRequest: operation({ request: {}, rules: options }, 'request rules', 'Validates a request.', idempotent),
  validateString: validator('string'),
  validateEmail: validator('string'),
  validateUrl: validator('string'),
  validateNumber: validator('number'),
  validateRecord: validator('object'),
  validateList: validator('array'),
  checkRateLimit: operation({ key, limit: options }, 'key', 'Counts a call, if it is allowed.', { result: options }),
  resetRateLimit: operation({ key }, 'key', 'Removes a count.', givesBoolean),
  sanitizeForLog: operation({ value: {} }, '', 'Makes a value safe to log.', idempotent),
  escapeHtml: operation({ text }, 'text', 'Escapes text for HTML.', givesText),
  correlationId: operation({ prefix: text }, '', 'Creates a random id.', { result: text, remote: true }),
  stats: operation({}, '', 'Counts since it was loaded.', { ...idempotent, result: options, remote: true }),
};

/** The security interface: `createGateway({ security: security({ tokens: { algorithms: ['RS256'], jwks, issuer, audience } }) })`. */
export const security = (settings: SecurityOptions = {}): Interface<Security> => ({
  operations,
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(settings, host),
});
