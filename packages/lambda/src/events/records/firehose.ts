import type { FirehoseTransformationEvent, FirehoseTransformationEventRecord, FirehoseTransformationResultRecord } from 'aws-lambda';
import type { Call } from '../../invocation/contract.js';
import type { FirehoseRecord } from '../contract/firehose.js';
import type { Handle } from '../contract/runner.js';
import { answerEach } from './batch.js';
import { toFirehoseResult } from './firehose-result.js';
import { toPayload } from './payload.js';

/** The response of a transformation. */
export interface FirehoseResponse {
  readonly records: readonly FirehoseTransformationResultRecord[];
}

/** Maximum bytes of the response to a synchronous call of Lambda (6 MB), without the frame around the records. */
const MAX_BYTES = 6 * 1024 * 1024 - 64;
/** Number of bytes around the data of a record: `,"kafkaRecordValue":""` and a comma. */
const FRAME = 24;

type Answer = FirehoseTransformationResultRecord;
/** A record as Firehose sends it. Records from MSK have their data in another field, and need it there in the response. */
type RawRecord = FirehoseTransformationEventRecord & { readonly kafkaRecordValue?: string };

/**
 * Transforms records concurrently and returns a response for each. A record that fails is `ProcessingFailed`.
 * @throws LambdaError `Deadline` if time runs out before the last record is done. Firehose then invokes the function again, up to three times.
 */
export async function runFirehose(call: Call, handle: Handle): Promise<FirehoseResponse> {
  const records: readonly RawRecord[] = (call.event as FirehoseTransformationEvent).records;
  let failures = 0;
  const answer = async (record: RawRecord): Promise<Answer> => toFirehoseResult(await handle(toFirehoseRecord(record)), record.recordId, dataOf(record));
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

/**
 * Limits the size of the response. A response that is too large would fail as a whole, and every record with it. So each record that does not
 * fit fails alone. The limit keeps enough room for the failure of every record.
 */
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
    log.failed('Record failed', new RangeError(`The response to Firehose would be larger than the 6 MB that Lambda can return. ${advice}`), {
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
