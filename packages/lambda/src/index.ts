import type { Controlled, Interface } from '@suga/gateway';
import type { Lambda } from './contract.js';
import { handler } from './lazy.js';
import type { RouteKey } from './http/router.js';
import type { EventKind } from './kinds.js';
import type { HandlerOptions, LambdaHandler, LambdaStreamingHandler } from './options.js';

declare module '@suga/gateway' {
  interface Interfaces {
    lambda: Lambda;
  }
}

/** What a function can ask about the invocation it serves. Costs nothing until the first call. */
export const lambda = (): Interface<Lambda> => ({
  operations: {
    invocation: { ...asked, result: invocationSchema, summary: 'What is known of the running invocation.' },
    remainingTime: { ...asked, result: { type: 'number' }, summary: 'Until Lambda ends the running invocation, in ms.' },
    isColdStart: { ...asked, result: { type: 'boolean' }, summary: 'Whether the running invocation is the first.' },
    failed: { ...asked, summary: 'Counts the running invocation as failed.' },
    stats: { ...asked, result: { type: 'object' }, remote: true, summary: 'Counts and durations of invocations.' },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).createCore(host),
});

const asked = { params: {}, idempotent: true } as const;

const invocationSchema = {
  type: ['object', 'null'],
  properties: {
    id: { type: 'string' },
    source: { type: 'string' },
    traceId: { type: 'string' },
    coldStart: { type: 'boolean' },
    elapsed: { type: 'number' },
    remaining: { type: 'number' },
  },
  required: ['id', 'coldStart', 'elapsed'],
} as const;

/**
 * Makes the function that Lambda calls: `export const handler = createHandler(gateway, { http: { 'GET /': () => 'hello' } })`.
 * Every invocation runs within the gateway's life cycle; invocations may overlap.
 * @throws LambdaError `InvalidOptions`; `UnknownInterface` for a misspelt name in `preload`
 */
export const createHandler = <Key extends RouteKey>(gateway: Controlled, options?: HandlerOptions<Key>): LambdaHandler =>
  handler().createHandler(gateway, options as HandlerOptions | undefined);

/**
 * The same for functions whose responses are streamed (function URLs with `RESPONSE_STREAM`, REST APIs with streaming):
 * a route may return a ReadableStream, an async iterable, a Node Readable or a Response, which is sent as it comes.
 * @throws LambdaError `NoStreaming` outside of Lambda's Node.js runtime, and what `createHandler` throws
 */
export const createStreamingHandler = <Key extends RouteKey>(gateway: Controlled, options?: HandlerOptions<Key>): LambdaStreamingHandler =>
  handler().createStreamingHandler(gateway, options as HandlerOptions | undefined);

/** What sent an event, told from its shape alone; `undefined` for a shape that is none of those known. */
export const classify = (event: unknown): EventKind | undefined => handler().classify(event);

export type { InvocationFacts, Lambda, LambdaStats, SourceStats } from './contract.js';
export type { LambdaError, LambdaErrorCode } from './errors.js';
export type { BatchResponse } from './events/batch.js';
export type { AuthorizerEvent, CognitoEvent, EventHandlers, LogBatch, ScheduleEvent } from './events/handlers.js';
export type { DynamodbChange, KafkaRecord, KinesisRecord, Payload, S3Change, SnsMessage, SqsMessage } from './events/records.js';
export type { LambdaContext } from './guard.js';
export type { CorsOptions } from './http/cors.js';
export type { HttpEvent, LatticeEvent, LatticeEventV2 } from './http/event.js';
export type { FetchApp, FetchBindings, FetchFunction } from './http/fetch-app.js';
export type { HttpRequest, LambdaInvocation } from './http/request.js';
export type { Method, Params, RouteHandler, RouteKey, Routes } from './http/router.js';
export type { EventKind, HttpKind } from './kinds.js';
export type { HandlerOptions, LambdaHandler, LambdaStreamingHandler, ResponseStream } from './options.js';
export { HttpError, type HttpErrorOptions, type Reply, type ReplyHeaders, type ReplyOptions, reply } from './reply.js';
