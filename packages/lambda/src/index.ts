import type { Interface } from '@suga/gateway';
import type { Lambda } from './contract.js';

declare module '@suga/gateway' {
  interface Interfaces {
    lambda: Lambda;
  }
}

/** Defines the interface `lambda`: the running invocation, statistics, and a cost estimate. Its code is loaded at the first call. */
export const lambda = (): Interface<Lambda> => ({
  operations: {
    invocation: { ...query, result: invocationSchema, summary: 'Facts about the running invocation.' },
    remainingTime: { ...query, result: { type: 'number' }, summary: 'Milliseconds until Lambda stops the running invocation.' },
    isColdStart: { ...query, result: { type: 'boolean' }, summary: 'Whether the running invocation is the first.' },
    failed: { ...query, summary: 'Counts the running invocation as failed.' },
    estimateCost: {
      params: { options: { type: 'object' } },
      idempotent: true,
      result: { type: 'object' },
      remote: true,
      summary: 'Estimated cost of the counted invocations.',
    },
    stats: { ...query, result: { type: 'object' }, remote: true, summary: 'Counts and durations of invocations.' },
  },
  load: (host) => (require('./core.js') as typeof import('./core.js')).createCore(host),
});

const query = { params: {}, idempotent: true } as const;

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
export type { AppsyncBatchHandler, AppsyncHandler, AppsyncRequest, AppsyncRoutes } from './events/contract/appsync.js';
export type {
  AppsyncEventsContext,
  AppsyncEventsRoutes,
  AppsyncMessage,
  AppsyncOutgoing,
  AppsyncPublishBatchHandler,
  AppsyncPublishHandler,
  AppsyncSubscribeHandler,
  AppsyncSubscription,
} from './events/contract/appsync-events.js';
export type { BatchResponse, KafkaBatchResponse } from './events/contract/batch.js';
export type { BedrockAction, BedrockEvent, BedrockHandler, BedrockParameter, BedrockRoutes } from './events/contract/bedrock.js';
export type { CustomResourceHandlers, CustomResourceRequest, CustomResourceResult } from './events/contract/custom-resource.js';
export type { DocdbChange, DocdbRecord } from './events/contract/docdb.js';
export type { AuthorizerEvent, CognitoEvent, EventHandlers, LogBatch, ScheduleEvent } from './events/contract/event-handlers.js';
export type { FirehoseRecord, FirehoseResult } from './events/contract/firehose.js';
export type { KafkaRecord } from './events/contract/kafka.js';
export type { ActivemqRecord, MqMessage, RabbitmqMessage, RabbitmqProperties, RabbitmqRecord } from './events/contract/mq.js';
export type { Payload } from './events/contract/payload.js';
export type { DynamodbChange, KinesisRecord, S3Change, SnsMessage, SqsMessage } from './events/contract/records.js';
export type { RotationHandlers, RotationStep } from './events/contract/rotation.js';
export type { BatchRoute } from './events/contract/routes.js';
export type { S3BatchResult, S3BatchTask } from './events/contract/s3-batch.js';
export type { StreamWindow, WindowResponse } from './events/contract/window.js';
export { createHandler, createStreamingHandler } from './handler.js';
export type { CorsOptions } from './http/cors.js';
export type { FetchApp, FetchBindings, FetchFunction } from './http/fetch-app.js';
export { type HeadersInput, HttpError, type HttpErrorOptions, type Reply, type ReplyHeaders, type ReplyOptions, reply } from './http/reply.js';
export type { HttpEvent, LatticeEvent, LatticeEventV2 } from './http/request/event.js';
export type { HttpRequest } from './http/request/request.js';
export type { Method, Params, RouteHandler, RouteKey, Routes } from './http/router.js';
export type { LambdaInvocation } from './invocation/contract.js';
export type { LambdaContext } from './invocation/deadline-guard.js';
export { classify } from './kinds/classify.js';
export type { EventKind, HandledKind, HttpKind, OtherKind } from './kinds/event-kinds.js';
export type { HandlerOptions, LambdaHandler, LambdaStreamingHandler, ResponseStream } from './options.js';
