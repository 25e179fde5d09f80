import type { InputType, ZlibOptions } from 'node:zlib';

/** Limit of content codings that one answer may have: each costs up to `max` bytes again. */
const MAX_CODINGS = 3;

type Decompress = (bytes: InputType, options: ZlibOptions, done: (error: Error | null, result: Buffer) => void) => void;

/**
 * Takes the content codings off a body (RFC 9110, 8.4), which a server may apply without being asked.
 * @param max How many bytes each may unpack to.
 * @throws Error for a coding that is not known, for damaged data and beyond `max`
 */
export async function unpack(bytes: Buffer, encoding: string, max: number): Promise<Buffer> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'identity');
  if (codings.length > MAX_CODINGS) throw new Error(`The answer has ${codings.length} content codings.`);
  let unpacked = bytes;
  // The last one was applied last.
  for (const coding of codings.reverse()) unpacked = await decompress(decompressorFor(coding, unpacked), unpacked, max);
  return unpacked;
}

function decompressorFor(coding: string, bytes: Buffer): Decompress {
  const { gunzip, brotliDecompress, inflate, inflateRaw } = process.getBuiltinModule('node:zlib');
  if (coding === 'gzip' || coding === 'x-gzip') return gunzip;
  if (coding === 'br') return brotliDecompress as Decompress;
  // Some servers leave out the two bytes of zlib's header (RFC 1950), whose lower half says "deflate".
  if (coding === 'deflate') return ((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw;
  throw new Error(`The answer's content-encoding is not known (${coding.slice(0, 20)}).`);
}

function decompress(run: Decompress, bytes: Buffer, maxOutputLength: number): Promise<Buffer> {
  return new Promise((resolve, reject) => run(bytes, { maxOutputLength }, (error, result) => (error ? reject(error) : resolve(result))));
}
