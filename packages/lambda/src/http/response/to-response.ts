import { loadBody } from '../../body/lazy.js';
import { isStream } from '../../body/stream.js';
import { LambdaError } from '../../errors.js';
import { toJsonText } from '../../json/json.js';
import { isPlainObject } from '../../json/json-object.js';
import { isReply, type Reply } from '../reply.js';
import { isProxyResult } from './proxy-format.js';
import { OutgoingResponse } from './response.js';

/** Loaded at the first response in the proxy format. */
const proxyResult = (): typeof import('./proxy-result.js') => require('./proxy-result.js');

/** Converts the result of a route to a response. */
export function toResponse(value: unknown): OutgoingResponse {
  if (value === undefined) return new OutgoingResponse(204);
  if (isReply(value)) return fromReply(value);
  if (isWebResponse(value)) return fromWebResponse(value);
  if (isProxyResult(value)) return proxyResult().fromProxyResult(value);
  return withBody(new OutgoingResponse(200), value);
}

/**
 * Converts a web-standard `Response`. Its body is not read here.
 * @throws LambdaError `AlreadyRead`; `InvalidResponse` for `Response.error()`
 */
export function fromWebResponse(response: Response): OutgoingResponse {
  const { status, body, headers, url } = response;
  if (status < 200) throw new LambdaError('InvalidResponse', `A Response with status ${status} was returned. Only 200 to 599 can be sent.`);
  if (response.bodyUsed || body?.locked) throw loadBody().alreadyRead('a Response');
  const outgoing = new OutgoingResponse(status, (body as AsyncIterable<unknown> | null) ?? undefined);
  // Headers were checked when the Response was made.
  for (const [name, value] of headers) if (name !== 'set-cookie') outgoing.headers[name] = value;
  outgoing.cookies.push(...headers.getSetCookie());
  outgoing.fetched = url !== '' && url !== undefined;
  return outgoing;
}

/**
 * Whether a value is a `Response` of any implementation.
 * It looks at the value alone, because the first use of `globalThis.Response` costs 20 ms.
 */
export const isWebResponse = (value: unknown): value is Response =>
  Object.prototype.toString.call(value) === '[object Response]' && typeof (value as Response).headers?.getSetCookie === 'function';

function fromReply({ status, headers, cookies, body }: Reply): OutgoingResponse {
  const outgoing = new OutgoingResponse(status);
  outgoing.setAll(headers);
  if (cookies.length > 0) outgoing.set('set-cookie', cookies);
  return body === undefined ? outgoing : withBody(outgoing, body);
}

function withBody(outgoing: OutgoingResponse, body: unknown): OutgoingResponse {
  if (isWebResponse(body)) throw new LambdaError('InvalidResponse', 'A Response cannot be the body of a reply. Return the Response itself.');
  const { headers } = outgoing;
  const isData = typeof body !== 'object' || body === null || Array.isArray(body) || (isPlainObject(body) && !isStream(body));
  const raw = isData ? undefined : loadBody().toBody(body);
  if (raw) [outgoing.body] = raw;
  else outgoing.body = typeof body === 'string' && 'content-type' in headers ? body : toJson(body);
  headers['content-type'] ??= raw ? raw[1] : 'application/json';
  return outgoing;
}

function toJson(value: unknown): string {
  const json = toJsonText(value, 'The result of a route');
  if (json === undefined)
    throw new LambdaError('InvalidResponse', `A route returned a ${typeof value}. Return a value that JSON can represent, bytes, a stream or a Response.`);
  return json;
}
