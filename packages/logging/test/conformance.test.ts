import { type Logging, logging } from '@suga/logging';
import { conformance } from '@suga/testing';
import { it } from 'vitest';

const checks = conformance<Logging>({
  name: 'logging',
  definition: () => logging({ write: () => undefined, buffer: true, sampleRate: 0.5 }),
  calls: {
    debug: ['m', { a: 1 }],
    info: ['m', { a: 1 }],
    warn: ['m', { a: 1 }],
    error: ['m', new Error('e')],
    critical: ['m', new Error('e')],
    log: ['info', 'm', { a: 1 }, { keys: { b: 2 }, level: 'debug' }],
    isLevelEnabled: ['debug', { level: 'debug' }],
    child: [{ a: 1 }, { level: 'warn' }, { keys: { b: 2 } }],
    logOperation: ['charge', () => 1, { a: 1 }, { keys: { b: 2 } }],
    operationStart: ['charge', { a: 1 }],
    operationSuccess: ['charge', 5, { a: 1 }],
    operationFailure: ['charge', new Error('e'), 5, { a: 1 }],
    appendKeys: [{ a: 1 }],
    appendPersistentKeys: [{ a: 1 }],
    removeKeys: [['a']],
    removePersistentKeys: [['a']],
    resetKeys: [],
    setCorrelationId: ['c1'],
    getCorrelationId: [],
    getLevel: [],
    setLevel: ['info'],
    flushBuffer: [],
    clearBuffer: [],
    stats: [],
  },
});
for (const { name, run } of checks) it(name, run);
