import type { Interface, Schema } from '@suga/gateway';
import type { Cache, CacheOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    cache: Cache;
  }
}

const key: Schema = { type: 'string', minLength: 1 };
const keys: Schema = { type: 'array', items: key };
const ttl: Schema = { type: 'number', exclusiveMinimum: 0 };
const entryOptions = { ttl, tags: keys };
const options: Schema = { type: 'object', properties: entryOptions, additionalProperties: false };
const time: Schema = { type: 'number', minimum: 0 };
const computeOptions: Schema = {
  ...options,
  properties: {
    ...entryOptions,
    staleWhileRevalidate: time,
    revalidate: { enum: ['now', 'next'] },
    negativeTtl: ttl,
    errorTtl: time,
    shared: { type: 'boolean' },
  },
};
const entry: Schema = { type: 'object', properties: { key, value: {}, ...entryOptions }, required: ['key', 'value'], additionalProperties: false };
const count: Schema = { type: 'integer', minimum: 0 };
const object: Schema = { type: 'object' };

/** Creates the cache interface: `createGateway({ cache: cache({ maxEntries: 500 }) })`. */
export const cache = (settings: CacheOptions = {}): Interface<Cache> => ({
  operations: {
    get: { params: { key, fallback: {} }, required: ['key'], idempotent: true, batch: 'getMany' },
    set: { params: { key, value: {}, options }, required: ['key', 'value'], idempotent: true, batch: 'setMany' },
    has: { params: { key }, required: ['key'], result: { type: 'boolean' }, idempotent: true },
    delete: { params: { key }, required: ['key'], result: { type: 'boolean' }, idempotent: true, batch: 'deleteMany' },
    clear: { params: {}, result: count, idempotent: true },
    getMany: { params: { keys }, required: ['keys'], result: { type: 'array' }, idempotent: true },
    setMany: { params: { entries: { type: 'array', items: entry } }, required: ['entries'], idempotent: true },
    deleteMany: { params: { keys }, required: ['keys'], result: count, idempotent: true },
    getOrCompute: { params: { key, compute: {}, options: computeOptions }, required: ['key', 'compute'], returns: 'promise' },
    invalidateTags: { params: { tags: keys }, required: ['tags'], result: count, idempotent: true },
    metadata: { params: { key }, required: ['key'], result: object, idempotent: true },
    keys: { params: { prefix: { type: 'string' } }, result: keys, idempotent: true },
    prune: { params: {}, result: count, idempotent: true },
    stats: { params: {}, result: object, idempotent: true, remote: true },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(settings, host),
});
