/** Time that is kept for the response before a deadline, in ms. */
export const RESPONSE_MARGIN = 100;

/** The longest delay of a Node timer, in ms. */
export const MAX_TIMER: number = 2 ** 31 - 1;

/**
 * Waits for work at most this long, and returns the result of `late` if it is not done by then. The work itself goes on.
 * @param ms Time limit in ms. 0 if it is negative, and 24.8 days at most.
 * @param late Called when the time is over. It may throw.
 */
export async function withTimeout<T, L>(work: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(Math.max(0, ms), MAX_TIMER));
  });
  try {
    return await Promise.race([work, over.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits for work until shortly before a deadline, and returns the result of `late` if the work is not done by then.
 * @param deadline In ms since the epoch. Without one, it waits as long as the work takes.
 */
export const withDeadline = <T, L>(work: Promise<T>, deadline: number | undefined, late: () => L): Promise<T | L> =>
  deadline === undefined ? work : withTimeout(work, deadline - RESPONSE_MARGIN - Date.now(), late);

/** Limits of work that can be cancelled. */
export interface Limits {
  /** Time limit in ms. */
  readonly ms: number;
  /** Ends the work early. */
  readonly signal?: AbortSignal | undefined;
  /** Creates the error with which the call rejects. */
  readonly toError: (reason: 'timeout' | 'aborted') => Error;
}

/**
 * Runs work that can be cancelled. When the time is over or the signal is aborted, the call rejects at once, and the work's own signal is
 * aborted. The call does not wait for work that ignores its signal.
 */
export async function cancellable<T>({ ms, signal, toError }: Limits, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
  if (signal?.aborted) throw toError('aborted');
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const over = new Promise<never>((_, reject) => {
    const end = (reason: 'timeout' | 'aborted'): void => {
      reject(toError(reason));
      abort.abort();
    };
    onAbort = () => end('aborted');
    timer = setTimeout(end, Math.min(ms, MAX_TIMER), 'timeout');
  });
  signal?.addEventListener('abort', onAbort);
  try {
    return await Promise.race([start(abort.signal), over]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
