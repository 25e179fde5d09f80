import type { Host } from '@suga/gateway';
import { assertFunction, assertInteger, assertNumber, MILLISECONDS } from '@suga/gateway/check';
import { MAX_TIMER } from '@suga/gateway/deadline';
import { invalidParam } from '@suga/gateway/errors';
import type { Complete } from '@suga/gateway/options';
import type { RetryAttempt, RetryOptions } from './contract.js';
import { parseOptions } from './parse-options.js';

type Work<T> = (attempt: RetryAttempt) => T | PromiseLike<T>;

/** Calls the work until it succeeds or no attempt is left. */
export async function retry<T>(host: Host, work: Work<T>, options: RetryOptions = {}): Promise<T> {
  const { attempts, delay, maxDelay, shouldRetry } = parseRetryOptions(work, options);
  const invocation = host.invocation();
  const signals = [options.signal, invocation?.signal].filter((signal) => signal !== undefined);
  const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await work({ attempt, signal });
    } catch (error) {
      // Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
      const wait = Math.random() * Math.min(maxDelay, delay * 2 ** (attempt - 1));
      const endsTooLate = invocation?.deadline !== undefined && Date.now() + wait >= invocation.deadline;
      if (attempt >= attempts || endsTooLate || !shouldRetry(error, attempt)) throw error;
      await sleep(wait, signal);
    }
  }
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let wake: (() => void) | undefined;
  try {
    await new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', resolve as () => void);
    });
  } finally {
    clearTimeout(timer);
    if (wake) signal?.removeEventListener('abort', wake);
  }
}

function parseRetryOptions(work: unknown, options: RetryOptions): Complete<Omit<RetryOptions, 'signal'>> {
  assertFunction('utility', 'work', work);
  const { attempts = 3, delay = 100, maxDelay = 5000, shouldRetry = () => true } = parseOptions(options);
  assertInteger('utility', 'attempts', attempts, [1]);
  for (const [name, ms] of Object.entries({ delay, maxDelay })) {
    assertNumber('utility', name, ms, { min: 0, max: MAX_TIMER, unit: MILLISECONDS });
  }
  assertFunction('utility', 'shouldRetry', shouldRetry);
  if (options.signal !== undefined && typeof options.signal?.throwIfAborted !== 'function')
    throw invalidParam('utility', 'signal', options.signal, 'an AbortSignal');
  return { attempts, delay, maxDelay, shouldRetry };
}
