import { singleton } from '@suga/singleton';
import { conformance } from '@suga/testing';
import { describe, it } from 'vitest';

describe('conformance', () => {
  const checks = conformance({
    name: 'singleton',
    definition: () => singleton(),
    calls: {
      get: ['client', () => ({ made: true }), { evictable: true }],
      set: ['client', { made: true }],
      has: ['client'],
      names: [],
      delete: ['client'],
      clear: [],
      memory: [],
      relieve: [{ threshold: 1 }],
      stats: [],
    },
  });
  for (const { name, run } of checks) it(name, run);
});
