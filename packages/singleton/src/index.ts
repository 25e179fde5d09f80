import type { Interface, Schema } from '@suga/gateway';
import type { Singleton } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    singleton: Singleton;
  }
}

const name: Schema = { type: 'string', minLength: 1 };
const options: Schema = { type: 'object', properties: { dispose: {}, evictable: { type: 'boolean' } }, additionalProperties: false };
const relief: Schema = { type: 'object', properties: { threshold: { type: 'number', minimum: 0, maximum: 1 }, collect: { type: 'boolean' } } };
const object: Schema = { type: 'object' };
const named = { params: { name }, required: ['name'], idempotent: true, result: { type: 'boolean' } } as const;
const asked = { params: {}, idempotent: true, result: object, remote: true } as const;

/** Defines the singleton interface: `createGateway({ singleton: singleton() })`. */
export const singleton = (): Interface<Singleton> => ({
  operations: {
    get: { params: { name, factory: {}, options }, required: ['name', 'factory'], idempotent: true, summary: 'The one instance of a name.' },
    set: { params: { name, instance: {}, options }, required: ['name', 'instance'], idempotent: true },
    has: named,
    names: { params: {}, idempotent: true, result: { type: 'array', items: name } },
    delete: { ...named, returns: 'promise' },
    clear: { params: {}, returns: 'promise', idempotent: true, result: { type: 'integer' }, summary: 'Disposes of all, the newest first.' },
    memory: { ...asked, summary: 'The memory of the process, in bytes.' },
    relieve: {
      params: { options: relief },
      returns: 'promise',
      idempotent: true,
      result: object,
      summary: 'Disposes of evictable instances under pressure.',
    },
    stats: asked,
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(host),
});
