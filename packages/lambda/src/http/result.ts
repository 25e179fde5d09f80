import type { HttpKind } from '../kinds.js';
import { isStream } from '../stream.js';
import type { Answer } from './answer.js';

type Packed = Readonly<Record<string, unknown>>;
type Pack = (answer: Answer, body: string, isBase64Encoded: boolean) => Packed;

/** An answer in the shape its source wants. A stream is read to its end first. */
export async function toResult(answer: Answer, kind: HttpKind): Promise<Packed> {
  if (isStream(answer.body)) answer.body = await collect(answer.body);
  const { body } = answer;
  if (typeof body !== 'object') return packs[kind](answer, body ?? '', false);
  const plain = isText(answer);
  return packs[kind](answer, Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString(plain ? 'utf8' : 'base64'), !plain);
}

/** One piece of a stream as bytes: text as UTF-8. */
export function toBytes(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  if (typeof piece === 'string') return Buffer.from(piece);
  if (piece instanceof ArrayBuffer) return new Uint8Array(piece);
  throw new TypeError(`A stream gave a piece that is neither text nor bytes: ${typeof piece}.`);
}

/** Lets go of a body that nobody will read. */
export function discard(body: unknown): void {
  if (!isStream(body)) return;
  const { cancel, destroy } = body as { cancel?: () => Promise<void>; destroy?: () => void };
  if (typeof cancel === 'function') cancel.call(body).catch(() => undefined);
  else if (typeof destroy === 'function') destroy.call(body);
  else void (body as AsyncIterable<unknown> & Partial<AsyncIterator<unknown>>).return?.()?.catch(() => undefined);
}

const packs: Readonly<Record<HttpKind, Pack>> = {
  'apigw-v1': ({ status, headers, cookies }, body, isBase64Encoded) => {
    const multiValueHeaders: Record<string, readonly string[]> = {};
    for (const [name, value] of Object.entries(headers)) if (typeof value !== 'string') multiValueHeaders[name] = value;
    if (cookies.length > 0) multiValueHeaders['set-cookie'] = cookies;
    return { statusCode: status, headers: single(headers, true), multiValueHeaders, body, isBase64Encoded };
  },
  'apigw-v2': packPayload2,
  'function-url': packPayload2,
  alb: packSingle,
  'alb-multi': ({ status, headers, cookies }, body, isBase64Encoded) => {
    const multiValueHeaders: Record<string, readonly string[]> = {};
    for (const [name, value] of Object.entries(headers)) multiValueHeaders[name] = typeof value === 'string' ? [value] : value;
    if (cookies.length > 0) multiValueHeaders['set-cookie'] = cookies;
    return { statusCode: status, statusDescription: description(status), multiValueHeaders, body, isBase64Encoded };
  },
  'lattice-v1': packSingle,
  'lattice-v2': packSingle,
};

function packPayload2({ status, headers, cookies }: Answer, body: string, isBase64Encoded: boolean): Packed {
  return { statusCode: status, headers: single(headers), cookies, body, isBase64Encoded };
}

function packSingle({ status, headers, cookies }: Answer, body: string, isBase64Encoded: boolean): Packed {
  const all = single(headers);
  for (const [at, cookie] of cookies.entries()) all[setCookie(at)] = cookie;
  return { statusCode: status, statusDescription: description(status), headers: all, body, isBase64Encoded };
}

/** Headers as one value each; `onlySingle` leaves out those that have several. */
export function single(headers: Answer['headers'], onlySingle = false): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') all[name] = value;
    else if (!onlySingle) all[name] = value.join(', ');
  }
  return all;
}

/** Cookies cannot be joined by commas. Where a header has one value only, another spelling of the name is another header: 512 of them. */
function setCookie(at: number): string {
  let bit = 0;
  return 'set-cookie'.replace(/[a-z]/g, (letter) => ((at >> bit++) & 1 ? letter.toUpperCase() : letter));
}

async function collect(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(toBytes(piece));
  return Buffer.concat(pieces);
}

const textual = /^text\/|[/+](?:json|xml|javascript|yaml|x-www-form-urlencoded)\b|;\s*charset=utf-?8/i;
const foreign = /charset=(?!"?utf-?8)/i;

function isText({ headers }: Answer): boolean {
  const type = headers['content-type'];
  return typeof type === 'string' && textual.test(type) && !foreign.test(type) && headers['content-encoding'] === undefined;
}

// node:http knows them all, and takes 5 ms to load.
const phrases: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const description = (status: number): string => `${status} ${phrases[status] ?? 'Unknown'}`;
