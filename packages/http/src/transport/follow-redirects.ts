import type { Call } from '../call.js';
import { failure, withoutQuery } from '../errors.js';
import type { AddressGuard } from './address-guard.js';
import { readBody } from './read-body.js';

/** A response, read to its end and not yet understood. */
export interface RawResponse {
  readonly status: number;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly bytes: Uint8Array | undefined;
  /** Whether it came from where the call was meant to go. */
  readonly direct: boolean;
}

/** What one exchange needs beside the call. */
export interface ExchangeDeps {
  readonly guard: AddressGuard;
  readonly dispatcher: object;
  readonly signal: AbortSignal;
}

const REDIRECTS = [301, 302, 303, 307, 308];
/** What may follow a request to another origin. Everything else may be a secret (an API key, a cookie), by whatever name. */
const HARMLESS = /^(?:accept|accept-.*|cache-control|content-.*|if-.*|range|user-agent)$/;

/** Sends a call and follows its redirects; every hop's address is checked anew. */
export async function sendFollowingRedirects(call: Call, { guard, dispatcher, signal }: ExchangeDeps): Promise<RawResponse> {
  const { redirects } = call.settings;
  const seen = new Set<string>();
  for (let current = call; ; ) {
    const { method, url, headers, body } = current;
    guard.checkUrl(url);
    const init = { method, headers, redirect: 'manual', signal, dispatcher, ...(body !== undefined && { body }) };
    const response = await fetch(url, init as RequestInit);
    const location = REDIRECTS.includes(response.status) && redirects > 0 ? response.headers.get('location') : null;
    if (location === null) return toAnswer(current, response, current === call);
    await response.body?.cancel();
    seen.add(`${method} ${url.href}`);
    current = follow(current, response.status, location);
    const loop = seen.has(`${current.method} ${current.url.href}`);
    if (loop || seen.size > redirects) {
      throw failure(
        'TooManyRedirects',
        call,
        loop ? `leads in a loop, through ${withoutQuery(current.url)}.` : `leads through more than ${redirects} redirects.`,
        {
          details: { redirects: seen.size, loop },
        },
      );
    }
  }
}

/** The call that a redirect asks for. */
export function follow(call: Call, status: number, location: string): Call {
  const { method, url, headers } = call;
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (!next) throw failure('InvalidResponse', call, 'leads to what is no URL.', { details: { status } });
  if (url.protocol === 'https:' && next.protocol === 'http:') {
    throw failure('InvalidResponse', call, `leads from https: to ${withoutQuery(next)}, where everybody could read along.`, { details: { status } });
  }
  next.username = next.password = next.hash = '';
  const toGet = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST';
  const remaining = new Headers(headers);
  for (const name of headers.keys()) {
    if ((toGet && name.startsWith('content-')) || (next.origin !== url.origin && !HARMLESS.test(name))) remaining.delete(name);
  }
  return { ...call, url: next, headers: remaining, ...(toGet && { method: 'GET', body: undefined }) };
}

async function toAnswer(call: Call, response: Response, direct: boolean): Promise<RawResponse> {
  const { status, headers } = response;
  return { status, url: call.url, headers: Object.fromEntries(headers), cookies: headers.getSetCookie(), bytes: await readBody(call, response), direct };
}
