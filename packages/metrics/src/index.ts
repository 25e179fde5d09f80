import type { Interface, Schema } from '@suga/gateway';
import type { Metrics, MetricsOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    metrics: Metrics;
  }
}

const name: Schema = { type: 'string', minLength: 1 };
const number: Schema = { type: 'number' };
const object: Schema = { type: 'object' };
const record = { params: { record: object }, required: ['record'] } as const;
const statsOperation = { params: {}, idempotent: true, result: object, remote: true } as const;

/** Creates the metrics interface: `createGateway({ metrics: metrics({ namespace: 'home' }) })`. */
export const metrics = (options: MetricsOptions = {}): Interface<Metrics> => ({
  operations: {
    record: { params: { name, value: number, unit: name, options: object }, required: ['name', 'value'] },
    increment: { params: { name, by: number, options: object }, required: ['name'] },
    measure: { params: { name, work: {}, options: object }, required: ['name', 'work'], returns: 'promise' },
    addDimensions: { params: { dimensions: object }, required: ['dimensions'], idempotent: true },
    addMetadata: { params: { key: name, value: {} }, required: ['key', 'value'], idempotent: true },
    get: { params: { name }, required: ['name'], idempotent: true, result: object },
    getCounter: { params: { name }, required: ['name'], idempotent: true, result: number },
    getAll: { params: {}, idempotent: true, result: object },
    recordOperation: record,
    recordError: record,
    recordCache: record,
    recordApi: record,
    recordResponse: record,
    recordHttp: record,
    recordCircuitBreaker: record,
    recordDispatcherTiming: { params: { interfaceName: name, operation: name, durationMs: number }, required: ['interfaceName', 'operation', 'durationMs'] },
    trackOperations: { params: { on: { type: 'boolean' } }, required: ['on'], idempotent: true },
    dispatcherStats: statsOperation,
    performanceReport: { ...statsOperation, params: { slowThresholdMs: { type: 'number', minimum: 0 } } },
    flush: { params: {}, idempotent: true, result: { type: 'integer' } },
    stats: statsOperation,
    reset: { params: {}, idempotent: true },
  },
  loadOnColdStart: options?.coldStart === true,
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(options, host),
});
