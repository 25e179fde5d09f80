import { createGateway, type Gateway, type Interface, type Interfaces } from '@suga/gateway';
import {
  type AppsyncMessage,
  type AppsyncRequest,
  type BedrockAction,
  type CustomResourceRequest,
  classify,
  createHandler,
  createStreamingHandler,
  type EventKind,
  type FirehoseResult,
  HttpError,
  type HttpRequest,
  type Lambda,
  type LambdaHandler,
  type LambdaInvocation,
  type LambdaStats,
  lambda,
  type Params,
  type Reply,
  reply,
  type S3BatchResult,
  type StreamWindow,
} from '@suga/lambda';
import { failsafe } from '@suga/lambda/failsafe';
import type {
  ALBHandler,
  APIGatewayAuthorizerHandler,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyWebsocketHandlerV2,
  APIGatewayRequestSimpleAuthorizerHandlerV2,
  CloudWatchLogsHandler,
  Context,
  DynamoDBStreamHandler,
  EventBridgeEvent,
  EventBridgeHandler,
  Handler,
  KinesisStreamHandler,
  LambdaFunctionURLHandler,
  MSKHandler,
  PreSignUpTriggerHandler,
  S3Handler,
  ScheduledHandler,
  SNSHandler,
  SQSBatchResponse,
  SQSHandler,
  StreamifyHandler,
} from 'aws-lambda';
import { describe, expectTypeOf, it } from 'vitest';

declare const gateway: Gateway<{ lambda: Lambda }>;

describe('types', () => {
  it('of the interface', () => {
    expectTypeOf(lambda()).toEqualTypeOf<Interface<Lambda>>();
    expectTypeOf<Interfaces['lambda']>().toEqualTypeOf<Lambda>();
    const own = createGateway({ lambda: lambda() });
    expectTypeOf(own.lambda.stats()).toEqualTypeOf<LambdaStats>();
    expectTypeOf(own.lambda.remainingTime()).toEqualTypeOf<number>();
    // @ts-expect-error unknown operation
    own.lambda.remaining();
  });

  it('of routes: parameters come from the key', () => {
    expectTypeOf<Params<'GET /a/{id}/b/{rest+}'>>().toEqualTypeOf<{ readonly id: string; readonly rest: string }>();
    const handler = createHandler(gateway, {
      http: {
        'GET /devices/{id}': (request) => {
          expectTypeOf(request).toEqualTypeOf<HttpRequest<{ readonly id: string }>>();
          expectTypeOf(request.params.id).toEqualTypeOf<string>();
          // @ts-expect-error the route's key has no {name}
          return request.params.name;
        },
        'ANY /files/{path+}': async ({ params, json, invocation }) => {
          expectTypeOf(params.path).toEqualTypeOf<string>();
          expectTypeOf(json<{ a: 1 }>()).toEqualTypeOf<{ a: 1 }>();
          expectTypeOf(invocation.signal).toEqualTypeOf<AbortSignal>();
          return reply(201, 'made');
        },
        'GET /': () => 'hello',
      },
    });
    expectTypeOf(handler).toEqualTypeOf<LambdaHandler>();
    expectTypeOf(handler).parameters.toMatchTypeOf<[unknown, { awsRequestId: string }]>();
    expectTypeOf(handler.ready).toEqualTypeOf<Promise<void>>();
    // @ts-expect-error a key must start with a method
    createHandler(gateway, { http: { '/devices': () => 1 } });
    createHandler(gateway, { http: { 'GET /': () => ({ statusCode: 204 }) }, basePath: '/shop' });
    // @ts-expect-error a base path must not be a number
    createHandler(gateway, { basePath: 7 });
    // @ts-expect-error and the method must be known
    createHandler(gateway, { http: { 'FETCH /devices': () => 1 } });
  });

  it('of apps', () => {
    createHandler(gateway, { http: { fetch: (request: Request) => new Response(request.url) } });
    createHandler(gateway, {
      http: async (request, { invocation }) => {
        expectTypeOf(request).toEqualTypeOf<Request>();
        return new Response(invocation.id);
      },
    });
    // @ts-expect-error an app must return a Response
    createHandler(gateway, { http: () => 'text' });
    class NoApp {
      fetch = (): string => 'text';
    }
    // @ts-expect-error an app with a fetch method, too
    createHandler(gateway, { http: new NoApp() });
    class Hono {
      fetch = (_request: Request, _env?: unknown, _ctx?: unknown): Response | Promise<Response> => new Response();
      readonly routes: unknown[] = [];
    }
    createStreamingHandler(gateway, {
      http: new Hono(),
      initialize: async () => 1,
      preload: ['lambda'],
      basePath: ['/shop'],
      deadlineMargin: 100,
      direct: false,
    });
  });

  it('of events', () => {
    interface Order {
      readonly id: number;
    }
    createHandler(gateway, {
      events: {
        sqs: (message, invocation) => {
          expectTypeOf(message.body).toEqualTypeOf<string>();
          expectTypeOf(invocation.id).toEqualTypeOf<string>();
        },
        kinesis: (record) => expectTypeOf(record.bytes()).toEqualTypeOf<Uint8Array>(),
        eventbridge: (event: EventBridgeEvent<'Order Placed', Order>) => event.detail.id,
        websocket: ({ requestContext }) => requestContext.connectionId,
      },
    });
    // @ts-expect-error unknown kind of event
    createHandler(gateway, { events: { queue: () => 1 } });
    createHandler(gateway, {
      reportKafkaFailures: true,
      events: {
        // The handler declares the type.
        other: (event: Order, invocation) => {
          expectTypeOf(invocation).toEqualTypeOf<LambdaInvocation>();
          return event.id;
        },
        kafka: (record) => expectTypeOf(record.offset).toEqualTypeOf<number>(),
        mq: (message) => expectTypeOf(message.type).toEqualTypeOf<'text' | 'bytes'>(),
        rabbitmq: (message) => expectTypeOf(message.virtualHost).toEqualTypeOf<string>(),
        docdb: (change) => expectTypeOf(change.collection).toEqualTypeOf<string | undefined>(),
        firehose: (record): FirehoseResult => ({ result: 'Ok', data: record.json<Order>(), metadata: { partitionKeys: { id: record.id } } }),
        s3Batch: (task): S3BatchResult => ({ resultCode: 'TemporaryFailure', resultString: task.key }),
      },
    });
    createHandler(gateway, { events: { other: (event) => expectTypeOf(event).toEqualTypeOf<unknown>() } });
    // @ts-expect-error a result must be one of three
    const answer: FirehoseResult = { result: 'Lost' };
    // @ts-expect-error and a code as well
    const code: S3BatchResult = { resultCode: 'Done' };
    expectTypeOf([answer, code]).not.toBeAny();
  });

  it('of windows', () => {
    interface Totals {
      count?: number;
    }
    createHandler(gateway, {
      events: {
        kinesis: (record, _invocation, window: StreamWindow<Totals> | undefined) => {
          expectTypeOf(record.partitionKey).toEqualTypeOf<string>();
          if (window) window.state.count = 1;
        },
        kinesisWindow: (window: StreamWindow<Totals>) => expectTypeOf(window.state.count).toEqualTypeOf<number | undefined>(),
        dynamodb: (change, _invocation, window) => {
          expectTypeOf(change.sequenceNumber).toEqualTypeOf<string>();
          expectTypeOf(window).toEqualTypeOf<StreamWindow<object> | undefined>();
        },
        dynamodbWindow: (window) => expectTypeOf(window.isFinal).toEqualTypeOf<boolean>(),
      },
    });
  });

  it('of routes of other kinds', () => {
    createHandler(gateway, {
      events: {
        appsync: {
          'Query.getPost': (request: AppsyncRequest<{ id: string }>, invocation) => [request.args.id, invocation.id],
          'Post.related': { batch: (requests) => requests.map(({ source }) => source) },
        },
        appsyncEvents: {
          'PUBLISH /chat/{room}': (message: AppsyncMessage<{ text: string }>) => message.payload.text,
          'PUBLISH /news/*': { batch: async (messages) => messages.map(({ id, payload }) => ({ id, payload })) },
          'SUBSCRIBE /chat/*': (subscription) => void subscription.params,
        },
        bedrock: { 'GET /claims/{id}': (action: BedrockAction<{ id: string }>) => action.params.id, getWeather: () => 'sun' },
        customResource: {
          create: async ({ properties }: CustomResourceRequest<{ Name: string }>) => ({ PhysicalResourceId: properties.Name }),
          update: async () => undefined,
          delete: async (): Promise<void> => undefined,
        },
        rotation: { createSecret: ({ versionId }) => versionId, setSecret: () => 1, testSecret: () => 1, finishSecret: () => 1 },
      },
    });
    // @ts-expect-error a key must have a type and a field
    createHandler(gateway, { events: { appsync: { getPost: () => 1 } } });
    // @ts-expect-error a subscription cannot be a batch
    createHandler(gateway, { events: { appsyncEvents: { 'SUBSCRIBE /a': { batch: () => [] } } } });
    // @ts-expect-error a batch must return a list
    createHandler(gateway, { events: { appsync: { 'Post.related': { batch: () => 1 } } } });
    // @ts-expect-error every step is required
    createHandler(gateway, { events: { customResource: { create: () => undefined, update: () => undefined } } });
    // @ts-expect-error CloudFormation does not accept this name
    createHandler(gateway, { events: { customResource: { create: () => ({ id: 'a' }), update: () => undefined, delete: () => undefined } } });
    // @ts-expect-error unknown step
    createHandler(gateway, { events: { rotation: { createSecret: () => 1, setSecret: () => 1, testSecret: () => 1, finish: () => 1 } } });
    expectTypeOf(classify({})).toEqualTypeOf<EventKind | undefined>();
  });

  it('of replies and errors', () => {
    expectTypeOf(reply(204)).toEqualTypeOf<Reply>();
    expectTypeOf(new HttpError(404, 'no').status).toEqualTypeOf<number>();
    // @ts-expect-error an object with the same fields is not a reply
    const look: Reply = { status: 200, headers: {}, cookies: [], body: 1 };
    expectTypeOf(look).toEqualTypeOf<Reply>();
  });

  it('of handlers: they fit the handler types of @types/aws-lambda', () => {
    const handler = createHandler(gateway);
    expectTypeOf(handler).toExtend<Handler>();
    expectTypeOf(handler).toExtend<APIGatewayProxyHandler>();
    expectTypeOf(handler).toExtend<APIGatewayProxyHandlerV2>();
    expectTypeOf(handler).toExtend<APIGatewayProxyHandlerV2<string>>();
    expectTypeOf(handler).toExtend<APIGatewayProxyWebsocketHandlerV2>();
    expectTypeOf(handler).toExtend<LambdaFunctionURLHandler>();
    expectTypeOf(handler).toExtend<ALBHandler>();
    expectTypeOf(handler).toExtend<APIGatewayAuthorizerHandler>();
    expectTypeOf(handler).toExtend<APIGatewayRequestSimpleAuthorizerHandlerV2>();
    expectTypeOf(handler).toExtend<SQSHandler>();
    expectTypeOf(handler).toExtend<SNSHandler>();
    expectTypeOf(handler).toExtend<S3Handler>();
    expectTypeOf(handler).toExtend<DynamoDBStreamHandler>();
    expectTypeOf(handler).toExtend<KinesisStreamHandler>();
    expectTypeOf(handler).toExtend<MSKHandler>();
    expectTypeOf(handler).toExtend<ScheduledHandler>();
    expectTypeOf(handler).toExtend<EventBridgeHandler<'Order Placed', object, void>>();
    expectTypeOf(handler).toExtend<CloudWatchLogsHandler>();
    expectTypeOf(handler).toExtend<PreSignUpTriggerHandler>();
    expectTypeOf(failsafe(() => handler)).toExtend<APIGatewayProxyHandlerV2>();
    expectTypeOf(createStreamingHandler(gateway)).toExtend<StreamifyHandler>();
    expectTypeOf(handler({}, {} as Context)).toEqualTypeOf<Promise<unknown>>();
    expectTypeOf(handler<SQSBatchResponse>({}, {} as Context)).toEqualTypeOf<Promise<SQSBatchResponse>>();
  });

  it('of the failsafe', () => {
    failsafe(() => createHandler(gateway));
    failsafe(async () => (event: { a: string }, context: { b: number }) => event.a + context.b);
    // @ts-expect-error a callback is no longer possible
    failsafe(() => (_event: unknown, _context: unknown, _callback: () => void) => 1);
  });
});
