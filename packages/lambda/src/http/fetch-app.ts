import type { HttpEvent } from './event.js';
import type { LambdaInvocation, LightRequest } from './request.js';

/** What a fetch-style app gets beside the request; Hono has it as `c.env`. */
export interface FetchBindings {
  readonly event: HttpEvent;
  readonly invocation: LambdaInvocation;
}

/** Answers web-standard requests. */
export type FetchFunction = (request: Request, bindings: FetchBindings) => Response | PromiseLike<Response>;

/** An app with a `fetch` method, such as Hono's, or such a function by itself. */
export type FetchApp = FetchFunction | { fetch(request: Request, bindings: FetchBindings): Response | PromiseLike<Response> };

/** Whether `http` is an app and not a route table: a route's key always has a blank in it. */
export const isFetchApp = (http: unknown): http is FetchApp =>
  typeof http === 'function' || (typeof http === 'object' && http !== null && typeof (http as { fetch?: unknown }).fetch === 'function');

/** The app as a function that keeps the app as its `this`. */
export const toFetch = (app: FetchApp): FetchFunction => (typeof app === 'function' ? app : (request, bindings) => app.fetch(request, bindings));

/** The request as the web's standard has it. Loads Node's fetch at its first use (20 ms), which is why routes do without. */
export function toWebRequest(request: LightRequest): Request {
  const { method, source, headers, invocation } = request;
  const init: RequestInit = { method, headers: Object.entries(headers), signal: invocation.signal };
  if (method !== 'GET' && method !== 'HEAD') init.body = request.bytes() as Uint8Array<ArrayBuffer>;
  const scheme = headers['x-forwarded-proto'] === 'http' && source !== 'function-url' ? 'http' : 'https';
  return new Request(`${originOf(scheme, headers['host'])}${target(request)}`, init);
}

const hostName = /^[\w.[\]:-]+$/;
const endings = /[?#\\]/g;

function originOf(scheme: string, host: string | undefined): string {
  const origin = `${scheme}://${host}`;
  return host !== undefined && URL.canParse(origin) && hostName.test(host) ? origin : `${scheme}://localhost`;
}

/** An HTTP API decodes the path: what would end it must not. */
function target({ path, search }: LightRequest): string {
  const safe = path.replace(endings, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${safe.startsWith('/') ? '' : '/'}${safe}${search === '' ? '' : `?${search.replaceAll('#', '%23')}`}`;
}
