import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import type { Payload } from './payload.js';

/** A record of a Firehose stream. */
export interface FirehoseRecord extends Payload {
  readonly id: string;
  /** Time of arrival in Firehose, in ms since the epoch. */
  readonly arrivedAt: number;
  /** Partition key in the Kinesis stream that the Firehose stream reads. Undefined for other sources. */
  readonly partitionKey: string | undefined;
  readonly record: FirehoseTransformationEventRecord;
}

/** A response for one record. Return it instead of the new data to drop a record, to fail it, or to set partition keys. */
export interface FirehoseResult {
  /** `Dropped` removes the record from the stream. `ProcessingFailed` sends it to the error output of the stream. */
  readonly result: 'Ok' | 'Dropped' | 'ProcessingFailed';
  /** The new data: a string, bytes, or a value that is sent as JSON. Not base64. @default the data of the record */
  readonly data?: unknown;
  /** Keys for dynamic partitioning. */
  readonly metadata?: { readonly partitionKeys: Readonly<Record<string, string>> };
}
