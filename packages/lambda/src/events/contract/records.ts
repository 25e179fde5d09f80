import type { DynamoDBRecord, KinesisStreamRecord, S3EventRecord, SNSEventRecord, SQSRecord, StreamRecord } from 'aws-lambda';
import type { Payload } from './payload.js';

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

/** A record of a Kinesis stream. */
export interface KinesisRecord extends Payload {
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly record: KinesisStreamRecord;
}
