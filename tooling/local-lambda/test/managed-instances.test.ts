import { expect, test } from 'vitest';
import { payload, start } from './workbench.ts';

interface Overlap {
  pid: number;
  seen: number;
  most: number;
  mine: boolean;
}

test('8 invocations at once in one process, each with its own context and logs', async () => {
  const fn = await start({ handler: 'index.overlap', concurrency: 8, memory: 512 });
  const results = await Promise.all(Array.from({ length: 8 }, () => fn.invoke({ together: 8 })));
  const payloads = results.map((result) => payload<Overlap>(result));
  expect(new Set(payloads.map(({ pid }) => pid)).size).toBe(1);
  expect(Math.max(...payloads.map(({ most }) => most))).toBe(8);
  expect(payloads.every(({ mine }) => mine)).toBe(true);
  for (const { logs, report } of results) {
    const own = logs.filter((line) => line.includes('overlapping'));
    expect(own).toHaveLength(1);
    expect(JSON.parse(own[0] ?? '')).toMatchObject({ requestId: report.requestId, level: 'INFO' });
  }
  expect(results.filter(({ report }) => report.initDuration !== undefined)).toHaveLength(1);
});

test('never more at once than the concurrency, over several workers', async () => {
  const fn = await start({ handler: 'index.overlap', concurrency: 3, workers: 2, memory: 512 });
  const results = await Promise.all(Array.from({ length: 9 }, () => fn.invoke({ ms: 30 })));
  expect(Math.max(...results.map((result) => payload<Overlap>(result).most))).toBeLessThanOrEqual(3);
});

test('the variables and the gc of this mode', async () => {
  const fn = await start({ handler: 'index.environment', concurrency: 4, workers: 2, memory: 512 });
  expect(payload(await fn.invoke({}))).toMatchObject({
    gc: 'function',
    variables: { AWS_LAMBDA_MAX_CONCURRENCY: '4', AWS_LAMBDA_NODEJS_WORKER_COUNT: '2', AWS_LAMBDA_INITIALIZATION_TYPE: 'lambda-managed-instances' },
  });
});

test('a timeout ends one invocation and leaves the others and the environment alone', async () => {
  const fn = await start({ handler: 'index.sleep', concurrency: 2, memory: 512 });
  const [late, fine] = await Promise.all([fn.invoke({ ms: 800_000 }, { timeout: 100 }), fn.invoke({ ms: 250 })]);
  expect(late).toMatchObject({ status: 'timeout', report: { duration: 100 } });
  expect(payload(fine)).toBe('slept 250');
  expect((await fn.invoke({ ms: 200 })).report.restarts).toBe(0);
});

test('a crash ends all invocations in flight', async () => {
  const fn = await start({ handler: 'index.crashTogether', concurrency: 2, memory: 512 });
  const results = await Promise.all([fn.invoke({ ms: 800_000 }), fn.invoke({ kill: true })]);
  expect(results.map(({ status }) => status)).toEqual(['crash', 'crash']);
  expect(results[0]).toMatchObject({ signal: 'SIGKILL', errorMessage: expect.stringContaining('signal: killed') });
});

test('INIT failures are reported here too', async () => {
  const fn = await start({ handler: 'index.none', concurrency: 2, memory: 512 });
  expect(await fn.invoke({})).toMatchObject({ status: 'error', phase: 'init', errorType: 'Runtime.HandlerNotFound' });
});
