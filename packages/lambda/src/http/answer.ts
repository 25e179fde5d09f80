import { isReply, type Reply, type ReplyHeaders } from '../reply.js';
import { isStream } from '../stream.js';

// RFC 9110, 5.6.2.
const token = /^[!#$%&'*+.^_`|~\w-]+$/;
const breaks = /[\r\n\0]/;

/** What an answer's body can be before it is put into a source's shape. */
export type Body = string | Uint8Array | AsyncIterable<unknown> | undefined;

/** An answer before it is put into a source's shape. Made per request and changed on its way: CORS and HEAD come last. */
export class Answer {
  status: number;
  body: Body;
  /** Names in lower case; `set-cookie` is never among them. */
  readonly headers: Record<string, string | readonly string[]> = Object.create(null);
  readonly cookies: string[] = [];

  constructor(status: number, body?: Body) {
    this.status = status;
    this.body = body;
  }

  /** @throws TypeError for a name or a value that would break out of its line */
  set(name: string, value: string | number | readonly string[]): void {
    const lower = name.toLowerCase();
    const values = Array.isArray(value) ? (value as readonly string[]) : undefined;
    if (!token.test(lower)) throw new TypeError(`Header name ${JSON.stringify(name)} is not allowed.`);
    for (const each of values ?? [String(value)]) assertLine(lower, each);
    if (lower === 'set-cookie') this.cookies.push(...(values ?? [String(value)]));
    else this.headers[lower] = values ?? String(value);
  }

  setAll(headers: ReplyHeaders): void {
    for (const name of Object.keys(headers)) {
      const value = headers[name];
      if (value !== undefined) this.set(name, value);
    }
  }
}

/** What a route returned, as an answer. */
export function toAnswer(value: unknown): Answer {
  if (value === undefined) return new Answer(204);
  if (isReply(value)) return fromReply(value);
  if (isResponse(value)) return fromResponse(value);
  return withBody(new Answer(200), value);
}

/** An answer whose body is JSON. */
export function jsonAnswer(status: number, value: object): Answer {
  const answer = new Answer(status, JSON.stringify(value));
  answer.headers['content-type'] = 'application/json';
  return answer;
}

/** A `Response` as an answer; its body is streamed, not read. */
export function fromResponse(response: Response): Answer {
  const answer = new Answer(response.status, (response.body as AsyncIterable<unknown> | null) ?? undefined);
  // Headers were checked when the Response was made.
  for (const [name, value] of response.headers) if (name !== 'set-cookie') answer.headers[name] = value;
  answer.cookies.push(...response.headers.getSetCookie());
  return answer;
}

/**
 * Whether a value is a `Response`, from whichever implementation.
 * Asked of the value alone: to touch `globalThis.Response` costs 20 ms the first time.
 */
export const isResponse = (value: unknown): value is Response =>
  Object.prototype.toString.call(value) === '[object Response]' && typeof (value as Response).headers?.getSetCookie === 'function';

function fromReply({ status, headers, cookies, body }: Reply): Answer {
  const answer = new Answer(status);
  answer.setAll(headers);
  if (cookies.length > 0) answer.set('set-cookie', cookies);
  return body === undefined ? answer : withBody(answer, body);
}

function withBody(answer: Answer, body: unknown): Answer {
  if (isResponse(body)) throw new TypeError('A Response cannot be the body of a reply: return it as it is.');
  const { headers } = answer;
  const raw = toRaw(body, 'content-type' in headers);
  answer.body = raw ?? toJson(body);
  headers['content-type'] ??= raw === undefined ? 'application/json' : 'application/octet-stream';
  return answer;
}

/** A body that is sent as it is, or `undefined` for one that becomes JSON. */
function toRaw(body: unknown, typed: boolean): Body {
  if (typeof body === 'string') return typed ? body : undefined;
  if (body instanceof Uint8Array) return body;
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  return isStream(body) ? body : undefined;
}

function toJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw new TypeError(`A route returned a ${typeof value}, which is neither JSON nor bytes nor a stream.`);
  return json;
}

function assertLine(name: string, value: string): void {
  if (breaks.test(value)) throw new TypeError(`Header "${name}" has a line break in its value.`);
}
