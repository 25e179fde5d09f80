import type { LambdaInvocation } from '../invocation/contract.js';
import type { HttpEvent } from './request/event.js';

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
