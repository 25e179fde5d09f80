import { isCoded, tokensOf } from './content-coding.js';
import type { BodyOwner } from './contract.js';

/** Headers about a single connection: RFC 9110, 7.6.1. The two of proxies and `trailer` are from the list of its predecessor (RFC 2616, 13.5.1). */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** The codings that Node's `fetch` decompresses. It does so only if all codings of a response are among them. */
const unpackedByFetch: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br']);

/**
 * Removes or corrects headers that do not match the response. A `Response` of `fetch` has the headers of another connection. They describe
 * the compressed body, although `fetch` has decompressed it.
 * @param body the whole body or the first piece of a stream; `undefined` for a response without a body, such as one to HEAD
 */
export function correctHeaders({ headers, fetched }: BodyOwner, body: string | Uint8Array | undefined, isWhole = true): void {
  const { connection } = headers;
  if (connection !== undefined) for (const name of tokensOf(String(connection))) delete headers[name];
  for (const name of hopByHop) delete headers[name];
  const coding = headers['content-encoding'];
  if (coding !== undefined && isUnpacked(tokensOf(String(coding)), body, fetched)) {
    delete headers['content-encoding'];
    delete headers['content-length'];
  }
  if (body !== undefined && isWhole && 'content-length' in headers) headers['content-length'] = String(Buffer.byteLength(body));
}

function isUnpacked(codings: readonly string[], body: string | Uint8Array | undefined, fetched: boolean): boolean {
  if (fetched && codings.every((name) => unpackedByFetch.has(name))) return true;
  // A string cannot be compressed data, because compressed bytes are not text.
  if (typeof body === 'string') return codings.some((name) => unpackedByFetch.has(name) || name === 'zstd');
  return body !== undefined && body.length > 0 && !isCoded(codings, body);
}
