import { assertName, invalid } from './validation.js';

type Metadata = Readonly<Record<string, unknown>>;

/** Limit in characters. CloudWatch accepts lines of up to 1 MB, which must also contain the metrics. */
const MAX_METADATA = 100_000;

/** Returns metadata with one more field. @throws `InvalidParams` if a line cannot contain the key, or if the metadata becomes too large */
export function withMetadata(metadata: Metadata, key: string, value: unknown): Metadata {
  assertName('key', key);
  const all = { ...metadata, [key]: asJson(value) };
  if (JSON.stringify(all).length > MAX_METADATA) throw invalid('value', value, 'metadata of at most 100,000 characters');
  return all;
}

/** Copies a value through JSON, so that later changes do not affect the line. @throws `InvalidParams` for a value that JSON cannot represent */
function asJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    throw invalid('value', value, 'a value that JSON can represent');
  }
}
