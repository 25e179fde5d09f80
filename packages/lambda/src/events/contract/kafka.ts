import type { MSKRecord, SelfManagedKafkaRecord } from 'aws-lambda';
import type { Payload } from './payload.js';

/** A record of a Kafka topic. */
export interface KafkaRecord extends Payload {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Key, decoded as UTF-8. `undefined` if there is none. */
  readonly key: string | undefined;
  /** Whether the record has no value. Such a record (a tombstone) deletes the key from a compacted topic. */
  readonly tombstone: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly record: MSKRecord | SelfManagedKafkaRecord;
}
