import type { MSKRecord, SelfManagedKafkaRecord } from 'aws-lambda';
import type { Payload } from './payload.js';

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
