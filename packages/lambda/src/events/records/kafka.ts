import type { MSKRecord, SelfManagedKafkaRecord } from 'aws-lambda';
import type { Call } from '../../invocation/contract.js';
import type { KafkaBatchResponse } from '../contract/batch.js';
import type { KafkaRecord } from '../contract/kafka.js';
import type { Handle, Runner } from '../contract/runner.js';
import { type BatchPlan, groupBy, runGroups, runOrThrow } from './batch.js';
import { fromBase64, toPayload } from './payload.js';

/** Handles records of Kafka. A failure is thrown, and Lambda delivers the batch again. */
export const runKafka: Runner = (call, handle) => runOrThrow(planKafka(call, handle), call);

/** Plans a batch: partitions run concurrently, each in order. */
function planKafka({ event }: Call, handle: Handle): BatchPlan<MSKRecord> & { readonly groups: readonly (readonly MSKRecord[])[] } {
  const all = Object.values((event as { readonly records: Readonly<Record<string, unknown>> }).records)
    .filter(Array.isArray)
    .flat() as MSKRecord[];
  const groups = groupBy(all, ({ topic, partition }) => `${topic}-${partition}`);
  return { groups, handle: (record) => handle(toKafkaRecord(record)), nameOf: ({ topic, partition, offset }) => `${topic}-${partition}@${offset}` };
}

/** Handles records of Kafka and reports the failed ones, and those after them in their partition. Mappings with partial success deliver only these again. */
export const runKafkaReporting: Runner = async (call, handle): Promise<KafkaBatchResponse> => {
  const plan = planKafka(call, handle);
  const { finished } = await runGroups(plan, call);
  const failed = plan.groups.flat().filter((record) => !finished.has(record));
  return { batchItemFailures: failed.map(({ topic, partition, offset }) => ({ itemIdentifier: { partition: `${topic}-${partition}`, offset } })) };
};

const toKafkaRecord = (record: MSKRecord | SelfManagedKafkaRecord): KafkaRecord => {
  const { topic, partition, offset, value } = record;
  // According to AWS's types, key and value always exist. Kafka allows records without them.
  const key = record.key as string | null | undefined;
  const encoded = (value as string | null | undefined) ?? undefined;
  const headers = toHeaders(record.headers);
  const decoded = key ? fromBase64(key).toString('utf8') : undefined;
  return { topic, partition, offset, key: decoded, tombstone: encoded === undefined, headers, record, ...toPayload(encoded ?? '') };
};

/** Decodes headers. Lambda sends each value as an array of signed bytes. */
function toHeaders(headers: MSKRecord['headers'] | undefined): Record<string, string> {
  const all: Record<string, string> = Object.create(null);
  for (const header of headers ?? []) for (const [name, bytes] of Object.entries(header)) all[name] = Buffer.from(bytes).toString('utf8');
  return all;
}
