import type { Host } from '@suga/gateway';
import type { Outcome } from './attempt.js';
import type { Call } from './call.js';
import { failure, notInstalled } from './failures.js';
import type { Limit } from './limit.js';

/** How an attempt gets to the other side. */
export interface Line {
  readonly host: Host;
  readonly attempt: (call: Call, whole: Limit) => Promise<Outcome>;
}

interface Breaker {
  call<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/**
 * An attempt through the circuit breaker, where one is asked for. It is told of what the other side is to blame for (no connection,
 * no answer in time, 5xx), and of nothing else. Its own errors (`CircuitOpen`) come through as they are.
 */
export async function guarded({ host, attempt }: Line, call: Call, whole: Limit): Promise<Outcome> {
  const { breaker } = call.settings;
  if (!breaker) return attempt(call, whole);
  if (!host.has('circuitBreaker')) throw notInstalled('breaker', 'circuitBreaker', '@suga/circuit-breaker');
  let outcome: Outcome | undefined;
  try {
    await host.peer<Breaker>('circuitBreaker').call(breaker === true ? `http:${call.url.origin}` : breaker, async () => {
      outcome = await attempt(call, whole);
      const error = blame(outcome, call);
      if (error !== undefined) throw error;
    });
  } catch (error) {
    if (!outcome) throw error;
  }
  return outcome as Outcome;
}

function blame(outcome: Outcome, call: Call): unknown {
  if ('error' in outcome) return outcome.passing ? outcome.error : undefined;
  const { status } = outcome.answer;
  return status >= 500 ? failure('BadStatus', call, `was answered with ${status}.`, { details: { status } }) : undefined;
}
