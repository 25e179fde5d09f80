import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FunctionOptions, type InvocationResult, type LocalFunction, startFunction } from '@suga/local-lambda';
import { afterAll, describe, expect, it } from 'vitest';
import { requests } from './events/http.js';
import { schedule } from './events/others.js';
import { sqs } from './events/records.js';

// The packages come from a layer that is made of the built files. The function's own folder has none of them.
const layer = mkdtempSync(join(tmpdir(), 'suga-built-'));
for (const name of ['@suga/gateway', '@suga/lambda']) {
  const built = dirname(fileURLToPath(import.meta.resolve(name)));
  const place = join(layer, 'nodejs', 'node_modules', name);
  cpSync(built, join(place, 'dist'), { recursive: true });
  cpSync(join(built, '..', 'package.json'), join(place, 'package.json'));
}
/** Reads the result of an invocation without checking its type; the tests do that. */
const answerOf = (result: InvocationResult): { payload?: unknown; stream?: { chunks: readonly unknown[]; body: Uint8Array } } => result as object;
const url = (path: string): object => requests['function-url']({ path });
const running: LocalFunction[] = [];
// The limits are long, so that a busy machine cannot exceed them.
const patient = { timeout: 900_000, initTimeout: 900_000 } as const;
const run = async (handler: string, options: Partial<FunctionOptions> = {}): Promise<LocalFunction> => {
  const made = await startFunction({ taskRoot: join(import.meta.dirname, 'fixtures'), layers: [layer], handler, memory: 512, ...patient, ...options });
  running.push(made);
  return made;
};
afterAll(async () => {
  await Promise.all(running.map((each) => each.close()));
  rmSync(layer, { recursive: true });
});

describe("in AWS's own runtime client", () => {
  it('a handler returns results, and its failures reach AWS', async () => {
    const lambda = await run('app.handler');
    const answer = await lambda.invoke(url('/'));
    expect(answer).toMatchObject({ status: 'success', payload: { statusCode: 200, cookies: [] } });
    expect(JSON.parse((answerOf(answer).payload as { body: string }).body)).toEqual({ id: expect.any(String), remaining: true, cold: true });
    expect(await lambda.invoke(url('/teapot'))).toMatchObject({ payload: { statusCode: 418 } });
    expect(await lambda.invoke(sqs([{ id: 'a' }, { id: 'b' }]))).toMatchObject({ payload: { batchItemFailures: [{ itemIdentifier: 'b' }] } });
    expect(await lambda.invoke(schedule())).toMatchObject({ status: 'error', errorType: 'RangeError', errorMessage: 'retry me' });
    expect(await lambda.invoke({ interface: 'lambda', operation: 'stats' })).toMatchObject({ payload: { invocations: 4, errors: 2, active: 1 } });
    expect(await lambda.invoke({ what: 'is this' })).toMatchObject({ status: 'error', errorType: 'LambdaError' });
  });

  it('the deadline is met before Lambda ends the invocation', async () => {
    const lambda = await run('app.hurried');
    expect(await lambda.invoke(url('/wait/800000'))).toMatchObject({ status: 'success', payload: { statusCode: 504 } });
    const unhurried = await run('app.handler');
    expect(await unhurried.invoke(url('/wait/1'))).toMatchObject({ payload: { statusCode: 200 } });
  });

  it('an ES module finishes its work in INIT', async () => {
    const lambda = await run('module.handler');
    const { payload } = answerOf(await lambda.invoke(url('/')));
    expect(JSON.parse((payload as { body: string }).body)).toEqual({ ready: true, inInit: true });
  });

  it('Managed Instances run many invocations at once without mixing them up', async () => {
    const lambda = await run('app.handler', { concurrency: 8 });
    const answers = await Promise.all(Array.from({ length: 24 }, (_, at) => lambda.invoke(url(`/wait/${10 + (at % 5) * 10}`))));
    for (const { payload } of answers.map(answerOf)) {
      const [own, seen] = JSON.parse((payload as { body: string }).body) as [string, string];
      expect(seen).toBe(own);
    }
  });

  it('a response is streamed with its prelude, and ends with an error if its source fails', async () => {
    const lambda = await run('app.streaming');
    const gate = mkdtempSync(join(tmpdir(), 'suga-gate-'));
    // The function continues when the previous piece has arrived.
    const onChunk = (chunk: Uint8Array): void => {
      for (const piece of ['one', 'two']) if (Buffer.from(chunk).includes(piece)) writeFileSync(join(gate, piece), '');
    };
    const answer = await lambda.invoke(requests['function-url']({ path: '/stream', query: [['gate', gate]] }), { onChunk });
    rmSync(gate, { recursive: true });
    expect(answer).toMatchObject({
      status: 'success',
      stream: { metadata: { statusCode: 200, headers: { 'content-type': 'application/octet-stream' }, cookies: [] } },
    });
    expect(Buffer.from(answerOf(answer).stream?.body ?? []).toString()).toBe('one two three');
    expect(answerOf(answer).stream?.chunks.length).toBeGreaterThanOrEqual(3);
    expect(await lambda.invoke(url('/page'))).toMatchObject({ stream: { metadata: { statusCode: 200, cookies: ['a=1', 'b=2'] } } });
    expect(await lambda.invoke(url('/nowhere'))).toMatchObject({ status: 'success', stream: { metadata: { statusCode: 404 } } });
    expect(await lambda.invoke({ ...requests['function-url']({ method: 'HEAD' }) })).toMatchObject({
      status: 'success',
      stream: { metadata: { statusCode: 200 } },
    });
    expect(await lambda.invoke(url('/halfway'))).toMatchObject({ status: 'error', errorMessage: 'halfway', stream: { metadata: { statusCode: 200 } } });
  });

  it('the failsafe responds if nothing can be loaded', async () => {
    const lambda = await run('app.failsafe');
    expect(await lambda.invoke(url('/health'))).toMatchObject({ status: 'success', payload: { statusCode: 503 } });
    expect(await lambda.invoke(sqs([{ id: 'a' }]))).toMatchObject({ status: 'error' });
  });
});
