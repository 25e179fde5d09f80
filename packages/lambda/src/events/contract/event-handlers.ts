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

/** What an authorizer is asked with: `TOKEN` and `REQUEST` of REST and WebSocket APIs, and HTTP APIs' payload 2.0. */
export type AuthorizerEvent = APIGatewayTokenAuthorizerEvent | APIGatewayRequestAuthorizerEvent | APIGatewayRequestAuthorizerEventV2;

/** What every Cognito trigger's event has; narrow it by `triggerSource`. */
export interface CognitoEvent {
  readonly triggerSource: string;
  readonly userPoolId: string;
  readonly userName?: string;
  readonly request: Record<string, unknown>;
  response: Record<string, unknown>;
}

/** A log group's new lines, unzipped. */
export type LogBatch = CloudWatchLogsDecodedData;

/** What schedules send: EventBridge rules and EventBridge Scheduler. */
export type ScheduleEvent = EventBridgeEvent<'Scheduled Event', unknown>;

/**
 * One handler per kind of event. Methods, so that a handler may ask for a narrower event than the kind's:
 * `eventbridge: (event: EventBridgeEvent<'Order Placed', Order>) => …`.
 */
export interface EventHandlers {
  /**
   * Called per message: side by side for a standard queue; in order within each message group for a FIFO queue, up to the group's first failure.
   * Failures are reported one by one: the event source mapping needs `ReportBatchItemFailures`, or failed messages are lost.
   */
  sqs?(message: SqsMessage, invocation: LambdaInvocation): unknown;
  /** Called per notification. A failure makes SNS deliver it again. */
  sns?(message: SnsMessage, invocation: LambdaInvocation): unknown;
  /** Called per object. S3's test event never gets here. */
  s3?(change: S3Change, invocation: LambdaInvocation): unknown;
  /**
   * Called per change, in order; the first failure ends the batch and is reported: the mapping needs `ReportBatchItemFailures`.
   * `window` is the tumbling window that the mapping has; undefined without one.
   */
  dynamodb?(change: DynamodbChange, invocation: LambdaInvocation, window: StreamWindow<object> | undefined): unknown;
  /** Called once at the end of a tumbling window of a DynamoDB stream, after its last change. A failure makes Lambda call it again. */
  dynamodbWindow?(window: StreamWindow<object>, invocation: LambdaInvocation): unknown;
  /**
   * Called per record, in order; the first failure ends the batch and is reported: the mapping needs `ReportBatchItemFailures`.
   * `window` is the tumbling window that the mapping has; undefined without one.
   */
  kinesis?(record: KinesisRecord, invocation: LambdaInvocation, window: StreamWindow<object> | undefined): unknown;
  /** Called once at the end of a tumbling window of a Kinesis stream, after its last record. A failure makes Lambda call it again. */
  kinesisWindow?(window: StreamWindow<object>, invocation: LambdaInvocation): unknown;
  /** Called per record: partitions side by side, each in order. A failure makes Lambda deliver the batch again, or is reported with `reportKafkaFailures`. */
  kafka?(record: KafkaRecord, invocation: LambdaInvocation): unknown;
  /** Called per message of ActiveMQ: queues side by side, each in order. A failure makes Lambda deliver the batch again. */
  mq?(message: MqMessage, invocation: LambdaInvocation): unknown;
  /** Called per message of RabbitMQ: queues side by side, each in order. A failure makes Lambda deliver the batch again. */
  rabbitmq?(message: RabbitmqMessage, invocation: LambdaInvocation): unknown;
  /** Called per change in DocumentDB, in order, up to the first failure. It makes Lambda deliver the batch again. */
  docdb?(change: DocdbChange, invocation: LambdaInvocation): unknown;
  /**
   * Called per record that Firehose wants transformed, side by side. The result is the new data: a string, bytes, or a value that is sent
   * as JSON, without a line break. `{ result, data, metadata }` (a `FirehoseAnswer`) drops a record or sets partition keys.
   * A failed record is reported as `ProcessingFailed`, and Firehose writes it to its error output.
   */
  firehose?(record: FirehoseRecord, invocation: LambdaInvocation): unknown;
  /**
   * Called per object of an S3 Batch Operations job. A returned string is the text in the job's report. A thrown error is a permanent failure, and a
   * temporary one if it is about time or throttling; `{ resultCode, resultString }` (an `S3BatchAnswer`) chooses.
   */
  s3Batch?(task: S3BatchTask, invocation: LambdaInvocation): unknown;
  eventbridge?(event: EventBridgeEvent<string, unknown>, invocation: LambdaInvocation): unknown;
  schedule?(event: ScheduleEvent, invocation: LambdaInvocation): unknown;
  logs?(batch: LogBatch, invocation: LambdaInvocation): unknown;
  /** `$connect`, `$disconnect` and messages, told apart by `event.requestContext.routeKey`. What it returns is the answer; nothing is `{ statusCode: 200 }`. */
  websocket?(event: APIGatewayProxyWebsocketEventV2, invocation: LambdaInvocation): unknown;
  /** What it returns is the decision: a policy, or `{ isAuthorized }` where simple responses are on. Throw `new Error('Unauthorized')` for a 401. */
  authorizer?(event: AuthorizerEvent, invocation: LambdaInvocation): unknown;
  /** Change `event.response`, or return another event. */
  cognito?(event: CognitoEvent, invocation: LambdaInvocation): unknown;
  /** Resolvers of an AppSync GraphQL API by type and field, for single and for batch invocations. */
  readonly appsync?: AppsyncRoutes | undefined;
  /** Handlers of an AppSync event API by operation and channel. An `UnauthorizedException`, or an `HttpError` 401 or 403, refuses a whole request. */
  readonly appsyncEvents?: AppsyncEventsRoutes | undefined;
  /** Actions of a Bedrock agent, by method and path or by the name of a function. */
  readonly bedrock?: BedrockRoutes | undefined;
  /** The steps of a CloudFormation custom resource. CloudFormation gets its answer also if a step fails or is not done in time. */
  readonly customResource?: CustomResourceHandlers | undefined;
  /** The steps of Secrets Manager's rotation. */
  readonly rotation?: RotationHandlers | undefined;
  /**
   * Called with an event that has no handler of its own: the input of a Step Functions task, a schedule's own input, a warm-up call. The type
   * is the handler's to say: `other: (event: Order) => …`. The result is the answer, as JSON. Without this handler such an event is an `UnknownEvent`.
   */
  other?(event: unknown, invocation: LambdaInvocation): unknown;
}
