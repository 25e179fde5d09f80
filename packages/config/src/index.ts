import type { Interface, Schema } from '@suga/gateway';
import type { Config, ConfigOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    config: Config;
  }
}

const key: Schema = { type: 'string', minLength: 1 };
const keys: Schema = { type: 'array', items: key };
const texts: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const idempotent = true;
const lookup = { params: { key, fallback: {} }, required: ['key'], idempotent } as const;
const name = { params: { name: key }, required: ['name'], idempotent } as const;

const choice = { ttl: { type: 'number', minimum: 0 }, refresh: { type: 'boolean' }, transform: { enum: ['json', 'binary', 'auto'] }, schema: {} };
const options: Schema = { type: 'object', properties: { ...choice, decrypt: { type: 'boolean' } }, additionalProperties: false };
const remote = { returns: 'promise', idempotent } as const;
const one = { ...remote, params: { name: key, options }, required: ['name'] } as const;
const many = { ...remote, params: { names: keys, options }, required: ['names'] } as const;

/** Defines the config interface: `createGateway({ config: config({ defaults: { TABLE: 'devices' } }) })`. */
export const config = (settings: ConfigOptions = {}): Interface<Config> => ({
  operations: {
    get: { ...lookup, result: { type: 'string' } },
    getRequired: { params: { key }, required: ['key'], result: { type: 'string' }, idempotent },
    getNumber: { ...lookup, result: { type: 'number' } },
    getBoolean: { ...lookup, result: { type: 'boolean' } },
    getJson: lookup,
    set: { params: { key, value: { type: ['string', 'number', 'boolean'] } }, required: ['key', 'value'], idempotent },
    getAll: { params: { prefix: { type: 'string' } }, result: texts, idempotent },
    getCategory: { params: { category: key }, required: ['category'], result: texts, idempotent },
    reload: { params: {}, idempotent },
    loadFile: { params: { path: key }, required: ['path'], result: { type: 'integer' }, idempotent },
    usePreset: name,
    validate: { params: { schema: {}, keys }, required: ['schema'], idempotent },
    load: { ...remote, params: { schema: {}, sources: { type: 'object' } }, required: ['schema'] },
    getParameter: { ...one, batch: 'getParameters' },
    getParameters: many,
    getParametersByPath: { ...remote, params: { path: key, options }, required: ['path'], result: { type: 'object' } },
    getSecret: { ...one, batch: 'getSecrets' },
    getSecrets: many,
    getAppConfig: { ...remote, params: { profile: { type: 'object' }, options }, required: ['profile'] },
    prefetch: { ...remote, params: { sources: { type: 'array' } }, required: ['sources'], result: { type: 'object' } },
    stats: { params: {}, result: { type: 'object' }, idempotent },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(settings, host),
});
