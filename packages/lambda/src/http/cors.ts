import { LambdaError } from '../errors.js';
import { assertOptions, isBoolean, isDuration, isStringList, type OptionCheck } from '../option-checks.js';
import type { HttpRequest } from './request/request.js';
import { OutgoingResponse } from './response/response.js';

/** Which pages of other origins may call, and what they may see. */
export interface CorsOptions {
  /** One origin as browsers send it, several, or `'*'` for everybody. Required: a variable that is missing must not open the routes to every page. */
  readonly origins: string | readonly string[];
  /** @default the methods the path has routes for */
  readonly methods?: readonly string[] | undefined;
  /** Request headers that may be sent. @default those the browser asks for */
  readonly headers?: readonly string[] | undefined;
  /** Response headers that the page may read. @default [] */
  readonly exposeHeaders?: readonly string[] | undefined;
  /** Whether cookies may come along; needs named origins. @default false */
  readonly credentials?: boolean | undefined;
  /** How long a browser may remember a preflight's answer, in ms. @default 0, which leaves it to the browser */
  readonly maxAge?: number | undefined;
}

/** CORS for one handler. */
export interface Cors {
  /** The answer to a preflight. */
  preflight(request: HttpRequest, allowed: ReadonlySet<string>): OutgoingResponse;
  /** Adds what every other answer needs, errors included. */
  apply(request: HttpRequest, response: OutgoingResponse): void;
}

/** Whether a request asks for permission instead of for something. */
export const isPreflight = ({ method, headers }: HttpRequest): boolean =>
  method === 'OPTIONS' && headers['origin'] !== undefined && headers['access-control-request-method'] !== undefined;

const list = [isStringList, 'a list of names'] as const;
const corsChecks: Readonly<Record<keyof CorsOptions, OptionCheck>> = {
  origins: [(value) => typeof value === 'string' || isStringList(value), '"*", an origin or a list of origins'],
  methods: list,
  headers: list,
  exposeHeaders: list,
  credentials: [isBoolean, 'true or false'],
  maxAge: [isDuration, 'milliseconds, 0 or more'],
};

/**
 * @throws LambdaError `InvalidOptions` for what cannot work, for options without origins,
 * and for credentials with any origin: every page could then act in the user's name
 */
export function createCors(options: CorsOptions): Cors {
  assertOptions(options, corsChecks, 'cors.');
  const { credentials = false, exposeHeaders = [] } = options;
  if (options.origins === undefined) {
    throw new LambdaError('InvalidOptions', "cors.origins: no value is given. Write origins: '*' (or cors: true) for everybody, or name origins.");
  }
  const origins = [options.origins].flat();
  const any = origins.includes('*');
  if (credentials && any) {
    throw new LambdaError('InvalidOptions', 'cors: credentials need named origins; with "*" every page could act in the name of the user.');
  }
  const named = any ? undefined : new Set(origins);

  function permit(request: HttpRequest, response: OutgoingResponse): boolean {
    const origin = request.headers['origin'];
    if (named) vary(response, 'origin');
    if (origin === undefined || (named && !named.has(origin))) return false;
    response.set('access-control-allow-origin', named ? origin : '*');
    if (credentials) response.set('access-control-allow-credentials', 'true');
    return true;
  }

  return {
    apply: (request, response) => {
      if (permit(request, response) && exposeHeaders.length > 0) response.set('access-control-expose-headers', exposeHeaders.join(', '));
    },
    preflight: (request, allowed) => {
      const response = new OutgoingResponse(204);
      if (permit(request, response)) grant(request, response, allowed, options);
      vary(response, 'access-control-request-method, access-control-request-headers');
      return response;
    },
  };
}

function grant({ headers }: HttpRequest, response: OutgoingResponse, allowed: ReadonlySet<string>, options: CorsOptions): void {
  // Where any method will do, or none is known, the one that was asked for: the request itself then gets its answer.
  const known = allowed.size === 0 || allowed.has('ANY') ? [headers['access-control-request-method'] ?? ''] : [...allowed];
  const methods = (options.methods ?? known).join(', ');
  const sendable = options.headers?.join(', ') ?? headers['access-control-request-headers'];
  if (methods) response.set('access-control-allow-methods', methods);
  if (sendable) response.set('access-control-allow-headers', sendable);
  if (options.maxAge) response.set('access-control-max-age', Math.floor(options.maxAge / 1000));
}

/** Caches must keep answers to different origins apart, also where this one was refused. */
function vary(response: OutgoingResponse, names: string): void {
  const before = response.headers['vary'];
  const all = before === undefined ? [] : (typeof before === 'string' ? before : before.join(', ')).split(',').map((name) => name.trim().toLowerCase());
  if (all.includes('*')) return;
  response.set('vary', [...new Set([...all, ...names.split(', ')])].join(', '));
}
