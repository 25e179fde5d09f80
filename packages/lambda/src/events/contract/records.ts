import type { DynamoDBRecord, KinesisStreamRecord, S3EventRecord, SNSEventRecord, SQSRecord, StreamRecord } from 'aws-lambda';
import type { Payload } from './payload.js';

/** A message of an SQS queue. */
export interface SqsMessage {
  readonly id: string;
  readonly body: string;
  /** Message group of a FIFO queue or of a fair queue. */
  readonly groupId: string | undefined;
  /** How often the message has been received, including this time. */
  readonly receiveCount: number;
  readonly record: SQSRecord;
  /** Parses the body as JSON and leaves out every key `__proto__`. @throws SyntaxError for a body that is not JSON */
  json<T = unknown>(): T;
}

/** A notification of an SNS topic. */
export interface SnsMessage {
  readonly id: string;
  readonly topic: string;
  readonly subject: string | undefined;
  readonly body: string;
  readonly record: SNSEventRecord;
  /** Parses the body as JSON and leaves out every key `__proto__`. @throws SyntaxError for a body that is not JSON */
  json<T = unknown>(): T;
}

/** A change of an object in S3. */
export interface S3Change {
  /** Name of the event: `ObjectCreated:Put` … */
  readonly name: string;
  readonly bucket: string;
  /** Object key, decoded. (S3 sends it URL-encoded, with `+` for a space.) */
  readonly key: string;
  /** Size in bytes. Undefined if the object was removed. */
  readonly size: number | undefined;
  readonly record: S3EventRecord;
}

/** A change in a DynamoDB table. Images are in DynamoDB's own format (`{ S: 'text' }`); `unmarshall` of `@aws-sdk/util-dynamodb` converts them. */
export interface DynamodbChange {
  readonly name: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly sequenceNumber: string;
  readonly keys: StreamRecord['Keys'];
  /** Item before the change, if the stream contains it. */
  readonly before: StreamRecord['OldImage'];
  /** Item after the change, if the stream contains it. */
  readonly after: StreamRecord['NewImage'];
  readonly record: DynamoDBRecord;
}

/** A record of a Kinesis stream. */
export interface KinesisRecord extends Payload {
  readonly partitionKey: string;
  readonly sequenceNumber: string;
  readonly record: KinesisStreamRecord;
}
