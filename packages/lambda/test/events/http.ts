import type { HttpKind } from '@suga/lambda';

/** A request, independent of its source. Each builder below converts it to the event of one source. */
export interface Asked {
  readonly method?: string;
  /** Path of the request, percent-encoded. */
  readonly path?: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
  readonly body?: string | Uint8Array;
  readonly stage?: string;
}

interface Filled extends Required<Asked> {
  readonly text: string | null;
  readonly isBase64Encoded: boolean;
}

const fill = ({ method = 'GET', path = '/', query = [], headers = {}, cookies = [], body = '', stage = '$default' }: Asked): Filled => {
  const binary = typeof body !== 'string';
  const text = binary ? Buffer.from(body).toString('base64') : body === '' ? null : body;
  return { method, path, query, headers: { host: ['api.example.com'], ...headers }, cookies, body, stage, text, isBase64Encoded: binary };
};

const search = (query: Filled['query']): string => new URLSearchParams(query.map(([name, value]): [string, string] => [name, value])).toString();
const grouped = (query: Filled['query'], change: (text: string) => string = (text) => text): Record<string, string[]> => {
  const all: Record<string, string[]> = Object.create(null);
  for (const [name, value] of query) (all[change(name)] ??= []).push(change(value));
  return all;
};
const last = (lists: Record<string, readonly string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1) ?? '']));
const joined = (lists: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.join(',')]));
const withCookies = ({ headers, cookies }: Filled): Record<string, readonly string[]> =>
  cookies.length > 0 ? { ...headers, cookie: [cookies.join('; ')] } : { ...headers };

const payload2 =
  (domainName: string) =>
  (asked: Asked): object => {
    const { method, path, query, headers, cookies, stage, text, isBase64Encoded } = fill(asked);
    return {
      version: '2.0',
      routeKey: '$default',
      rawPath: stage === '$default' ? path : `/${stage}${path}`,
      rawQueryString: search(query),
      ...(cookies.length > 0 && { cookies }),
      headers: joined(headers),
      ...(query.length > 0 && { queryStringParameters: joined(grouped(query)) }),
      requestContext: {
        accountId: '111122223333',
        apiId: 'a1b2c3',
        domainName,
        requestId: 'req-2',
        routeKey: '$default',
        stage,
        http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.10', userAgent: 'tests' },
        timeEpoch: 1_763_000_000_000,
      },
      ...(text !== null && { body: text }),
      isBase64Encoded,
    };
  };

const payload1 = (asked: Asked): object => {
  const filled = fill(asked);
  const { method, path, query, stage, text, isBase64Encoded } = filled;
  const all = withCookies(filled);
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: last(all),
    multiValueHeaders: all,
    queryStringParameters: query.length > 0 ? last(grouped(query)) : null,
    multiValueQueryStringParameters: query.length > 0 ? grouped(query) : null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: null,
    requestContext: {
      accountId: '111122223333',
      apiId: 'a1b2c3',
      stage,
      path: `/${stage}${path}`,
      requestId: 'req-1',
      identity: { sourceIp: '192.0.2.10' },
      httpMethod: method,
    },
    body: text,
    isBase64Encoded,
  };
};

const balancer =
  (multi: boolean) =>
  (asked: Asked): object => {
    const filled = fill(asked);
    const all = { ...withCookies(filled), 'x-forwarded-for': ['198.51.100.1, 192.0.2.10'] };
    const encoded = grouped(filled.query, encodeURIComponent);
    return {
      requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/functions/0123456789abcdef' } },
      httpMethod: filled.method,
      path: filled.path,
      ...(multi ? { multiValueQueryStringParameters: encoded, multiValueHeaders: all } : { queryStringParameters: last(encoded), headers: joined(all) }),
      body: filled.text ?? '',
      isBase64Encoded: filled.isBase64Encoded,
    };
  };

const lattice1 = (asked: Asked): object => {
  const filled = fill(asked);
  const query = search(filled.query);
  return {
    raw_path: query ? `${filled.path}?${query}` : filled.path,
    method: filled.method,
    headers: { ...joined(withCookies(filled)), 'x-forwarded-for': '192.0.2.10' },
    query_string_parameters: last(grouped(filled.query)),
    body: filled.text ?? '',
    is_base64_encoded: filled.isBase64Encoded,
  };
};

const lattice2 = (asked: Asked): object => {
  const filled = fill(asked);
  return {
    version: '2.0',
    path: filled.path,
    method: filled.method,
    headers: { ...withCookies(filled), 'x-forwarded-for': ['192.0.2.10'] },
    queryStringParameters: grouped(filled.query),
    body: filled.text ?? '',
    isBase64Encoded: filled.isBase64Encoded,
    requestContext: {
      serviceNetworkArn: 'arn:aws:vpc-lattice:eu-central-1:111122223333:servicenetwork/sn-0123',
      serviceArn: 'arn:aws:vpc-lattice:eu-central-1:111122223333:service/svc-0123',
      targetGroupArn: 'arn:aws:vpc-lattice:eu-central-1:111122223333:targetgroup/tg-0123',
      region: 'eu-central-1',
      timeEpoch: '1763000000000000',
    },
  };
};

/** Creates the event of a request for each source. */
export const requests: Readonly<Record<HttpKind, (asked: Asked) => object>> = {
  'apigw-v1': payload1,
  'apigw-v2': payload2('a1b2c3.execute-api.eu-central-1.amazonaws.com'),
  'function-url': payload2('a1b2c3.lambda-url.eu-central-1.on.aws'),
  alb: balancer(false),
  'alb-multi': balancer(true),
  'lattice-v1': lattice1,
  'lattice-v2': lattice2,
};

export const httpKinds = Object.keys(requests) as HttpKind[];

/** A response, independent of its source. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

/** Reads a response as its source would, and fails for a form that the source would not accept. */
export function read(kind: HttpKind, result: unknown): Answered {
  const {
    statusCode,
    headers = {},
    multiValueHeaders = {},
    cookies = [],
    body,
    isBase64Encoded,
  } = result as {
    statusCode: number;
    headers?: Record<string, string>;
    multiValueHeaders?: Record<string, readonly string[]>;
    cookies?: readonly string[];
    body: string;
    isBase64Encoded: boolean;
  };
  const lists: [string, string][] = [
    ...Object.entries(headers),
    ...Object.entries(multiValueHeaders).flatMap(([name, values]) => values.map((value): [string, string] => [name, value])),
  ];
  const set = lists.filter(([name]) => name.toLowerCase() === 'set-cookie').map(([, value]) => value);
  if (kind === 'alb-multi' && 'headers' in (result as object)) throw new Error('a multi-value target group refuses headers');
  if ((kind === 'alb' || kind.startsWith('lattice')) && 'multiValueHeaders' in (result as object))
    throw new Error('a single-value target group refuses multiValueHeaders');
  return {
    status: statusCode,
    headers: joined(
      lists
        .filter(([name]) => name.toLowerCase() !== 'set-cookie')
        .reduce<Record<string, string[]>>((all, [name, value]) => ((all[name] ??= []).push(value), all), {}),
    ),
    cookies: [...set, ...cookies],
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}
