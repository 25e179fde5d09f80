import type { FirehoseTransformationResultRecord } from 'aws-lambda';
import { LambdaError } from '../../errors.js';
import { toJsonText } from '../../json/json.js';
import { isJsonObject, isPlainObject } from '../../json/json-object.js';
import { formatValue } from '../../option-checks.js';
import type { FirehoseResult } from '../contract/firehose.js';

type Answer = FirehoseTransformationResultRecord;

const results: ReadonlySet<unknown> = new Set(['Ok', 'Dropped', 'ProcessingFailed']);
/** The same words in other spellings: `dropped` is probably meant as `Dropped`. */
const likeResult = /^\s*(?:ok|dropped|processing[ _-]?failed)\s*$/i;
const answerKeys: ReadonlySet<string> = new Set(['result', 'data', 'metadata']);

/**
 * Creates the response for a record from the value that its handler returned.
 * @param original data of the record, as base64
 * @throws LambdaError `InvalidResponse`, `NotJson`
 */
export function toFirehoseResult(value: unknown, recordId: string, original: string): Answer {
  if (value === undefined) throw invalid('returned nothing', 'return the new data, or { result: "Dropped" }');
  if (!isAnswer(value)) return { recordId, result: 'Ok', data: toBase64(value) };
  const { result, data, metadata } = value;
  if (result === 'Dropped') return { recordId, result, data: '' };
  return { recordId, result, data: data === undefined ? original : toBase64(data), ...(metadata !== undefined && { metadata: assertMetadata(metadata) }) };
}

/**
 * Whether an object is a response and not data. Data may have a `result` of its own if it cannot be meant as a response: it has a
 * further field, it has no `data`, and its `result` is none of Firehose's words. A mistyped response would replace the data of the record.
 * @throws LambdaError `InvalidResponse` for an object that could be meant as a response but is not a valid one
 */
function isAnswer(value: unknown): value is FirehoseResult {
  if (!isPlainObject(value) || !Object.hasOwn(value, 'result')) return false;
  const { result, data } = value;
  const others = Object.keys(value).filter((key) => !answerKeys.has(key));
  const other = others[0];
  if (other === undefined && results.has(result)) return true;
  if (other !== undefined && data === undefined && !likeResult.test(String(result))) return false;
  if (others.length === 1 && other === 'recordId') {
    throw invalid('returned a recordId', 'remove it, and return the data as it is: the id and the base64 encoding are added to it');
  }
  const problem = results.has(result) ? `the field ${JSON.stringify(other)} beside result` : `the result ${formatValue(result)}`;
  throw invalid(`returned ${problem}`, `${advice} To send this object itself as data, return { result: "Ok", data: object }`);
}

const advice = 'a response has a result of "Ok", "Dropped" or "ProcessingFailed", and no other fields than data and metadata.';

/** Checks the partition keys. Firehose accepts strings only; another value would fail the record with an error that does not name it. */
function assertMetadata(metadata: unknown): { readonly partitionKeys: Record<string, string> } {
  const keys = isJsonObject(metadata) ? metadata['partitionKeys'] : undefined;
  if (!isJsonObject(keys)) throw invalid('returned metadata without partitionKeys', 'return metadata: { partitionKeys: { name: "value" } }');
  for (const [name, key] of Object.entries(keys)) {
    if (typeof key !== 'string' || key === '') throw invalid(`returned the partition key "${name}" with a ${typeof key}`, 'return a non-empty string');
  }
  return { partitionKeys: keys as Record<string, string> };
}

function toBase64(data: unknown): string {
  if (typeof data === 'string') return Buffer.from(data, 'utf8').toString('base64');
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString('base64');
  const text = toJsonText(data, 'The result of events.firehose');
  if (text === undefined) throw invalid(`returned a ${typeof data}`, 'return a string, bytes, or a value that JSON can represent');
  return Buffer.from(text, 'utf8').toString('base64');
}

const invalid = (what: string, remedy: string): LambdaError => new LambdaError('InvalidResponse', `events.firehose ${what}: ${remedy}.`);
