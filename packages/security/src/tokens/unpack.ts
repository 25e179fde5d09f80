import type { InputType, ZlibOptions } from 'node:zlib';

/** Maximum number of content codings of one response: each costs up to `max` bytes again. */
const MAX_CODINGS = 3;

type Decompress = (bytes: InputType, options: ZlibOptions, done: (error: Error | null, result: Buffer) => void) => void;

/**
 * Decodes the content codings of a body (RFC 9110, 8.4), which a server may apply although the request does not ask for them.
 * @param max Maximum number of bytes that each coding may decompress to.
 * @throws Error for an unknown coding, for damaged data and beyond `max`
 */
export async function unpack(bytes: Buffer, encoding: string, max: number): Promise<Buffer> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'identity');
  if (codings.length > MAX_CODINGS) throw new Error(`The response has ${codings.length} content codings.`);
  let unpacked = bytes;
  // The coding that is listed last was applied last, so it is decoded first.
  for (const coding of codings.reverse()) unpacked = await decompress(decompressorFor(coding, unpacked), unpacked, max);
  return unpacked;
}

function decompressorFor(coding: string, bytes: Buffer): Decompress {
  const { gunzip, brotliDecompress, inflate, inflateRaw } = process.getBuiltinModule('node:zlib');
  if (coding === 'gzip' || coding === 'x-gzip') return gunzip;
  if (coding === 'br') return brotliDecompress as Decompress;
  // Some servers leave out the two bytes of zlib's header (RFC 1950). The lower half of its first byte says "deflate".
  if (coding === 'deflate') return ((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw;
  throw new Error(`The response has an unknown content-encoding (${coding.slice(0, 20)}).`);
}

function decompress(run: Decompress, bytes: Buffer, maxOutputLength: number): Promise<Buffer> {
  return new Promise((resolve, reject) => run(bytes, { maxOutputLength }, (error, result) => (error ? reject(error) : resolve(result))));
}
