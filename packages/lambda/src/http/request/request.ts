import { loadBody } from '../../body/lazy.js';
import type { LambdaInvocation } from '../../invocation/contract.js';
import { parseJson } from '../../json/json.js';
import type { JsonObject } from '../../json/json-object.js';
import type { HttpKind } from '../../kinds/event-kinds.js';
import { HttpError } from '../reply.js';
import { parseCookies } from './cookies.js';
import type { HttpEvent } from './event.js';
import { type EventAdapter, eventAdapters } from './event-adapters.js';
import { isEncoded, routingPath } from './path.js';

/** A request as a route sees it: the same for every source, parsed no further than it is asked. */
export interface HttpRequest<Params extends object = Readonly<Record<string, string>>> {
  /** In capitals. */
  readonly method: string;
  /** As it was asked for, without an API's stage and without the base path of a custom domain; never empty. */
  readonly path: string;
  /** What the route's `{name}` stood for, decoded. */
  readonly params: Params;
  readonly query: URLSearchParams;
  /**
   * Names in lower case; a header that came several times is joined by `, `. `content-length` is the number of bytes that the body
   * has, whatever the client says, and there is no `transfer-encoding`: the body is here as a whole.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** By name, decoded where it can be. */
  readonly cookies: Readonly<Record<string, string>>;
  /** The client's address as the source saw it, not as the client says. */
  readonly sourceIp: string | undefined;
  readonly source: HttpKind;
  /** The event itself: `(request.event as APIGatewayProxyEventV2).requestContext.authorizer`. */
  readonly event: HttpEvent;
  readonly invocation: LambdaInvocation;
  text(): string;
  /**
   * The body parsed, without any `__proto__` in it.
   * @throws HttpError 400 for a body that is not JSON
   */
  json<T = unknown>(): T;
  bytes(): Uint8Array;
}

/** The request's one implementation: everything that costs is made when it is first read. */
export class LazyRequest implements HttpRequest {
  readonly source: HttpKind;
  readonly invocation: LambdaInvocation;
  readonly method: string;
  readonly path: string;
  params: Readonly<Record<string, string>> = {};
  private readonly raw: JsonObject;
  private readonly adapter: EventAdapter;
  /** Whether the source has certainly decoded the path, because no URL could have it. */
  readonly isPathDecoded: boolean;
  private madeHeaders: Record<string, string> | undefined;
  private madeQuery: URLSearchParams | undefined;
  private madeCookies: Record<string, string> | undefined;

  /** @param prefixes The base paths that are left out of the path; without them, the event tells. */
  constructor(event: JsonObject, source: HttpKind, invocation: LambdaInvocation, prefixes?: readonly string[]) {
    this.raw = event;
    this.source = source;
    this.invocation = invocation;
    this.adapter = eventAdapters[source];
    this.method = this.adapter.method(event).toUpperCase();
    this.path = routingPath(this.adapter, event, prefixes);
    this.isPathDecoded = this.path.includes('%') && this.adapter.decodes(event) && !isEncoded(this.path);
  }

  get event(): HttpEvent {
    return this.raw as unknown as HttpEvent;
  }

  get headers(): Record<string, string> {
    return (this.madeHeaders ??= this.describeBody(this.adapter.headers(this.raw)));
  }

  /**
   * The path's segments, decoded. Split first, decoded then: an encoded slash is part of a value, never a border.
   * @throws HttpError 400 for a path that cannot be decoded
   */
  get segments(): string[] {
    const segments = this.path.slice(1).split('/');
    if (this.isPathDecoded || !this.path.includes('%')) return segments;
    try {
      return segments.map(decodeURIComponent);
    } catch (cause) {
      throw new HttpError(400, 'The path is not correctly percent-encoded.', { cause });
    }
  }

  get search(): string {
    return this.adapter.search(this.raw);
  }

  get query(): URLSearchParams {
    return (this.madeQuery ??= new URLSearchParams(this.search));
  }

  get cookies(): Record<string, string> {
    return (this.madeCookies ??= parseCookies(this.headers['cookie'] ?? ''));
  }

  get sourceIp(): string | undefined {
    return this.adapter.sourceIp(this.raw, this.headers);
  }

  /** Makes the headers describe the body's bytes, so that a limit on `content-length` holds. */
  private describeBody(headers: Record<string, string>): Record<string, string> {
    const { body } = this.raw;
    const encoding = this.raw[this.adapter.base64] === true ? 'base64' : 'utf8';
    const length = typeof body === 'string' ? Buffer.byteLength(body, encoding) : 0;
    if (length > 0 || 'content-length' in headers) headers['content-length'] = String(length);
    delete headers['transfer-encoding'];
    // Eight characters hold the four bytes that are compared.
    const start = (): Buffer => Buffer.from(typeof body === 'string' ? body.slice(0, 8) : '', encoding);
    const coding = headers['content-encoding'];
    if (coding !== undefined && !loadBody().isCoded(loadBody().tokensOf(coding), start())) delete headers['content-encoding'];
    return headers;
  }

  // Arrows, so that a route may take them apart: `({ params, json }) => …`.
  readonly text = (): string => {
    const body = this.raw['body'];
    if (typeof body !== 'string') return '';
    return this.raw[this.adapter.base64] === true ? Buffer.from(body, 'base64').toString('utf8') : body;
  };

  readonly bytes = (): Uint8Array => {
    const body = this.raw['body'];
    return Buffer.from(typeof body === 'string' ? body : '', this.raw[this.adapter.base64] === true ? 'base64' : 'utf8');
  };

  readonly json = <T = unknown>(): T => {
    try {
      return parseJson(this.text()) as T;
    } catch (cause) {
      throw new HttpError(400, `The request body is not valid JSON: ${(cause as Error).message}.`, { cause });
    }
  };
}
