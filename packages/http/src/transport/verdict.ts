import { isSugaError } from '@suga/gateway/errors';
import type { HttpErrorCode } from '../contract.js';
import { isServerFault } from '../errors.js';
import type { Outcome } from './attempt.js';

/** How an attempt counts for a circuit. `unknown` says nothing about the server. */
export type Verdict = 'success' | 'failure' | 'unknown';

/**
 * Share of an attempt's usual time. If the invocation's deadline ends a wait that lasted at least this long, the wait counts as a failure.
 * A healthy server needs far less than a quarter of its limit. A shorter wait says nothing about the server, because the invocation has
 * used most of its time before.
 */
const SHARE = 0.25;

/**
 * Judges an attempt. A response counts by its status. A lost connection, and every time limit that ended a wait, are failures.
 * Cancelled and refused attempts are unknown.
 * @param usual the time that an attempt has if it starts with its invocation, in ms
 */
export function verdictOf(outcome: Outcome, usual: number): Verdict {
  if ('response' in outcome) return outcome.response.status >= 500 ? 'failure' : 'success';
  const { error, endedBy, ms } = outcome;
  if (!endedBy) return isServerFault(error) ? 'failure' : 'unknown';
  // Any signal may have a reason of the caller. The invocation's signal has one that is not a time limit: a client that has disconnected.
  if (!isSugaError<HttpErrorCode>(error, 'Timeout') || endedBy === 'caller' || endedBy === 'abandoned') return 'unknown';
  return endedBy !== 'invocation' || ms >= usual * SHARE ? 'failure' : 'unknown';
}
