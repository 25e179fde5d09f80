import * as lazy from './lazy.js';

/** Where an HTTP request came from; each wants its answer in a shape of its own. */
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

/** Kinds that are recognised and handled by `events.other`: their answer has no form that this package could fill in. */
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

/** An object that came as JSON. */
export type Bag = Readonly<Record<string, unknown>>;

/** Whether a value is an object and no array. */
export const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value that is such an object, else an empty one. */
export const toBag = (value: unknown): Bag => (isBag(value) ? value : {});

export const isText = (value: unknown): value is string => typeof value === 'string';

/** Whether a value is an object of no class: a literal, or what JSON gave. */
export function isPlainObject(value: unknown): value is Bag {
  if (!isBag(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

type Rule = readonly [kind: EventKind, matches: (event: Bag, context: Bag) => boolean];

// AWS sends `SelfManagedKafka`; its older documentation, and events made after it, have the prefix.
const kafkaSources = /^(?:aws:kafka|(?:aws:)?SelfManagedKafka)$/;
const directKeys: ReadonlySet<string> = new Set(['interface', 'operation', 'params']);

const recordKinds: ReadonlyMap<unknown, EventKind> = new Map<unknown, EventKind>([
  ['aws:sqs', 'sqs'],
  ['aws:sns', 'sns'],
  ['aws:s3', 's3'],
  ['aws:dynamodb', 'dynamodb'],
  ['aws:kinesis', 'kinesis'],
]);

// The first rule that fits decides. An authorizer's event is a request with a `type`, so it is asked for before requests are.
const rules: readonly Rule[] = [
  ['authorizer-token', (event) => event['type'] === 'TOKEN' && isText(event['methodArn']) && isText(event['authorizationToken'])],
  ['authorizer-v1', (event) => event['type'] === 'REQUEST' && isText(event['methodArn'])],
  ['authorizer-v2', (event) => event['type'] === 'REQUEST' && isText(event['routeArn']) && event['version'] === '2.0'],
  // Some of its events have a method and a path as well.
  ['websocket', (_event, context) => isText(context['connectionId']) && isText(context['routeKey']) && isText(context['eventType'])],
  ['function-url', (event, context) => isPayload2(event, context) && isText(context['domainName']) && context['domainName'].includes('.lambda-url.')],
  ['apigw-v2', (event, context) => isPayload2(event, context)],
  ['alb-multi', (event, context) => isAlb(event, context) && hasMultiValueHeaders(event)],
  ['alb', (event, context) => isAlb(event, context)],
  ['apigw-v1', (event) => isText(event['httpMethod']) && isText(event['path']) && isBag(event['requestContext'])],
  ['lattice-v2', (event, context) => event['version'] === '2.0' && isText(event['method']) && isText(event['path']) && isLattice(context)],
  ['lattice-v1', (event) => isText(event['raw_path']) && isText(event['method'])],
  ['kafka', (event) => isText(event['eventSource']) && kafkaSources.test(event['eventSource']) && isBag(event['records'])],
  ['schedule', (event) => event['detail-type'] === 'Scheduled Event' && (event['source'] === 'aws.events' || event['source'] === 'aws.scheduler')],
  ['eventbridge', (event) => isText(event['detail-type']) && isText(event['source']) && 'detail' in event],
  ['logs', (event) => isBag(event['awslogs']) && isText(event['awslogs']['data'])],
  ['cognito', (event) => isText(event['userPoolId']) && isText(event['triggerSource'])],
  ['s3-test', (event) => event['Event'] === 's3:TestEvent'],
  ['direct', (event) => isText(event['interface']) && isText(event['operation']) && Object.keys(event).every((key) => directKeys.has(key))],
];

/**
 * What sent an event, told from its shape alone. `undefined` for a shape that is none of them, and for a batch whose
 * records come from different sources: nothing is guessed. Never throws on anything that came as JSON.
 */
export const classify = (event: unknown): EventKind | undefined => frequentKind(event) ?? lazy.moreKinds().classifyMore(event);

function frequentKind(event: unknown): EventKind | undefined {
  if (!isBag(event)) return undefined;
  const { Records: records } = event;
  if (Array.isArray(records)) return records.length > 0 ? kindByEvery(records, (source) => recordKinds.get(source)) : kindOfEmptyWindow(event);
  const context = toBag(event['requestContext']);
  return rules.find(([, matches]) => matches(event, context))?.[0];
}

/** Whether an event is an HTTP request. */
export const isHttp = (kind: EventKind | undefined): kind is HttpKind => kind !== undefined && httpKinds.has(kind);

const httpKinds: ReadonlySet<EventKind> = new Set<EventKind>(['apigw-v1', 'apigw-v2', 'function-url', 'alb', 'alb-multi', 'lattice-v1', 'lattice-v2']);

/** The kind of records that all come from one source. */
export function kindByEvery(records: readonly unknown[], toKind: (source: unknown) => EventKind | undefined): EventKind | undefined {
  const source = sourceOf(records[0]);
  return records.every((record) => sourceOf(record) === source) ? toKind(source) : undefined;
}

/** The last batch of a tumbling window has no records that could tell where they come from. */
function kindOfEmptyWindow({ window, eventSourceARN }: Bag): EventKind | undefined {
  const service = isBag(window) && isText(eventSourceARN) && eventSourceARN.split(':')[2];
  return service === 'kinesis' || service === 'dynamodb' ? service : undefined;
}

/** The service that a record comes from. SNS writes its name with a capital letter. */
export const sourceOf = (record: unknown): unknown => (isBag(record) ? (record['eventSource'] ?? record['EventSource']) : undefined);

const isPayload2 = (event: Bag, context: Bag): boolean =>
  event['version'] === '2.0' && isText(event['rawPath']) && isBag(context['http']) && isText(context['http']['method']);

const isAlb = (event: Bag, context: Bag): boolean => isBag(context['elb']) && isText(event['httpMethod']) && isText(event['path']);

/** A load balancer fills either `headers` or `multiValueHeaders`. Events of typed tests have both, and one of them empty. */
const hasMultiValueHeaders = ({ headers, multiValueHeaders: multi }: Bag): boolean => isBag(multi) && (!isBag(headers) || Object.keys(multi).length > 0);

const isLattice = (context: Bag): boolean => isText(context['serviceArn']) || isText(context['serviceNetworkArn']);
