import { SingleFlight } from '@suga/gateway/single-flight';
import { keysUnavailable } from '../errors.js';

/** Something that was asked for, or has come. */
export interface CachedFetch<T> {
  readonly result: SingleFlight<T>;
  /** In ms since the epoch. */
  readonly startedAt: number;
  uses: number;
  /** Whether it has come. */
  hasValue: boolean;
}

/** Begins to ask. A failure is handed to all who wait, and then forgotten. */
export function startFetch<T>(fetch: (signal: AbortSignal) => Promise<T>, forget: (failed: CachedFetch<T>) => void): CachedFetch<T> {
  const result = new SingleFlight(async (signal) => {
    try {
      const value = await fetch(signal);
      cached.hasValue = true;
      return value;
    } catch (error) {
      forget(cached);
      throw error;
    }
  });
  const cached: CachedFetch<T> = { result, startedAt: Date.now(), uses: 0, hasValue: false };
  return cached;
}

/** Also a client that does not listen to its signal is not waited for. */
export async function withTimeout<T>(timeout: number, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  outer.throwIfAborted();
  const abort = new AbortController();
  const timedOut = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(keysUnavailable(`KMS has not answered within ${timeout} ms.`)), { once: true });
  });
  const cancel = () => abort.abort();
  const timer = setTimeout(cancel, timeout);
  outer.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([work(abort.signal), timedOut]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', cancel);
  }
}
