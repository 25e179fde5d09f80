import type {
  APIGatewayProxyWebsocketEventV2,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
  CloudWatchLogsDecodedData,
  EventBridgeEvent,
} from 'aws-lambda';
import type { LambdaInvocation } from '../../invocation/contract.js';
import type { AppsyncRoutes } from './appsync.js';
import type { AppsyncEventsRoutes } from './appsync-events.js';
import type { BedrockRoutes } from './bedrock.js';
import type { CustomResourceHandlers } from './custom-resource.js';
import type { DocdbChange } from './docdb.js';
import type { FirehoseRecord } from './firehose.js';
import type { KafkaRecord } from './kafka.js';
import type { MqMessage, RabbitmqMessage } from './mq.js';
import type { DynamodbChange, KinesisRecord, S3Change, SnsMessage, SqsMessage } from './records.js';
import type { RotationHandlers } from './rotation.js';
import type { S3BatchTask } from './s3-batch.js';
import type { StreamWindow } from './window.js';

/** Event of an authorizer: `TOKEN` and `REQUEST` of REST and WebSocket APIs, and payload 2.0 of HTTP APIs. */
export type AuthorizerEvent = APIGatewayTokenAuthorizerEvent | APIGatewayRequestAuthorizerEvent | APIGatewayRequestAuthorizerEventV2;

/** Fields that the events of all Cognito triggers have. Narrow the type by `triggerSource`. */
export interface CognitoEvent {
  readonly triggerSource: string;
  readonly userPoolId: string;
  readonly userName?: string;
  readonly request: Record<string, unknown>;
  response: Record<string, unknown>;
}

/** New lines of a log group, decompressed. */
export type LogBatch = CloudWatchLogsDecodedData;

/** Event of a schedule: of EventBridge rules and EventBridge Scheduler. */
export type ScheduleEvent = EventBridgeEvent<'Scheduled Event', unknown>;

/**
 * Handlers by kind of event. They are typed as methods, so that a handler may declare a narrower event than that of its kind:
 * `eventbridge: (event: EventBridgeEvent<'Order Placed', Order>) => …`.
 */
export interface EventHandlers {
  /**
   * Called per message. Messages of a standard queue are handled concurrently. Messages of a FIFO queue are handled in order within each
   * message group, and a group stops at its first failure. Failed messages are reported one by one. The event source mapping must have
   * `ReportBatchItemFailures`; without it, SQS deletes failed messages.
   */
  sqs?(message: SqsMessage, invocation: LambdaInvocation): unknown;
  /** Called per notification. If it fails, SNS delivers the notification again. */
  sns?(message: SnsMessage, invocation: LambdaInvocation): unknown;
  /** Called per object. The test event of S3 is ignored. */
  s3?(change: S3Change, invocation: LambdaInvocation): unknown;
  /**
   * Called per change, in order. The first failure ends the batch and is reported. The event source mapping must have
   * `ReportBatchItemFailures`; without it, AWS takes the failure for a success. `window` is undefined if the mapping has no tumbling window.
   */
  dynamodb?(change: DynamodbChange, invocation: LambdaInvocation, window: StreamWindow<object> | undefined): unknown;
  /** Called once at the end of a tumbling window of a DynamoDB stream, after its last change. If it fails, Lambda invokes the function again. */
  dynamodbWindow?(window: StreamWindow<object>, invocation: LambdaInvocation): unknown;
  /**
   * Called per record, in order. The first failure ends the batch and is reported. The event source mapping must have
   * `ReportBatchItemFailures`; without it, AWS takes the failure for a success. `window` is undefined if the mapping has no tumbling window.
   */
  kinesis?(record: KinesisRecord, invocation: LambdaInvocation, window: StreamWindow<object> | undefined): unknown;
  /** Called once at the end of a tumbling window of a Kinesis stream, after its last record. If it fails, Lambda invokes the function again. */
  kinesisWindow?(window: StreamWindow<object>, invocation: LambdaInvocation): unknown;
  /**
   * Called per record. Partitions are handled concurrently, each in order. If a record fails, Lambda delivers the batch again; with the option
   * `reportKafkaFailures`, failed records are reported one by one.
   */
  kafka?(record: KafkaRecord, invocation: LambdaInvocation): unknown;
  /** Called per message of ActiveMQ. Queues are handled concurrently, each in order. If a message fails, Lambda delivers the batch again. */
  mq?(message: MqMessage, invocation: LambdaInvocation): unknown;
  /** Called per message of RabbitMQ. Queues are handled concurrently, each in order. If a message fails, Lambda delivers the batch again. */
  rabbitmq?(message: RabbitmqMessage, invocation: LambdaInvocation): unknown;
  /** Called per change in DocumentDB, in order, up to the first failure. After a failure, Lambda delivers the batch again. */
  docdb?(change: DocdbChange, invocation: LambdaInvocation): unknown;
  /**
   * Called per record that Firehose wants to be transformed. Records are handled concurrently. The result is the new data: a string, bytes, or
   * a value that is sent as JSON (no line break is added). Return `{ result, data, metadata }` (a `FirehoseResult`) to drop a record or to set
   * partition keys. A failed record is reported as `ProcessingFailed`, and Firehose writes it to its error output.
   */
  firehose?(record: FirehoseRecord, invocation: LambdaInvocation): unknown;
  /**
   * Called per object of an S3 Batch Operations job. A returned string is written to the report of the job. A thrown error is a permanent
   * failure, or a temporary one if it is about time, throttling or a connection. Return `{ resultCode, resultString }` (an `S3BatchResult`) to
   * choose.
   */
  s3Batch?(task: S3BatchTask, invocation: LambdaInvocation): unknown;
  /** Called with each event of EventBridge. */
  eventbridge?(event: EventBridgeEvent<string, unknown>, invocation: LambdaInvocation): unknown;
  /** Called with each event of a schedule that has no input of its own. A schedule with its own input goes to `other`. */
  schedule?(event: ScheduleEvent, invocation: LambdaInvocation): unknown;
  /** Called with each batch of lines that CloudWatch Logs sends. */
  logs?(batch: LogBatch, invocation: LambdaInvocation): unknown;
  /**
   * Called for `$connect`, `$disconnect` and messages; `event.requestContext.routeKey` distinguishes them. The result is the response. Without a
   * result, the response is `{ statusCode: 200 }`.
   */
  websocket?(event: APIGatewayProxyWebsocketEventV2, invocation: LambdaInvocation): unknown;
  /** The result is the decision: a policy, or `{ isAuthorized }` if simple responses are enabled. Throw `new Error('Unauthorized')` for a 401. */
  authorizer?(event: AuthorizerEvent, invocation: LambdaInvocation): unknown;
  /** Called for Cognito triggers. Change `event.response`, or return another event. */
  cognito?(event: CognitoEvent, invocation: LambdaInvocation): unknown;
  /** Resolvers of an AppSync GraphQL API by type and field, for single and for batch invocations. */
  readonly appsync?: AppsyncRoutes | undefined;
  /** Handlers of AppSync Events by operation and channel. An `UnauthorizedException`, or an `HttpError` 401 or 403, refuses a whole request. */
  readonly appsyncEvents?: AppsyncEventsRoutes | undefined;
  /** Actions of a Bedrock agent, by method and path or by the name of a function. */
  readonly bedrock?: BedrockRoutes | undefined;
  /** Steps of a CloudFormation custom resource. CloudFormation gets its response even if a step fails or is not done in time. */
  readonly customResource?: CustomResourceHandlers | undefined;
  /** Steps of a rotation by Secrets Manager. */
  readonly rotation?: RotationHandlers | undefined;
  /**
   * Called with an event whose kind has no other option here: the input of a Step Functions task, a schedule's own input, a warm-up call. The
   * handler declares the type: `other: (event: Order) => …`. The result is returned as JSON. Without this handler, such an event fails with
   * `UnknownEvent`.
   */
  other?(event: unknown, invocation: LambdaInvocation): unknown;
}
