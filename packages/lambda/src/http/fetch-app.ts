import type { LambdaInvocation } from '../invocation/contract.js';
import type { HttpEvent } from './request/event.js';

/** Second argument of a fetch-style app: the event and the invocation. In Hono it is `c.env`. */
export interface FetchBindings {
  readonly event: HttpEvent;
  readonly invocation: LambdaInvocation;
}

/** A function that handles a web-standard `Request`. */
export type FetchFunction = (request: Request, bindings: FetchBindings) => Response | PromiseLike<Response>;

/** An app with a `fetch` method, such as Hono's, or a fetch function itself. */
export type FetchApp = FetchFunction | { fetch(request: Request, bindings: FetchBindings): Response | PromiseLike<Response> };

/** Whether `http` is an app and not a route table. A table cannot have a key `fetch`, because every route key has a space in it. */
export const isFetchApp = (http: unknown): http is FetchApp =>
  typeof http === 'function' || (typeof http === 'object' && http !== null && typeof (http as { fetch?: unknown }).fetch === 'function');
