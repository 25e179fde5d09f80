import type { Facts, Interface, Schema } from '@suga/gateway';
import type { Store, StoreOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    store: Store;
  }
}

const key: Schema = { type: 'string', minLength: 1 };
const keys: Schema = { type: 'array', items: key };
const ttl: Schema = { type: 'number', exclusiveMinimum: 0 };
const setOptions = { ttl, ifAbsent: { type: 'boolean' } };
const entry: Schema = { type: 'object', properties: { key, value: {}, ...setOptions }, required: ['key', 'value'], additionalProperties: false };
const call: Schema = {
  type: 'object',
  properties: { operation: { enum: ['get', 'set', 'delete', 'increment', 'touch'] }, params: { type: 'object' } },
  required: ['operation', 'params'],
  additionalProperties: false,
};
const object: Schema = { type: 'object' };
const flag: Schema = { type: 'boolean' };

/**
 * Describes how calls of one operation become entries of a list for `run`. Their effect does not depend on the invocation, so a list may
 * hold calls of several invocations.
 */
const fused = <Effect extends 'read' | 'write'>(effect: Effect) => ({ batch: 'run', fusion: { form: 'calls', key: 'key', effect, shared: true } }) as const;
const options = (properties: Facts['params']): Schema => ({ type: 'object', properties, additionalProperties: false });

const idempotentPromise = { returns: 'promise', idempotent: true } as const;
const increment = { params: { key, by: { type: 'integer' }, options: options({ ttl }) }, required: ['key'], result: { type: 'number' } } as const;
const list = { type: 'array' } as const;

/** Creates the store interface: `createGateway({ store: store({ backend: { type: 'dynamodb', table: 'orders' } }) })`. */
export const store = (settings: StoreOptions = {}): Interface<Store> => ({
  operations: {
    get: { params: { key }, required: ['key'], ...idempotentPromise, ...fused('read') },
    set: { params: { key, value: {}, options: options(setOptions) }, required: ['key', 'value'], ...idempotentPromise, result: flag, ...fused('write') },
    delete: { params: { key }, required: ['key'], ...idempotentPromise, ...fused('write') },
    increment: { ...increment, returns: 'promise', ...fused('write') },
    touch: { params: { key, ttl }, required: ['key', 'ttl'], ...idempotentPromise, result: flag, ...fused('write') },
    getMany: { params: { keys }, required: ['keys'], ...idempotentPromise, result: list },
    setMany: { params: { entries: { ...list, items: entry } }, required: ['entries'], ...idempotentPromise, result: { ...list, items: flag } },
    deleteMany: { params: { keys }, required: ['keys'], ...idempotentPromise },
    run: { params: { calls: { ...list, items: call }, each: {} }, required: ['calls'], returns: 'promise', result: { ...list, items: object } },
    stats: { params: {}, result: object, idempotent: true, remote: true },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(settings, host),
});
