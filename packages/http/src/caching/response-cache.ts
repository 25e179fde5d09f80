import type { Call } from '../call.js';
import type { RawResponse } from '../transport/follow-redirects.js';
import { freshUntil, hasValidator, isStorable, type Times } from './freshness.js';

/** The part of the interface `cache` that is used here. */
export interface Store {
  get<T>(key: string): T | undefined | Promise<T | undefined>;
  set(key: string, value: unknown, options: { readonly ttl: number }): unknown;
  delete(key: string): unknown;
}

/** A response with the time at which it stops being fresh. */
interface CachedResponse extends RawResponse {
  readonly freshUntil: number;
}

/** How long a response is kept after it stopped being fresh, in ms, if the server can confirm it. */
const CONFIRMABLE = 3_600_000;

/** Headers for partial or conditional requests, or with instructions to caches. A request with one of them bypasses the cache. */
const OWN_TERMS = ['range', 'if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range', 'cache-control', 'pragma'];
/** Headers that do not distinguish callers. */
const ANONYMOUS = /^(?:content-.*|traceparent|tracestate|x-amzn-trace-id|idempotency-key)$/;

/** Returns a response from the cache if possible. Otherwise calls `send`, and caches the response if that is allowed. */
export async function throughCache(
  call: Call,
  store: Store,
  send: (call: Call) => Promise<RawResponse>,
): Promise<{ readonly response: RawResponse; readonly cached: boolean }> {
  const key = keyOf(call);
  if (call.method !== 'GET') {
    const response = await send(call);
    // The request may have changed the resource, so the cached response is removed (RFC 9111, 4.4).
    if (!['HEAD', 'OPTIONS'].includes(call.method) && response.status < 400) await store.delete(key);
    return { response, cached: false };
  }
  if (OWN_TERMS.some((name) => call.headers.has(name))) return { response: await send(call), cached: false };
  const cached = await store.get<CachedResponse>(key);
  if (cached && Date.now() < cached.freshUntil) return { response: cached, cached: true };

  const requestedAt = Date.now();
  const response = await send(cached ? conditional(call, cached) : call);
  const confirmed = cached && response.status === 304 ? { ...cached, headers: { ...cached.headers, ...aboutBody(response.headers) } } : undefined;
  await keep(confirmed ?? response, { requestedAt, respondedAt: Date.now() }, { call, store, key });
  return { response: confirmed ?? response, cached: confirmed !== undefined };
}

async function keep(
  response: RawResponse,
  times: Times,
  { call, store, key }: { readonly call: Call; readonly store: Store; readonly key: string },
): Promise<void> {
  const { ttl: otherwise = 0, maxBytes = 0 } = call.settings.cache ?? {};
  const { status, headers, direct, bytes } = response;
  const until = freshUntil(headers, times, otherwise);
  const ttl = Math.max(0, until - times.respondedAt) + (hasValidator(headers) ? CONFIRMABLE : 0);
  // A response after redirects does not say how long the redirects are valid.
  const keeps = direct && ttl > 0 && isStorable(status, headers) && (bytes?.length ?? 0) <= maxBytes;
  if (keeps) await store.set(key, { ...response, freshUntil: until } satisfies CachedResponse, { ttl });
  else if (status < 500) await store.delete(key);
}

/** Adds headers that ask the server whether the cached response is still valid. */
function conditional(call: Call, { headers: { etag, 'last-modified': modified } }: CachedResponse): Call {
  const headers = new Headers(call.headers);
  if (etag !== undefined) headers.set('if-none-match', etag);
  if (modified !== undefined) headers.set('if-modified-since', modified);
  return { ...call, headers };
}

/** Returns the headers of a 304 that apply to the confirmed response. Lengths and encodings belong to the 304 itself. */
function aboutBody(headers: RawResponse['headers']): RawResponse['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(?:content-(?:length|encoding|type|range)|transfer-encoding|connection|keep-alive)$/.test(name)),
  );
}

/**
 * Returns the cache key for a URL and a caller. Requests with different headers (a token, a cookie, a tenant's id, a language) have different
 * keys, which also satisfies `Vary`. The key is a hash, so that no token is stored in the cache.
 */
function keyOf({ url, headers }: Call): string {
  const who = [...headers].filter(([name]) => !ANONYMOUS.test(name));
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  return `http:${hash.update(JSON.stringify([url.href, who])).digest('base64url')}`;
}
