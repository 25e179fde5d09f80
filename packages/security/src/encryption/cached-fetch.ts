import { SingleFlight } from '@suga/gateway/single-flight';

/** A fetch that is in progress or has a value. */
export interface CachedFetch<T> {
  readonly result: SingleFlight<T>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  uses: number;
  /** Whether the value has arrived. */
  hasValue: boolean;
}

/** Starts a fetch. If it fails, all waiting callers get the error, and the fetch is removed from the cache. */
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
