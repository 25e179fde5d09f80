import { lambda } from '@suga/lambda';
import { conformance } from '@suga/testing';
import { describe, it } from 'vitest';

describe('conformance', () => {
  const checks = conformance({
    name: 'lambda',
    definition: lambda,
    calls: { invocation: [], remainingTime: [], isColdStart: [], failed: [], estimateCost: [{ memoryMb: 512 }], stats: [] },
  });
  for (const { name, run } of checks) it(name, run);
});
