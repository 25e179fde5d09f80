import { SingleFlight } from '@suga/gateway/single-flight';
import { keysUnavailable } from '../errors.js';

/** Something that was asked for, or has come. */
export interface Kept<T> {
  readonly work: SingleFlight<T>;
  /** In ms since the epoch. */
  readonly made: number;
  uses: number;
  /** Whether it has come. */
  there: boolean;
}

/** Begins to ask. A failure is handed to all who wait, and then forgotten. */
export function keep<T>(ask: (signal: AbortSignal) => Promise<T>, forget: (failed: Kept<T>) => void): Kept<T> {
  const work = new SingleFlight(async (signal) => {
    try {
      const value = await ask(signal);
      kept.there = true;
      return value;
    } catch (error) {
      forget(kept);
      throw error;
    }
  });
  const kept: Kept<T> = { work, made: Date.now(), uses: 0, there: false };
  return kept;
}

/** Also a client that does not listen to its signal is not waited for. */
export async function within<T>(timeout: number, given: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  given.throwIfAborted();
  const abort = new AbortController();
  const over = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(keysUnavailable(`KMS has not answered within ${timeout} ms.`)), { once: true });
  });
  const end = () => abort.abort();
  const timer = setTimeout(end, timeout);
  given.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work(abort.signal), over]);
  } finally {
    clearTimeout(timer);
    given.removeEventListener('abort', end);
  }
}
