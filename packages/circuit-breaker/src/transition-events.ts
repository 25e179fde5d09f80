import type { Host } from '@suga/gateway';
import type { CircuitBreakerOptions, CircuitState } from './contract.js';

interface Metrics {
  recordCircuitBreaker(record: { readonly circuit: string; readonly event: 'opened' | 'half-open' | 'closed' | 'rejected' }): unknown;
}

/** Reports events of circuits to the callback and to the metrics. */
export interface TransitionEvents {
  /** Reports that a circuit went through these states, one after the other. */
  moved(name: string, states: readonly CircuitState[], elsewhere?: boolean): void;
  rejected(name: string): void;
}

/** Creates the reporter. Metrics get only the changes of this environment, so that a shared transition counts once. The callback gets all. */
export function createTransitionEvents({ metrics = false, onTransition }: CircuitBreakerOptions, host: Host): TransitionEvents {
  const record = (circuit: string, event: CircuitState | 'rejected'): void => {
    if (!metrics) return;
    quietly(() => host.has('metrics') && host.peer<Metrics>('metrics').recordCircuitBreaker({ circuit, event: event === 'open' ? 'opened' : event }));
  };
  return {
    moved: (name, states, elsewhere = false) => {
      for (const [index, to] of states.entries()) {
        const from = states[index - 1];
        if (from === undefined || from === to) continue;
        if (!elsewhere) record(name, to);
        if (onTransition) quietly(() => onTransition({ name, from, to, elsewhere }));
      }
    },
    rejected: (name) => record(name, 'rejected'),
  };
}

/** Runs an observer and ignores its errors, now or later: it must not break the call that it observes. */
function quietly(report: () => unknown): void {
  try {
    const result = report() as PromiseLike<unknown> | undefined;
    if (typeof result?.then === 'function') result.then(undefined, () => undefined);
  } catch {
    // The call goes on.
  }
}
