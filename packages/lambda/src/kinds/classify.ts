import { isJsonObject, isString, type JsonObject, toJsonObject } from '../json/json-object.js';
import { type EventKind, kindByEvery } from './event-kinds.js';

/** Loaded at the first event that is not of a frequent kind. */
const rareKinds = (): typeof import('./rare-kinds.js') => require('./rare-kinds.js');

type Rule = readonly [kind: EventKind, matches: (event: JsonObject, context: JsonObject) => boolean];

// AWS sends `SelfManagedKafka`. Its older documentation, and test events that follow it, have the prefix.
const kafkaSources = /^(?:aws:kafka|(?:aws:)?SelfManagedKafka)$/;
const directKeys: ReadonlySet<string> = new Set(['interface', 'operation', 'params']);

const recordKinds: ReadonlyMap<unknown, EventKind> = new Map<unknown, EventKind>([
  ['aws:sqs', 'sqs'],
  ['aws:sns', 'sns'],
  ['aws:s3', 's3'],
  ['aws:dynamodb', 'dynamodb'],
  ['aws:kinesis', 'kinesis'],
]);

// The first rule that matches decides. The event of an authorizer is a request with a `type`, so the rules for it come before those for requests.
const rules: readonly Rule[] = [
  ['authorizer-token', (event) => event['type'] === 'TOKEN' && isString(event['methodArn']) && isString(event['authorizationToken'])],
  ['authorizer-v1', (event) => event['type'] === 'REQUEST' && isString(event['methodArn'])],
  ['authorizer-v2', (event) => event['type'] === 'REQUEST' && isString(event['routeArn']) && event['version'] === '2.0'],
  // Some WebSocket events have a method and a path as well.
  ['websocket', (_event, context) => isString(context['connectionId']) && isString(context['routeKey']) && isString(context['eventType'])],
  ['function-url', (event, context) => isPayload2(event, context) && isString(context['domainName']) && context['domainName'].includes('.lambda-url.')],
  ['apigw-v2', (event, context) => isPayload2(event, context)],
  ['alb-multi', (event, context) => isAlb(event, context) && hasMultiValueHeaders(event)],
  ['alb', (event, context) => isAlb(event, context)],
  ['apigw-v1', (event) => isString(event['httpMethod']) && isString(event['path']) && isJsonObject(event['requestContext'])],
  ['lattice-v2', (event, context) => event['version'] === '2.0' && isString(event['method']) && isString(event['path']) && isLattice(context)],
  ['lattice-v1', (event) => isString(event['raw_path']) && isString(event['method'])],
  ['kafka', (event) => isString(event['eventSource']) && kafkaSources.test(event['eventSource']) && isJsonObject(event['records'])],
  ['schedule', (event) => event['detail-type'] === 'Scheduled Event' && (event['source'] === 'aws.events' || event['source'] === 'aws.scheduler')],
  ['eventbridge', (event) => isString(event['detail-type']) && isString(event['source']) && 'detail' in event],
  ['logs', (event) => isJsonObject(event['awslogs']) && isString(event['awslogs']['data'])],
  ['cognito', (event) => isString(event['userPoolId']) && isString(event['triggerSource'])],
  ['s3-test', (event) => event['Event'] === 's3:TestEvent'],
  ['direct', (event) => isString(event['interface']) && isString(event['operation']) && Object.keys(event).every((key) => directKeys.has(key))],
];

/**
 * Recognises the kind of an event by its shape alone. It never guesses and never throws on a value that was parsed from JSON.
 * @returns `undefined` for an unknown shape, and for a batch whose records come from different sources
 */
export const classify = (event: unknown): EventKind | undefined => frequentKind(event) ?? rareKinds().classifyRare(event);

function frequentKind(event: unknown): EventKind | undefined {
  if (!isJsonObject(event)) return undefined;
  const { Records: records } = event;
  if (Array.isArray(records)) return records.length > 0 ? kindByEvery(records, (source) => recordKinds.get(source)) : kindOfEmptyWindow(event);
  const context = toJsonObject(event['requestContext']);
  return rules.find(([, matches]) => matches(event, context))?.[0];
}

/** Kind of the last batch of a tumbling window. It may have no records, so the ARN of the stream decides. */
function kindOfEmptyWindow({ window, eventSourceARN }: JsonObject): EventKind | undefined {
  const service = isJsonObject(window) && isString(eventSourceARN) && eventSourceARN.split(':')[2];
  return service === 'kinesis' || service === 'dynamodb' ? service : undefined;
}

const isPayload2 = (event: JsonObject, context: JsonObject): boolean =>
  event['version'] === '2.0' && isString(event['rawPath']) && isJsonObject(context['http']) && isString(context['http']['method']);

const isAlb = (event: JsonObject, context: JsonObject): boolean => isJsonObject(context['elb']) && isString(event['httpMethod']) && isString(event['path']);

/** Whether headers are lists. A load balancer fills either `headers` or `multiValueHeaders`. Events in typed tests have both, one of them empty. */
const hasMultiValueHeaders = ({ headers, multiValueHeaders: multi }: JsonObject): boolean =>
  isJsonObject(multi) && (!isJsonObject(headers) || Object.keys(multi).length > 0);

const isLattice = (context: JsonObject): boolean => isString(context['serviceArn']) || isString(context['serviceNetworkArn']);
