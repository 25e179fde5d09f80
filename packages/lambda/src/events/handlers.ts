import type {
  APIGatewayProxyWebsocketEventV2,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
  CloudWatchLogsDecodedData,
  EventBridgeEvent,
} from 'aws-lambda';
import type { LambdaInvocation } from '../http/request.js';
import type { DynamodbChange, KafkaRecord, KinesisRecord, S3Change, SnsMessage, SqsMessage } from './records.js';

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
  /** Called per change, in order; the first failure ends the batch and is reported: the mapping needs `ReportBatchItemFailures`. */
  dynamodb?(change: DynamodbChange, invocation: LambdaInvocation): unknown;
  /** Called per record, in order; the first failure ends the batch and is reported: the mapping needs `ReportBatchItemFailures`. */
  kinesis?(record: KinesisRecord, invocation: LambdaInvocation): unknown;
  /** Called per record: partitions side by side, each in order. A failure makes Lambda deliver the batch again. */
  kafka?(record: KafkaRecord, invocation: LambdaInvocation): unknown;
  eventbridge?(event: EventBridgeEvent<string, unknown>, invocation: LambdaInvocation): unknown;
  schedule?(event: ScheduleEvent, invocation: LambdaInvocation): unknown;
  logs?(batch: LogBatch, invocation: LambdaInvocation): unknown;
  /** `$connect`, `$disconnect` and messages, told apart by `event.requestContext.routeKey`. What it returns is the answer; nothing is `{ statusCode: 200 }`. */
  websocket?(event: APIGatewayProxyWebsocketEventV2, invocation: LambdaInvocation): unknown;
  /** What it returns is the decision: a policy, or `{ isAuthorized }` where simple responses are on. Throw `new Error('Unauthorized')` for a 401. */
  authorizer?(event: AuthorizerEvent, invocation: LambdaInvocation): unknown;
  /** Change `event.response`, or return another event. */
  cognito?(event: CognitoEvent, invocation: LambdaInvocation): unknown;
}
