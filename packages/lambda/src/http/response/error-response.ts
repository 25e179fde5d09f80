import { LambdaError } from '../../errors.js';
import type { InvocationLog } from '../../invocation/invocation-log.js';
import { toJsonText } from '../../json/json.js';
import { isOutOfTime } from '../../out-of-time.js';
import { isHttpError } from '../reply.js';
import { OutgoingResponse } from './response.js';

/** What the gateway's and its interfaces' own errors are to a client. */
interface Refusal {
  readonly status: number;
  readonly message: string;
  /** How long the client is told to wait where the error does not say, in ms. */
  readonly wait?: number;
  /** Whether it is a fault of ours, to be logged and counted. */
  readonly isFault?: boolean;
  /** Whether the error's own message is made for the client. */
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
 * What a client is told of an error. Of one nobody meant for it: that something went wrong, and an id that the log has too.
 * Never throws: an HttpError whose details are no JSON, or whose headers are not allowed, is such an error.
 */
export function toErrorResponse(error: unknown, call: FailedRequest): OutgoingResponse {
  try {
    return responseTo(error, call);
  } catch (problem) {
    return responseTo(new LambdaError('InvalidResponse', `An error could not be answered as it asks: ${String(problem)}`, { cause: error }), call);
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

/** An answer whose body is JSON. */
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
  // RFC 9110, 15.5.2: a 401 says how to authenticate.
  if (status === 401) response.set('www-authenticate', 'Bearer');
  return response;
}

function refusalOf(error: unknown): Refusal | undefined {
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown; code?: unknown };
  return name === 'SugaError' && typeof code === 'string' && Object.hasOwn(refusals, code) ? refusals[code] : undefined;
}
