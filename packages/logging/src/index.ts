import type { Interface } from '@suga/gateway';
import type { Logging, LoggingOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    logging: Logging;
  }
}

const level = { enum: ['debug', 'info', 'warn', 'error', 'critical'] } as const;
const record = { params: { message: { type: 'string' }, extra: { type: 'object' } }, required: ['message'] } as const;

/** The logging interface: `createGateway({ logging: logging({ service: 'devices' }) })`. */
export const logging = (options: LoggingOptions = {}): Interface<Logging> => ({
  operations: {
    debug: record,
    info: record,
    warn: record,
    error: { ...record, critical: true },
    critical: { ...record, critical: true },
    appendKeys: { params: { keys: { type: 'object' } }, required: ['keys'], idempotent: true },
    getLevel: { params: {}, result: level, idempotent: true },
    setLevel: { params: { level }, required: ['level'], idempotent: true },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(options, host),
});
