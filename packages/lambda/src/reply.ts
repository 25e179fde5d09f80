import type { Complete } from '@suga/gateway/options';
import { shown } from './check.js';
import { LambdaError } from './errors.js';

/** Header values by name; an array is a header sent more than once. */
export type ReplyHeaders = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** What an answer has beside status and body. */
export interface ReplyOptions {
  /** Sent as they are; a `content-type` among them says that a string body is not to be made JSON. @default {} */
  readonly headers?: ReplyHeaders | undefined;
  /** Whole `Set-Cookie` lines: `'session=1; HttpOnly; Secure'`. @default [] */
  readonly cookies?: readonly string[] | undefined;
}

/** An answer with its own status, headers or cookies; made by `reply`. The symbol tells it from a plain value that looks alike. */
export interface Reply extends Complete<ReplyOptions> {
  readonly [REPLY]: true;
  readonly status: number;
  readonly body: unknown;
}

// Global symbols: what one built file makes, another one must know.
const REPLY: unique symbol = Symbol.for('suga.lambda.reply') as never;
const HTTP_ERROR: unique symbol = Symbol.for('suga.lambda.http-error') as never;

/**
 * Answers a request with a status of its own: `reply(201, device, { headers: { location } })`.
 * The body may be whatever a route may return; `undefined` is no body.
 * @throws LambdaError `InvalidOptions` for a status that is not an integer from 200 to 599
 */
export function reply(status: number, body?: unknown, options?: ReplyOptions): Reply {
  const { headers = {}, cookies = [] } = options ?? {};
  return { [REPLY]: true, status: assertStatus('reply', status, 200), headers, cookies, body };
}

/** Whether a value was made by `reply`, in whichever copy of it. */
export const isReply = (value: unknown): value is Reply => typeof value === 'object' && value !== null && REPLY in value;

/** What an `HttpError` has beside status and message. */
export interface HttpErrorOptions {
  readonly headers?: ReplyHeaders | undefined;
  /** What the client is told beside the message: further fields of the JSON body. @default {} */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** For the log only. */
  readonly cause?: unknown;
}

/**
 * Thrown by a route, it becomes the answer `{ "message": … }` with that status. The client reads the message; keep secrets out of it.
 * @throws LambdaError `InvalidOptions` for a status that is not an integer from 400 to 599
 */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, options?: HttpErrorOptions) {
    super(String(message), Object.hasOwn(Object(options), 'cause') ? { cause: options?.cause } : undefined);
    Object.defineProperty(this, HTTP_ERROR, { value: true });
    this.status = assertStatus('HttpError', status, 400);
    this.headers = options?.headers ?? {};
    this.details = options?.details ?? {};
  }
}

/** Whether an error is an `HttpError`, from whichever copy of the class. */
export const isHttpError = (error: unknown): error is HttpError => typeof error === 'object' && error !== null && HTTP_ERROR in error;

function assertStatus(who: string, status: number, lowest: number): number {
  if (Number.isInteger(status) && status >= lowest && status <= 599) return status;
  throw new LambdaError('InvalidOptions', `${who}: expected a status, an integer from ${lowest} to 599, not ${shown(status)}.`);
}
