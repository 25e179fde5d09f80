import type {
  DynamoDBRecord,
  KinesisStreamRecord,
  MSKRecord,
  S3EventRecord,
  SelfManagedKafkaRecord,
  SNSEventRecord,
  SQSRecord,
  StreamRecord,
} from 'aws-lambda';
import { LambdaError } from '../errors.js';
import { parseJson } from '../json.js';

/** A message of an SQS queue. */
export interface SqsMessage {
  readonly id: string;
  readonly body: string;
  /** The message group of a FIFO queue, or of a fair one. */
  readonly groupId: string | undefined;
  /** How often it has been received, this time included. */
  readonly receiveCount: number;
  readonly record: SQSRecord;
  /** The body parsed, without any `__proto__`; throws for a body that is not JSON. */
  json<T = unknown>(): T;
}

/** A notification of an SNS topic. */
export interface SnsMessage {
  readonly id: string;
  readonly topic: string;
  readonly subject: string | undefined;
  readonly body: string;
  readonly record: SNSEventRecord;
  /** The body parsed, without any `__proto__`; throws for a body that is not JSON. */
  json<T = unknown>(): T;
}

/** What happened to an object in S3. */
export interface S3Change {
  /** `ObjectCreated:Put` … */
  readonly name: string;
  readonly bucket: string;
  /** Decoded: S3 sends it URL-encoded, with `+` for a blank. */
  readonly key: string;
  /** In bytes; absent where an object was removed. */
  readonly size: number | undefined;
  readonly record: S3EventRecord;
}

/** A change in a DynamoDB table. Images are as DynamoDB has them (`{ S: 'text' }`): `@aws-sdk/util-dynamodb` makes them plain. */
export interface DynamodbChange {
  readonly name: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly sequenceNumber: string;
  readonly keys: StreamRecord['Keys'];
  /** The item before the change, where the stream has it. */
  readonly before: StreamRecord['OldImage'];
  /** The item after the change, where the stream has it. */
  readonly after: StreamRecord['NewImage'];
  readonly record: DynamoDBRecord;
}

/** What a producer wrote, in the forms one may want it. */
export interface Payload {
  bytes(): Uint8Array;
  text(): string;
  /** Parsed, without any `__proto__`; throws for what is not JSON. */
  json<T = unknown>(): T;
}

/** A record of a Kinesis stream. */
export interface KinesisRecord extends Payload {
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly record: KinesisStreamRecord;
}

/** A record of a Kafka topic. */
export interface KafkaRecord extends Payload {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** As text; `undefined` where there is none. */
  readonly key: string | undefined;
  /** Whether it has no value: a tombstone, which deletes the key from a compacted topic. */
  readonly tombstone: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly record: MSKRecord | SelfManagedKafkaRecord;
}

export const toSqsMessage = (record: SQSRecord): SqsMessage => ({
  id: record.messageId,
  body: record.body,
  groupId: record.attributes?.MessageGroupId,
  receiveCount: Number(record.attributes?.ApproximateReceiveCount ?? 1),
  record,
  json: <T>() => parseJson(record.body) as T,
});

export const toSnsMessage = (record: SNSEventRecord): SnsMessage => ({
  id: record.Sns.MessageId,
  topic: record.Sns.TopicArn,
  subject: record.Sns.Subject ?? undefined,
  body: record.Sns.Message,
  record,
  json: <T>() => parseJson(record.Sns.Message) as T,
});

export const toS3Change = (record: S3EventRecord): S3Change => ({
  name: record.eventName,
  bucket: record.s3.bucket.name,
  key: decodeKey(record.s3.object.key),
  size: record.s3.object.size,
  record,
});

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch (cause) {
    const shown = typeof key === 'string' ? JSON.stringify(key.slice(0, 100)) : String(key);
    throw new LambdaError('BadRecord', `The object key ${shown} of an S3 event is not URL-encoded, as S3 sends it: check what made the event.`, { cause });
  }
}

export const toDynamodbChange = (record: DynamoDBRecord): DynamodbChange => ({
  name: record.eventName as DynamodbChange['name'],
  sequenceNumber: record.dynamodb?.SequenceNumber ?? '',
  keys: record.dynamodb?.Keys,
  before: record.dynamodb?.OldImage,
  after: record.dynamodb?.NewImage,
  record,
});

export const toKinesisRecord = (record: KinesisStreamRecord): KinesisRecord => {
  const { data, partitionKey, sequenceNumber } = record.kinesis;
  return { partitionKey, sequenceNumber, record, bytes: () => fromBase64(data), ...texts(data) };
};

export const toKafkaRecord = (record: MSKRecord | SelfManagedKafkaRecord): KafkaRecord => {
  const { topic, partition, offset, value } = record;
  // AWS's types say that key and value are always there; Kafka allows neither.
  const key = record.key as string | null | undefined;
  const given = (value as string | null | undefined) ?? undefined;
  const headers = headersOf(record.headers);
  const payload = { bytes: () => fromBase64(given ?? ''), ...texts(given ?? '') };
  return { topic, partition, offset, key: key ? fromBase64(key).toString('utf8') : undefined, tombstone: given === undefined, headers, record, ...payload };
};

const fromBase64 = (data: string): Buffer => Buffer.from(data, 'base64');

const texts = (data: string): Pick<Payload, 'text' | 'json'> => ({
  text: () => fromBase64(data).toString('utf8'),
  json: <T>() => parseJson(fromBase64(data).toString('utf8')) as T,
});

/** A header's value comes as signed bytes, one number each. */
function headersOf(headers: MSKRecord['headers'] | undefined): Record<string, string> {
  const all: Record<string, string> = Object.create(null);
  for (const header of headers ?? []) for (const [name, bytes] of Object.entries(header)) all[name] = Buffer.from(bytes).toString('utf8');
  return all;
}
