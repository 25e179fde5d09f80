import type { FirehoseTransformationEvent, FirehoseTransformationEventRecord, FirehoseTransformationResultRecord } from 'aws-lambda';
import type { Call } from '../../invocation/contract.js';
import type { FirehoseRecord } from '../contract/firehose.js';
import type { Handle } from '../contract/runner.js';
import { answerEach } from './batch.js';
import { toFirehoseAnswer } from './firehose-answer.js';
import { toPayload } from './payload.js';

/** The answer of a transformation. */
export interface FirehoseResponse {
  readonly records: readonly FirehoseTransformationResultRecord[];
}

/** Bytes of the answer of a synchronous call that Lambda sends at most (6 MB), without the frame around the records. */
const MAX_BYTES = 6 * 1024 * 1024 - 64;
/** Bytes around the data of a record: `,"kafkaRecordValue":""` and a comma. */
const FRAME = 24;

type Answer = FirehoseTransformationResultRecord;
/** Records from MSK have their data in a field of another name, and are answered in it. */
type RawRecord = FirehoseTransformationEventRecord & { readonly kafkaRecordValue?: string };

/**
 * Transforms records side by side and answers for each of them. A record that fails is `ProcessingFailed`.
 * @throws the deadline's error if it comes before the last record is done: Firehose then invokes the function again, up to three times
 */
export async function runFirehose(call: Call, handle: Handle): Promise<FirehoseResponse> {
  const records: readonly RawRecord[] = (call.event as FirehoseTransformationEvent).records;
  let failures = 0;
  const answer = async (record: RawRecord): Promise<Answer> => toFirehoseAnswer(await handle(toFirehoseRecord(record)), record.recordId, dataOf(record));
  const toFailure = (_error: unknown, record: RawRecord): Answer => {
    failures++;
    return failed(record);
  };
  const answers = await answerEach({ records, answer, toFailure, nameOf: ({ recordId }) => recordId }, call);
  const { aborted, reason } = call.guard.signal;
  if (aborted && failures > 0) throw reason;

  const limit = createLimit(call, records);
  return { records: records.map((record, at) => toSourceFormat(record, limit(record, answers[at] as Answer))) };
}

const dataOf = ({ data, kafkaRecordValue }: RawRecord): string => data ?? kafkaRecordValue ?? '';

const toFirehoseRecord = (record: RawRecord): FirehoseRecord => ({
  id: record.recordId,
  arrivedAt: record.approximateArrivalTimestamp,
  partitionKey: record.kinesisRecordMetadata?.partitionKey,
  record,
  ...toPayload(dataOf(record)),
});

const failed = (record: RawRecord): Answer => ({ recordId: record.recordId, result: 'ProcessingFailed', data: dataOf(record) });

/** An answer that is too large fails as a whole, and with it every record. So a record that does not fit fails alone: there is room for each to fail. */
function createLimit({ log }: Call, records: readonly RawRecord[]): (record: RawRecord, answer: Answer) => Answer {
  let remaining = MAX_BYTES - records.reduce((bytes, record) => bytes + sizeOf(withoutData(record)), 0);
  const fits = (record: RawRecord, answer: Answer): boolean => {
    const more = sizeOf(answer) - sizeOf(withoutData(record));
    if (more > remaining) return false;
    remaining -= more;
    return true;
  };
  return (record, answer) => {
    if (fits(record, answer)) return answer;
    const advice = "Set a smaller buffer size for the stream's transformation, or make the records smaller.";
    log.failed('Record failed', new RangeError(`The answer to Firehose would be larger than the 6 MB that Lambda sends. ${advice}`), {
      record: record.recordId,
    });
    const original = failed(record);
    return fits(record, original) ? original : withoutData(record);
  };
}

const withoutData = (record: RawRecord): Answer => ({ ...failed(record), data: '' });

const sizeOf = ({ data = '', ...rest }: Answer): number => Buffer.byteLength(JSON.stringify(rest)) + data.length + FRAME;

function toSourceFormat(record: RawRecord, answer: Answer): Answer {
  if (record.kafkaRecordValue === undefined) return answer;
  const { data, ...rest } = answer;
  return { ...rest, kafkaRecordValue: data } as Answer;
}
