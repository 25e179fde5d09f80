import { isSugaError, SugaError } from '@suga/gateway/errors';
import type { Call } from './call.js';
import type { HttpErrorCode } from './contract.js';

/** Codes of transient failures, for which another attempt is useful. */
const TRANSIENT = /^(?:ECONNRESET|ECONNREFUSED|ECONNABORTED|EPIPE|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_SOCKET|UND_ERR_CONNECT_TIMEOUT)$/;
/** Codes for a connection that the server closed. */
const CLOSED = /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;
/** Codes of the parser and the decompressor: there was a connection, but the response was not valid. */
const SENSELESS = /^(?:HPE_|Z_|ERR__ERROR_FORMAT|ERR_BROTLI|UND_ERR_RES_CONTENT_LENGTH|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RESPONSE)/;

/** Codes for failures on our side: our limits and resources, or a connection that we cancelled. They say nothing about the server. */
const OURS =
  /^(?:UND_ERR_(?:ABORTED|CLOSED|DESTROYED|INVALID_ARG|NOT_SUPPORTED|REQ_CONTENT_LENGTH_MISMATCH)|E(?:MFILE|NFILE|NOMEM|NOBUFS|ADDRNOTAVAIL|ACCES|PERM))$/;

/** Explanation of a status that cannot end a request. The error of fetch only says that an assertion failed. */
const STATUS = 'its status is below 100, or one that precedes a response (100, 101)';
/** Explanation for status 407. The Fetch standard makes it an error without any details. */
const NO_REASON = 'fetch gives no reason, as it does for status 407 (proxy authentication)';

/** Formats a URL for messages, without its query, which may contain secrets. */
export const withoutQuery = ({ origin, pathname }: URL): string => origin + pathname;

type FailedCall = Pick<Call, 'method' | 'url'> & Partial<Pick<Call, 'made'>>;

/** Creates an error about a call. Its `details` are for programs. */
export function failure(code: HttpErrorCode, call: FailedCall, problem: string, more: { details?: object; cause?: unknown } = {}): SugaError<HttpErrorCode> {
  const { method, url, made } = call;
  return new SugaError<HttpErrorCode>(code, `http: ${method} ${withoutQuery(url)} ${problem}`, {
    ...('cause' in more && { cause: more.cause }),
    details: { method, url: withoutQuery(url), ...(made && { attempts: made.attempts }), ...more.details },
  });
}

/** Converts an error of `fetch` to one of this interface. An error that our own checks threw within `fetch` is returned as it is. */
export function toFailure(error: unknown, call: FailedCall): Error {
  if (isSugaError<string>(error)) return error as Error;
  const cause = (error as Error | undefined)?.cause ?? error;
  if (isSugaError<string>(cause)) return cause as Error;
  const { name, message, code = '' } = cause as Partial<Error> & { code?: string };
  const isStatus = code === 'ERR_ASSERTION' || (code === 'UND_ERR_SOCKET' && message === 'bad response');
  if (isStatus || name === 'HTTPParserError' || SENSELESS.test(code)) {
    const why = isStatus ? STATUS : message;
    return failure('InvalidResponse', call, `got a response that is not valid HTTP: ${why}.`, { cause, details: { cause: code } });
  }
  return failure('NetworkError', call, `failed: ${message || code || (name === 'Error' ? NO_REASON : name)}.`, { cause, details: { cause: code } });
}

/** Whether another attempt may succeed. */
export const isTransient = (error: unknown): boolean => isSugaError<HttpErrorCode>(error, 'NetworkError') && TRANSIENT.test(codeOf(error));

/** Whether the server closed the connection. */
export const isClosed = (error: unknown): boolean => isSugaError<HttpErrorCode>(error, 'NetworkError') && CLOSED.test(codeOf(error));

/**
 * Whether an error is the fault of the server: there was no connection, it broke, or the response was not valid HTTP. Our own refusals
 * (addresses, limits, a TypeError of `fetch` for its arguments, a port that `fetch` blocks) are not.
 */
export function isServerFault(error: unknown): boolean {
  if (isSugaError<HttpErrorCode>(error, 'InvalidResponse')) return error.cause !== undefined;
  if (!isSugaError<HttpErrorCode>(error, 'NetworkError') || OURS.test(codeOf(error))) return false;
  return !(error.cause instanceof TypeError) && (error.cause as Partial<Error> | undefined)?.message !== 'bad port';
}

const codeOf = ({ details }: SugaError<HttpErrorCode>): string => String(details['cause']);

/** Creates the error for an option whose interface is missing in the gateway. */
export function notInstalled(option: string, name: string, from: string): SugaError {
  return new SugaError('NotInstalled', `http: the option "${option}" needs the interface "${name}": add ${from} to the gateway, or attach the layer.`);
}
