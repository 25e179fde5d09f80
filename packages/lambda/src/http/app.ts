import { loadBody } from '../body/lazy.js';
import { isStream } from '../body/stream.js';
import { LambdaError } from '../errors.js';
import type { Call, LambdaInvocation } from '../invocation/contract.js';
import type { JsonObject } from '../json/json-object.js';
import type { HttpKind } from '../kinds/event-kinds.js';
import { formatValue } from '../option-checks.js';
import type { HandlerOptions } from '../options.js';
import type { Cors } from './cors.js';
import { type FetchApp, isFetchApp } from './fetch-app.js';
import { lineBreaks } from './header-syntax.js';
import { HttpError } from './reply.js';
import { toPrefixes } from './request/path.js';
import { LazyRequest } from './request/request.js';
import { OutgoingResponse } from './response/response.js';
import { fromWebResponse, isWebResponse, toResponse } from './response/to-response.js';
import { Router } from './router.js';

/** Loaded if the option `cors` is set. */
const loadCors = (): typeof import('./cors.js') => require('./cors.js');
/** Loaded for an app under `http`. */
const webRequest = (): typeof import('./request/web-request.js') => require('./request/web-request.js');
/** Loaded at the first request that fails. */
const errorResponse = (): typeof import('./response/error-response.js') => require('./response/error-response.js');

/** The part of a handler that handles HTTP requests. */
export interface HttpApp {
  /** Handles a request and passes the response to `send`, both before the deadline. An error becomes a response, which is sent as well. */
  serve<T>(call: Call, send: SendResponse<T>): Promise<T>;
  /** Sends the response for an error from outside the work, such as a start hook, with CORS headers and without a body for HEAD. */
  fail<T>(error: unknown, call: FailedCall, send: SendResponse<T>): Promise<T>;
}

/** A call that may have failed before its invocation started. */
type FailedCall = Pick<Call, 'event' | 'kind' | 'log'> & Partial<Pick<Call, 'invocation'>>;

/** Sends a response. @param failure the error for which the response was created */
export type SendResponse<T> = (response: OutgoingResponse, kind: HttpKind, failure?: unknown) => Promise<T>;

type Respond = (request: LazyRequest) => Promise<OutgoingResponse>;

/** Dependencies of the HTTP app. */
interface HttpAppDeps {
  /** Waits for `initialize`. Called before a request is handled. */
  prepare(): Promise<void> | undefined;
  /** Reports the key of the route that a request takes. */
  routed(key: string): void;
}

/**
 * Creates the HTTP part from compiled routes or from an app.
 * @throws LambdaError `InvalidOptions`
 */
export function createHttpApp({ http = {}, cors = false, basePath }: Pick<HandlerOptions, 'http' | 'cors' | 'basePath'>, deps: HttpAppDeps): HttpApp {
  const app = isFetchApp(http) ? http : undefined;
  if (app && cors)
    throw new LambdaError('InvalidOptions', 'cors is for routes only: remove it, and let the app under http handle preflights and set the headers.');
  const policy = cors ? loadCors().createCors(cors === true ? { origins: '*' } : cors) : undefined;
  const respond = app ? respondByApp(app) : respondByRoutes(new Router(http as Readonly<Record<string, unknown>>), policy, deps.routed);
  const prefixes = basePath === undefined ? undefined : toPrefixes(basePath);

  return createServer({
    prepare: deps.prepare,
    respond,
    // The invocation may be missing: such a request never reaches a route.
    requestOf: ({ event, kind, invocation }) => new LazyRequest(event as JsonObject, kind as HttpKind, invocation as LambdaInvocation, prefixes),
    finish: (request, response) => {
      policy?.apply(request, response);
      return request.method === 'HEAD' || bodiless.has(response.status) ? withoutBody(response) : response;
    },
  });
}

/** RFC 9110, 15.3.5, 15.3.6 and 15.4.5. */
const bodiless: ReadonlySet<number> = new Set([204, 205, 304]);

interface ServerDeps extends Pick<HttpAppDeps, 'prepare'> {
  requestOf(call: FailedCall): LazyRequest;
  readonly respond: Respond;
  /** Last step of every response, also for errors. */
  finish(request: LazyRequest, response: OutgoingResponse): OutgoingResponse;
}

function createServer({ prepare, requestOf, respond, finish }: ServerDeps): HttpApp {
  const fail: HttpApp['fail'] = async (error, call, send) => {
    const request = requestOf(call);
    return send(finish(request, errorResponse().toErrorResponse(error, call)), request.source, error);
  };
  const serve: HttpApp['serve'] = async (call, send) => {
    const request = requestOf(call);
    const work = async (): Promise<OutgoingResponse> => {
      await prepare();
      return finish(request, await respond(request));
    };
    try {
      // Guarded twice: a response that comes too late must not be sent after the 504.
      return await call.guard.within(call.guard.within(work()).then((response) => send(response, request.source)));
    } catch (error) {
      return fail(error, call, send);
    }
  };
  return { serve, fail };
}

function respondByRoutes(router: Router, cors: Cors | undefined, routed: HttpAppDeps['routed']): Respond {
  return async (request) => {
    if (cors && loadCors().isPreflight(request)) return cors.preflight(assertPreflight(request), router.methods(request.segments));
    const found = router.find(request.method, request.segments);
    if ('route' in found) {
      request.params = found.params;
      routed(found.key);
      return toResponse(await found.route(request));
    }
    return withoutRoute(request, found.allowed);
  };
}

/** Checks the headers that the response to a preflight repeats. They must not have line breaks. */
function assertPreflight(request: LazyRequest): LazyRequest {
  const { 'access-control-request-method': method, 'access-control-request-headers': names = '' } = request.headers;
  if (lineBreaks.test(`${method}${names}`)) throw new HttpError(400, 'The preflight has a header that is not valid.');
  return request;
}

function withoutRoute({ method, path }: LazyRequest, allowed: ReadonlySet<string>): OutgoingResponse {
  if (allowed.size === 0) throw new HttpError(404, `There is no route for ${path.slice(0, 200)}.`);
  const allow = [...new Set([...allowed, 'OPTIONS'])].sort().join(', ');
  if (method !== 'OPTIONS') throw new HttpError(405, `${method.slice(0, 20)} is not allowed here.`, { headers: { allow } });
  const response = new OutgoingResponse(204);
  response.set('allow', allow);
  return response;
}

function respondByApp(app: FetchApp): Respond {
  const { toWebRequest } = webRequest();
  // The body of a Response is a stream. Its code is loaded now, because INIT has two vCPUs.
  loadBody();
  return async (request) => {
    const bindings = { event: request.event, invocation: request.invocation };
    const response: unknown = await (typeof app === 'function' ? app(toWebRequest(request), bindings) : app.fetch(toWebRequest(request), bindings));
    if (isWebResponse(response)) return fromWebResponse(response);
    throw new LambdaError('InvalidResponse', `The app under http must return a Response, not ${formatValue(response)}.`);
  };
}

function withoutBody(response: OutgoingResponse): OutgoingResponse {
  if (isStream(response.body)) loadBody().discard(loadBody().claim(response.body));
  response.body = undefined;
  if (response.status === 204) delete response.headers['content-length'];
  return response;
}
