import type { Interface, Schema } from '@suga/gateway';
import type { Config, ConfigOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    config: Config;
  }
}

const key: Schema = { type: 'string', minLength: 1 };
const lookup = { params: { key, fallback: {} }, required: ['key'], idempotent: true } as const;

/** The config interface: `createGateway({ config: config({ defaults: { TABLE: 'devices' } }) })`. */
export const config = (options: ConfigOptions = {}): Interface<Config> => ({
  operations: {
    get: { ...lookup, result: { type: 'string' } },
    getRequired: { params: { key }, required: ['key'], result: { type: 'string' }, idempotent: true },
    getNumber: { ...lookup, result: { type: 'number' } },
    getBoolean: { ...lookup, result: { type: 'boolean' } },
    getJson: lookup,
    set: { params: { key, value: { type: ['string', 'number', 'boolean'] } }, required: ['key', 'value'], idempotent: true },
    getAll: { params: { prefix: { type: 'string' } }, result: { type: 'object', additionalProperties: { type: 'string' } }, idempotent: true },
    reload: { params: {}, idempotent: true },
  },
  load: () => (require('./core.js') as typeof import('./core.js')).create(options),
});
