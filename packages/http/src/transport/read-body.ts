import type { Call } from '../call.js';
import { failure } from '../errors.js';

/** Reads a body to its end and counts its bytes after decompression. @throws `TooLarge` */
export async function readBody(call: Call, response: Response): Promise<Uint8Array | undefined> {
  const { maxBytes } = call.settings;
  if (!response.body) return undefined;
  const tooLarge = () =>
    failure('TooLarge', call, `got a body of more than ${maxBytes} bytes; raise "maxBytes" if that is expected.`, {
      details: { maxBytes, status: response.status },
    });
  // If the body is compressed, its length says nothing about the decompressed size.
  if (!response.headers.has('content-encoding') && Number(response.headers.get('content-length')) > maxBytes) {
    await response.body.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return joined(chunks, size);
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
