import type { Circuit } from './circuit.js';
import type { CallOutcome } from './contract.js';

const OUTCOMES: readonly unknown[] = ['success', 'failure', 'unknown'];

/** Counts what the work threw: a failure, unless `isFailure` says that the error tells nothing about the other side. */
export function outcomeOfError({ settings }: Circuit, error: unknown): CallOutcome {
  return ask(() => settings.isFailure(error)) === false ? 'unknown' : 'failure';
}

/** Counts what the work gave: a success, unless the caller's function says otherwise. */
export function outcomeOfValue<T>(value: T, outcome: ((value: T) => CallOutcome) | undefined): CallOutcome {
  const answer = ask(() => outcome?.(value));
  return OUTCOMES.includes(answer) ? (answer as CallOutcome) : 'success';
}

/** Takes an `AbortError` for a cancelled call, unless a time limit is its cause: the AWS SDK wraps the `TimeoutError` of `AbortSignal.timeout()` in one. */
export function isNoAbort(error: unknown): boolean {
  const { name, cause } = (error ?? {}) as Partial<Error>;
  return name !== 'AbortError' || (cause as Partial<Error> | undefined)?.name === 'TimeoutError';
}

/** The answer of a caller's function. A fault of that function must not break the call: it answers nothing, now or later. */
function ask(judge: () => unknown): unknown {
  try {
    const answer = judge() as PromiseLike<unknown> | undefined;
    if (typeof answer?.then === 'function') answer.then(undefined, () => undefined);
    return answer;
  } catch {
    return undefined;
  }
}
