import { type JsonObject, toJsonObject } from '../../json/json-object.js';
import type { HttpKind } from '../../kinds/event-kinds.js';
import { contextOf, type PathAdapter, payload1Path, payload2Path, text } from './path.js';

/** Reads a request from one kind of event. Its functions take the raw event, and accept missing or malformed parts. */
export interface EventAdapter extends PathAdapter {
  method(event: JsonObject): string;
  /** Whether the source may have decoded the path. */
  decodes(event: JsonObject): boolean;
  /** Query string, percent-encoded, without `?`. */
  search(event: JsonObject): string;
  /** Headers with names in lower case. A header that was sent several times is joined as RFC 9110 says. */
  headers(event: JsonObject): Record<string, string>;
  sourceIp(event: JsonObject, headers: Readonly<Record<string, string>>): string | undefined;
  /** Name of the field that says whether the body is base64. */
  readonly base64: 'isBase64Encoded' | 'is_base64_encoded';
}

const never = (): boolean => false;

const payload2: EventAdapter = {
  method: (event) => text(toJsonObject(contextOf(event)['http'])['method']),
  ...payload2Path,
  decodes: () => true,
  search: (event) => text(event['rawQueryString']) || encodedPairs(event['queryStringParameters']),
  headers: (event) => {
    const headers = joinHeaders(event['headers']);
    const { cookies } = event;
    if (Array.isArray(cookies) && cookies.length > 0) headers['cookie'] = cookies.join('; ');
    return headers;
  },
  sourceIp: (event) => text(toJsonObject(contextOf(event)['http'])['sourceIp']) || undefined,
  base64: 'isBase64Encoded',
};

const payload1: EventAdapter = {
  method: (event) => text(event['httpMethod']),
  ...payload1Path,
  decodes: (event) => event['version'] === '1.0',
  // API Gateway has decoded names and values.
  search: (event) => encodedPairs(event['queryStringParameters'], event['multiValueQueryStringParameters']),
  headers: (event) => joinHeaders(event['headers'], event['multiValueHeaders']),
  sourceIp: (event) => text(toJsonObject(contextOf(event)['identity'])['sourceIp']) || undefined,
  base64: 'isBase64Encoded',
};

const alb: EventAdapter = {
  method: payload1.method,
  path: payload1Path.path,
  decodes: never,
  // A load balancer passes names and values on as it got them, encoded.
  search: (event) =>
    pairs(event['queryStringParameters'], event['multiValueQueryStringParameters'])
      .map((pair) => pair.join('='))
      .join('&'),
  headers: payload1.headers,
  sourceIp: (_event, headers) => forwardedFor(headers),
  base64: 'isBase64Encoded',
};

const lattice1: EventAdapter = {
  method: (event) => text(event['method']),
  path: (event) => split(text(event['raw_path']))[0],
  decodes: never,
  search: (event) => split(text(event['raw_path']))[1] || encodedPairs(event['query_string_parameters']),
  headers: (event) => joinHeaders(event['headers']),
  sourceIp: (_event, headers) => forwardedFor(headers),
  base64: 'is_base64_encoded',
};

const lattice2: EventAdapter = {
  method: lattice1.method,
  path: (event) => split(text(event['path']))[0],
  decodes: never,
  search: (event) => split(text(event['path']))[1] || encodedPairs(event['queryStringParameters']),
  headers: lattice1.headers,
  sourceIp: lattice1.sourceIp,
  base64: 'isBase64Encoded',
};

/** Adapters by kind of HTTP event. */
export const eventAdapters: Readonly<Record<HttpKind, EventAdapter>> = {
  'apigw-v1': payload1,
  'apigw-v2': payload2,
  'function-url': { ...payload2, decodes: never },
  alb,
  'alb-multi': alb,
  'lattice-v1': lattice1,
  'lattice-v2': lattice2,
};

function split(target: string): [path: string, search: string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

/**
 * Pairs of names and values, from a field with one value per name and from its counterpart with lists. Real events fill both alike, or one
 * of them. Events in tests may have empty lists.
 */
function pairs(single: unknown, lists?: unknown): [string, string][] {
  const found: [string, string][] = [];
  for (const [name, value] of Object.entries({ ...toJsonObject(single), ...withValues(lists) })) {
    for (const each of Array.isArray(value) ? value : [value]) found.push([name, String(each ?? '')]);
  }
  return found;
}

const encodedPairs = (single: unknown, lists?: unknown): string => new URLSearchParams(pairs(single, lists)).toString();

/** Returns the lists that are not empty. */
const withValues = (lists: unknown): JsonObject =>
  Object.fromEntries(Object.entries(toJsonObject(lists)).filter(([, values]) => [values ?? []].flat().length > 0));

/** Headers by name in lower case, from a field with one value per name and from its counterpart with lists. */
function joinHeaders(single: unknown, lists?: unknown): Record<string, string> {
  // The object has no prototype, because a header may be called `__proto__` or `constructor`.
  const all: Record<string, string> = Object.create(null);
  for (const [key, value] of Object.entries(withValues(lists))) add(all, key, value);
  const listed = new Set(Object.keys(all));
  for (const [key, value] of Object.entries(toJsonObject(single))) if (!listed.has(key.toLowerCase())) add(all, key, value);
  return all;
}

function add(all: Record<string, string>, key: string, value: unknown): void {
  if (value === undefined || value === null) return;
  const name = key.toLowerCase();
  const separator = name === 'cookie' ? '; ' : ', ';
  const own = Array.isArray(value) ? value.join(separator) : String(value);
  const before = all[name];
  all[name] = before === undefined ? own : before + separator + own;
}

/** The last address in `x-forwarded-for`: the load balancer saw and added it. The addresses before it were sent by the client. */
const forwardedFor = (headers: Readonly<Record<string, string>>): string | undefined => headers['x-forwarded-for']?.split(',').at(-1)?.trim() || undefined;
