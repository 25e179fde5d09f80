import type { FirehoseTransformationEventRecord } from 'aws-lambda';
import type { Payload } from './payload.js';

/** A record on its way through a Firehose stream. */
export interface FirehoseRecord extends Payload {
  readonly id: string;
  /** Arrival in Firehose, in ms since the epoch. */
  readonly arrivedAt: number;
  /** Partition key in the Kinesis stream that the Firehose stream reads. Undefined for other sources. */
  readonly partitionKey: string | undefined;
  readonly record: FirehoseTransformationEventRecord;
}

/** An answer for one record where the new data alone does not say enough. */
export interface FirehoseAnswer {
  /** `Dropped` takes the record out of the stream. `ProcessingFailed` sends it to the error output of the stream. */
  readonly result: 'Ok' | 'Dropped' | 'ProcessingFailed';
  /** The new data: a string, bytes, or a value that is sent as JSON. Not base64. @default the data of the record */
  readonly data?: unknown;
  /** Keys for dynamic partitioning. */
  readonly metadata?: { readonly partitionKeys: Readonly<Record<string, string>> };
}
