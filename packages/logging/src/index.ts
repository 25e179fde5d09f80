import type { Interface, Schema } from '@suga/gateway';
import type { Logging, LoggingOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    logging: Logging;
  }
}

const idempotent = true;
const critical = true;
const level = { enum: ['debug', 'info', 'warn', 'error', 'critical'] } as const;
const object: Schema = { type: 'object' };
const name: Schema = { type: 'string' };
const durationMs: Schema = { type: 'number' };
const record = { params: { message: name, extra: object }, required: ['message'] } as const;
const keys = { params: { keys: object }, required: ['keys'], idempotent } as const;
const names = { params: { names: { type: 'array', items: name } }, required: ['names'], idempotent } as const;
const nothing = { params: {}, idempotent } as const;

const table: Interface<Logging>['operations'] = {
  debug: record,
  info: record,
  warn: record,
  error: { ...record, critical },
  critical: { ...record, critical },
  log: { params: { level, message: name, extra: object, bindings: object }, required: ['level', 'message'], critical },
  isLevelEnabled: { params: { level, bindings: object }, required: ['level'], result: { type: 'boolean' }, idempotent },
  child: { params: { keys: object, options: object, bindings: object }, required: ['keys'], result: object, idempotent },
  logOperation: { params: { name, work: {}, extra: object, bindings: object }, required: ['name', 'work'], returns: 'promise', critical },
  operationStart: { params: { name, extra: object }, required: ['name'] },
  operationSuccess: { params: { name, durationMs, extra: object }, required: ['name'] },
  operationFailure: { params: { name, error: {}, durationMs, extra: object }, required: ['name', 'error'], critical },
  appendKeys: keys,
  appendPersistentKeys: keys,
  removeKeys: names,
  removePersistentKeys: names,
  resetKeys: nothing,
  setCorrelationId: { params: { id: name }, required: ['id'], idempotent },
  getCorrelationId: { ...nothing, result: name },
  getLevel: { ...nothing, result: level, remote: true },
  setLevel: { params: { level }, required: ['level'], idempotent },
  flushBuffer: { ...nothing, critical },
  clearBuffer: nothing,
  stats: { ...nothing, result: object, remote: true },
};

/** Creates the logging interface: `createGateway({ logging: logging({ service: 'devices' }) })`. */
export const logging = (options: LoggingOptions = {}): Interface<Logging> => {
  // Each interface has its own table object. By its identity, the core finds the name under which it was registered.
  const operations = { ...table };
  return { operations, load: (host) => (require('./core.js') as typeof import('./core.js')).create(options, host, operations) };
};
