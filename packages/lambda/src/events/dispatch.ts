import type { DynamoDBRecord, KinesisStreamRecord, MSKRecord, S3EventRecord, SNSEventRecord, SQSRecord } from 'aws-lambda';
import { assertOptions, isFunction } from '../check.js';
import { LambdaError } from '../errors.js';
import { describe, type EventKind } from '../kinds.js';
import { isHttpError } from '../reply.js';
import type { Call } from '../runtime.js';
import { assertName, type BatchResponse, lanesBy, runLanes, runOrThrow, sideBySide } from './batch.js';
import type { EventHandlers } from './handlers.js';
import { toJsonSafe } from './json-safe.js';
import { unzipLogs } from './logs.js';
import { toDynamodbChange, toKafkaRecord, toKinesisRecord, toS3Change, toSnsMessage, toSqsMessage } from './records.js';

type Option = keyof EventHandlers;
type Handle = (value: never, invocation: Call['invocation']) => unknown;
type Runner = (call: Call, handle: (value: unknown) => unknown) => unknown;

/** Handles whatever is not an HTTP request and not a direct call. */
export type Dispatch = (call: Call) => Promise<unknown>;

/** @throws LambdaError `InvalidOptions` for a kind there is not, or a handler that is no function */
export function createDispatch(handlers: EventHandlers): Dispatch {
  assertOptions(handlers, checks, 'events.');
  return async (call) => {
    const { event, kind, invocation } = call;
    if (kind === 's3-test') return undefined;
    if (kind === undefined) throw new LambdaError('UnknownEvent', `This event is of no known kind: ${describe(event)}.`);
    const option = optionOf(kind);
    const handle = handlers[option] as Handle | undefined;
    if (!handle) throw new LambdaError('NoHandler', `No handler for ${kind} events: add events: { ${option}: … } to the handler's options.`);
    const result = await runners[option](call, (value) => Reflect.apply(handle, handlers, [value, invocation]));
    return result === undefined ? undefined : toJsonSafe(result, `events.${option}`);
  };
}

const optionOf = (kind: EventKind): Option => (kind.startsWith('authorizer-') ? 'authorizer' : (kind as Option));

const recordsOf = <Record>({ event }: Call): readonly Record[] => (event as { readonly Records: readonly Record[] }).Records;

/** Runs one piece of work, left behind when the deadline is near. */
const whole: Runner = ({ event, guard }, handle) => guard.within(attempt(() => handle(event)));

const runners: Readonly<Record<Option, Runner>> = {
  sqs: async (call, handle): Promise<BatchResponse> => {
    const records = recordsOf<SQSRecord>(call);
    // Messages of a standard queue may have a group too (fair queues): the queue's name tells.
    const fifo = records[0]?.eventSourceARN?.endsWith('.fifo') === true;
    const lanes = fifo ? lanesBy(records, ({ attributes }) => attributes?.MessageGroupId ?? '') : sideBySide(records);
    const { finished } = await runLanes({ lanes, handle: (record) => handle(toSqsMessage(record)), nameOf: ({ messageId }) => messageId }, call);
    const failed = records.filter((record) => !finished.has(record));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: assertName(messageId) })) };
  },
  dynamodb: (call, handle) =>
    runStream<DynamoDBRecord>(
      call,
      (record) => handle(toDynamodbChange(record)),
      ({ dynamodb }) => dynamodb?.SequenceNumber,
    ),
  kinesis: (call, handle) =>
    runStream<KinesisStreamRecord>(
      call,
      (record) => handle(toKinesisRecord(record)),
      ({ kinesis }) => kinesis?.sequenceNumber,
    ),
  sns: (call, handle) =>
    runOrThrow(
      { lanes: sideBySide(recordsOf<SNSEventRecord>(call)), handle: (record) => handle(toSnsMessage(record)), nameOf: ({ Sns }) => Sns?.MessageId },
      call,
    ),
  s3: (call, handle) =>
    runOrThrow(
      { lanes: sideBySide(recordsOf<S3EventRecord>(call)), handle: (record) => handle(toS3Change(record)), nameOf: ({ s3 }) => s3?.object?.key },
      call,
    ),
  kafka: (call, handle) => {
    const { records } = call.event as { readonly records: Readonly<Record<string, unknown>> };
    const all = Object.values(records)
      .filter((lane) => Array.isArray(lane))
      .flat() as MSKRecord[];
    const lanes = lanesBy(all, ({ topic, partition }) => `${topic}-${partition}`);
    return runOrThrow(
      { lanes, handle: (record) => handle(toKafkaRecord(record)), nameOf: ({ topic, partition, offset }) => `${topic}-${partition}@${offset}` },
      call,
    );
  },
  eventbridge: whole,
  schedule: whole,
  authorizer: whole,
  logs: ({ event, guard }, handle) =>
    guard.within(attempt(async () => handle(await unzipLogs((event as { readonly awslogs: { readonly data: string } }).awslogs.data)))),
  websocket: async (call, handle) => {
    try {
      return (await whole(call, handle)) ?? { statusCode: 200 };
    } catch (error) {
      if (isHttpError(error)) return { statusCode: error.status, body: error.message };
      throw error;
    }
  },
  cognito: async (call, handle) => (await whole(call, handle)) ?? call.event,
};

const checks = Object.fromEntries(Object.keys(runners).map((option) => [option, [isFunction, 'a function'] as const]));

/** One shard's records in order. Lambda delivers again from the one named on, so the first that is not finished is all it needs. */
async function runStream<Record>(call: Call, handle: (record: Record) => unknown, nameOf: (record: Record) => string | undefined): Promise<BatchResponse> {
  const records = recordsOf<Record>(call);
  const { finished } = await runLanes({ lanes: [records], handle, nameOf: (record) => nameOf(record) ?? '' }, call);
  const first = records.find((record) => !finished.has(record));
  return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: assertName(nameOf(first)) }] };
}

/** A function's throw as a rejection. */
const attempt = async (work: () => unknown): Promise<unknown> => work();
