// Events of the kinds whose responses AWS checks, written from the documented shapes.
const arn = (service: string, name: string): string => `arn:aws:${service}:eu-central-1:111122223333:${name}`;
const base64 = (data: string | Uint8Array): string => Buffer.from(data).toString('base64');

export const firehose = (
  records: readonly { readonly id: string; readonly data: string | Uint8Array; readonly key?: string }[],
  source: 'put' | 'kinesis' | 'msk' = 'put',
): object => ({
  invocationId: 'inv-1',
  deliveryStreamArn: arn('firehose', 'deliverystream/logs'),
  ...(source === 'kinesis' && { sourceKinesisStreamArn: arn('kinesis', 'stream/clicks') }),
  ...(source === 'msk' && { sourceMSKArn: arn('kafka', 'cluster/c/1') }),
  region: 'eu-central-1',
  records: records.map(({ id, data, key }) => ({
    recordId: id,
    approximateArrivalTimestamp: 1_763_000_000_000,
    [source === 'msk' ? 'kafkaRecordValue' : 'data']: base64(data),
    ...(key !== undefined && {
      kinesisRecordMetadata: { shardId: 'shardId-000000000000', partitionKey: key, sequenceNumber: '1', subsequenceNumber: 0, approximateArrivalTimestamp: 1 },
    }),
  })),
});

export const s3Batch = (
  tasks: readonly { readonly id: string; readonly key: string; readonly version?: string }[],
  version: '1.0' | '2.0' = '2.0',
): object => ({
  invocationSchemaVersion: version,
  invocationId: 'inv-1',
  job: { id: 'job-1', ...(version === '2.0' && { userArguments: { colour: 'green' } }) },
  tasks: tasks.map(({ id, key, version: s3VersionId }) => ({
    taskId: id,
    s3Key: key,
    s3VersionId: s3VersionId ?? null,
    ...(version === '1.0' ? { s3BucketArn: 'arn:aws:s3:::pictures' } : { s3Bucket: 'pictures' }),
  })),
});

export const activemq = (
  messages: readonly { readonly id: string; readonly data: string | Uint8Array; readonly queue?: string }[],
  eventSource = 'aws:mq',
): object => ({
  eventSource,
  eventSourceArn: arn('mq', 'broker:orders:b-1'),
  messages: messages.map(({ id, data, queue = 'orders' }) => ({
    messageID: id,
    messageType: typeof data === 'string' ? 'jms/text-message' : 'jms/bytes-message',
    timestamp: 1_763_000_000_000,
    deliveryMode: 1,
    correlationID: '',
    replyTo: 'null',
    destination: { physicalName: queue },
    redelivered: false,
    type: '',
    expiration: 0,
    priority: 0,
    data: base64(data),
    brokerInTime: 1_763_000_000_001,
    brokerOutTime: 1_763_000_000_002,
    properties: { colour: 'green' },
  })),
});

export const rabbitmq = (queues: Readonly<Record<string, readonly string[]>>): object => ({
  eventSource: 'aws:rmq',
  eventSourceArn: arn('mq', 'broker:orders:b-1'),
  rmqMessagesByQueue: Object.fromEntries(
    Object.entries(queues).map(([queue, bodies]) => [
      queue,
      bodies.map((body) => ({
        basicProperties: {
          contentType: 'application/json',
          contentEncoding: null,
          headers: {
            name: { bytes: [...Buffer.from('Łódź')].map((byte) => (byte > 127 ? byte - 256 : byte)) },
            tries: 2,
            list: [{ bytes: [97] }, 1],
            table: { in: { bytes: [98] } },
          },
          deliveryMode: 1,
          priority: 34,
          correlationId: null,
          replyTo: null,
          expiration: '60000',
          messageId: null,
          timestamp: 'Jan 1, 1970, 12:33:41 AM',
          type: null,
          userId: null,
          appId: null,
          clusterId: null,
          bodySize: body.length,
        },
        redelivered: false,
        data: base64(body),
      })),
    ]),
  ),
});

export const docdb = (...operations: readonly string[]): object => ({
  eventSourceArn: arn('rds', 'cluster:docs'),
  events: operations.map((operationType, at) => ({
    event: {
      _id: { _data: `token-${at}` },
      clusterTime: { $timestamp: { t: 1_763_000_000, i: at } },
      documentKey: { _id: { $oid: '63eeb6e7d418cd98afb1c1d7' } },
      ...(operationType !== 'delete' && { fullDocument: { _id: { $oid: '63eeb6e7d418cd98afb1c1d7' }, colour: 'green' } }),
      ...(operationType === 'update' && { updateDescription: { updatedFields: { colour: 'green' }, removedFields: [] } }),
      ns: { db: 'shop', coll: 'devices' },
      operationType,
    },
  })),
  eventSource: 'aws:docdb',
});

export const resolver = (field: string, args: object = {}, source: object | null = null): object => {
  const [parentTypeName, fieldName] = field.split('.');
  return {
    arguments: args,
    identity: { sub: 'u-1', issuer: 'i', username: 'ada', claims: {}, sourceIp: ['192.0.2.10'], defaultAuthStrategy: 'ALLOW', groups: null },
    source,
    request: { headers: { 'x-forwarded-for': '192.0.2.10' }, domainName: null },
    prev: null,
    info: { selectionSetList: ['id', 'author/name'], selectionSetGraphQL: '{ id author { name } }', parentTypeName, fieldName, variables: {} },
    stash: {},
  };
};

/** An event as Amplify's `@function` directive sends it. */
export const amplify = (typeName: string, fieldName: string, args: object = {}): object => ({
  typeName,
  fieldName,
  arguments: args,
  identity: null,
  source: null,
  request: { headers: {}, domainName: null },
  prev: { result: {} },
});

export const channel = (operation: 'PUBLISH' | 'SUBSCRIBE', path: string, payloads?: readonly unknown[]): object => ({
  identity: null,
  result: null,
  request: { headers: { 'x-colour': 'green' }, domainName: null },
  info: { channel: { path, segments: path.slice(1).split('/') }, channelNamespace: { name: path.split('/')[1] }, operation },
  error: null,
  prev: null,
  stash: {},
  outErrors: [],
  events: payloads ? payloads.map((payload, at) => ({ id: `m-${at}`, payload })) : null,
});

const agent = { name: 'helper', id: 'AGENT', alias: 'ALIAS', version: 'DRAFT' };
const session = { sessionAttributes: { tier: 'gold' }, promptSessionAttributes: { lang: 'de' } };

type Parameters = Readonly<Record<string, readonly [type: string, value: string]>>;
const list = (parameters: Parameters): object[] => Object.entries(parameters).map(([name, [type, value]]) => ({ name, type, value }));

export const agentApi = (httpMethod: string, apiPath: string, parameters: Parameters = {}, body?: Parameters): object => ({
  messageVersion: '1.0',
  agent,
  inputText: 'please',
  sessionId: 's-1',
  actionGroup: 'claims',
  apiPath,
  httpMethod,
  parameters: list(parameters),
  ...(body && { requestBody: { content: { 'application/json': { properties: list(body) } } } }),
  ...session,
});

export const agentFunction = (name: string, parameters?: Parameters): object => ({
  messageVersion: '1.0',
  agent,
  inputText: 'please',
  sessionId: 's-1',
  actionGroup: 'weather',
  function: name,
  ...(parameters && { parameters: list(parameters) }),
  ...session,
});

export const customResource = (
  RequestType: 'Create' | 'Update' | 'Delete',
  ResponseURL = 'https://cloudformation-custom-resource-response-eucentral1.s3.eu-central-1.amazonaws.com/x?Signature=s',
  more: object = {},
): object => ({
  RequestType,
  ServiceToken: arn('lambda', 'function:f'),
  ResponseURL,
  StackId: arn('cloudformation', 'stack/shop/1'),
  RequestId: 'req-1',
  LogicalResourceId: 'Bucket',
  ResourceType: 'Custom::Bucket',
  ResourceProperties: { ServiceToken: arn('lambda', 'function:f'), Name: 'pictures' },
  ...(RequestType !== 'Create' && { PhysicalResourceId: 'bucket-1' }),
  ...(RequestType === 'Update' && { OldResourceProperties: { Name: 'old' } }),
  ...more,
});

export const rotation = (Step: string, more: object = {}): object => ({
  Step,
  SecretId: arn('secretsmanager', 'secret:db'),
  ClientRequestToken: 'version-2',
  ...more,
});

export interface Window {
  readonly state?: object;
  readonly final?: boolean;
  readonly early?: boolean;
  readonly service?: 'kinesis' | 'dynamodb';
}

/** An event of a stream with a tumbling window. */
export const windowed = (event: object, { state, final = false, early = false, service = 'kinesis' }: Window = {}): object => ({
  ...event,
  window: { start: '2026-11-20T08:00:00Z', end: '2026-11-20T08:02:00Z' },
  ...(state && { state }),
  shardId: 'shardId-000000000006',
  eventSourceARN: service === 'kinesis' ? arn('kinesis', 'stream/clicks') : arn('dynamodb', 'table/devices/stream/2026-11-20T08:00:00.000'),
  isFinalInvokeForWindow: final,
  isWindowTerminatedEarly: early,
});
