import { cache } from '@suga/cache';
import { conformance } from '@suga/testing';
import { describe, it } from 'vitest';

describe('conformance', () => {
  const checks = conformance({
    name: 'cache',
    definition: () => cache(),
    calls: {
      get: ['k'],
      set: ['k', 1, { ttl: 1000 }],
      has: ['k'],
      delete: ['k'],
      clear: [],
      getMany: [['k', 'l']],
      setMany: [[{ key: 'k', value: 1 }]],
      deleteMany: [['k']],
      getOrCompute: ['k', () => 'computed', { ttl: 1000 }],
      invalidateTags: [['users']],
      metadata: ['k'],
      keys: ['k'],
      prune: [],
      stats: [],
    },
  });
  for (const { name, run } of checks) it(name, run);
});
