import { LambdaError } from '../errors.js';
import type { Bag, HttpKind } from '../kinds.js';
import * as lazy from '../lazy.js';
import type { HandlerOptions } from '../options.js';
import { HttpError } from '../reply.js';
import type { Call } from '../runtime.js';
import { Answer, fromResponse, isResponse, toAnswer } from './answer.js';
import type { Cors } from './cors.js';
import { toFailure } from './failure.js';
import { type FetchApp, isFetchApp, toFetch, toWebRequest } from './fetch-app.js';
import { type LambdaInvocation, LightRequest } from './request.js';
import { discard } from './result.js';
import { Router } from './router.js';

/** A handler's HTTP side. */
export interface HttpApp {
  /** Answers a request and has `send` take the answer away, both before the deadline. What fails is answered, and sent as well. */
  serve<T>(call: Call, send: Send<T>): Promise<T>;
  /** Answers what failed around the work as `serve` answers what fails in it: with CORS, and without a body for HEAD. */
  fail<T>(error: unknown, call: FailedCall, send: Send<T>): Promise<T>;
}

/** A call that may have failed before there was an invocation. */
type FailedCall = Pick<Call, 'event' | 'kind' | 'journal'> & Partial<Pick<Call, 'invocation'>>;

/** Takes an answer away; `failure` is the error it stands for. */
export type Send<T> = (answer: Answer, kind: HttpKind, failure?: unknown) => Promise<T>;

type Respond = (request: LightRequest) => Promise<Answer>;

/** What the app needs of the handler around it. */
interface Around {
  /** Awaited before anything is answered. */
  prepare(): Promise<void> | undefined;
  /** Told which route a request takes. */
  routed(key: string): void;
}

/**
 * Compiles the routes, or takes the app.
 * @throws LambdaError `InvalidOptions`
 */
export function createHttpApp({ http = {}, cors = false }: Pick<HandlerOptions, 'http' | 'cors'>, { prepare, routed }: Around): HttpApp {
  const app = isFetchApp(http) ? http : undefined;
  if (app && cors) throw new LambdaError('InvalidOptions', 'cors is for routes: a fetch-style app answers preflights itself, its answers are not changed.');
  const policy = cors ? lazy.cors().createCors(cors === true ? {} : cors) : undefined;
  const respond = app ? respondByApp(app) : respondByRoutes(new Router(http as Readonly<Record<string, unknown>>), policy, routed);

  return createServer(prepare, respond, (request, answer) => {
    policy?.apply(request, answer);
    return request.method === 'HEAD' || answer.status === 204 || answer.status === 304 ? withoutBody(answer) : answer;
  });
}

/** @param finish What every answer goes through last, failures included. */
function createServer(prepare: () => Promise<void> | undefined, respond: Respond, finish: (request: LightRequest, answer: Answer) => Answer): HttpApp {
  const fail: HttpApp['fail'] = async (error, call, send) => {
    const request = requestOf(call);
    return send(finish(request, toFailure(error, call.journal)), request.source, error);
  };
  const serve: HttpApp['serve'] = async (call, send) => {
    const request = requestOf(call);
    const work = async (): Promise<Answer> => {
      await prepare();
      return finish(request, await respond(request));
    };
    try {
      // Guarded twice: an answer that comes too late must not be sent after the one that says so.
      return await call.guard.within(call.guard.within(work()).then((answer) => send(answer, request.source)));
    } catch (error) {
      return fail(error, call, send);
    }
  };
  return { serve, fail };
}

/** Without an invocation no route gets to see the request. */
function requestOf({ event, kind, invocation }: FailedCall): LightRequest {
  return new LightRequest(event as Bag, kind as HttpKind, invocation as LambdaInvocation);
}

function respondByRoutes(router: Router, cors: Cors | undefined, routed: Around['routed']): Respond {
  return async (request) => {
    if (cors && lazy.cors().isPreflight(request)) return cors.preflight(request, router.methods(request.path));
    const found = router.find(request.method, request.path);
    if ('route' in found) {
      request.params = found.params;
      routed(found.key);
      return toAnswer(await found.route(request));
    }
    return withoutRoute(request, found.allowed);
  };
}

function withoutRoute({ method, path }: LightRequest, allowed: ReadonlySet<string>): Answer {
  if (allowed.size === 0) throw new HttpError(404, `Nothing is at ${path.slice(0, 200)}.`);
  const allow = [...new Set([...allowed, 'OPTIONS'])].sort().join(', ');
  if (method !== 'OPTIONS') throw new HttpError(405, `${method.slice(0, 20)} is not allowed here.`, { headers: { allow } });
  const answer = new Answer(204);
  answer.set('allow', allow);
  return answer;
}

function respondByApp(app: FetchApp): Respond {
  const fetch = toFetch(app);
  return async (request) => {
    const response: unknown = await fetch(toWebRequest(request), { event: request.event, invocation: request.invocation });
    if (isResponse(response)) return fromResponse(response);
    throw new TypeError('The app under http did not return a Response.');
  };
}

function withoutBody(answer: Answer): Answer {
  discard(answer.body);
  answer.body = undefined;
  return answer;
}
