import type { Facts, Handler, Operation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { Cost } from '../contract.js';

/** Derives an operation's cost from its other facts if the fact `cost` is not set. */
export function costOf({ cost, critical, returns }: Facts): Cost {
  if (cost) return cost;
  if (critical) return 'critical';
  return returns === 'promise' || returns === 'stream' ? 'normal' : 'low';
}

/**
 * Wraps an operation while usage is throttled.
 * @param isShed called at each call of an operation that is shed by a share
 * @param onShed called for each call that is shed; returns how long to wait, in ms
 */
export function shedding({ interface: owner, name, facts }: Operation, next: Handler, { isShed, onShed }: { isShed(): boolean; onShed(): number }): Handler {
  const cost = costOf(facts);
  if (cost === 'critical' || cost === 'low') return next;
  const refuse = (): unknown => {
    const error = new SugaError(
      'Throttled',
      `ftpms: ${owner}.${name} was not run: the month's allowance is nearly used up. Set cost: 'critical' if it must run.`,
      {
        details: { retryAfter: onShed() },
      },
    );
    if (facts.returns === 'promise' || facts.returns === 'stream') return Promise.reject(error);
    throw error;
  };
  return cost === 'optional' ? refuse : (...args) => (isShed() ? refuse() : next(...args));
}
