import { isLambdaError } from '../errors.js';
import type { Journal } from '../journal.js';
import { isHttpError } from '../reply.js';
import { type Answer, jsonAnswer } from './answer.js';

/** How long a client is told to wait where the error does not say, in ms. */
const patience = { Throttled: 1_000, Blocked: 60_000 } as const;

/**
 * What a client is told of an error. Of one nobody meant for it: that something went wrong, and an id that the log has too.
 * Never throws: an HttpError whose details are no JSON, or whose headers are not allowed, is such an error.
 */
export function toFailure(error: unknown, journal: Journal): Answer {
  try {
    return answerTo(error, journal);
  } catch (problem) {
    return answerTo(new TypeError(`An error could not be answered as it asks: ${String(problem)}`, { cause: error }), journal);
  }
}

function answerTo(error: unknown, journal: Journal): Answer {
  if (isHttpError(error)) {
    const id = error.status >= 500 ? journal.failed('Request failed', error) : undefined;
    const answer = jsonAnswer(error.status, { message: error.message, ...error.details, ...(id && { errorId: id }) });
    answer.setAll(error.headers);
    return answer;
  }
  const refusal = refusalOf(error);
  if (refusal) {
    const [status, message, wait] = refusal;
    const answer = jsonAnswer(status, { message });
    answer.set('retry-after', Math.max(1, Math.ceil(wait / 1000)));
    return answer;
  }
  const errorId = journal.failed('Request failed', error);
  return isLambdaError(error, 'Deadline')
    ? jsonAnswer(504, { message: 'Gateway Timeout', errorId })
    : jsonAnswer(500, { message: 'Internal Server Error', errorId });
}

/** The gateway's own refusals: usage is throttled, or stopped. */
function refusalOf(error: unknown): readonly [status: number, message: string, wait: number] | undefined {
  const { name, code, retryAfter } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown; code?: unknown; retryAfter?: unknown };
  if (name !== 'SugaError' || (code !== 'Throttled' && code !== 'Blocked')) return undefined;
  const wait = typeof retryAfter === 'number' && Number.isFinite(retryAfter) ? retryAfter : patience[code];
  return code === 'Throttled' ? [429, 'Too Many Requests', wait] : [503, 'Service Unavailable', wait];
}
