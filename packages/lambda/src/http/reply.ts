import type { Complete } from '@suga/gateway/options';
import { LambdaError } from '../errors.js';
import { isJsonObject } from '../json/json-object.js';
import { formatValue, isStringList } from '../option-checks.js';
import { type HeadersInput, type ReplyHeaders, toHeaders } from './header-input.js';

export type { HeadersInput, ReplyHeaders };

/** Headers and cookies of a `reply`. */
export interface ReplyOptions {
  /** Headers of the response. If `content-type` is set, a string body is sent as it is and not as JSON. @default {} */
  readonly headers?: HeadersInput | undefined;
  /** Complete values of `Set-Cookie` headers: `'session=1; HttpOnly; Secure'`. @default [] */
  readonly cookies?: readonly string[] | undefined;
}

/** A response with status, headers and cookies. Created by `reply`; its symbol distinguishes it from data with the same fields. */
export interface Reply extends Complete<Omit<ReplyOptions, 'headers'>> {
  readonly [REPLY]: true;
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: unknown;
}

// The symbols are global, because one built file has to recognise objects of another.
const REPLY: unique symbol = Symbol.for('suga.lambda.reply') as never;
const HTTP_ERROR: unique symbol = Symbol.for('suga.lambda.http-error') as never;

/**
 * Creates a response with a status, headers or cookies: `return reply(201, device, { headers: { location } })`.
 * @param status an integer from 200 to 599
 * @param body any value that a route may return, except a `Response`; `undefined` for no body
 * @throws LambdaError `InvalidOptions` for a status, headers or cookies that cannot be sent
 */
export function reply(status: number, body?: unknown, options?: ReplyOptions): Reply {
  const { headers = {}, cookies = [] } = options ?? {};
  if (!isStringList(cookies)) throw refuse('reply')('cookies', cookies, 'an array of whole Set-Cookie lines');
  return { [REPLY]: true, status: assertStatus('reply', status, 200), headers: toHeaders(headers, refuse('reply')), cookies, body };
}

/** Whether a value was created by any copy of `reply`. */
export const isReply = (value: unknown): value is Reply => typeof value === 'object' && value !== null && REPLY in value;

/** Options of an `HttpError`. */
export interface HttpErrorOptions {
  /** Headers of the response. @default {} */
  readonly headers?: HeadersInput | undefined;
  /** Further fields of the JSON body, beside `message`. The client gets them. @default {} */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Cause of the error. It is logged and not sent to the client. */
  readonly cause?: unknown;
}

/**
 * An error that a route throws to send `{ "message": … }` with a status: `throw new HttpError(404, 'There is no such device.')`.
 *
 * The client gets the message and the details, so they must not contain secrets. Errors with status 500 or above are logged, and their
 * response has an `errorId`, by which the log can be searched. Every other kind of error becomes 500 without its message.
 * @throws LambdaError `InvalidOptions` for a status that is not an integer from 400 to 599, and for headers or details that cannot be sent
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, options?: HttpErrorOptions) {
    super(String(message), options?.cause === undefined ? {} : options);
    Object.defineProperty(this, HTTP_ERROR, { value: true });
    this.status = assertStatus('HttpError', status, 400);
    this.headers = toHeaders(options?.headers ?? {}, refuse('HttpError'));
    this.details = options?.details ?? {};
    if (!isJsonObject(this.details) || Symbol.iterator in this.details) throw refuse('HttpError')('details', this.details, 'fields by name');
  }
}

/** Whether an error is an `HttpError` of any copy of the class. */
export const isHttpError = (error: unknown): error is HttpError => typeof error === 'object' && error !== null && HTTP_ERROR in error;

/** Creates the error for an argument that is not valid. */
const refuse =
  (who: string) =>
  (what: string, value: unknown, expected: string): LambdaError =>
    new LambdaError('InvalidOptions', `${who}: expected ${expected} as ${what}, not ${formatValue(value)}.`);

function assertStatus(who: string, status: number, lowest: number): number {
  if (Number.isInteger(status) && status >= lowest && status <= 599) return status;
  throw new LambdaError('InvalidOptions', `${who}: expected a status, an integer from ${lowest} to 599, not ${formatValue(status)}.`);
}
