import type { Host, Invocation } from '@suga/gateway';
import type { Call } from '../call.js';
import { failure } from '../errors.js';
import type { Budget } from '../origins.js';
import type { Outcome } from './attempt.js';
import type { RawResponse } from './follow-redirects.js';
import { waitAfter } from './retry.js';
import type { BreakerDeps } from './through-breaker.js';
import { TimeLimit } from './time-limit.js';

/** Loaded for the first request that goes through a circuit. */
const breaker = (): typeof import('./through-breaker.js') => require('./through-breaker.js');

/** Dependencies of a request. */
export interface SendDeps {
  readonly host: Host;
  readonly budget: Budget;
  readonly invocation: Invocation | undefined;
  /** Aborted when the invocation ends, for requests that the function did not await. */
  readonly ended: AbortSignal | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Dependencies of a request with retries and a circuit breaker. */
type RetryDeps = SendDeps & BreakerDeps;

/** Sends a call until its response is final, until no time, attempt or retry budget is left, or until its circuit is open. */
export async function sendWithRetries(deps: RetryDeps, call: Call): Promise<RawResponse> {
  const now = Date.now();
  const { deadline = Number.POSITIVE_INFINITY } = deps.invocation ?? {};
  const ms = Math.min(call.settings.timeout, deadline - deps.margin - now);
  if (ms <= 0) throw timeUp(call, ms);
  const whole = limitOf(deps, call, ms);
  try {
    whole.signal.throwIfAborted();
    for (let last: Outcome | undefined; ; ) {
      const outcome: Outcome = await (call.settings.breaker ? breaker().throughBreaker(deps, call, { whole, last }) : deps.attempt(call, whole));
      const wait = waitAfter(outcome, call, call.made.attempts);
      // A wait is not started if it would end too late, or if the circuit would refuse the next attempt.
      if (outcome === last || wait === undefined || Date.now() + wait >= now + ms || isCutOff(deps, call) || !deps.budget.take()) return settle(outcome);
      last = outcome;
      await whole.sleep(wait);
    }
  } finally {
    whole[Symbol.dispose]();
  }
}

const isCutOff = (deps: RetryDeps, call: Call): boolean => Boolean(call.settings.breaker) && breaker().isCutOff(deps, call);

function limitOf(deps: RetryDeps, call: Call, ms: number): TimeLimit {
  const { invocation, ended, signal } = deps;
  // A client that disconnects aborts the signal of the invocation, too.
  const toReason = (cause: unknown) => ((cause as { readonly code?: unknown } | null)?.code === 'Aborted' ? cause : timeUp(call, ms, cause));
  const isInvocations = () => signal !== undefined && stemsFrom(signal, invocation?.signal);
  const abandoned = () =>
    failure('Timeout', call, 'was cancelled because its invocation ended without waiting for it: await it.', { details: { limit: 'invocation' } });
  return new TimeLimit()
    .when(
      signal,
      (reason) => (isInvocations() ? toReason(reason) : reason),
      () => (isInvocations() ? 'invocation' : 'caller'),
    )
    .when(invocation?.signal, toReason, 'invocation')
    .when(ended, abandoned, 'abandoned')
    .after(ms, () => timeUp(call, ms), ms < call.settings.timeout ? 'invocation' : 'request');
}

/**
 * Whether a signal was aborted by another one: it is the same, or it follows it (`AbortSignal.any()`, a controller that passes the reason on).
 * Callers pass the invocation's signal to requests, and the deadline then still counts as a time limit.
 */
const stemsFrom = (signal: AbortSignal, source: AbortSignal | undefined): boolean => source?.aborted === true && signal.reason === source.reason;

function timeUp(call: Call, ms: number, cause?: unknown): unknown {
  const { attempts } = call.made;
  const limit = cause !== undefined || ms < call.settings.timeout ? 'invocation' : 'request';
  const why = limit === 'invocation' ? `was cancelled because the invocation's time is nearly up` : `took longer than ${ms} ms ("timeout")`;
  return failure('Timeout', call, `${why}, after ${attempts} attempts.`, { details: { limit }, ...(cause !== undefined && { cause }) });
}

function settle(outcome: Outcome): RawResponse {
  if ('error' in outcome) throw outcome.error;
  return outcome.response;
}
