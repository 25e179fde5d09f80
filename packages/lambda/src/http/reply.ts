import type { Complete } from '@suga/gateway/options';
import { LambdaError } from '../errors.js';
import { isJsonObject } from '../json/json-object.js';
import { formatValue, isStringList } from '../option-checks.js';
import { type HeadersInput, type ReplyHeaders, toHeaders } from './header-input.js';

export type { HeadersInput, ReplyHeaders };

/** What an answer has beside status and body. */
export interface ReplyOptions {
  /** Sent as they are; a `content-type` among them says that a string body is not to be made JSON. @default {} */
  readonly headers?: HeadersInput | undefined;
  /** Whole `Set-Cookie` lines: `'session=1; HttpOnly; Secure'`. @default [] */
  readonly cookies?: readonly string[] | undefined;
}

/** An answer with its own status, headers or cookies; made by `reply`. The symbol tells it from a plain value that looks alike. */
export interface Reply extends Complete<Omit<ReplyOptions, 'headers'>> {
  readonly [REPLY]: true;
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: unknown;
}

// Global symbols: what one built file makes, another one must know.
const REPLY: unique symbol = Symbol.for('suga.lambda.reply') as never;
const HTTP_ERROR: unique symbol = Symbol.for('suga.lambda.http-error') as never;

/**
 * Answers a request with a status of its own: `reply(201, device, { headers: { location } })`.
 * The body may be whatever a route may return; `undefined` is no body.
 * @throws LambdaError `InvalidOptions` for a status that is not an integer from 200 to 599, for headers and for cookies that cannot be sent
 */
export function reply(status: number, body?: unknown, options?: ReplyOptions): Reply {
  const { headers = {}, cookies = [] } = options ?? {};
  if (!isStringList(cookies)) throw refuse('reply')('cookies', cookies, 'a list of whole Set-Cookie lines');
  return { [REPLY]: true, status: assertStatus('reply', status, 200), headers: toHeaders(headers, refuse('reply')), cookies, body };
}

/** Whether a value was made by `reply`, in whichever copy of it. */
export const isReply = (value: unknown): value is Reply => typeof value === 'object' && value !== null && REPLY in value;

/** What an `HttpError` has beside status and message. */
export interface HttpErrorOptions {
  readonly headers?: HeadersInput | undefined;
  /** What the client is told beside the message: further fields of the JSON body. @default {} */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** For the log only. */
  readonly cause?: unknown;
}

/**
 * Thrown by a route, it becomes the answer `{ "message": … }` with that status. The client reads the message; keep secrets out of it.
 * @throws LambdaError `InvalidOptions` for a status that is not an integer from 400 to 599, for headers and for details that cannot be sent
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

/** Whether an error is an `HttpError`, from whichever copy of the class. */
export const isHttpError = (error: unknown): error is HttpError => typeof error === 'object' && error !== null && HTTP_ERROR in error;

/** Makes the error of what an answer cannot have. */
const refuse =
  (who: string) =>
  (what: string, value: unknown, expected: string): LambdaError =>
    new LambdaError('InvalidOptions', `${who}: expected ${expected} as ${what}, not ${formatValue(value)}.`);

function assertStatus(who: string, status: number, lowest: number): number {
  if (Number.isInteger(status) && status >= lowest && status <= 599) return status;
  throw new LambdaError('InvalidOptions', `${who}: expected a status, an integer from ${lowest} to 599, not ${formatValue(status)}.`);
}
