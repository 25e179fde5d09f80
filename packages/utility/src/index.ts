import type { Interface, Schema } from '@suga/gateway';
import type { Utility } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    utility: Utility;
  }
}

const text: Schema = { type: 'string' };
const object: Schema = { type: 'object' };
const status: Schema = { type: 'integer', minimum: 100, maximum: 599 };
const path: Schema = { type: ['string', 'array'] };
const pure = { idempotent: true, cacheable: true } as const;
const idempotent = { idempotent: true } as const;

/** The utility interface: `createGateway({ utility: utility() })`. */
export const utility = (): Interface<Utility> => ({
  operations: {
    formatResponse: { params: { statusCode: status, body: {}, headers: object }, required: ['statusCode'], result: object, ...pure },
    successResponse: { params: { data: {}, options: object }, required: ['data'], result: object, ...pure },
    errorResponse: { params: { error: {}, options: object }, required: ['error'], result: object, ...pure },
    parseJson: { params: { text, fallback: {} }, required: ['text'], ...pure },
    toJson: { params: { value: {}, indent: { type: 'integer' } }, required: ['value'], result: text, ...pure },
    deepMerge: { params: { first: object, second: object }, required: ['first', 'second'], result: object, ...pure },
    safeGet: { params: { source: {}, path, fallback: {} }, required: ['source', 'path'], ...pure },
    flatten: { params: { source: { type: ['object', 'array'] }, separator: text }, required: ['source'], result: object, ...pure },
    chunk: { params: { items: { type: 'array' }, size: { type: 'integer', minimum: 1 } }, required: ['items', 'size'], result: { type: 'array' }, ...pure },
    uuid: { params: { version: { enum: [4, 7] } }, result: text },
    timestamp: { params: { at: {}, timeZone: text }, result: text, ...idempotent },
    renderTemplate: { params: { template: text, data: object, options: object }, required: ['template', 'data'], result: text, ...pure },
    retry: { params: { work: {}, options: object }, required: ['work'], returns: 'promise' },
    formatBytes: { params: { bytes: { type: 'number' }, options: object }, required: ['bytes'], result: text, ...pure },
    errorDetails: { params: { error: {}, options: object }, required: ['error'], result: object, ...pure },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(host),
});
