import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The event of a Function URL in payload format 2.0. Like AWS, it leaves out fields that have no value. */
interface UrlEvent {
  readonly version: '2.0';
  readonly routeKey: '$default';
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

const textual = /^(text\/|application\/(json|javascript|xml|[^;]*\+json|[^;]*\+xml)\s*(;|$))/i;

/** Converts a request as AWS does: names in lower case, repeated values joined with commas, cookies in their own list. */
export function toUrlEvent(request: IncomingMessage, body: Buffer): UrlEvent {
  const [rawPath = '/', ...query] = (request.url ?? '/').split('?');
  const rawQueryString = query.join('?');
  const { cookie, ...headers } = joinHeaders(request);
  const parameters = joinPairs(new URLSearchParams(rawQueryString));
  const binary = body.length > 0 && !textual.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/).filter(Boolean) }),
    headers: { ...headers, ...forwarded(request) },
    ...(Object.keys(parameters).length === 0 ? {} : { queryStringParameters: parameters }),
    requestContext: toContext(request, rawPath),
    ...(body.length === 0 ? {} : { body: body.toString(binary ? 'base64' : 'utf8') }),
    isBase64Encoded: binary,
  };
}

function joinHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  // Several Cookie headers form one list, and semicolons separate cookies.
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(name === 'cookie' ? '; ' : ',')]));
}

function joinPairs(pairs: Iterable<[string, string]>): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) joined.set(name, joined.has(name) ? `${joined.get(name)},${value}` : value);
  return Object.fromEntries(joined);
}

function forwarded({ headers, socket }: IncomingMessage): Record<string, string> {
  const root = `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return {
    'x-amzn-trace-id': String(headers['x-amzn-trace-id'] ?? root),
    'x-forwarded-for': socket.remoteAddress ?? '',
    'x-forwarded-port': String(socket.localPort),
    'x-forwarded-proto': 'http',
  };
}

function toContext({ headers, httpVersion, method = 'GET', socket }: IncomingMessage, path: string): Record<string, unknown> {
  const now = new Date();
  const domainName = headers.host ?? '';
  return {
    accountId: 'anonymous',
    apiId: 'local',
    domainName,
    domainPrefix: domainName.split(/[.:]/)[0],
    http: { method, path, protocol: `HTTP/${httpVersion}`, sourceIp: socket.remoteAddress ?? '', userAgent: headers['user-agent'] ?? '' },
    requestId: randomUUID(),
    routeKey: '$default',
    stage: '$default',
    time: toLogTime(now),
    timeEpoch: now.getTime(),
  };
}

// The format of an access log: 12/Mar/2020:19:03:58 +0000.
function toLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
