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
export type { AppsyncBatchHandler, AppsyncHandler, AppsyncRequest, AppsyncRoutes } from './events/appsync.js';
export type {
  AppsyncEventsContext,
  AppsyncEventsRoutes,
  AppsyncMessage,
  AppsyncOutgoing,
  AppsyncPublishBatchHandler,
  AppsyncPublishHandler,
  AppsyncSubscribeHandler,
  AppsyncSubscription,
} from './events/appsync-events-contract.js';
export type { BatchResponse, KafkaBatchResponse } from './events/batch.js';
export type { BedrockAction, BedrockEvent, BedrockHandler, BedrockParameter, BedrockRoutes } from './events/bedrock-contract.js';
export type { CustomResourceHandlers, CustomResourceRequest, CustomResourceResult } from './events/custom-resource-contract.js';
export type { DocdbChange, DocdbRecord } from './events/docdb.js';
export type { FirehoseAnswer, FirehoseRecord } from './events/firehose.js';
export type { AuthorizerEvent, CognitoEvent, EventHandlers, LogBatch, ScheduleEvent } from './events/handlers.js';
export type { KafkaRecord } from './events/kafka.js';
export type { ActivemqRecord, MqMessage, RabbitmqMessage, RabbitmqProperties, RabbitmqRecord } from './events/mq-messages.js';
export type { Payload } from './events/payload.js';
export type { DynamodbChange, KinesisRecord, S3Change, SnsMessage, SqsMessage } from './events/records.js';
export type { RotationHandlers, RotationStep } from './events/rotation.js';
export type { BatchRoute } from './events/routes.js';
export type { S3BatchAnswer, S3BatchTask } from './events/s3-batch.js';
export type { StreamWindow, WindowResponse } from './events/window.js';
export type { LambdaContext } from './guard.js';
export { classify, createHandler, createStreamingHandler } from './handler.js';
export type { CorsOptions } from './http/cors.js';
export type { HttpEvent, LatticeEvent, LatticeEventV2 } from './http/event.js';
export type { FetchApp, FetchBindings, FetchFunction } from './http/fetch-app.js';
export type { HttpRequest, LambdaInvocation } from './http/request.js';
export type { Method, Params, RouteHandler, RouteKey, Routes } from './http/router.js';
export type { EventKind, HandledKind, HttpKind, OtherKind } from './kinds.js';
export type { HandlerOptions, LambdaHandler, LambdaStreamingHandler, ResponseStream } from './options.js';
export { type HeadersInput, HttpError, type HttpErrorOptions, type Reply, type ReplyHeaders, type ReplyOptions, reply } from './reply.js';
