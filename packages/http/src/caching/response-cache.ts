import type { Call } from '../call.js';
import type { RawResponse } from '../transport/follow-redirects.js';
import { freshUntil, hasValidator, isStorable, type Times } from './freshness.js';

/** What is used of the `cache` interface. */
export interface Store {
  get<T>(key: string): T | undefined | Promise<T | undefined>;
  set(key: string, value: unknown, options: { readonly ttl: number }): unknown;
  delete(key: string): unknown;
}

/** An answer with when it stops being fresh. */
interface CachedResponse extends RawResponse {
  readonly freshUntil: number;
}

/** How long a response that the server can confirm is kept after it stopped being fresh, in ms. */
const CONFIRMABLE = 3_600_000;

/** What the caller wants to see to himself: parts, conditions, directions to caches. */
const OWN_TERMS = ['range', 'if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range', 'cache-control', 'pragma'];
/** Headers that tell nothing about who asks. */
const ANONYMOUS = /^(?:content-.*|traceparent|tracestate|x-amzn-trace-id|idempotency-key)$/;

/** An answer, from the store where it may be, else by `send`, which may then leave it there. */
export async function throughCache(
  call: Call,
  store: Store,
  send: (call: Call) => Promise<RawResponse>,
): Promise<{ readonly answer: RawResponse; readonly cached: boolean }> {
  const key = keyOf(call);
  if (call.method !== 'GET') {
    const answer = await send(call);
    // What has been changed is not what was kept (RFC 9111, 4.4).
    if (!['HEAD', 'OPTIONS'].includes(call.method) && answer.status < 400) await store.delete(key);
    return { answer, cached: false };
  }
  if (OWN_TERMS.some((name) => call.headers.has(name))) return { answer: await send(call), cached: false };
  const cached = await store.get<CachedResponse>(key);
  if (cached && Date.now() < cached.freshUntil) return { answer: cached, cached: true };

  const asked = Date.now();
  const answer = await send(cached ? conditional(call, cached) : call);
  const confirmed = cached && answer.status === 304 ? { ...cached, headers: { ...cached.headers, ...aboutBody(answer.headers) } } : undefined;
  await keep(confirmed ?? answer, { asked, answered: Date.now() }, { call, store, key });
  return { answer: confirmed ?? answer, cached: confirmed !== undefined };
}

async function keep(
  answer: RawResponse,
  times: Times,
  { call, store, key }: { readonly call: Call; readonly store: Store; readonly key: string },
): Promise<void> {
  const { ttl: otherwise = 0, maxBytes = 0 } = call.settings.cache ?? {};
  const { status, headers, direct, bytes } = answer;
  const until = freshUntil(headers, times, otherwise);
  const ttl = Math.max(0, until - times.answered) + (hasValidator(headers) ? CONFIRMABLE : 0);
  // One that came by redirects says nothing of how long those hold.
  const keeps = direct && ttl > 0 && isStorable(status, headers) && (bytes?.length ?? 0) <= maxBytes;
  if (keeps) await store.set(key, { ...answer, freshUntil: until } satisfies CachedResponse, { ttl });
  else if (status < 500) await store.delete(key);
}

/** The call, with the question whether what is kept still holds. */
function conditional(call: Call, { headers: { etag, 'last-modified': modified } }: CachedResponse): Call {
  const headers = new Headers(call.headers);
  if (etag !== undefined) headers.set('if-none-match', etag);
  if (modified !== undefined) headers.set('if-modified-since', modified);
  return { ...call, headers };
}

/** Of a 304's headers those that hold for the response it confirms; lengths and encodings are its own. */
function aboutBody(headers: RawResponse['headers']): RawResponse['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(?:content-(?:length|encoding|type|range)|transfer-encoding|connection|keep-alive)$/.test(name)),
  );
}

/**
 * One key per URL and caller: whoever sends other headers (a token, a cookie, a tenant's id, a language) has entries of his own,
 * which also does what `Vary` asks for. Hashed, so that no token lies in the cache.
 */
function keyOf({ url, headers }: Call): string {
  const who = [...headers].filter(([name]) => !ANONYMOUS.test(name));
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256');
  return `http:${hash.update(JSON.stringify([url.href, who])).digest('base64url')}`;
}
