import type { Call } from '../call.js';
import type { Outcome } from './attempt.js';

/**
 * How long to wait before the next attempt, in ms. `undefined` if there should be no other attempt.
 * @param made number of attempts so far
 */
export function waitAfter(outcome: Outcome, call: Call, made: number): number | undefined {
  const { retry } = call.settings;
  if (made >= retry.attempts || !call.repeatable) return undefined;
  if ('error' in outcome) return outcome.passing ? backoff(retry, made) : undefined;
  const { status, headers } = outcome.response;
  if (!retry.statuses.includes(status)) return undefined;
  const asked = retryAfter(headers['retry-after'], Date.now());
  const wait = (asked ?? 0) + backoff(retry, made);
  if (asked === undefined || wait <= retry.maxDelay) return wait;
  return asked <= retry.maxDelay ? retry.maxDelay : undefined;
}

/** "Full jitter": a random wait up to a limit that doubles (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). */
export function backoff({ baseDelay, maxDelay }: { readonly baseDelay: number; readonly maxDelay: number }, made: number): number {
  return Math.random() * Math.min(maxDelay, baseDelay * 2 ** Math.min(made - 1, 31));
}

/** Parses `Retry-After`, which is a number of seconds or a date (RFC 9110, 10.2.3). @returns ms from `now`, or `undefined` for another value */
export function retryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
