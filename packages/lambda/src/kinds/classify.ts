import { type Bag, isBag, isText, toBag } from '../json/json-object.js';
import { type EventKind, kindByEvery } from './kinds.js';

/** Loaded at the first event that is of none of the frequent kinds. */
const moreKinds = (): typeof import('./more-kinds.js') => require('./more-kinds.js');

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
export const classify = (event: unknown): EventKind | undefined => frequentKind(event) ?? moreKinds().classifyMore(event);

function frequentKind(event: unknown): EventKind | undefined {
  if (!isBag(event)) return undefined;
  const { Records: records } = event;
  if (Array.isArray(records)) return records.length > 0 ? kindByEvery(records, (source) => recordKinds.get(source)) : kindOfEmptyWindow(event);
  const context = toBag(event['requestContext']);
  return rules.find(([, matches]) => matches(event, context))?.[0];
}

/** The last batch of a tumbling window has no records that could tell where they come from. */
function kindOfEmptyWindow({ window, eventSourceARN }: Bag): EventKind | undefined {
  const service = isBag(window) && isText(eventSourceARN) && eventSourceARN.split(':')[2];
  return service === 'kinesis' || service === 'dynamodb' ? service : undefined;
}

const isPayload2 = (event: Bag, context: Bag): boolean =>
  event['version'] === '2.0' && isText(event['rawPath']) && isBag(context['http']) && isText(context['http']['method']);

const isAlb = (event: Bag, context: Bag): boolean => isBag(context['elb']) && isText(event['httpMethod']) && isText(event['path']);

/** A load balancer fills either `headers` or `multiValueHeaders`. Events of typed tests have both, and one of them empty. */
const hasMultiValueHeaders = ({ headers, multiValueHeaders: multi }: Bag): boolean => isBag(multi) && (!isBag(headers) || Object.keys(multi).length > 0);

const isLattice = (context: Bag): boolean => isText(context['serviceArn']) || isText(context['serviceNetworkArn']);
