import { type Bag, isBag, isText, toBag } from '../json/json-object.js';
import { type EventKind, kindByEvery } from './kinds.js';

export { unknownEvent } from './unknown-event.js';

type Rule = readonly [kind: EventKind, matches: (event: Bag) => boolean];

const hasTexts = (event: Bag, ...keys: readonly string[]): boolean => keys.every((key) => isText(event[key]));
const bagAt = (event: Bag, key: string): Bag => toBag(event[key]);
const isOneOf = (value: unknown, ...values: readonly string[]): boolean => isText(value) && values.includes(value);

// No event fits two of these rules, nor one of these and one of the frequent ones: a test holds them against every sample.
export const rules: readonly Rule[] = [
  ['appsync', (event) => isResolverContext(event) || isAmplifyContext(event)],
  ['appsync-events', (event) => isOneOf(bagAt(event, 'info')['operation'], 'PUBLISH', 'SUBSCRIBE') && isText(bagAt(bagAt(event, 'info'), 'channel')['path'])],
  ['bedrock', (event) => hasTexts(event, 'messageVersion', 'actionGroup') && isBag(event['agent']) && isAgentAction(event)],
  [
    'custom-resource',
    (event) => isOneOf(event['RequestType'], 'Create', 'Update', 'Delete') && hasTexts(event, 'ResponseURL', 'StackId', 'RequestId', 'LogicalResourceId'),
  ],
  ['docdb', (event) => event['eventSource'] === 'aws:docdb' && Array.isArray(event['events'])],
  ['firehose', (event) => hasTexts(event, 'invocationId', 'deliveryStreamArn') && Array.isArray(event['records'])],
  // AWS sends `aws:mq`; its older documentation has `aws:amq`.
  ['mq', (event) => isOneOf(event['eventSource'], 'aws:mq', 'aws:amq') && Array.isArray(event['messages'])],
  ['rabbitmq', (event) => event['eventSource'] === 'aws:rmq' && isBag(event['rmqMessagesByQueue'])],
  [
    'rotation',
    (event) => isOneOf(event['Step'], 'createSecret', 'setSecret', 'testSecret', 'finishSecret') && hasTexts(event, 'SecretId', 'ClientRequestToken'),
  ],
  ['s3-batch', (event) => hasTexts(event, 'invocationSchemaVersion', 'invocationId') && isBag(event['job']) && Array.isArray(event['tasks'])],

  ['alarm', (event) => isText(event['alarmArn']) && isBag(event['alarmData'])],
  ['alexa', (event) => isSkillRequest(event) || isText(bagAt(bagAt(event, 'directive'), 'header')['namespace'])],
  ['appsync-authorizer', (event) => isText(event['authorizationToken']) && hasTexts(bagAt(event, 'requestContext'), 'apiId', 'accountId', 'requestId')],
  ['codepipeline', (event) => isBag(event['CodePipeline.job'])],
  ['config-rule', (event) => hasTexts(event, 'invokingEvent', 'resultToken')],
  ['connect', (event) => event['Name'] === 'ContactFlowEvent' && isBag(event['Details'])],
  ['destination', (event) => 'requestPayload' in event && hasTexts(bagAt(event, 'requestContext'), 'functionArn', 'condition')],
  ['iot-authorizer', (event) => Array.isArray(event['protocols']) && isBag(event['protocolData'])],
  ['iot-provisioning', (event) => hasTexts(event, 'templateArn', 'certificateId') && isBag(event['parameters'])],
  ['lex', (event) => isBag(event['bot']) && isText(event['invocationSource']) && (isBag(event['sessionState']) || isBag(event['currentIntent']))],
  ['s3-object', (event) => isText(event['xAmzRequestId']) && isBag(event['userRequest']) && isBag(event['configuration'])],
  ['transfer', (event) => hasTexts(event, 'username', 'protocol', 'serverId', 'sourceIp')],
  ['warm-up', (event) => event['warmer'] === true || isOneOf(event['source'], 'serverless-plugin-warmup', 'serverless-plugin-lambda-warmup')],
];

const recordKinds: ReadonlyMap<unknown, EventKind> = new Map<unknown, EventKind>([
  ['aws:codecommit', 'codecommit'],
  ['aws:ses', 'ses'],
]);

/** Kinds that are looked for when an event is of no frequent kind. */
export function classifyMore(event: unknown): EventKind | undefined {
  if (Array.isArray(event)) return kindOfArray(event);
  if (!isBag(event)) return undefined;
  if (Array.isArray(event['Records'])) return kindOfRecords(event['Records']);
  return rules.find(([, matches]) => matches(event))?.[0];
}

function kindOfRecords(records: readonly unknown[]): EventKind | undefined {
  if (records.length === 0) return undefined;
  if (records.every((record) => isBag(record) && isBag(record['cf']))) return 'cloudfront';
  return kindByEvery(records, (source) => recordKinds.get(source));
}

/** AppSync sends an array of contexts to a resolver with batching, EventBridge Pipes an array of records. */
function kindOfArray(items: readonly unknown[]): EventKind | undefined {
  if (items.length === 0) return undefined;
  if (items.every((item) => isBag(item) && isResolverContext(item))) return 'appsync';
  return kindByEvery(items, (source) => (isText(source) && /^(?:aws:\w+|SelfManagedKafka)$/.test(source) ? 'pipe' : undefined));
}

const isResolverContext = (event: Bag): boolean => isBag(event['arguments']) && hasTexts(bagAt(event, 'info'), 'fieldName', 'parentTypeName');

/** Amplify's `@function` directive sends names instead of `info`. */
const isAmplifyContext = (event: Bag): boolean => isBag(event['arguments']) && hasTexts(event, 'typeName', 'fieldName') && isBag(event['request']);

const isAgentAction = (event: Bag): boolean => isText(event['function']) || hasTexts(event, 'apiPath', 'httpMethod');

const isSkillRequest = (event: Bag): boolean =>
  isText(bagAt(event, 'request')['type']) && (isBag(bagAt(event, 'context')['System']) || isBag(bagAt(event, 'session')['application']));
