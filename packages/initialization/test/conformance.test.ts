import { initialization } from '@suga/initialization';
import { conformance } from '@suga/testing';
import { describe, it } from 'vitest';

describe('conformance', () => {
  const checks = conformance({
    name: 'initialization',
    definition: () => initialization({ components: { db: async () => undefined } }),
    calls: {
      isColdStart: [],
      initialize: [],
      isInitialized: ['db'],
      ensureInitialized: ['db'],
      addComponent: ['db', () => undefined],
      preload: [['initialization']],
      reset: ['db'],
      setFlag: ['beta', true],
      getFlag: ['beta', false],
      status: [],
      environment: [],
    },
  });
  for (const { name, run } of checks) it(name, run);
});
