import { LambdaError } from '../../errors.js';
import type { InvocationLog } from '../../invocation/invocation-log.js';
import { toJsonText } from '../../json/json.js';
import { isOutOfTime } from '../../out-of-time.js';
import { isHttpError } from '../reply.js';
import { OutgoingResponse } from './response.js';

/** The response for an error of the gateway or of one of its interfaces. */
interface Refusal {
  readonly status: number;
  readonly message: string;
  /** How long the client should wait if the error does not say so, in ms. */
  readonly wait?: number;
  /** Whether the server is at fault, so that the error is logged and counted. */
  readonly isFault?: boolean;
  /** Whether the message of the error is meant for the client. */
  readonly showsMessage?: boolean;
}

const refusals: Readonly<Record<string, Refusal>> = {
  Throttled: { status: 429, message: 'Too Many Requests', wait: 1_000 },
  Blocked: { status: 503, message: 'Service Unavailable', wait: 60_000 },
  InvalidInput: { status: 400, message: 'Bad Request', showsMessage: true },
  InvalidToken: { status: 401, message: 'Unauthorized' },
  KeysUnavailable: { status: 503, message: 'Service Unavailable', wait: 1_000, isFault: true },
  CircuitOpen: { status: 503, message: 'Service Unavailable', wait: 1_000, isFault: true },
};

/** Facts about the failed call. */
export interface FailedRequest {
  readonly log: InvocationLog;
  readonly invocation?: { readonly signal: AbortSignal };
}

/**
 * Converts an error to a response. If the error is not meant for the client, the response says only that something went wrong, with an id
 * that is also in the log. It never throws: an HttpError whose details or headers cannot be sent becomes such a response, too.
 */
export function toErrorResponse(error: unknown, call: FailedRequest): OutgoingResponse {
  try {
    return responseTo(error, call);
  } catch (problem) {
    return responseTo(new LambdaError('InvalidResponse', `An HttpError could not be sent as a response: ${String(problem)}`, { cause: error }), call);
  }
}

function responseTo(error: unknown, { log, invocation }: FailedRequest): OutgoingResponse {
  if (isHttpError(error)) {
    const id = error.status >= 500 ? log.failed('Request failed', error) : undefined;
    const response = jsonResponse(error.status, { message: error.message, ...error.details, ...(id && { errorId: id }) });
    response.setAll(error.headers);
    return response;
  }
  const late = isOutOfTime(error, invocation?.signal);
  const refusal = refusalOf(error);
  if (refusal && !(late && refusal.isFault)) return toRefusalResponse(error as SugaLike, refusal, log);
  const errorId = log.failed('Request failed', error);
  return late ? jsonResponse(504, { message: 'Gateway Timeout', errorId }) : jsonResponse(500, { message: 'Internal Server Error', errorId });
}

/** Creates a response with a JSON body. */
function jsonResponse(status: number, value: object): OutgoingResponse {
  const response = new OutgoingResponse(status, toJsonText(value, 'The details of an HttpError'));
  response.headers['content-type'] = 'application/json';
  return response;
}

interface SugaLike {
  readonly message: string;
  readonly details?: { readonly retryAfter?: unknown };
}

function toRefusalResponse(error: SugaLike, { status, message, wait, isFault, showsMessage }: Refusal, log: InvocationLog): OutgoingResponse {
  const errorId = isFault ? log.failed('Request failed', error) : undefined;
  const response = jsonResponse(status, { message: showsMessage ? error.message : message, ...(errorId && { errorId }) });
  const requested = error.details?.retryAfter;
  if (wait !== undefined)
    response.set('retry-after', Math.max(1, Math.ceil((typeof requested === 'number' && Number.isFinite(requested) ? requested : wait) / 1000)));
  // RFC 9110, 15.5.2: a response 401 must say how to authenticate.
  if (status === 401) response.set('www-authenticate', 'Bearer');
  return response;
}

function refusalOf(error: unknown): Refusal | undefined {
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown; code?: unknown };
  return name === 'SugaError' && typeof code === 'string' && Object.hasOwn(refusals, code) ? refusals[code] : undefined;
}
