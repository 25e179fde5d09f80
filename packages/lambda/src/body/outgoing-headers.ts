import { isCoded, tokensOf } from './content-coding.js';
import type { BodyOwner } from './contract.js';

/** RFC 9110, 7.6.1; the two of proxies and `trailer` are from its predecessor's list (RFC 2616, 13.5.1). */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** The codings that Node's `fetch` unpacks, if all codings of a response are among them. */
const unpackedByFetch: ReadonlySet<string> = new Set(['gzip', 'x-gzip', 'deflate', 'br']);

/**
 * Removes or corrects headers that are not true of an answer. A `Response` of `fetch` has the headers of another connection, and
 * of the packed body before `fetch` has unpacked it.
 * @param body All that is sent, or a stream's first piece; `undefined` for an answer without a body, to HEAD for example.
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
  // A string cannot be packed, because packed bytes are no text.
  if (typeof body === 'string') return codings.some((name) => unpackedByFetch.has(name) || name === 'zstd');
  return body !== undefined && body.length > 0 && !isCoded(codings, body);
}
