import type { Core, Host, Invocation } from '@suga/gateway';
import { assertObject, assertString } from '@suga/gateway/check';
import { invalidParam } from '@suga/gateway/errors';
import type { Store } from './caching/response-cache.js';
import { type Call, type Client, toCall, toHeaders, toUrl, withQuery } from './call.js';
import type { HeaderParts, Http, HttpOptions, HttpResponse, Method, RequestOptions } from './contract.js';
import { failure, notInstalled, withoutQuery } from './errors.js';
import { Origins } from './origins.js';
import { parseBody } from './parse-body.js';
import { assertAtLeast, flag, parseSettings } from './settings.js';
import type { RawResponse } from './transport/follow-redirects.js';
import type { SendDeps } from './transport/send-with-retries.js';
import type { Transport } from './transport/transport.js';

interface Metrics {
  recordHttp(call: { method: string; url: string; status?: number; durationMs: number; bytes?: number }): void;
}

/** Creates a client with its own connections. */
export function create(options: HttpOptions, host: Host): Core<Http> {
  assertObject('http', 'options', options);
  const client: Client = { headers: options.headers, settings: parseSettings(options) };
  flag('allowPrivate', options.allowPrivate ?? false);
  flag('metrics', options.metrics ?? false);
  assertAtLeast('margin', options.margin ?? 200, 0);
  assertAtLeast('keepAlive', options.keepAlive ?? 4_000, 1);
  if (options.headers !== undefined) toHeaders(options.headers);
  const { lookup, dispatcher } = options;
  if (lookup !== undefined && typeof lookup !== 'function') throw invalidParam('http', 'lookup', lookup, 'a function like that of node:dns');
  if (dispatcher !== undefined && typeof (dispatcher as { dispatch?: unknown } | null)?.dispatch !== 'function')
    throw invalidParam('http', 'dispatcher', dispatcher, 'a dispatcher of undici, with a method "dispatch"');
  const loadTransport = () => (require('./transport/transport.js') as typeof import('./transport/transport.js')).createTransport(options);
  // A wrong `allow` is refused now. Only this file can check it.
  let transport: Transport | undefined = options.allow === undefined ? undefined : loadTransport();
  const origins = new Origins();
  const ends = new WeakMap<Invocation, AbortController>();

  const request = async <T>(method: Method, url: string | URL, given: RequestOptions = {}): Promise<HttpResponse<T>> => {
    const call = toCall(client, method, url, given);
    const [origin, begun] = [origins.of(call.url), Date.now()];
    let [response, cached]: [RawResponse | undefined, boolean] = [undefined, false];
    transport ??= loadTransport();
    const invocation = host.invocation();
    const deps: SendDeps = { host, budget: origin.budget, invocation, ended: endOf(invocation, ends), signal: given.signal };
    try {
      ({ response, cached } = await send(call, deps, transport));
      return toResponse<T>(call, response, cached);
    } finally {
      const ms = Math.max(0, Date.now() - begun);
      origins.record(origin, { failed: !response || response.status >= 500, attempts: call.made.attempts, cached, ms });
      if (options.metrics) reportMetrics(host, call, response, ms);
    }
  };

  const withBody =
    (method: Method): Http['post'] =>
    (url, body, given = {}) =>
      // A value that is not an object is refused later. If it were spread here, a long string would become millions of keys.
      request(method, url, given && typeof given === 'object' && body !== undefined ? { ...given, body } : given);

  return {
    operations: {
      request: (url, given) => request(given?.method ?? 'GET', url, given),
      get: (url, given) => request('GET', url, given),
      head: (url, given) => request('HEAD', url, given),
      post: withBody('POST'),
      put: withBody('PUT'),
      patch: withBody('PATCH'),
      delete: (url, given) => request('DELETE', url, given),
      buildUrl: (base, params) => withQuery(toUrl('base', base), params),
      buildHeaders,
      stats: () => origins.stats(),
      reset: () => {
        origins.reset();
        transport?.retire();
      },
    },
    // Not in `end`, because the end hook of another interface may still wait for a request (a refresh of the cache).
    ended: (invocation) => {
      ends.get(invocation)?.abort();
      ends.delete(invocation);
    },
    [Symbol.dispose]: () => transport?.drop(),
  };
}

/** Returns a signal that is aborted when the invocation ends. No request may continue during a freeze, or use the time of the next invocation. */
function endOf(invocation: Invocation | undefined, ends: WeakMap<Invocation, AbortController>): AbortSignal | undefined {
  if (!invocation) return undefined;
  const end = ends.get(invocation) ?? new AbortController();
  ends.set(invocation, end);
  return end.signal;
}

async function send(call: Call, deps: SendDeps, transport: Transport): Promise<{ readonly response: RawResponse; readonly cached: boolean }> {
  if (!call.settings.cache) return { response: await transport.send(call, deps), cached: false };
  if (!deps.host.has('cache')) throw notInstalled('cache', 'cache', '@suga/cache');
  const { throughCache } = require('./caching/response-cache.js') as typeof import('./caching/response-cache.js');
  return throughCache(call, deps.host.peer<Store>('cache'), (sent) => transport.send(sent, deps));
}

function toResponse<T>(call: Call, raw: RawResponse, cached: boolean): HttpResponse<T> {
  const { attempts } = call.made;
  const { status, url, headers, cookies } = raw;
  const ok = status >= 200 && status < 300;
  const body = parseBody(call, { ...raw, type: headers['content-type'] ?? '' }) as T;
  const response = { status, ok, url: url.href, headers: { ...headers }, cookies, body, attempts, cached };
  if (ok || !call.settings.throwOnError) return response;
  throw failure('BadStatus', call, `got status ${status}.`, { details: { status, response } });
}

function reportMetrics(host: Host, { method, url }: Call, response: RawResponse | undefined, durationMs: number): void {
  try {
    const { status, bytes } = response ?? {};
    const record = { method, url: withoutQuery(url), durationMs, ...(status !== undefined && { status }), ...(bytes && { bytes: bytes.length }) };
    if (host.has('metrics')) host.peer<Metrics>('metrics').recordHttp(record);
  } catch {
    // A failure of the metrics must not fail the request.
  }
}

function buildHeaders(parts: HeaderParts = {}): Record<string, string> {
  assertObject('http', 'parts', parts);
  const { token, basic, contentType, accept } = parts;
  if (basic !== undefined && (typeof basic?.user !== 'string' || typeof basic.password !== 'string')) {
    throw invalidParam('http', 'basic', undefined, 'an object with a user and a password, both strings');
  }
  const { user, password } = basic ?? {};
  const texts = { token, contentType, accept, ...(basic && { 'basic.user': user, 'basic.password': password }) };
  for (const [param, text] of Object.entries(texts)) if (text !== undefined) assertString('http', param, text);
  const authorization = token !== undefined ? `Bearer ${token}` : basic && `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return {
    ...(authorization !== undefined && { authorization }),
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(accept !== undefined && { accept }),
  };
}
