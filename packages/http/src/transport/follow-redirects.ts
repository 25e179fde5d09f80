import type { Call } from '../call.js';
import { failure, withoutQuery } from '../errors.js';
import type { AddressGuard } from './address-guard.js';
import { readBody } from './read-body.js';

/** A response that has been read to its end but is not parsed yet. */
export interface RawResponse {
  readonly status: number;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly bytes: Uint8Array | undefined;
  /** Whether it came from the URL of the call, without a redirect. */
  readonly direct: boolean;
}

/** Dependencies of one exchange. */
export interface ExchangeDeps {
  readonly guard: AddressGuard;
  readonly dispatcher: object;
  readonly signal: AbortSignal;
}

const REDIRECTS = [301, 302, 303, 307, 308];
/** Headers that are sent to another origin after a redirect. Every other header may be a secret (an API key, a cookie), whatever its name. */
const HARMLESS = /^(?:accept|accept-.*|cache-control|content-.*|if-.*|range|user-agent)$/;

/** Sends a call and follows its redirects. The address of each redirect is checked again. */
export async function sendFollowingRedirects(call: Call, { guard, dispatcher, signal }: ExchangeDeps): Promise<RawResponse> {
  const { redirects } = call.settings;
  const seen = new Set<string>();
  for (let current = call; ; ) {
    const { method, url, headers, body } = current;
    guard.checkUrl(url);
    const init = { method, headers, redirect: 'manual', signal, dispatcher, ...(body !== undefined && { body }) };
    const response = await fetch(url, init as RequestInit);
    const location = REDIRECTS.includes(response.status) && redirects > 0 ? response.headers.get('location') : null;
    if (location === null) return toRawResponse(current, response, current === call);
    await response.body?.cancel();
    seen.add(`${method} ${url.href}`);
    current = follow(current, response.status, location);
    const loop = seen.has(`${current.method} ${current.url.href}`);
    if (loop || seen.size > redirects) {
      throw failure(
        'TooManyRedirects',
        call,
        loop ? `is redirected in a loop, through ${withoutQuery(current.url)}.` : `is redirected more than ${redirects} times.`,
        {
          details: { redirects: seen.size, loop },
        },
      );
    }
  }
}

/** Returns the call to which a redirect leads. */
export function follow(call: Call, status: number, location: string): Call {
  const { method, url, headers } = call;
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (!next) throw failure('InvalidResponse', call, 'is redirected to an invalid URL.', { details: { status } });
  if (url.protocol === 'https:' && next.protocol === 'http:') {
    throw failure('InvalidResponse', call, `is redirected from https: to ${withoutQuery(next)}, which is not encrypted.`, { details: { status } });
  }
  next.username = next.password = next.hash = '';
  const toGet = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST';
  const remaining = new Headers(headers);
  for (const name of headers.keys()) {
    if ((toGet && name.startsWith('content-')) || (next.origin !== url.origin && !HARMLESS.test(name))) remaining.delete(name);
  }
  return { ...call, url: next, headers: remaining, ...(toGet && { method: 'GET', body: undefined }) };
}

async function toRawResponse(call: Call, response: Response, direct: boolean): Promise<RawResponse> {
  const { status, headers } = response;
  return { status, url: call.url, headers: Object.fromEntries(headers), cookies: headers.getSetCookie(), bytes: await readBody(call, response), direct };
}
