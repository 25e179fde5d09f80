import type { Interface, Schema } from '@suga/gateway';
import type { CircuitBreaker, CircuitBreakerOptions } from './contract.js';

export type * from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    circuitBreaker: CircuitBreaker;
  }
}

const name: Schema = { type: 'string', minLength: 1, maxLength: 512 };
const state: Schema = { enum: ['closed', 'open', 'half-open'] };
const object: Schema = { type: 'object' };
const named = { params: { name }, required: ['name'] } as const;
const repeatable = { ...named, idempotent: true } as const;
const byHand = { ...repeatable, returns: 'promise' } as const;

/** Creates the circuit-breaker interface: `createGateway({ circuitBreaker: circuitBreaker({ openMs: 30_000 }) })`. */
export const circuitBreaker = (settings: CircuitBreakerOptions = {}): Interface<CircuitBreaker> => ({
  operations: {
    call: {
      params: { name, work: {}, options: {} },
      required: ['name', 'work'],
      returns: 'promise',
      summary: 'Runs the work unless the circuit is open.',
    },
    configure: { params: { name, options: {} }, required: ['name', 'options'], idempotent: true },
    state: { ...repeatable, result: state },
    states: { params: {}, idempotent: true, result: { type: 'object', additionalProperties: state } },
    isOpen: { ...repeatable, result: { type: 'boolean' } },
    recordSuccess: named,
    recordFailure: { params: { name, error: {} }, required: ['name'] },
    open: { ...byHand, summary: 'Holds a circuit open until it is closed or reset.' },
    close: byHand,
    reset: byHand,
    resetAll: { params: {}, returns: 'promise', idempotent: true },
    stats: { params: {}, idempotent: true, result: object, remote: true },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).create(settings, host),
});
