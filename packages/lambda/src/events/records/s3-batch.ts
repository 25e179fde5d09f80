import type { S3BatchEvent, S3BatchEventTask, S3BatchResult as S3BatchResponse, S3BatchResultResult } from 'aws-lambda';
import { LambdaError, toErrorText } from '../../errors.js';
import type { Call } from '../../invocation/contract.js';
import { toJsonText } from '../../json/json.js';
import { isPlainObject } from '../../json/json-object.js';
import { isOutOfTime } from '../../out-of-time.js';
import type { Handle } from '../contract/runner.js';
import type { S3BatchResult, S3BatchTask } from '../contract/s3-batch.js';
import { type AnswerPlan, answerEach } from './batch.js';
import { decodeKey } from './object-key.js';
import { isTransient } from './transient.js';

interface RawTask extends S3BatchEventTask {
  /** Name of the bucket. Schema version 2.0 has it instead of the ARN. */
  readonly s3Bucket?: string;
}

interface RawEvent extends Omit<S3BatchEvent, 'job' | 'tasks'> {
  readonly job: { readonly id: string; readonly userArguments?: Readonly<Record<string, string>> | null };
  readonly tasks: readonly RawTask[];
}

/** Maximum characters of a result in the report of S3. */
const MAX_RESULT = 1_024;
const codes: ReadonlySet<unknown> = new Set(['Succeeded', 'TemporaryFailure', 'PermanentFailure']);

/** Handles the tasks of an event and returns a result for each. */
export async function runS3Batch(call: Call, handle: Handle): Promise<S3BatchResponse> {
  const event = call.event as RawEvent;
  const { invocationSchemaVersion, invocationId, job, tasks } = event;
  const toResult = ({ taskId }: RawTask, { resultCode, resultString = '' }: S3BatchResult): S3BatchResultResult => ({
    taskId,
    resultCode,
    resultString: resultString.slice(0, MAX_RESULT),
  });
  const plan: AnswerPlan<RawTask, S3BatchResultResult> = {
    records: tasks,
    answer: async (task) => toResult(task, toAnswer(await handle(toTask(task, job)))),
    toFailure: (error, task) => toResult(task, toFailure(error, call)),
    nameOf: ({ taskId }) => taskId,
  };
  const results = await answerEach(plan, call);
  return { invocationSchemaVersion, treatMissingKeysAs: 'PermanentFailure', invocationId, results };
}

const toTask = (task: RawTask, { id, userArguments }: RawEvent['job']): S3BatchTask => ({
  id: task.taskId,
  bucket: task.s3Bucket ?? task.s3BucketArn.slice(task.s3BucketArn.lastIndexOf(':') + 1),
  key: decodeKey(task.s3Key),
  versionId: task.s3VersionId ?? undefined,
  jobId: id,
  userArguments: userArguments ?? {},
  record: task,
});

function toAnswer(value: unknown): S3BatchResult {
  if (!isPlainObject(value) || !('resultCode' in value)) {
    return { resultCode: 'Succeeded', resultString: typeof value === 'string' ? value : (toJsonText(value, 'The result of events.s3Batch') ?? '') };
  }
  const { resultCode, resultString } = value;
  if (codes.has(resultCode) && (resultString === undefined || typeof resultString === 'string')) return value as unknown as S3BatchResult;
  const form = '{ resultCode: "Succeeded" | "TemporaryFailure" | "PermanentFailure", resultString?: string }';
  throw new LambdaError('InvalidResponse', `events.s3Batch returned the resultCode ${JSON.stringify(resultCode)}: return ${form}.`);
}

const toFailure = (error: unknown, { guard }: Call): S3BatchResult => ({
  resultCode: isOutOfTime(error, guard.signal) || isTransient(error) ? 'TemporaryFailure' : 'PermanentFailure',
  resultString: toErrorText(error),
});
