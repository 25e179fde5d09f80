import { LambdaError } from '../errors.js';
import { assertOptions, isBoolean, isDuration, isStringList, type OptionCheck } from '../option-checks.js';
import type { HttpRequest } from './request/request.js';
import { OutgoingResponse } from './response/response.js';

/** Cross-origin resource sharing: which pages of other origins may call the routes, and which headers they may send and read. */
export interface CorsOptions {
  /**
   * Allowed origins: one as browsers send it (`'https://app.example.com'`), a list, or `'*'` for all. It is required, so that a missing
   * variable does not open the routes to every page.
   */
  readonly origins: string | readonly string[];
  /** Allowed methods. @default the methods for which the path has routes */
  readonly methods?: readonly string[] | undefined;
  /** Request headers that may be sent. @default the headers that the browser asks for */
  readonly headers?: readonly string[] | undefined;
  /** Response headers that the page may read. @default [] */
  readonly exposeHeaders?: readonly string[] | undefined;
  /** Whether the browser may send cookies. Not allowed together with the origin `'*'`. @default false */
  readonly credentials?: boolean | undefined;
  /** How long a browser may cache the response to a preflight, in ms. @default 0: the browser decides */
  readonly maxAge?: number | undefined;
}

/** The CORS policy of one handler. */
export interface Cors {
  /** Returns the response to a preflight. */
  preflight(request: HttpRequest, allowed: ReadonlySet<string>): OutgoingResponse;
  /** Adds the CORS headers to any other response, also to errors. */
  apply(request: HttpRequest, response: OutgoingResponse): void;
}

/** Whether a request is a preflight: the browser asks whether the page may send the real request. */
export const isPreflight = ({ method, headers }: HttpRequest): boolean =>
  method === 'OPTIONS' && headers['origin'] !== undefined && headers['access-control-request-method'] !== undefined;

const list = [isStringList, 'an array of names'] as const;
const corsChecks: Readonly<Record<keyof CorsOptions, OptionCheck>> = {
  origins: [(value) => typeof value === 'string' || isStringList(value), '"*", an origin or an array of origins'],
  methods: list,
  headers: list,
  exposeHeaders: list,
  credentials: [isBoolean, 'true or false'],
  maxAge: [isDuration, 'milliseconds, 0 or more'],
};

/**
 * @throws LambdaError `InvalidOptions` for options that are not valid, for missing origins, and for credentials together with the
 * origin `'*'`, because every page could then act in the name of the user
 */
export function createCors(options: CorsOptions): Cors {
  assertOptions(options, corsChecks, 'cors.');
  const { credentials = false, exposeHeaders = [] } = options;
  if (options.origins === undefined) {
    throw new LambdaError('InvalidOptions', "cors.origins is missing. List the allowed origins, or write origins: '*' (or cors: true) to allow all.");
  }
  const origins = [options.origins].flat();
  const any = origins.includes('*');
  if (credentials && any) {
    throw new LambdaError('InvalidOptions', 'cors: credentials need an array of origins. With "*" every page could act in the name of the user.');
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
  // If all methods are allowed, or none is known, the requested one is allowed. The request itself then gets its proper response.
  const known = allowed.size === 0 || allowed.has('ANY') ? [headers['access-control-request-method'] ?? ''] : [...allowed];
  const methods = (options.methods ?? known).join(', ');
  const sendable = options.headers?.join(', ') ?? headers['access-control-request-headers'];
  if (methods) response.set('access-control-allow-methods', methods);
  if (sendable) response.set('access-control-allow-headers', sendable);
  if (options.maxAge) response.set('access-control-max-age', Math.floor(options.maxAge / 1000));
}

/** Adds to `vary`. Caches must distinguish responses by these headers, even if this origin is not allowed. */
function vary(response: OutgoingResponse, names: string): void {
  const before = response.headers['vary'];
  const all = before === undefined ? [] : (typeof before === 'string' ? before : before.join(', ')).split(',').map((name) => name.trim().toLowerCase());
  if (all.includes('*')) return;
  response.set('vary', [...new Set([...all, ...names.split(', ')])].join(', '));
}
