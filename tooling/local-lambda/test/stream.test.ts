import { expect, test } from 'vitest';
import { payload, start } from './workbench.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test('a streamed response, its pieces with their times, live', async () => {
  const fn = await start({ handler: 'index.stream' });
  const live: string[] = [];
  const result = await fn.invoke({}, { onChunk: (chunk, type) => live.push(`${type}: ${text(chunk)}`) });
  expect(payload(result)).toBe('one two three');
  const stream = result.status === 'success' ? result.stream : undefined;
  expect(stream).toMatchObject({ contentType: 'text/plain' });
  expect(text(stream?.body ?? Buffer.alloc(0))).toBe('one two three');
  expect(stream?.chunks.map(({ bytes }) => text(bytes))).toEqual(['one ', 'two ', 'three']);
  const times = stream?.chunks.map(({ at }) => at) ?? [];
  expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(40);
  expect(result.report.duration).toBeGreaterThan(80);
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
