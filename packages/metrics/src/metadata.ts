import { assertName, invalid } from './validation.js';

type Metadata = Readonly<Record<string, unknown>>;

/** CloudWatch takes lines of up to 1 MB, and the metrics have to fit beside them. */
const MAX_METADATA = 100_000;

/** Metadata with one field more. @throws `InvalidParams` for a key that a line cannot have, and for too much */
export function withMetadata(metadata: Metadata, key: string, value: unknown): Metadata {
  assertName('key', key);
  const all = { ...metadata, [key]: asJson(value) };
  if (JSON.stringify(all).length > MAX_METADATA) throw invalid('value', value, '100,000 characters at most');
  return all;
}

/** JSON of now: what becomes of the value later is no matter of the line. @throws `InvalidParams` for what JSON cannot hold */
function asJson(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    throw invalid('value', value, 'something that JSON can hold');
  }
}
