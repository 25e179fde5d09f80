import { expect, test } from 'vitest';
import { formatReport, type Report } from '../src/index.ts';
import { start } from './workbench.ts';

const warm: Report = { requestId: 'id', status: 'success', duration: 1.234, billedDuration: 2, memorySize: 128, maxMemoryUsed: 50, restarts: 0 };

test('the line is CloudWatch’s', () => {
  expect(formatReport(warm)).toBe('REPORT RequestId: id\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB');
  const cold = { ...warm, initDuration: 58.12, billedDuration: 60 };
  expect(formatReport(cold)).toBe(
    'REPORT RequestId: id\tDuration: 1.23 ms\tBilled Duration: 60 ms\tMemory Size: 128 MB\tMax Memory Used: 50 MB\tInit Duration: 58.12 ms',
  );
  expect(formatReport({ ...cold, status: 'timeout' })).toMatch(/\tInit Duration: 58\.12 ms\tStatus: timeout$/);
  expect(formatReport({ ...warm, status: 'crash', errorType: 'Runtime.ExitError', restarts: 2 })).toMatch(
    /\tMax Memory Used: 50 MB\tStatus: error\tError Type: Runtime\.ExitError\tRestarts: 2$/,
  );
  expect(formatReport({ ...warm, status: 'error' })).toBe(formatReport(warm));
});

test('INIT is billed with the cold invocation, and only there', async () => {
  const lines: string[] = [];
  const fn = await start({ handler: 'index.sleep', onLog: (line) => lines.push(line) });
  const { report: cold } = await fn.invoke({ ms: 30 });
  const { report: next } = await fn.invoke({ ms: 30 });
  expect(cold.duration).toBeGreaterThanOrEqual(29);
  expect(cold.billedDuration).toBe(Math.ceil(cold.duration + (cold.initDuration ?? 0)));
  expect(cold.billedDuration).toBeGreaterThan(cold.duration + 10);
  expect(next.billedDuration).toBe(Math.ceil(next.duration));
  expect(lines.filter((line) => line.startsWith('REPORT'))).toEqual([formatReport(cold), formatReport(next)]);
});

test('the memory used is the process’s peak', async () => {
  const fn = await start({ handler: 'index.allocate', memory: 512 });
  const { report: before } = await fn.invoke({ mb: 1 });
  const { report: after } = await fn.invoke({ mb: 100 });
  expect(before).toMatchObject({ memorySize: 512 });
  expect(before.maxMemoryUsed).toBeGreaterThan(20);
  expect(after.maxMemoryUsed).toBeGreaterThan(before.maxMemoryUsed + 90);
  expect((await fn.invoke({ mb: 1 })).report.maxMemoryUsed).toBeGreaterThanOrEqual(after.maxMemoryUsed);
});
