import { type Bag, type HttpKind, isBag } from '../kinds.js';

/** How a request is read from one kind of event. Every function takes the event as it came, and bears a missing or malformed part. */
export interface HttpSource {
  method(event: Bag): string;
  /** As the source gives it, without an API's stage and without a query. */
  path(event: Bag): string;
  /** Percent-encoded, without `?`. */
  search(event: Bag): string;
  /** Names in lower case; a header that came several times joined as RFC 9110 says. */
  headers(event: Bag): Record<string, string>;
  sourceIp(event: Bag, headers: Readonly<Record<string, string>>): string | undefined;
  /** Name of the field that says whether the body is base64. */
  readonly base64: 'isBase64Encoded' | 'is_base64_encoded';
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const bag = (value: unknown): Bag => (isBag(value) ? value : {});
const contextOf = (event: Bag): Bag => bag(event['requestContext']);

const payload2: HttpSource = {
  method: (event) => text(bag(contextOf(event)['http'])['method']),
  path: (event) => withoutStage(text(event['rawPath']), text(contextOf(event)['stage'])),
  search: (event) => text(event['rawQueryString']),
  headers: (event) => {
    const headers = joined(event['headers']);
    if (Array.isArray(event['cookies'])) headers['cookie'] = event['cookies'].join('; ');
    return headers;
  },
  sourceIp: (event) => text(bag(contextOf(event)['http'])['sourceIp']) || undefined,
  base64: 'isBase64Encoded',
};

const payload1: HttpSource = {
  method: (event) => text(event['httpMethod']),
  // A REST API leaves the stage out; an HTTP API with payload 1.0 has it in, and says its version.
  path: (event) => withoutStage(text(event['path']), event['version'] === '1.0' ? text(contextOf(event)['stage']) : ''),
  // API Gateway has decoded these.
  search: (event) => new URLSearchParams(pairs(event['multiValueQueryStringParameters'] ?? event['queryStringParameters'])).toString(),
  headers: (event) => joined(event['multiValueHeaders'] ?? event['headers']),
  sourceIp: (event) => text(bag(contextOf(event)['identity'])['sourceIp']) || undefined,
  base64: 'isBase64Encoded',
};

const alb: HttpSource = {
  method: payload1.method,
  path: payload1.path,
  // A load balancer hands names and values on as they came, encoded.
  search: (event) =>
    pairs(event['multiValueQueryStringParameters'] ?? event['queryStringParameters'])
      .map((pair) => pair.join('='))
      .join('&'),
  headers: payload1.headers,
  sourceIp: (_event, headers) => forwardedFor(headers),
  base64: 'isBase64Encoded',
};

const lattice1: HttpSource = {
  method: (event) => text(event['method']),
  path: (event) => split(text(event['raw_path']))[0],
  search: (event) => split(text(event['raw_path']))[1],
  headers: (event) => joined(event['headers']),
  sourceIp: (_event, headers) => forwardedFor(headers),
  base64: 'is_base64_encoded',
};

const lattice2: HttpSource = {
  method: lattice1.method,
  path: (event) => split(text(event['path']))[0],
  search: (event) => split(text(event['path']))[1] || new URLSearchParams(pairs(event['queryStringParameters'])).toString(),
  headers: lattice1.headers,
  sourceIp: lattice1.sourceIp,
  base64: 'isBase64Encoded',
};

/** How each kind of HTTP event is read. */
export const sources: Readonly<Record<HttpKind, HttpSource>> = {
  'apigw-v1': payload1,
  'apigw-v2': payload2,
  'function-url': payload2,
  alb,
  'alb-multi': alb,
  'lattice-v1': lattice1,
  'lattice-v2': lattice2,
};

/** An HTTP API puts the stage before the path unless it is `$default`. */
function withoutStage(path: string, stage: string): string {
  if (stage === '' || stage === '$default' || !path.startsWith(`/${stage}`)) return path;
  const rest = path.slice(stage.length + 1);
  return rest === '' || rest.startsWith('/') ? rest : path;
}

function split(target: string): [path: string, search: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function pairs(parameters: unknown): [string, string][] {
  const found: [string, string][] = [];
  for (const [name, value] of Object.entries(bag(parameters))) {
    for (const each of Array.isArray(value) ? value : [value]) found.push([name, String(each ?? '')]);
  }
  return found;
}

function joined(headers: unknown): Record<string, string> {
  // Without a prototype: a header may be called `__proto__` or `constructor`.
  const all: Record<string, string> = Object.create(null);
  const given = bag(headers);
  for (const key of Object.keys(given)) {
    const value = given[key];
    if (value === undefined || value === null) continue;
    const name = key.toLowerCase();
    const separator = name === 'cookie' ? '; ' : ', ';
    const own = Array.isArray(value) ? value.join(separator) : String(value);
    const before = all[name];
    all[name] = before === undefined ? own : before + separator + own;
  }
  return all;
}

/** The last address: the one that the load balancer itself saw and added. Those before it are what the client says. */
const forwardedFor = (headers: Readonly<Record<string, string>>): string | undefined => headers['x-forwarded-for']?.split(',').at(-1)?.trim() || undefined;
