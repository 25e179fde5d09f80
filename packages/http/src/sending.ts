import type { Host, Invocation } from '@suga/gateway';
import type { Outcome } from './attempt.js';
import { guarded, type Line } from './breaker.js';
import type { Call } from './call.js';
import type { Answer } from './exchange.js';
import { failure } from './failures.js';
import { Limit } from './limit.js';
import type { Budget } from './origins.js';
import { waitAfter } from './retry.js';

/** What a request brings along, beside the call. */
export interface Sending {
  readonly host: Host;
  readonly budget: Budget;
  readonly invocation: Invocation | undefined;
  /** Aborted at the invocation's end, for what nobody waited for. */
  readonly ended: AbortSignal | undefined;
  readonly signal: AbortSignal | undefined;
  /** Counted as they are made, so that they are known also where the request fails. */
  readonly made: { attempts: number };
}

/** Sends a call until it is answered for good, or there is no time, no attempt or no budget left. */
export async function send(sending: Sending & Line & { readonly margin: number }, call: Call): Promise<Answer> {
  const { invocation, ended, margin, signal, budget, made } = sending;
  const now = Date.now();
  const left = invocation?.deadline === undefined ? Infinity : invocation.deadline - margin - now;
  const ms = Math.min(call.settings.timeout, left);
  const timeUp = (cause?: unknown) => {
    const byInvocation = cause !== undefined || left <= call.settings.timeout;
    const why = byInvocation ? `was ended because the invocation's time is nearly up` : `took longer than ${ms} ms ("timeout")`;
    const details = { limit: byInvocation ? 'invocation' : 'request', attempts: made.attempts };
    return failure('Timeout', call, `${why}, after ${made.attempts} attempts.`, { details, ...(cause !== undefined && { cause }) });
  };
  const abandoned = () =>
    failure('Timeout', call, 'was ended with its invocation, which did not wait for it: await it.', {
      details: { limit: 'invocation', attempts: made.attempts },
    });
  if (ms <= 0) throw timeUp();
  const whole = new Limit().when(signal).when(invocation?.signal, timeUp).when(ended, abandoned).after(ms, timeUp);
  try {
    whole.signal.throwIfAborted();
    for (;;) {
      made.attempts++;
      const outcome = await guarded(sending, call, whole);
      const wait = waitAfter(outcome, call, made.attempts);
      // A wait that would end after the time is up is not begun.
      if (wait === undefined || Date.now() + wait >= now + ms || !budget.take()) return settle(outcome);
      await whole.sleep(wait);
    }
  } finally {
    whole[Symbol.dispose]();
  }
}

function settle(outcome: Outcome): Answer {
  if ('error' in outcome) throw outcome.error;
  return outcome.answer;
}
