import type { IncomingMessage } from 'node:http';
import type { ResponseChunk, StreamedResponse } from './result.ts';

/** The content type by which a streamed body says that it begins with status code and headers. */
export const preludeType = 'application/vnd.awslambda.http-integration-response';
const delimiter = Buffer.alloc(8);

/** A streamed body, in so far as it has arrived. */
export interface Prelude {
  readonly metadata: unknown;
  readonly body: Buffer;
}

/** Splits metadata, eight zero bytes, body; undefined while the zero bytes have not come. Metadata that is not JSON is undefined. */
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

/** Reads a streamed response to its end, noting when each piece came. */
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
