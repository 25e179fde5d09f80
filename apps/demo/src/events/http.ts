/** HTTP requests in the formats of Lambda's four HTTP sources, after AWS's documentation. */

const account = '123456789012';
const sourceIp = '203.0.113.7';
const requestId = 'JKJaXmPLvHcESHA=';
const headers = { accept: 'application/json', host: 'home.example.com', 'user-agent': 'suga-demo' };

/** API Gateway HTTP API, payload 2.0. */
export const httpApi = (method: string, path: string, body?: unknown): object => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: path,
  rawQueryString: '',
  cookies: ['session=7f3a'],
  headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
  requestContext: {
    accountId: account,
    apiId: 'a1b2c3d4e5',
    domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
    domainPrefix: 'a1b2c3d4e5',
    http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: 'suga-demo' },
    requestId,
    routeKey: '$default',
    stage: '$default',
    time: '21/Nov/2026:18:00:00 +0000',
    timeEpoch: 1_795_284_000_000,
  },
  ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  isBase64Encoded: false,
});

/** Function URL: the payload of an HTTP API with another domain, here with a base64 body. */
export function functionUrl(method: string, path: string, body?: unknown): object {
  const event = httpApi(method, path) as { requestContext: object };
  const domainName = 'abcdefghijklmnop.lambda-url.eu-west-1.on.aws';
  const encoded = body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)).toString('base64'), isBase64Encoded: true };
  return { ...event, ...encoded, requestContext: { ...event.requestContext, apiId: 'abcdefghijklmnop', domainName } };
}

/** API Gateway REST API, payload 1.0. */
export const restApi = (method: string, path: string, id?: string): object => ({
  resource: '/{proxy+}',
  path,
  httpMethod: method,
  headers,
  multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  pathParameters: { proxy: id ?? path.slice(1) },
  stageVariables: null,
  requestContext: {
    accountId: account,
    apiId: 'f6g7h8i9j0',
    httpMethod: method,
    path: `/prod${path}`,
    protocol: 'HTTP/1.1',
    requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    requestTimeEpoch: 1_795_284_000_000,
    resourceId: '123456',
    resourcePath: '/{proxy+}',
    stage: 'prod',
    identity: { sourceIp, userAgent: 'suga-demo' },
  },
  body: null,
  isBase64Encoded: false,
});

/** A target group of an Application Load Balancer, with multi-value headers on. */
export const loadBalancer = (method: string, path: string): object => ({
  requestContext: { elb: { targetGroupArn: `arn:aws:elasticloadbalancing:eu-west-1:${account}:targetgroup/home/6d0ecf831eec9f09` } },
  httpMethod: method,
  path,
  multiValueQueryStringParameters: {},
  multiValueHeaders: { accept: ['application/json'], host: ['home.example.com'], 'x-forwarded-for': [sourceIp], 'x-forwarded-proto': ['https'] },
  body: '',
  isBase64Encoded: false,
});
