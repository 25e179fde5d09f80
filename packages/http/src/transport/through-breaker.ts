import type { Host, Invocation } from '@suga/gateway';
import { isSugaError } from '@suga/gateway/errors';
import type { Call } from '../call.js';
import { failure, notInstalled } from '../errors.js';
import type { Outcome } from './attempt.js';
import type { TimeLimit } from './time-limit.js';
import { type Verdict, verdictOf } from './verdict.js';

/** Dependencies of an attempt through a circuit breaker. */
export interface BreakerDeps {
  readonly host: Host;
  readonly invocation: Invocation | undefined;
  /** How long before the invocation's deadline requests end, in ms. */
  readonly margin: number;
  readonly attempt: (call: Call, whole: TimeLimit) => Promise<Outcome>;
}

interface Breaker {
  call(name: string, work: () => Promise<Verdict>, options: { readonly outcome: (verdict: Verdict) => Verdict }): Promise<Verdict>;
  /** Missing if another implementation has replaced the interface. */
  isOpen?(name: string): boolean;
}

/**
 * Makes an attempt through the circuit breaker. A failure is reported to the breaker as an error, which any breaker counts. An unknown outcome
 * is reported with the option `outcome`. The breaker's own errors (`CircuitOpen`) are passed on.
 * @param last outcome of the previous attempt; if the circuit refuses this attempt, the request ends with it
 */
export async function throughBreaker(
  line: BreakerDeps,
  call: Call,
  { whole, last }: { readonly whole: TimeLimit; readonly last: Outcome | undefined },
): Promise<Outcome> {
  if (!line.host.has('circuitBreaker')) throw notInstalled('breaker', 'circuitBreaker', '@suga/circuit-breaker');
  let outcome: Outcome | undefined;
  const work = async (): Promise<Verdict> => {
    outcome = await line.attempt(call, whole);
    const verdict = verdictOf(outcome, usualTime(line, call));
    if (verdict === 'failure') throw blame(outcome, call);
    return verdict;
  };
  try {
    await line.host.peer<Breaker>('circuitBreaker').call(nameOf(call), work, { outcome: (verdict) => verdict });
  } catch (error) {
    if (!outcome && isSugaError<string>(error, 'CircuitOpen')) outcome = last;
    if (!outcome) throw error;
  }
  return outcome as Outcome;
}

/** Whether the circuit breaker would refuse another attempt. */
export const isCutOff = ({ host }: BreakerDeps, call: Call): boolean => host.peer<Breaker>('circuitBreaker').isOpen?.(nameOf(call)) ?? false;

const nameOf = ({ settings: { breaker }, url }: Call): string => (typeof breaker === 'string' ? breaker : `http:${url.origin}`);

/** The time that an attempt has if it starts with its invocation, in ms. The duration of a wait is compared with it. */
function usualTime({ invocation, margin }: BreakerDeps, { settings: { attemptTimeout, timeout } }: Call): number {
  const { deadline = Number.POSITIVE_INFINITY, startedAt = 0 } = invocation ?? {};
  return Math.min(attemptTimeout, timeout, deadline - startedAt - margin);
}

function blame(outcome: Outcome, call: Call): unknown {
  if ('error' in outcome) return outcome.error;
  const { status } = outcome.response;
  return failure('BadStatus', call, `got status ${status}.`, { details: { status } });
}
