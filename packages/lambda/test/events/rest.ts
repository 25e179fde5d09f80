// Events that are recognised but have no handler of their own, written from the documented shapes, and some that cannot be recognised.
const arn = (service: string, name: string): string => `arn:aws:${service}:eu-central-1:111122223333:${name}`;

export const others = {
  alarm: [
    {
      source: 'aws.cloudwatch',
      alarmArn: arn('cloudwatch', 'alarm:a'),
      accountId: '111122223333',
      time: 't',
      region: 'r',
      alarmData: { alarmName: 'a', state: { value: 'ALARM' } },
    },
  ],
  alexa: [
    {
      version: '1.0',
      session: { new: true, sessionId: 's', application: { applicationId: 'a' }, user: { userId: 'u' } },
      context: { System: { application: { applicationId: 'a' } } },
      request: { type: 'LaunchRequest', requestId: 'r', timestamp: 't', locale: 'de-DE' },
    },
    { directive: { header: { namespace: 'Alexa.Discovery', name: 'Discover', payloadVersion: '3', messageId: 'm' }, payload: {} } },
  ],
  'appsync-authorizer': [
    {
      authorizationToken: 't',
      requestContext: { apiId: 'a', accountId: '1', requestId: 'r', queryString: 'query {}', operationName: 'q', variables: {} },
      requestHeaders: {},
    },
    {
      authorizationToken: 't',
      requestContext: { apiId: 'a', accountId: '1', requestId: 'r', operation: 'EVENT_PUBLISH', channel: '/chat' },
      requestHeaders: {},
    },
  ],
  cloudfront: [{ Records: [{ cf: { config: { distributionId: 'd', eventType: 'viewer-request' }, request: { uri: '/', method: 'GET', headers: {} } } }] }],
  codecommit: [
    { Records: [{ eventSource: 'aws:codecommit', eventName: 'ReferenceChanges', eventSourceARN: arn('codecommit', 'r'), codecommit: { references: [] } }] },
  ],
  codepipeline: [{ 'CodePipeline.job': { id: 'j', accountId: '1', data: { actionConfiguration: {}, inputArtifacts: [], outputArtifacts: [] } } }],
  'config-rule': [
    {
      version: '1.0',
      invokingEvent: '{"messageType":"ConfigurationItemChangeNotification"}',
      ruleParameters: '{}',
      resultToken: 't',
      eventLeftScope: false,
      configRuleName: 'c',
    },
    { version: '1.0', invokingEvent: '{"messageType":"ScheduledNotification"}', resultToken: 't', executionRoleArn: arn('iam', 'role/r') },
  ],
  connect: [{ Name: 'ContactFlowEvent', Details: { ContactData: { ContactId: 'c', Channel: 'VOICE' }, Parameters: {} } }],
  destination: [
    {
      version: '1.0',
      timestamp: 't',
      requestContext: { requestId: 'r', functionArn: arn('lambda', 'function:g:$LATEST'), condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { Records: [{ eventSource: 'aws:sqs' }] },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'no' },
    },
  ],
  'iot-authorizer': [
    { token: 't', signatureVerified: true, protocols: ['tls', 'http', 'mqtt'], protocolData: { tls: { serverName: 's' } }, connectionMetadata: { id: 'c' } },
  ],
  'iot-provisioning': [
    { claimCertificateId: 'c', certificateId: 'i', certificatePem: 'p', templateArn: arn('iot', 'provisioningtemplate/t'), clientId: 'd', parameters: {} },
  ],
  lex: [
    {
      messageVersion: '1.0',
      invocationSource: 'FulfillmentCodeHook',
      bot: { id: 'b', name: 'n' },
      sessionId: 's',
      sessionState: { intent: {} },
      interpretations: [],
      inputTranscript: 'hi',
    },
    {
      messageVersion: '1.0',
      invocationSource: 'DialogCodeHook',
      userId: 'u',
      bot: { name: 'n', alias: 'a', version: '1' },
      currentIntent: { name: 'i', slots: {} },
      outputDialogMode: 'Text',
    },
  ],
  pipe: [
    [{ messageId: 'm', receiptHandle: 'h', body: '{}', attributes: {}, messageAttributes: {}, eventSource: 'aws:sqs', eventSourceARN: arn('sqs', 'q') }],
    [
      {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'p',
        sequenceNumber: '1',
        data: '',
        eventSource: 'aws:kinesis',
        eventID: 'e',
        eventName: 'aws:kinesis:record',
      },
    ],
    [{ topic: 't', partition: 0, offset: 1, value: '', eventSource: 'SelfManagedKafka', eventSourceKey: 't-0' }],
  ],
  's3-object': [
    {
      xAmzRequestId: 'r',
      getObjectContext: { inputS3Url: 'https://example.com/', outputRoute: 'o', outputToken: 't' },
      configuration: { accessPointArn: arn('s3-object-lambda', 'accesspoint/a'), payload: '{}' },
      userRequest: { url: 'https://example.com/', headers: {} },
      userIdentity: { type: 'AssumedRole' },
      protocolVersion: '1.00',
    },
  ],
  ses: [{ Records: [{ eventSource: 'aws:ses', eventVersion: '1.0', ses: { mail: { messageId: 'm' }, receipt: { action: { type: 'Lambda' } } } }] }],
  transfer: [{ username: 'u', password: 'p', protocol: 'SFTP', serverId: 's-1', sourceIp: '192.0.2.10' }],
  'warm-up': [{ source: 'serverless-plugin-warmup' }, { source: 'serverless-plugin-lambda-warmup' }, { warmer: true, concurrency: 3 }],
} as const;

/** Input of the user's own, or of a service whose events have no mark. */
export const unknown: readonly unknown[] = [
  { orderId: 'o-1' },
  { orderId: 'o-1', Records: 'none' },
  { Comment: 'Insert your JSON here' },
  { taskToken: 't', input: { a: 1 } },
  { temperature: 21, time: 't' },
  { source: 'nightly', warmer: 'yes' },
  { eventId: 'e', eventType: 'THING_EVENT', operation: 'CREATED', thingName: 'lamp' },
  { 'connection-id': 'c', 'endpoint-id': 'e', 'platform-version': 'p' },
  { describe: true },
  { version: '0', id: 'e', source: 'shop' },
  { arguments: {}, info: {} },
  { arguments: 'none', info: { fieldName: 'f', parentTypeName: 'Query' } },
  { info: { operation: 'DELETE', channel: { path: '/c' } } },
  { messageVersion: '1.0', actionGroup: 'g', agent: {} },
  { RequestType: 'Rename', ResponseURL: 'https://example.com', StackId: 's', RequestId: 'r', LogicalResourceId: 'l' },
  { RequestType: 'Create', ResponseURL: 'https://example.com' },
  { Step: 'removeSecret', SecretId: 's', ClientRequestToken: 't' },
  { invocationId: 'i', records: [] },
  { invocationId: 'i', applicationArn: 'a', records: [] },
  { invocationSchemaVersion: '3.0', invocationId: 'i', tasks: {} },
  { eventSource: 'aws:mq', messages: {} },
  { eventSource: 'aws:rmq', rmqMessagesByQueue: [] },
  { eventSource: 'aws:docdb', events: {} },
  { eventSource: 'aws:neptune', events: [] },
  { Records: [], window: {}, eventSourceARN: arn('sqs', 'q') },
  { Records: [], window: null, eventSourceARN: arn('kinesis', 'stream/s') },
  { Records: [{ cf: {} }, {}] },
  { Records: [{ eventSource: 'aws:ses' }, { eventSource: 'aws:codecommit' }] },
  [[]],
  [1, 2],
  [{ arguments: {}, info: { fieldName: 'f', parentTypeName: 'Query' } }, {}],
  [{ eventSource: 'aws:sqs' }, { eventSource: 'aws:kinesis' }],
  [{ eventSource: 'sqs' }],
];
