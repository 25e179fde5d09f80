import { expect, test } from 'vitest';
import { payload, start } from './workbench.ts';

interface Echo {
  event: unknown;
  invocations: number;
  requestId: string;
  remaining: number;
}

test('a cold start, then a warm one in the same environment', async () => {
  const fn = await start({ handler: 'index.echo', timeout: 600_000 });
  const cold = await fn.invoke({ greeting: 'grüß dich' });
  expect(payload<Echo>(cold)).toMatchObject({ event: { greeting: 'grüß dich' }, invocations: 1, requestId: cold.report.requestId });
  expect(payload<Echo>(cold).remaining).toBeGreaterThan(0);
  expect(payload<Echo>(cold).remaining).toBeLessThanOrEqual(600_000);
  const warm = await fn.invoke(null);
  expect(payload<Echo>(warm)).toMatchObject({ event: null, invocations: 2 });
  expect(cold.report.initDuration).toBeGreaterThan(10);
  expect(warm.report.initDuration).toBeUndefined();
  expect(fn.restarts).toBe(0);
});

test('without concurrency, invocations wait for each other', async () => {
  const fn = await start({ handler: 'index.overlap' });
  const results = await Promise.all([1, 2, 3].map(() => fn.invoke({ ms: 20 })));
  expect(results.map((result) => payload<{ most: number }>(result).most)).toEqual([1, 1, 1]);
});

test('the context carries what Lambda gives', async () => {
  const fn = await start({ handler: 'index.context', name: 'my-function', memory: 256 });
  const identity = { cognitoIdentityId: 'one', cognitoIdentityPoolId: 'pool' };
  const result = await fn.invoke({}, { clientContext: { custom: { city: 'Zürich' } }, identity, traceId: 'Root=1-2-3' });
  expect(payload(result)).toMatchObject({
    functionName: 'my-function',
    functionVersion: '$LATEST',
    memoryLimitInMB: '256',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:my-function',
    logGroupName: '/aws/lambda/my-function',
    awsRequestId: result.report.requestId,
    clientContext: { custom: { city: 'Zürich' } },
    identity,
    xRayTraceId: 'Root=1-2-3',
    traceId: 'Root=1-2-3',
  });
});

test('a handler that returns nothing gives null', async () => {
  const fn = await start({ handler: 'index.nothing' });
  expect(payload(await fn.invoke({}))).toBeNull();
});

test('output is assigned to its invocation, and multi-line console output stays in one piece', async () => {
  const lines: string[] = [];
  const fn = await start({ handler: 'index.write', onLog: (line) => lines.push(line) });
  const { logs, report } = await fn.invoke({});
  const second = await fn.invoke({});
  expect(logs.some((line) => line.includes(`${report.requestId}\tINFO\tfirst\nsecond`))).toBe(true);
  expect(logs).toEqual(expect.arrayContaining(['plain', 'to stderr', expect.stringContaining('ERROR\tError: logged\n    at')]));
  expect(second.logs).toHaveLength(logs.length);
  expect(lines[0]).toMatch(/^INIT_START Runtime Version: nodejs:\d+\.\d+\.\d+$/);
  const start1 = lines.indexOf(`START RequestId: ${report.requestId} Version: $LATEST`);
  const end1 = lines.indexOf(`END RequestId: ${report.requestId}`);
  expect(lines.slice(start1 + 1, end1).toSorted()).toEqual(logs.toSorted());
  expect(lines[end1 + 1]).toMatch(new RegExp(`^REPORT RequestId: ${report.requestId}\t`));
});

test('events that JSON or Lambda cannot take are refused', async () => {
  const fn = await start({ handler: 'index.echo' });
  await expect(fn.invoke(undefined)).rejects.toMatchObject({ code: 'invalid-event' });
  await expect(fn.invoke({ big: 1n })).rejects.toMatchObject({ code: 'invalid-event' });
  await expect(fn.invoke('x'.repeat(7 * 1024 * 1024))).rejects.toMatchObject({ code: 'invalid-event', message: expect.stringContaining('6291556') });
  await expect(fn.invoke({}, { timeout: 0 })).rejects.toMatchObject({ code: 'invalid-option' });
});

test('a megabyte goes in and out', async () => {
  const fn = await start({ handler: 'index.echo', memory: 512 });
  const event = 'ü'.repeat(1024 * 1024);
  expect(payload<Echo>(await fn.invoke(event)).event).toBe(event);
});
