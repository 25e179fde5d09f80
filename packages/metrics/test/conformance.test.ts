import { metrics } from '@suga/metrics';
import { conformance } from '@suga/testing';
import { describe, it } from 'vitest';

describe('conformance', () => {
  const checks = conformance({
    name: 'metrics',
    definition: () => metrics({ write: () => undefined, limit: Number.POSITIVE_INFINITY }),
    calls: {
      record: ['Temperature', 21.5, 'None', { resolution: 1 }],
      increment: ['Switched', 2, { dimensions: { room: 'hall' } }],
      measure: ['Load', () => 'loaded', {}],
      addDimensions: [{ room: 'hall' }],
      addMetadata: ['device', 'lamp'],
      get: ['Temperature'],
      getCounter: ['Switched'],
      getAll: [],
      recordOperation: [{ operation: 'switch', success: true, durationMs: 5 }],
      recordError: [{ type: 'Offline', severity: 'high' }],
      recordCache: [{ operation: 'get', hit: true }],
      recordApi: [{ api: 'billing', endpoint: 'charge', success: true }],
      recordResponse: [{ type: 'json', success: true }],
      recordHttp: [{ method: 'GET', url: 'https://example.com', status: 200 }],
      recordCircuitBreaker: [{ circuit: 'billing', event: 'opened' }],
      recordDispatcherTiming: ['cache', 'get', 1],
      trackOperations: [false],
      dispatcherStats: [],
      performanceReport: [100],
      flush: [],
      stats: [],
      reset: [],
    },
  });
  for (const { name, run } of checks) it(name, run);
});
