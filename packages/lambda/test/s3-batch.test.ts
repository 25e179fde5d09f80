import { createHandler, type EventHandlers, HttpError } from '@suga/lambda';
import { describe, expect, it } from 'vitest';
import { s3Batch } from './events/answering.js';
import { context, stage } from './test-gateway.js';

const run = (handle: NonNullable<EventHandlers['s3Batch']>, event: object, remaining = 60_000): Promise<unknown> =>
  createHandler(stage().gateway, { events: { s3Batch: handle } })(event, context(remaining));
const result = async (value: unknown): Promise<unknown> => {
  const answer = (await run(() => value, s3Batch([{ id: 't', key: 'k' }]))) as { results: unknown[] };
  return answer.results[0];
};
const failing = async (error: unknown): Promise<unknown> => result(Promise.reject(error));
const named = (name: string, more: object = {}): Error => Object.assign(new Error('no'), { name, ...more });

describe('S3 Batch Operations', () => {
  it.each(['1.0', '2.0'] as const)('passes the same tasks in version %s, and gets a response in that version', async (version) => {
    const seen: unknown[] = [];
    const event = s3Batch([{ id: 't', key: 'a+b/d%C3%A9.jpg', version: 'v1' }], version);
    const answer = await run(({ id, bucket, key, versionId, jobId, userArguments, record }) => {
      seen.push({ id, bucket, key, versionId, jobId, userArguments, raw: record.s3Key });
      return 'made small';
    }, event);
    expect(seen).toEqual([
      {
        id: 't',
        bucket: 'pictures',
        key: 'a b/dé.jpg',
        versionId: 'v1',
        jobId: 'job-1',
        userArguments: version === '2.0' ? { colour: 'green' } : {},
        raw: 'a+b/d%C3%A9.jpg',
      },
    ]);
    expect(answer).toEqual({
      invocationSchemaVersion: version,
      treatMissingKeysAs: 'PermanentFailure',
      invocationId: 'inv-1',
      results: [{ taskId: 't', resultCode: 'Succeeded', resultString: 'made small' }],
    });
  });

  it('gets the result of a handler', async () => {
    expect(await result(undefined)).toEqual({ taskId: 't', resultCode: 'Succeeded', resultString: '' });
    expect(await result({ size: 7 })).toEqual({ taskId: 't', resultCode: 'Succeeded', resultString: '{"size":7}' });
    expect(await result({ resultCode: 'TemporaryFailure', resultString: 'later' })).toEqual({
      taskId: 't',
      resultCode: 'TemporaryFailure',
      resultString: 'later',
    });
    expect(await result({ resultCode: 'PermanentFailure' })).toEqual({ taskId: 't', resultCode: 'PermanentFailure', resultString: '' });
    expect(await result('x'.repeat(5_000))).toMatchObject({ resultString: 'x'.repeat(1_024) });
    expect(await result({ resultCode: 'Done' })).toMatchObject({ resultCode: 'PermanentFailure', resultString: expect.stringContaining('"Done"') });
  });

  it('gets a permanent failure, unless it is about time or load', async () => {
    expect(await failing(new TypeError('no such format'))).toEqual({ taskId: 't', resultCode: 'PermanentFailure', resultString: 'TypeError: no such format' });
    for (const error of [
      named('SlowDown'),
      named('ThrottlingException'),
      named('TooManyRequestsException'),
      named('RequestTimeout'),
      named('AnyError', { $retryable: {} }),
      named('SugaError', { code: 'Throttled' }),
      named('SugaError', { code: 'Timeout', details: { limit: 'invocation' } }),
      named('SugaError', { code: 'NetworkError' }),
      named('SugaError', { code: 'BadStatus', details: { status: 503 } }),
      named('ProvisionedThroughputExceededException'),
      named('InternalServerError', { $metadata: { httpStatusCode: 500 } }),
      named('TimeoutError'),
      new HttpError(503, 'later'),
      Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
      new Error('no picture', { cause: new Error('no bytes', { cause: named('SlowDown') }) }),
    ])
      expect(await failing(error), error.name).toMatchObject({ resultCode: 'TemporaryFailure' });
    for (const error of [named('AccessDenied'), named('SugaError', { code: 'InvalidInput' }), new HttpError(404, 'gone'), 'text', undefined]) {
      expect(await failing(error)).toMatchObject({ resultCode: 'PermanentFailure' });
    }
  });

  it('gets a result for each task, whatever the results of the others', async () => {
    const event = s3Batch([
      { id: '1', key: 'good' },
      { id: '2', key: '100%' },
      { id: '3', key: 'slow' },
    ]);
    const answer = await run(({ key }) => (key === 'slow' ? new Promise(() => undefined) : key), event, 400);
    expect(answer).toMatchObject({
      results: [
        { taskId: '1', resultCode: 'Succeeded', resultString: 'good' },
        { taskId: '2', resultCode: 'PermanentFailure', resultString: expect.stringContaining('not URL-encoded') },
        { taskId: '3', resultCode: 'TemporaryFailure', resultString: expect.stringContaining('timeout') },
      ],
    });
  });
});
