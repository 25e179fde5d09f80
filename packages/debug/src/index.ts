import type { Interface, Schema } from '@suga/gateway';
import type { Debug, DebugOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    debug: Debug;
  }
}

const text: Schema = { type: 'string' };
const name: Schema = { type: 'string', minLength: 1 };
const object: Schema = { type: 'object' };
const array: Schema = { type: 'array' };
const boolean: Schema = { type: 'boolean' };
const options = { options: object } as const;
const nothing = { params: {}, idempotent: true } as const;

const operations: Interface<Debug>['operations'] = {
  enable: nothing,
  disable: nothing,
  isEnabled: { ...nothing, result: boolean },
  log: { params: { message: text, data: {} }, required: ['message'] },
  traceException: { params: { error: {}, context: {} }, required: ['error'], result: object },
  logs: { params: { filter: object }, idempotent: true, result: array },
  clearLogs: { ...nothing, result: { type: 'integer' } },
  health: { params: options, returns: 'promise', idempotent: true, result: object, summary: 'The health of the gateway, its interfaces and the checks.' },
  checkComponent: { params: { name, ...options }, required: ['name'], returns: 'promise', idempotent: true, result: object },
  checkGateway: { ...nothing, result: object },
  addCheck: { params: { name, check: {}, ...options }, required: ['name', 'check'], idempotent: true },
  removeCheck: { params: { name }, required: ['name'], idempotent: true, result: boolean },
  verify: { params: options, idempotent: true, result: object, summary: 'Whether every operation exists and fits its facts.' },
  system: { ...nothing, result: object, summary: 'The process, its memory, CPU and disk.' },
  gatewayStats: { ...nothing, result: object },
  memoryProfile: { params: { work: {} }, returns: 'promise', result: object },
  timingProfile: { params: { work: {}, ...options }, required: ['work'], returns: 'promise', result: object },
  measure: { params: { name, work: {} }, required: ['name', 'work'] },
  track: { params: { on: boolean }, result: boolean },
  timings: { ...nothing, result: object },
  heapSnapshot: { params: options, result: object },
  traceContext: { ...nothing, result: object },
  setTraceContext: { params: { context: text }, required: ['context'], idempotent: true, result: object },
  clearTraceContext: nothing,
  traceId: { params: { format: { enum: ['w3c', 'xray'] } }, result: text },
};

/** Defines the debug interface: `createGateway({ debug: debug() })`. */
export const debug = (settings: DebugOptions = {}): Interface<Debug> => ({
  operations,
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(settings, host),
});
