import type { Interface, Schema } from '@suga/gateway';
import type { Initialization, InitializationOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    initialization: Initialization;
  }
}

const name: Schema = { type: 'string', minLength: 1 };
const object: Schema = { type: 'object' };
const boolean: Schema = { type: 'boolean' };
const query = { params: {}, idempotent: true, result: object } as const;

/** The initialization interface: `createGateway({ initialization: initialization({ preload: ['config', 'logging'] }) })`. */
export const initialization = (options: InitializationOptions = {}): Interface<Initialization> => ({
  operations: {
    isColdStart: { ...query, result: boolean, remote: true },
    initialize: { params: {}, returns: 'promise', idempotent: true, result: object, summary: 'Preloads interfaces and runs all components, once.' },
    isInitialized: { params: { component: name }, idempotent: true, result: boolean },
    ensureInitialized: { params: { component: name }, required: ['component'], returns: 'promise', idempotent: true },
    addComponent: { params: { name, component: {} }, required: ['name', 'component'], idempotent: true },
    preload: { params: { names: { type: 'array', items: name } }, required: ['names'], idempotent: true, result: object },
    reset: { params: { component: name }, idempotent: true },
    setFlag: { params: { name, value: {} }, required: ['name', 'value'], idempotent: true },
    getFlag: { params: { name, fallback: {} }, required: ['name'], idempotent: true },
    status: { ...query, summary: 'The status of the initialization.' },
    environment: { ...query, summary: 'Facts about this environment.' },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(options, host),
});
