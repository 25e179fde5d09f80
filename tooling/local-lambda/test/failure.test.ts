import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fixture, folder, payload, start } from './workbench.ts';

const broken = fixture('broken');

test('a handler that throws', async () => {
  const fn = await start({ handler: 'index.fail' });
  const result = await fn.invoke({});
  expect(result).toMatchObject({ status: 'error', phase: 'invoke', errorType: 'TypeError', errorMessage: 'no such thing' });
  expect(result.status === 'error' && result.trace[0]).toBe('TypeError: no such thing');
  expect(result.report).toMatchObject({ status: 'error' });
  expect(result.logs.join('\n')).toContain('ERROR\tInvoke Error');
  await fn.invoke({});
  expect(fn.restarts).toBe(0);
});

test('a response beyond 6 MB', async () => {
  const fn = await start({ handler: 'index.large', memory: 512 });
  expect(await fn.invoke({})).toMatchObject({ status: 'error', errorType: 'Function.ResponseSizeTooLarge' });
});

test.for([
  ['a missing file', 'absent.handler', 'Runtime.ImportModuleError', /Cannot find module 'absent'/],
  ['a missing package', 'missing-package.handler', 'Runtime.ImportModuleError', /Cannot find module 'not-there'/],
  ['an error at load', 'throws.handler', 'Error', /cannot load/],
] as const)('INIT fails: %s', async ([, handler, errorType, message]) => {
  const lines: string[] = [];
  const fn = await start({ taskRoot: broken, handler, onLog: (line) => lines.push(line) });
  const result = await fn.invoke({});
  expect(result).toMatchObject({ status: 'error', phase: 'init', errorType, errorMessage: expect.stringMatching(message) });
  expect(result.report).toMatchObject({ status: 'error', errorType, restarts: 0 });
  expect(lines).toContainEqual(
    expect.stringMatching(new RegExp(`^INIT_REPORT Init Duration: [\\d.]+ ms\tPhase: init\tStatus: error\tError Type: ${errorType}$`)),
  );
});

test('INIT fails: a syntax error', async () => {
  const fn = await start({ taskRoot: await folder({ 'index.js': 'exports.handler = async ( => {};' }), handler: 'index.handler' });
  expect(await fn.invoke({})).toMatchObject({ status: 'error', phase: 'init', errorType: 'Runtime.UserCodeSyntaxError' });
});

test('INIT fails: no such export, and a callback', async () => {
  const none = await start({ handler: 'index.none' });
  expect(await none.invoke({})).toMatchObject({ status: 'error', phase: 'init', errorType: 'Runtime.HandlerNotFound' });
  const callback = await start({ handler: 'index.callback' });
  expect(await callback.invoke({})).toMatchObject({ status: 'error', phase: 'init', errorType: 'Runtime.CallbackHandlerDeprecated' });
});

test('after a failed INIT the next invocation tries a new environment', async () => {
  const marker = join(await folder(), 'marker');
  const fn = await start({ taskRoot: broken, handler: 'once.handler', environment: { MARKER: marker } });
  expect(await fn.invoke({})).toMatchObject({ status: 'error', phase: 'init', errorMessage: 'not the first time' });
  const second = await fn.invoke({});
  expect(payload(second)).toBe('second time');
  expect(second.report).toMatchObject({ restarts: 1, initDuration: expect.any(Number) });
});

test('INIT ends the process, or takes too long', async () => {
  const exits = await start({ taskRoot: broken, handler: 'exits.handler' });
  expect(await exits.invoke({})).toMatchObject({ status: 'crash', phase: 'init', errorType: 'Runtime.ExitError', exitCode: 3 });
  const slow = await start({ taskRoot: broken, handler: 'slow.handler', initTimeout: 300 });
  expect(await slow.invoke({})).toMatchObject({ status: 'timeout', phase: 'init', errorMessage: expect.stringContaining('after 0.30 seconds') });
});

test('a timeout kills the environment, the next invocation gets a new one', async () => {
  const lines: string[] = [];
  const fn = await start({ handler: 'index.sleep', onLog: (line) => lines.push(line) });
  const warm = await fn.invoke({ ms: 1 });
  expect(payload(warm)).toBe('slept 1');
  const late = await fn.invoke({ ms: 800_000 }, { timeout: 200 });
  const { requestId } = late.report;
  expect(late).toMatchObject({ status: 'timeout', phase: 'invoke', errorMessage: `RequestId: ${requestId} Error: Task timed out after 0.20 seconds` });
  expect(late.report).toMatchObject({ status: 'timeout', duration: 200, billedDuration: 200 });
  expect(late.report.maxMemoryUsed).toBeGreaterThan(20);
  expect(lines).toContainEqual(expect.stringMatching(new RegExp(`Z ${requestId} Task timed out after 0.20 seconds$`)));
  const next = await fn.invoke({ ms: 1 });
  expect(next.report).toMatchObject({ restarts: 1, initDuration: expect.any(Number) });
  expect(fn.restarts).toBe(1);
});

test('a timeout of one invocation, and of a busy loop', async () => {
  const fn = await start({ handler: 'index.spin' });
  expect(await fn.invoke({ ms: 800_000 }, { timeout: 150 })).toMatchObject({ status: 'timeout' });
  expect((await fn.invoke({ ms: 1 })).status).toBe('success');
});

test.for([0, 7])('process.exit(%i) is a crash', async (code) => {
  const lines: string[] = [];
  const fn = await start({ handler: 'index.exit', onLog: (line) => lines.push(line) });
  const result = await fn.invoke({ code });
  const why = code === 0 ? 'Runtime exited without providing a reason' : 'Runtime exited with error: exit status 7';
  const errorMessage = `RequestId: ${result.report.requestId} Error: ${why}`;
  expect(result).toMatchObject({ status: 'crash', phase: 'invoke', errorType: 'Runtime.ExitError', exitCode: code, signal: null, errorMessage });
  expect(result.report.errorType).toBe('Runtime.ExitError');
  expect(result.report.maxMemoryUsed).toBeGreaterThan(20);
  expect(lines).toContain(`${errorMessage}\nRuntime.ExitError`);
});

test('an uncaught exception is a crash, and a heap beyond memory too', async () => {
  const uncaught = await start({ handler: 'index.uncaught' });
  const result = await uncaught.invoke({});
  expect(result).toMatchObject({ status: 'crash', exitCode: 1 });
  expect(result.logs.join('\n')).toContain('nothing catches this');
  const heap = await start({ handler: 'index.heap' });
  expect(await heap.invoke({})).toMatchObject({ status: 'crash', phase: 'invoke' });
  expect((await uncaught.invoke({})).report.restarts).toBe(1);
});
