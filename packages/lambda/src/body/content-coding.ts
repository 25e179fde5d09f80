/** First bytes of compressed data, by name of the coding. `deflate` and `br` have no such signature. */
const signatures: Readonly<Record<string, string>> = { gzip: '\x1F\x8B', 'x-gzip': '\x1F\x8B', zstd: '\x28\xB5\x2F\xFD' };

/** Splits a header that is a list of names. The names are in lower case. */
export const tokensOf = (value: string): readonly string[] =>
  value
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/**
 * Whether a body may have the codings in its `content-encoding`. It does not if it is empty, or if its first bytes are not those of the
 * coding. API Gateway and `fetch` decompress bodies but leave the header.
 */
export function isCoded(codings: readonly string[], body: Uint8Array): boolean {
  const signature = signatures[codings.at(-1) ?? ''];
  if (signature === undefined) return body.length > 0;
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, signature.length)).toString('latin1');
  // A stream's first piece may be shorter than a signature.
  return start !== '' && signature.startsWith(start);
}
