import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Debug, debug } from '@suga/debug';
import { conformance } from '@suga/testing';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'suga-debug-'));

describe('conformance', () => {
  // A real snapshot takes a second and 100 MB, and the suite requests about a hundred. `snapshot.test.ts` writes real ones.
  beforeAll(() => {
    vi.stubEnv('TMPDIR', folder);
    vi.spyOn(process.getBuiltinModule('node:v8'), 'writeHeapSnapshot').mockImplementation((path) => (writeFileSync(String(path), '{}'), String(path)));
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });
  const on = (given: readonly unknown[]) => (operations: Debug) => (operations.enable(), given);
  const checks = conformance({
    name: 'debug',
    definition: () => debug({ checkTimeout: 200 }),
    calls: {
      enable: [],
      disable: [],
      isEnabled: [],
      log: on(['message', { some: 'data' }]),
      traceException: on([new Error('refused'), { attempt: 2 }]),
      logs: [{ text: 'mess', limit: 10 }],
      clearLogs: [],
      health: [{ probe: true }],
      checkComponent: ['debug', { probe: true }],
      checkGateway: [],
      addCheck: ['db', async () => true, { timeout: 100 }],
      removeCheck: ['db'],
      verify: [{ load: true }],
      system: [],
      gatewayStats: [],
      memoryProfile: [() => 'work'],
      timingProfile: [() => 'work', { runs: 5, warmup: 1 }],
      measure: on(['work', () => 'work']),
      track: on([true]),
      timings: [],
      heapSnapshot: on([{}]),
      traceContext: [],
      setTraceContext: ['Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'],
      clearTraceContext: [],
      traceId: ['xray'],
    },
  });
  for (const { name, run } of checks) it(name, run);
});
