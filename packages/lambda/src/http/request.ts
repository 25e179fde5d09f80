import type { Invocation } from '@suga/gateway';
import { parseJson } from '../json.js';
import type { Bag, HttpKind } from '../kinds.js';
import { HttpError } from '../reply.js';
import type { HttpEvent } from './event.js';
import { type HttpSource, sources } from './source.js';

/** The invocation a handler runs for, with what a Lambda handler can rely on. */
export interface LambdaInvocation extends Invocation {
  /** Aborted shortly before the deadline: pass it to `fetch`, AWS clients, timers. */
  readonly signal: AbortSignal;
}

/** A request as a route sees it: the same for every source, parsed no further than it is asked. */
export interface HttpRequest<Params extends object = Readonly<Record<string, string>>> {
  /** In capitals. */
  readonly method: string;
  /** As it was asked for, without an API's stage; never empty. */
  readonly path: string;
  /** What the route's `{name}` stood for, decoded. */
  readonly params: Params;
  readonly query: URLSearchParams;
  /** Names in lower case; a header that came several times is joined by `, `. */
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
export class LightRequest implements HttpRequest {
  readonly source: HttpKind;
  readonly invocation: LambdaInvocation;
  readonly method: string;
  readonly path: string;
  params: Readonly<Record<string, string>> = {};
  private readonly raw: Bag;
  private readonly from: HttpSource;
  private madeHeaders: Record<string, string> | undefined;
  private madeQuery: URLSearchParams | undefined;
  private madeCookies: Record<string, string> | undefined;

  constructor(event: Bag, source: HttpKind, invocation: LambdaInvocation) {
    this.raw = event;
    this.source = source;
    this.invocation = invocation;
    this.from = sources[source];
    this.method = this.from.method(event).toUpperCase();
    const path = this.from.path(event);
    this.path = path.startsWith('/') ? path : `/${path}`;
  }

  get event(): HttpEvent {
    return this.raw as unknown as HttpEvent;
  }

  get headers(): Record<string, string> {
    return (this.madeHeaders ??= this.from.headers(this.raw));
  }

  get search(): string {
    return this.from.search(this.raw);
  }

  get query(): URLSearchParams {
    return (this.madeQuery ??= new URLSearchParams(this.search));
  }

  get cookies(): Record<string, string> {
    return (this.madeCookies ??= parseCookies(this.headers['cookie'] ?? ''));
  }

  get sourceIp(): string | undefined {
    return this.from.sourceIp(this.raw, this.headers);
  }

  // Arrows, so that a route may take them apart: `({ params, json }) => …`.
  readonly text = (): string => {
    const body = this.raw['body'];
    if (typeof body !== 'string') return '';
    return this.raw[this.from.base64] === true ? Buffer.from(body, 'base64').toString('utf8') : body;
  };

  readonly bytes = (): Uint8Array => {
    const body = this.raw['body'];
    return Buffer.from(typeof body === 'string' ? body : '', this.raw[this.from.base64] === true ? 'base64' : 'utf8');
  };

  readonly json = <T = unknown>(): T => {
    try {
      return parseJson(this.text()) as T;
    } catch (cause) {
      throw new HttpError(400, `The request body is not valid JSON: ${(cause as Error).message}.`, { cause });
    }
  };
}

const quoted = /^"(.*)"$/;

function parseCookies(header: string): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  for (const part of header.split(';')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(0, at)).trim();
    // The first of one name is the one with the longest path, RFC 6265 5.4.
    if (name !== '' && !(name in cookies))
      cookies[name] = decoded(
        part
          .slice(at + 1)
          .trim()
          .replace(quoted, '$1'),
      );
  }
  return cookies;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
