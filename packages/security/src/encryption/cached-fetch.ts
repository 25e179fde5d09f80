import { SingleFlight } from '@suga/gateway/single-flight';

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
