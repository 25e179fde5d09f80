import type { Interface } from '@suga/gateway';
import type { Lambda } from './contract.js';

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
    estimateCost: {
      params: { options: { type: 'object' } },
      idempotent: true,
      result: { type: 'object' },
      remote: true,
      summary: 'What the counted invocations cost.',
    },
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

export type { CostEstimate, CostOptions, InvocationFacts, Lambda, LambdaStats, SourceStats } from './contract.js';
export type { LambdaError, LambdaErrorCode } from './errors.js';
export type { BatchResponse } from './events/batch.js';
export type { AuthorizerEvent, CognitoEvent, EventHandlers, LogBatch, ScheduleEvent } from './events/handlers.js';
export type { DynamodbChange, KafkaRecord, KinesisRecord, Payload, S3Change, SnsMessage, SqsMessage } from './events/records.js';
export type { LambdaContext } from './guard.js';
export { classify, createHandler, createStreamingHandler } from './handler.js';
export type { CorsOptions } from './http/cors.js';
export type { HttpEvent, LatticeEvent, LatticeEventV2 } from './http/event.js';
export type { FetchApp, FetchBindings, FetchFunction } from './http/fetch-app.js';
export type { HttpRequest, LambdaInvocation } from './http/request.js';
export type { Method, Params, RouteHandler, RouteKey, Routes } from './http/router.js';
export type { EventKind, HttpKind } from './kinds.js';
export type { HandlerOptions, LambdaHandler, LambdaStreamingHandler, ResponseStream } from './options.js';
export { HttpError, type HttpErrorOptions, type Reply, type ReplyHeaders, type ReplyOptions, reply } from './reply.js';
