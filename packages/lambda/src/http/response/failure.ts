import { LambdaError } from '../../errors.js';
import type { Journal } from '../../invocation/journal.js';
import { toJsonText } from '../../json/json.js';
import { isOutOfTime } from '../../out-of-time.js';
import { isHttpError } from '../reply.js';
import { Answer } from './answer.js';

/** What the gateway's and its interfaces' own errors are to a client. */
interface Refusal {
  readonly status: number;
  readonly message: string;
  /** How long the client is told to wait where the error does not say, in ms. */
  readonly wait?: number;
  /** Whether it is a fault of ours, to be logged and counted. */
  readonly fault?: boolean;
  /** Whether the error's own message is made for the client. */
  readonly tell?: boolean;
}

const refusals: Readonly<Record<string, Refusal>> = {
  Throttled: { status: 429, message: 'Too Many Requests', wait: 1_000 },
  Blocked: { status: 503, message: 'Service Unavailable', wait: 60_000 },
  InvalidInput: { status: 400, message: 'Bad Request', tell: true },
  InvalidToken: { status: 401, message: 'Unauthorized' },
  KeysUnavailable: { status: 503, message: 'Service Unavailable', wait: 1_000, fault: true },
  CircuitOpen: { status: 503, message: 'Service Unavailable', wait: 1_000, fault: true },
};

/** Facts about the failed call. */
export interface Failed {
  readonly journal: Journal;
  readonly invocation?: { readonly signal: AbortSignal };
}

/**
 * What a client is told of an error. Of one nobody meant for it: that something went wrong, and an id that the log has too.
 * Never throws: an HttpError whose details are no JSON, or whose headers are not allowed, is such an error.
 */
export function toFailure(error: unknown, call: Failed): Answer {
  try {
    return answerTo(error, call);
  } catch (problem) {
    return answerTo(new LambdaError('InvalidResponse', `An error could not be answered as it asks: ${String(problem)}`, { cause: error }), call);
  }
}

function answerTo(error: unknown, { journal, invocation }: Failed): Answer {
  if (isHttpError(error)) {
    const id = error.status >= 500 ? journal.failed('Request failed', error) : undefined;
    const answer = jsonAnswer(error.status, { message: error.message, ...error.details, ...(id && { errorId: id }) });
    answer.setAll(error.headers);
    return answer;
  }
  const late = isOutOfTime(error, invocation?.signal);
  const refusal = refusalOf(error);
  if (refusal && !(late && refusal.fault)) return refused(error as SugaLike, refusal, journal);
  const errorId = journal.failed('Request failed', error);
  return late ? jsonAnswer(504, { message: 'Gateway Timeout', errorId }) : jsonAnswer(500, { message: 'Internal Server Error', errorId });
}

/** An answer whose body is JSON. */
function jsonAnswer(status: number, value: object): Answer {
  const answer = new Answer(status, toJsonText(value, 'The details of an HttpError'));
  answer.headers['content-type'] = 'application/json';
  return answer;
}

interface SugaLike {
  readonly message: string;
  readonly details?: { readonly retryAfter?: unknown };
}

function refused(error: SugaLike, { status, message, wait, fault, tell }: Refusal, journal: Journal): Answer {
  const errorId = fault ? journal.failed('Request failed', error) : undefined;
  const answer = jsonAnswer(status, { message: tell ? error.message : message, ...(errorId && { errorId }) });
  const asked = error.details?.retryAfter;
  if (wait !== undefined) answer.set('retry-after', Math.max(1, Math.ceil((typeof asked === 'number' && Number.isFinite(asked) ? asked : wait) / 1000)));
  // RFC 9110, 15.5.2: a 401 says how to authenticate.
  if (status === 401) answer.set('www-authenticate', 'Bearer');
  return answer;
}

function refusalOf(error: unknown): Refusal | undefined {
  const { name, code } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown; code?: unknown };
  return name === 'SugaError' && typeof code === 'string' && Object.hasOwn(refusals, code) ? refusals[code] : undefined;
}
