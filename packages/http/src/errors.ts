import { isSugaError, SugaError } from '@suga/gateway/errors';
import type { Call } from './call.js';
import type { HttpErrorCode } from './contract.js';

/** Worth another attempt: nothing says that it would go the same way. */
const PASSING = /^(?:ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_SOCKET|UND_ERR_CONNECT_TIMEOUT)$/;
/** The other side closed the connection. */
const CLOSED = /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;
/** The parser's, the decompressor's: a connection there was, but no sense in what came through it. */
const SENSELESS = /^(?:HPE_|Z_|ERR__ERROR_FORMAT|ERR_BROTLI|UND_ERR_RES_CONTENT_LENGTH|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RESPONSE)/;

/** Ours: our limits and resources, or a connection that we gave up. They say nothing about the other side. */
const OURS =
  /^(?:UND_ERR_(?:ABORTED|CLOSED|DESTROYED|INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)|E(?:MFILE|NFILE|NOMEM|NOBUFS|ADDRNOTAVAIL|ACCES|PERM))$/;

/** The reason for a status that ends no request: fetch says no more than that something is not true. */
const STATUS = 'its status is below 100, or one that comes before an answer (100, 101)';
/** The Fetch standard has 407 be an error, and hides all that it is about. */
const UNTOLD = 'fetch gives no reason, which is what it does where the status is 407 (proxy authentication)';

/** What can be told of a URL: no query, which may hold secrets. */
export const withoutQuery = ({ origin, pathname }: URL): string => origin + pathname;

type FailedCall = Pick<Call, 'method' | 'url'> & Partial<Pick<Call, 'made'>>;

/** An error about a call, with what programs may want to know in `details`. */
export function failure(code: HttpErrorCode, call: FailedCall, problem: string, more: { details?: object; cause?: unknown } = {}): SugaError<HttpErrorCode> {
  const { method, url, made } = call;
  return new SugaError<HttpErrorCode>(code, `http: ${method} ${withoutQuery(url)} ${problem}`, {
    ...('cause' in more && { cause: more.cause }),
    details: { method, url: withoutQuery(url), ...(made && { attempts: made.attempts }), ...more.details },
  });
}

/** What `fetch` threw, as one of our own; what our own checks threw inside of it comes out as it was. */
export function toFailure(error: unknown, call: FailedCall): Error {
  if (isSugaError<string>(error)) return error as Error;
  const cause = (error as Error | undefined)?.cause ?? error;
  if (isSugaError<string>(cause)) return cause as Error;
  const { name, message, code = '' } = cause as Partial<Error> & { code?: string };
  const isStatus = code === 'ERR_ASSERTION' || (code === 'UND_ERR_SOCKET' && message === 'bad response');
  if (isStatus || name === 'HTTPParserError' || SENSELESS.test(code)) {
    const why = isStatus ? STATUS : message;
    return failure('InvalidResponse', call, `got an answer that breaks HTTP: ${why}.`, { cause, details: { cause: code } });
  }
  return failure('NetworkError', call, `failed: ${message || code || (name === 'Error' ? UNTOLD : name)}.`, { cause, details: { cause: code } });
}

/** Whether trying again may help. */
export const isTransient = (error: unknown): boolean => isSugaError<HttpErrorCode>(error, 'NetworkError') && PASSING.test(codeOf(error));

/** Whether the other side closed the connection. */
export const isClosed = (error: unknown): boolean => isSugaError<HttpErrorCode>(error, 'NetworkError') && CLOSED.test(codeOf(error));

/**
 * Whether an error says that the other side failed: there was no connection, or it broke, or what came through it broke HTTP. Refusals of
 * our own (addresses, limits, a TypeError of `fetch` for its arguments, a port that `fetch` blocks) do not.
 */
export function isServerFault(error: unknown): boolean {
  if (isSugaError<HttpErrorCode>(error, 'InvalidResponse')) return error.cause !== undefined;
  if (!isSugaError<HttpErrorCode>(error, 'NetworkError') || OURS.test(codeOf(error))) return false;
  return !(error.cause instanceof TypeError) && (error.cause as Partial<Error> | undefined)?.message !== 'bad port';
}

const codeOf = ({ details }: SugaError<HttpErrorCode>): string => String(details['cause']);

/** What to say where an option needs an interface that is not there. */
export function notInstalled(option: string, name: string, from: string): SugaError {
  return new SugaError('NotInstalled', `http: the option "${option}" needs the interface "${name}": add ${from} to the gateway, or attach the layer.`);
}
