import { isLambdaError } from './errors.js';

/** Maximum number of causes to visit. A chain of causes may be a circle. */
const MAX_CAUSES = 10;

/** Yields an error and its causes, outermost first. */
export function* causesOf(error: unknown): Iterable<object> {
  let cause = error;
  for (let at = 0; at < MAX_CAUSES && typeof cause === 'object' && cause !== null; at++) {
    yield cause;
    ({ cause } = cause as { cause?: unknown });
  }
}

/**
 * Whether work failed because the invocation's time is nearly up: the error or one of its causes is the deadline, or an interface's error
 * about it. Many libraries report an aborted signal with an error of their own and no cause. Therefore every error after the signal was
 * aborted for the deadline counts as well.
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

/** Whether it is an error of the deadline guard, a `Timeout` of `http` whose limit was the invocation's deadline, or `DeadlineExceeded` of `ofb`. */
function isDeadline(error: unknown): boolean {
  if (isLambdaError(error, 'Deadline') || isLambdaError(error, 'Aborted')) return true;
  const { name, code, details } = (error ?? {}) as Reported;
  return name === 'SugaError' && (code === 'DeadlineExceeded' || (code === 'Timeout' && details?.limit === 'invocation'));
}
