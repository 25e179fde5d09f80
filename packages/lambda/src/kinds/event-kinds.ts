import { isJsonObject } from '../json/json-object.js';

/** Source of an HTTP request. Each source expects its own form of response. */
export type HttpKind = 'apigw-v1' | 'apigw-v2' | 'function-url' | 'alb' | 'alb-multi' | 'lattice-v1' | 'lattice-v2';

/** Kinds that have a handler of their own in `events`, and `direct`: `{ interface, operation, params }`. */
export type HandledKind =
  | 'appsync'
  | 'appsync-events'
  | 'authorizer-token'
  | 'authorizer-v1'
  | 'authorizer-v2'
  | 'bedrock'
  | 'cognito'
  | 'custom-resource'
  | 'direct'
  | 'docdb'
  | 'dynamodb'
  | 'eventbridge'
  | 'firehose'
  | 'kafka'
  | 'kinesis'
  | 'logs'
  | 'mq'
  | 'rabbitmq'
  | 'rotation'
  | 's3'
  | 's3-batch'
  | 's3-test'
  | 'schedule'
  | 'sns'
  | 'sqs'
  | 'websocket';

/** Kinds that are recognised and go to `events.other`. Their responses have no form that this package could add. */
export type OtherKind =
  | 'alarm'
  | 'alexa'
  | 'appsync-authorizer'
  | 'cloudfront'
  | 'codecommit'
  | 'codepipeline'
  | 'config-rule'
  | 'connect'
  | 'destination'
  | 'iot-authorizer'
  | 'iot-provisioning'
  | 'lex'
  | 'pipe'
  | 's3-object'
  | 'ses'
  | 'transfer'
  | 'warm-up';

/**
 * Source of an event. `alb-multi` is a target group with multi-value headers switched on. `apigw-v1` covers REST APIs and
 * HTTP APIs with payload 1.0, and `kafka` MSK and self-managed clusters. `mq` is ActiveMQ, and `pipe` an array of records from EventBridge Pipes.
 */
export type EventKind = HttpKind | HandledKind | OtherKind;

/** Whether an event is an HTTP request. */
export const isHttp = (kind: EventKind | undefined): kind is HttpKind => kind !== undefined && httpKinds.has(kind);

const httpKinds: ReadonlySet<EventKind> = new Set<EventKind>(['apigw-v1', 'apigw-v2', 'function-url', 'alb', 'alb-multi', 'lattice-v1', 'lattice-v2']);

/** Returns the kind of records that all come from one source, and `undefined` for mixed sources. */
export function kindByEvery(records: readonly unknown[], toKind: (source: unknown) => EventKind | undefined): EventKind | undefined {
  const source = sourceOf(records[0]);
  return records.every((record) => sourceOf(record) === source) ? toKind(source) : undefined;
}

/** The service that a record comes from. SNS writes its name with a capital letter. */
export const sourceOf = (record: unknown): unknown => (isJsonObject(record) ? (record['eventSource'] ?? record['EventSource']) : undefined);
