import type { Control } from '@suga/gateway';
import type { DynamoDBRecord, KinesisStreamRecord, S3EventRecord, SNSEventRecord, SQSRecord } from 'aws-lambda';
import { LambdaError } from '../errors.js';
import { isHttpError } from '../http/reply.js';
import type { Call } from '../invocation/contract.js';
import { isJsonObject, type JsonObject } from '../json/json-object.js';
import { toJsonSafe } from '../json/json-safe.js';
import type { EventKind } from '../kinds/event-kinds.js';
import { assertOptions, isFunction, type OptionCheck } from '../option-checks.js';
import type { HandlerOptions } from '../options.js';
import type { BatchResponse } from './contract/batch.js';
import type { EventHandlers } from './contract/event-handlers.js';
import type { Handle, Runner, StreamSource } from './contract/runner.js';
import { callDirectly, collectStream } from './direct.js';
import { checksFor, customResource, lazyChecks, loadRunners, rareKinds, tumblingWindow } from './lazy-runners.js';
import { assertName, groupBy, runGroups, runOrThrow, ungrouped } from './records/batch.js';
import { toDynamodbChange, toKinesisRecord, toS3Change, toSnsMessage, toSqsMessage } from './records/convert-records.js';

type Option = keyof EventHandlers;
type Handler = (value: unknown, invocation: Call['invocation'], ...more: readonly unknown[]) => unknown;

/** Handles an event that is not an HTTP request. */
export type Dispatch = (call: Call) => Promise<unknown>;

/** Dependencies of the dispatch. */
interface DispatchDeps {
  /** Waits for `initialize`. Called before an event is handled. */
  prepare(): Promise<void> | undefined;
  control(): Control;
}

type Options = Pick<HandlerOptions, 'events' | 'direct' | 'reportKafkaFailures'>;

/** @throws LambdaError `InvalidOptions` for an unknown kind of event, or a handler that cannot work */
export function createDispatch({ events = {}, direct = true, reportKafkaFailures }: Options, { prepare, control }: DispatchDeps): Dispatch {
  assertOptions(events, checks, 'events.');
  const all: Readonly<Record<string, Runner>> = { ...runners, ...loadRunners(events, { prepare, reportKafkaFailures }) };
  return async (call) => {
    const { kind } = call;
    const option = optionOf(kind);
    const handler = events[option] as Handler | undefined;
    const handle: Handle = (value, ...more) => Reflect.apply(handler as Handler, events, [value, call.invocation, ...more]);
    // CloudFormation gets a response for every failure, also for one of `initialize`.
    if (option === 'customResource')
      return handler
        ? all[option]?.(call, handle, events)
        : customResource().refuse(call.event, noHandler(call, option), { log: call.log, deadline: call.guard.deadline });
    await call.guard.within(prepare());
    if (kind === 'direct' && direct) return callDirectly(control(), call);
    if (kind === 's3-test') return undefined;
    if (!handler) throw noHandler(call, option);
    const result = await all[option]?.(call, handle, events);
    return result === undefined || !answersAsJson.has(option) ? result : toJsonSafe(result, `events.${option}`);
  };
}

/** Returns the option for a kind: `s3Batch` for `s3-batch`. A kind without an option of its own goes to `other`. */
function optionOf(kind: EventKind | undefined): Option {
  if (kind?.startsWith('authorizer-')) return 'authorizer';
  const option = kind?.replace(/-./g, (part) => part.slice(1).toUpperCase()) ?? '';
  return Object.hasOwn(checks, option) ? (option as Option) : 'other';
}

function noHandler({ kind, event }: Call, option: Option): LambdaError {
  if (kind === 'direct') return new LambdaError('NoHandler', 'Direct calls are switched off for this function (direct: false).');
  if (option === 'other') return rareKinds().unknownEvent(kind, event);
  return new LambdaError('NoHandler', `No handler for ${kind} events: add events: { ${option}: … } to the options of the handler.`);
}

const recordsOf = <Record>({ event }: Call): readonly Record[] => (event as { readonly Records: readonly Record[] }).Records;

/** Passes the whole event to the handler. The handler is abandoned when the deadline is near. */
const runWhole = ({ event, guard }: Call, handle: Handle): Promise<unknown> => guard.within(attempt(() => handle(event)));

const runners = {
  sqs: async (call, handle): Promise<BatchResponse> => {
    const records = recordsOf<SQSRecord>(call);
    // Messages of a standard queue may have a group, too (fair queues), so the name of the queue decides.
    const fifo = records[0]?.eventSourceARN?.endsWith('.fifo') === true;
    const groups = fifo ? groupBy(records, ({ attributes }) => attributes?.MessageGroupId ?? '') : ungrouped(records);
    const { finished } = await runGroups({ groups, handle: (record) => handle(toSqsMessage(record)), nameOf: ({ messageId }) => messageId }, call);
    const failed = records.filter((record) => !finished.has(record));
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: assertName(messageId) })) };
  },
  dynamodb: runStream<DynamoDBRecord>({ option: 'dynamodb', toItem: toDynamodbChange, nameOf: ({ dynamodb }) => dynamodb?.SequenceNumber }),
  kinesis: runStream<KinesisStreamRecord>({ option: 'kinesis', toItem: toKinesisRecord, nameOf: ({ kinesis }) => kinesis?.sequenceNumber }),
  sns: (call, handle) =>
    runOrThrow(
      { groups: ungrouped(recordsOf<SNSEventRecord>(call)), handle: (record) => handle(toSnsMessage(record)), nameOf: ({ Sns }) => Sns?.MessageId },
      call,
    ),
  s3: (call, handle) =>
    runOrThrow(
      { groups: ungrouped(recordsOf<S3EventRecord>(call)), handle: (record) => handle(toS3Change(record)), nameOf: ({ s3 }) => s3?.object?.key },
      call,
    ),
  eventbridge: runWhole,
  schedule: runWhole,
  authorizer: runWhole,
  websocket: async (call, handle) => {
    try {
      return (await runWhole(call, handle)) ?? { statusCode: 200 };
    } catch (error) {
      if (isHttpError(error)) return { statusCode: error.status, body: error.message };
      throw error;
    }
  },
  cognito: async (call, handle) => (await runWhole(call, handle)) ?? call.event,
  other: ({ event, guard }, handle) => guard.within(attempt(async () => collectStream(await handle(event)))),
} as const satisfies Partial<Readonly<Record<Option, Runner>>>;

/** Kinds whose handlers' results are returned to Lambda. They are converted to JSON. The runners of the other kinds create their own responses. */
const answersAsJson: ReadonlySet<Option> = new Set(['authorizer', 'bedrock', 'cognito', 'eventbridge', 'logs', 'other', 'schedule', 'websocket']);

const isHandler: OptionCheck = [isFunction, 'a function'];
const checks = { ...checksFor({ ...runners, dynamodbWindow: 0, kinesisWindow: 0 }, isHandler), ...lazyChecks };

/** Handles the records of one shard in order. Lambda delivers again from the reported record on, so only the first unfinished record is reported. */
function runStream<Record>(stream: StreamSource<Record>): Runner {
  return async (call, handle, events): Promise<BatchResponse> => {
    if (isJsonObject((call.event as JsonObject)['window'])) return tumblingWindow().runWindow(call, stream, { handle, events });
    const { toItem, nameOf } = stream;
    const records = recordsOf<Record>(call);
    const { finished } = await runGroups({ groups: [records], handle: (record) => handle(toItem(record)), nameOf: (record) => nameOf(record) ?? '' }, call);
    const first = records.find((record) => !finished.has(record));
    return { batchItemFailures: first === undefined ? [] : [{ itemIdentifier: assertName(nameOf(first)) }] };
  };
}

/** Calls a function. An error that it throws becomes a rejection. */
const attempt = async (work: () => unknown): Promise<unknown> => work();
