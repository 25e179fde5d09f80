import { circuitBreaker } from '@suga/circuit-breaker';
import { conformance } from '@suga/testing';
import { describe, it } from 'vitest';

describe('conformance', () => {
  const checks = conformance({
    name: 'circuitBreaker',
    definition: () => circuitBreaker(),
    calls: {
      call: ['payments', async () => 'paid', { fallback: () => 'later' }],
      configure: ['payments', { policy: { type: 'rate', rate: 0.5, minimum: 10, windowMs: 60_000 }, openMs: 1000 }],
      state: ['payments'],
      states: [],
      isOpen: ['payments'],
      recordSuccess: ['payments'],
      recordFailure: ['payments', new Error('down')],
      open: ['payments'],
      close: ['payments'],
      reset: ['payments'],
      resetAll: [],
      stats: [],
    },
  });
  for (const { name, run } of checks) it(name, run);
});
