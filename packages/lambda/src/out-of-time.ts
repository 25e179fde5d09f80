import { isLambdaError } from './errors.js';

/** Limit for a chain of causes, which may be a circle. */
const MAX_CAUSES = 10;

/** An error and its causes, outermost first. */
export function* causesOf(error: unknown): Iterable<object> {
  let cause = error;
  for (let at = 0; at < MAX_CAUSES && typeof cause === 'object' && cause !== null; at++) {
    yield cause;
    ({ cause } = cause as { cause?: unknown });
  }
}

/**
 * Whether work failed because the invocation's time is nearly up. The deadline, or an interface's error about it, is then the
 * error or among its causes. Many libraries report an aborted signal by an error of their own without a cause, so every error
 * after the signal has fired counts as well.
 */
export function isOutOfTime(error: unknown, signal?: AbortSignal): boolean {
  if (signal?.aborted && isDeadline(signal.reason)) return true;
  for (const cause of causesOf(error)) if (isDeadline(cause)) return true;
  return false;
}

interface Reported {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly details?: { readonly limit?: unknown };
}

/** Whether it is an error of the guard, a `Timeout` of `http` for which the invocation set the limit, or `DeadlineExceeded` of `ofb`. */
function isDeadline(error: unknown): boolean {
  if (isLambdaError(error, 'Deadline') || isLambdaError(error, 'Aborted')) return true;
  const { name, code, details } = (error ?? {}) as Reported;
  return name === 'SugaError' && (code === 'DeadlineExceeded' || (code === 'Timeout' && details?.limit === 'invocation'));
}
