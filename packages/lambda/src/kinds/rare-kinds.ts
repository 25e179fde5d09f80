import { isJsonObject, isString, type JsonObject, toJsonObject } from '../json/json-object.js';
import { type EventKind, kindByEvery } from './event-kinds.js';

export { unknownEvent } from './unknown-event.js';

type Rule = readonly [kind: EventKind, matches: (event: JsonObject) => boolean];

const hasStrings = (event: JsonObject, ...keys: readonly string[]): boolean => keys.every((key) => isString(event[key]));
const objectAt = (event: JsonObject, key: string): JsonObject => toJsonObject(event[key]);
const isOneOf = (value: unknown, ...values: readonly string[]): boolean => isString(value) && values.includes(value);

// No event matches two of these rules, or one of these and one of the frequent ones. A test checks all rules against all sample events.
export const rareRules: readonly Rule[] = [
  ['appsync', (event) => isResolverContext(event) || isAmplifyContext(event)],
  [
    'appsync-events',
    (event) => isOneOf(objectAt(event, 'info')['operation'], 'PUBLISH', 'SUBSCRIBE') && isString(objectAt(objectAt(event, 'info'), 'channel')['path']),
  ],
  ['bedrock', (event) => hasStrings(event, 'messageVersion', 'actionGroup') && isJsonObject(event['agent']) && isAgentAction(event)],
  [
    'custom-resource',
    (event) => isOneOf(event['RequestType'], 'Create', 'Update', 'Delete') && hasStrings(event, 'ResponseURL', 'StackId', 'RequestId', 'LogicalResourceId'),
  ],
  ['docdb', (event) => event['eventSource'] === 'aws:docdb' && Array.isArray(event['events'])],
  ['firehose', (event) => hasStrings(event, 'invocationId', 'deliveryStreamArn') && Array.isArray(event['records'])],
  // AWS sends `aws:mq`; its older documentation has `aws:amq`.
  ['mq', (event) => isOneOf(event['eventSource'], 'aws:mq', 'aws:amq') && Array.isArray(event['messages'])],
  ['rabbitmq', (event) => event['eventSource'] === 'aws:rmq' && isJsonObject(event['rmqMessagesByQueue'])],
  [
    'rotation',
    (event) => isOneOf(event['Step'], 'createSecret', 'setSecret', 'testSecret', 'finishSecret') && hasStrings(event, 'SecretId', 'ClientRequestToken'),
  ],
  ['s3-batch', (event) => hasStrings(event, 'invocationSchemaVersion', 'invocationId') && isJsonObject(event['job']) && Array.isArray(event['tasks'])],

  ['alarm', (event) => isString(event['alarmArn']) && isJsonObject(event['alarmData'])],
  ['alexa', (event) => isSkillRequest(event) || isString(objectAt(objectAt(event, 'directive'), 'header')['namespace'])],
  ['appsync-authorizer', (event) => isString(event['authorizationToken']) && hasStrings(objectAt(event, 'requestContext'), 'apiId', 'accountId', 'requestId')],
  ['codepipeline', (event) => isJsonObject(event['CodePipeline.job'])],
  ['config-rule', (event) => hasStrings(event, 'invokingEvent', 'resultToken')],
  ['connect', (event) => event['Name'] === 'ContactFlowEvent' && isJsonObject(event['Details'])],
  ['destination', (event) => 'requestPayload' in event && hasStrings(objectAt(event, 'requestContext'), 'functionArn', 'condition')],
  ['iot-authorizer', (event) => Array.isArray(event['protocols']) && isJsonObject(event['protocolData'])],
  ['iot-provisioning', (event) => hasStrings(event, 'templateArn', 'certificateId') && isJsonObject(event['parameters'])],
  [
    'lex',
    (event) =>
      isJsonObject(event['bot']) && isString(event['invocationSource']) && (isJsonObject(event['sessionState']) || isJsonObject(event['currentIntent'])),
  ],
  ['s3-object', (event) => isString(event['xAmzRequestId']) && isJsonObject(event['userRequest']) && isJsonObject(event['configuration'])],
  ['transfer', (event) => hasStrings(event, 'username', 'protocol', 'serverId', 'sourceIp')],
  ['warm-up', (event) => event['warmer'] === true || isOneOf(event['source'], 'serverless-plugin-warmup', 'serverless-plugin-lambda-warmup')],
];

const recordKinds: ReadonlyMap<unknown, EventKind> = new Map<unknown, EventKind>([
  ['aws:codecommit', 'codecommit'],
  ['aws:ses', 'ses'],
]);

/** Recognises the rare kinds. It is called for events that are not of a frequent kind. */
export function classifyRare(event: unknown): EventKind | undefined {
  if (Array.isArray(event)) return kindOfArray(event);
  if (!isJsonObject(event)) return undefined;
  if (Array.isArray(event['Records'])) return kindOfRecords(event['Records']);
  return rareRules.find(([, matches]) => matches(event))?.[0];
}

function kindOfRecords(records: readonly unknown[]): EventKind | undefined {
  if (records.length === 0) return undefined;
  if (records.every((record) => isJsonObject(record) && isJsonObject(record['cf']))) return 'cloudfront';
  return kindByEvery(records, (source) => recordKinds.get(source));
}

/** AppSync sends an array of contexts to a resolver with batching, EventBridge Pipes an array of records. */
function kindOfArray(items: readonly unknown[]): EventKind | undefined {
  if (items.length === 0) return undefined;
  if (items.every((item) => isJsonObject(item) && isResolverContext(item))) return 'appsync';
  return kindByEvery(items, (source) => (isString(source) && /^(?:aws:\w+|SelfManagedKafka)$/.test(source) ? 'pipe' : undefined));
}

const isResolverContext = (event: JsonObject): boolean =>
  isJsonObject(event['arguments']) && hasStrings(objectAt(event, 'info'), 'fieldName', 'parentTypeName');

/** Amplify's `@function` directive sends names instead of `info`. */
const isAmplifyContext = (event: JsonObject): boolean =>
  isJsonObject(event['arguments']) && hasStrings(event, 'typeName', 'fieldName') && isJsonObject(event['request']);

const isAgentAction = (event: JsonObject): boolean => isString(event['function']) || hasStrings(event, 'apiPath', 'httpMethod');

const isSkillRequest = (event: JsonObject): boolean =>
  isString(objectAt(event, 'request')['type']) &&
  (isJsonObject(objectAt(event, 'context')['System']) || isJsonObject(objectAt(event, 'session')['application']));
