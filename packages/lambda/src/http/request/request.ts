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

/** The request that a route gets. It is the same for all sources. Its parts are parsed when they are first read. */
export interface HttpRequest<Params extends object = Readonly<Record<string, string>>> {
  /** Method in upper case. */
  readonly method: string;
  /** Path as it was requested, without the stage of an API and without the base path of a custom domain. Never empty. */
  readonly path: string;
  /** Values of the parameters in the route's key (`{name}`), decoded. */
  readonly params: Params;
  readonly query: URLSearchParams;
  /**
   * Headers with names in lower case. A header that was sent several times is joined with `, `. `content-length` is the real number of
   * bytes in the body, whatever the client says. There is no `transfer-encoding`, because the whole body is here.
   */
  readonly headers: Readonly<Record<string, string>>;
  /** Cookies by name, decoded if they are correctly percent-encoded. */
  readonly cookies: Readonly<Record<string, string>>;
  /** IP address of the client as the source saw it, not as a header of the client claims. */
  readonly sourceIp: string | undefined;
  readonly source: HttpKind;
  /** Raw event: `(request.event as APIGatewayProxyEventV2).requestContext.authorizer`. */
  readonly event: HttpEvent;
  readonly invocation: LambdaInvocation;
  text(): string;
  /**
   * Parses the body as JSON and leaves out every key `__proto__`.
   * @throws HttpError 400 for a body that is not JSON
   */
  json<T = unknown>(): T;
  bytes(): Uint8Array;
}

/** The implementation of `HttpRequest`. It computes each part when it is first read. */
export class LazyRequest implements HttpRequest {
  readonly source: HttpKind;
  readonly invocation: LambdaInvocation;
  readonly method: string;
  readonly path: string;
  params: Readonly<Record<string, string>> = {};
  private readonly raw: JsonObject;
  private readonly adapter: EventAdapter;
  /** Whether the source has certainly decoded the path, because no URL could contain it. */
  readonly isPathDecoded: boolean;
  private madeHeaders: Record<string, string> | undefined;
  private madeQuery: URLSearchParams | undefined;
  private madeCookies: Record<string, string> | undefined;

  /** @param prefixes base paths to remove from the path; if undefined, the base path is derived from the event */
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
   * Decoded segments of the path. The path is split before it is decoded, so an encoded slash is part of a value and not a separator.
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

  /** Makes the headers match the bytes of the body, so that a limit on `content-length` works. */
  private describeBody(headers: Record<string, string>): Record<string, string> {
    const { body } = this.raw;
    const encoding = this.raw[this.adapter.base64] === true ? 'base64' : 'utf8';
    const length = typeof body === 'string' ? Buffer.byteLength(body, encoding) : 0;
    if (length > 0 || 'content-length' in headers) headers['content-length'] = String(length);
    delete headers['transfer-encoding'];
    // Eight characters are enough for the four bytes that are compared.
    const start = (): Buffer => Buffer.from(typeof body === 'string' ? body.slice(0, 8) : '', encoding);
    const coding = headers['content-encoding'];
    if (coding !== undefined && !loadBody().isCoded(loadBody().tokensOf(coding), start())) delete headers['content-encoding'];
    return headers;
  }

  // These are arrow functions, so that a route may destructure them: `({ params, json }) => …`.
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
