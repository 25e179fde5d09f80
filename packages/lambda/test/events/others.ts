import { gzipSync } from 'node:zlib';

export const eventbridge = (detail: unknown = { id: 7 }): object => ({
  version: '0',
  id: 'eb-1',
  'detail-type': 'Order Placed',
  source: 'shop.orders',
  account: '111122223333',
  time: '2026-11-20T08:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});

export const schedule = (source: 'aws.events' | 'aws.scheduler' = 'aws.events'): object => ({
  version: '0',
  id: 'sc-1',
  'detail-type': 'Scheduled Event',
  source,
  account: '111122223333',
  time: '2026-11-20T08:00:00Z',
  region: 'eu-central-1',
  resources: ['arn:aws:events:eu-central-1:111122223333:rule/nightly'],
  detail: source === 'aws.events' ? {} : '{}',
});

export const logs = (...messages: readonly string[]): object => ({
  awslogs: {
    data: gzipSync(
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        owner: '111122223333',
        logGroup: '/aws/lambda/f',
        logStream: 's',
        subscriptionFilters: ['all'],
        logEvents: messages.map((message, at) => ({ id: String(at), timestamp: 1_763_000_000_000 + at, message })),
      }),
    ).toString('base64'),
  },
});

export const websocket = (routeKey: '$connect' | '$disconnect' | '$default', body?: string): object => ({
  requestContext: {
    routeKey,
    eventType: routeKey === '$connect' ? 'CONNECT' : routeKey === '$disconnect' ? 'DISCONNECT' : 'MESSAGE',
    connectionId: 'c-1',
    domainName: 'ws.execute-api.eu-central-1.amazonaws.com',
    stage: 'prod',
    apiId: 'ws',
    requestId: 'r',
    connectedAt: 1_763_000_000_000,
    messageDirection: 'IN',
  },
  ...(body !== undefined && { body }),
  isBase64Encoded: false,
});

const methodArn = 'arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/prod/GET/devices';

export const authorizers = {
  'authorizer-token': (): object => ({ type: 'TOKEN', methodArn, authorizationToken: 'Bearer t' }),
  'authorizer-v1': (): object => ({
    type: 'REQUEST',
    methodArn,
    resource: '/devices',
    path: '/devices',
    httpMethod: 'GET',
    headers: { authorization: 'Bearer t' },
    multiValueHeaders: {},
    pathParameters: {},
    queryStringParameters: {},
    requestContext: { path: '/prod/devices', stage: 'prod', requestId: 'r', identity: { sourceIp: '192.0.2.10' }, httpMethod: 'GET', apiId: 'a' },
  }),
  'authorizer-v2': (): object => ({
    version: '2.0',
    type: 'REQUEST',
    routeArn: methodArn,
    identitySource: ['Bearer t'],
    routeKey: 'GET /devices',
    rawPath: '/devices',
    rawQueryString: '',
    headers: { authorization: 'Bearer t' },
    requestContext: {
      http: { method: 'GET', path: '/devices', protocol: 'HTTP/1.1', sourceIp: '192.0.2.10', userAgent: 't' },
      stage: '$default',
      routeKey: 'GET /devices',
      apiId: 'a',
    },
  }),
} as const;

export const cognito = (triggerSource = 'PreSignUp_SignUp'): object => ({
  version: '1',
  triggerSource,
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_abc',
  userName: 'ada',
  callerContext: { awsSdkVersion: '3', clientId: 'c' },
  request: { userAttributes: { email: 'ada@example.com' } },
  response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
});

export const direct = (name: string, operation: string, params?: object): object => ({ interface: name, operation, ...(params && { params }) });
