import type { IncomingMessage } from 'node:http';
import type { ResponseChunk, StreamedResponse } from './result.ts';

/** The content type of a streamed body that begins with status code and headers. */
export const preludeType = 'application/vnd.awslambda.http-integration-response';
const delimiter = Buffer.alloc(8);

/** The part of a streamed body that has arrived so far. */
export interface Prelude {
  readonly metadata: unknown;
  readonly body: Buffer;
}

/**
 * Splits a stream of metadata, eight zero bytes, and body. Returns undefined until the zero bytes have arrived.
 * Metadata that is not JSON is undefined.
 */
export function splitPrelude(bytes: Buffer): Prelude | undefined {
  const end = bytes.indexOf(delimiter);
  if (end < 0) return undefined;
  return { metadata: parse(bytes.toString('utf8', 0, end)), body: bytes.subarray(end + delimiter.length) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads a streamed response to its end, and records when each piece arrived. */
export async function readStream(
  request: IncomingMessage,
  startedAt: number,
  onChunk: ((chunk: Uint8Array, contentType: string) => void) | undefined,
): Promise<StreamedResponse> {
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  const chunks: ResponseChunk[] = [];
  for await (const bytes of request as AsyncIterable<Buffer>) {
    chunks.push({ at: performance.now() - startedAt, bytes });
    onChunk?.(bytes, contentType);
  }
  const all = Buffer.concat(chunks.map(({ bytes }) => bytes));
  const prelude = contentType === preludeType ? splitPrelude(all) : undefined;
  return prelude ? { contentType, metadata: prelude.metadata, body: prelude.body, chunks } : { contentType, body: all, chunks };
}
