import { isSugaError } from '@suga/gateway/errors';
import type { HttpErrorCode } from '../contract.js';
import { isServerFault } from '../errors.js';
import type { Outcome } from './attempt.js';

/** How an attempt counts for a circuit. `unknown` says nothing about the other side. */
export type Verdict = 'success' | 'failure' | 'unknown';

/**
 * The share of an attempt's usual time from which on a wait that the invocation's deadline ended was in vain. A healthy server needs
 * far less than a quarter of its limit; an invocation that has used most of its time before says nothing about the server.
 */
const SHARE = 0.25;

/**
 * Judges an attempt. An answer counts by its status, a lost connection and every time limit that ended a wait as failures.
 * Cancelled and refused attempts are unknown.
 * @param usual The time an attempt has if its invocation begins with it, in ms.
 */
export function verdictOf(outcome: Outcome, usual: number): Verdict {
  if ('answer' in outcome) return outcome.answer.status >= 500 ? 'failure' : 'success';
  const { error, endedBy, ms } = outcome;
  if (!endedBy) return isServerFault(error) ? 'failure' : 'unknown';
  // A caller's own reason may come through any signal. The invocation's has one that is no time limit: a client that has gone.
  if (!isSugaError<HttpErrorCode>(error, 'Timeout') || endedBy === 'caller' || endedBy === 'abandoned') return 'unknown';
  return endedBy !== 'invocation' || ms >= usual * SHARE ? 'failure' : 'unknown';
}
