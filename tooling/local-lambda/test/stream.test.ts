import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, payload, start } from './workbench.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('a streamed response, its pieces with their times, live', async () => {
  const fn = await start({ handler: 'index.stream' });
  // The function continues when the previous piece has arrived.
  const files = await folder().then((path) => ['one', 'two'].map((name) => join(path, name)));
  const live: string[] = [];
  const onChunk = (chunk: Uint8Array, type: string): void => {
    const file = files[live.push(`${type}: ${text(chunk)}`) - 1];
    if (file !== undefined) writeFileSync(file, '');
  };
  const result = await fn.invoke({ files }, { onChunk });
  expect(payload(result)).toBe('one two three');
  const stream = result.status === 'success' ? result.stream : undefined;
  expect(stream).toMatchObject({ contentType: 'text/plain' });
  expect(text(stream?.body ?? Buffer.alloc(0))).toBe('one two three');
  expect(stream?.chunks.map(({ bytes }) => text(bytes))).toEqual(['one ', 'two ', 'three']);
  const times = stream?.chunks.map(({ at }) => at) ?? [];
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(times[0]).toBeGreaterThan(0);
  expect(result.report.duration).toBeGreaterThanOrEqual(times[2] ?? Number.POSITIVE_INFINITY);
  expect(live).toEqual(['text/plain: one ', 'text/plain: two ', 'text/plain: three']);
});

test('status and headers before the body', async () => {
  const fn = await start({ handler: 'index.streamHttp' });
  const result = await fn.invoke({});
  expect(payload(result)).toBe('hello stream');
  expect(result).toMatchObject({ stream: { metadata: { statusCode: 201, headers: { 'X-Part': 'yes' }, cookies: ['a=1', 'b=2'] } } });
});

test.for([false, true])('a streaming handler that fails (after it has begun: %s)', async (after) => {
  const fn = await start({ handler: 'index.streamFail' });
  const result = await fn.invoke({ after });
  expect(result).toMatchObject({ status: 'error', phase: 'invoke', errorType: 'RangeError', errorMessage: 'broke off' });
  expect(result.status === 'error' && result.stream && text(result.stream.body)).toBe(after ? 'begun' : '');
  expect((await fn.invoke({ after })).report.restarts).toBe(0);
});
