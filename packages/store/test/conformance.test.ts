import { store } from '@suga/store';
import { conformance } from '@suga/testing';
import { describe, it } from 'vitest';

describe('conformance', () => {
  const checks = conformance({
    name: 'store',
    definition: () => store(),
    calls: {
      get: ['k'],
      set: ['k', 1, { ttl: 1000, ifAbsent: false }],
      delete: ['k'],
      increment: ['n', 2, { ttl: 1000 }],
      touch: ['k', 1000],
      getMany: [['k', 'l']],
      setMany: [[{ key: 'k', value: 1, ttl: 1000 }]],
      deleteMany: [['k']],
      run: [
        [
          { operation: 'get', params: { key: 'k' } },
          { operation: 'increment', params: { key: 'n' } },
        ],
        () => undefined,
      ],
      stats: [],
    },
  });
  for (const { name, run } of checks) it(name, run);
});
