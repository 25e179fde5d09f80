import type { Core, Host } from '@suga/gateway';
import { assertFunction, assertObject } from '@suga/gateway/check';
import { Circuits } from './circuits.js';
import type { CallOptions, CircuitBreaker, CircuitBreakerOptions } from './contract.js';
import { GuardedCalls } from './guarded-calls.js';
import { defaults, NAME, parseName } from './settings.js';
import type { SharedState } from './shared/shared-state.js';
import { createTransitionEvents } from './transition-events.js';

/** Loaded by the first call if the option `shared` is set. */
const sharedState = (): typeof import('./shared/shared-state.js') => require('./shared/shared-state.js');

/** Creates the circuit-breaker core of one gateway. */
export function create(options: CircuitBreakerOptions, host: Host): Core<CircuitBreaker> {
  const circuits = new Circuits(defaults(options), options.maxBreakers ?? 1000);
  const events = createTransitionEvents(options, host);
  let shared: SharedState | undefined;
  const calls = new GuardedCalls({
    host,
    events,
    shared: () => {
      if (!options.shared) return undefined;
      return (shared ??= sharedState().createSharedState(options.shared, host, (circuit, from) => events.moved(circuit.name, [from, circuit.state], true)));
    },
  });

  const run = async <T, F>(name: string, work: () => T | PromiseLike<T>, callOptions: CallOptions<F, T> = {}): Promise<T | F> => {
    assertFunction(NAME, 'work', work);
    const { fallback, outcome } = assertObject(NAME, 'options', callOptions);
    if (outcome !== undefined) assertFunction(NAME, 'outcome', outcome);
    if (fallback === undefined) return calls.run(circuits.use(name), work, outcome);
    assertFunction(NAME, 'fallback', fallback);
    const circuit = circuits.use(name);
    try {
      return await calls.run(circuit, work, outcome);
    } catch (error) {
      return fallback(error);
    }
  };

  const close = (name: string): Promise<void> => {
    const circuit = circuits.use(name);
    return calls.change(circuit, () => circuit.close());
  };

  const reset = async (name: string): Promise<void> => {
    try {
      await close(name);
    } finally {
      circuits.forget(name);
    }
  };

  const operations: CircuitBreaker = {
    call: run,
    configure: (name, settings) => circuits.configure(parseName(name), settings),
    state: (name) => circuits.find(name)?.state ?? 'closed',
    states: () => Object.fromEntries(circuits.all().map(({ name, state }) => [name, state])),
    isOpen: (name) => circuits.find(name)?.refuses(Date.now()) ?? false,
    recordSuccess: (name) => calls.record(circuits.use(name), true),
    recordFailure: (name, error) => {
      const circuit = circuits.use(name);
      if (error === undefined || calls.judge.ofError(circuit, error) === 'failure') calls.record(circuit, false);
    },
    open: async (name) => {
      const circuit = circuits.use(name);
      await calls.change(circuit, () => circuit.holdOpen());
    },
    close: async (name) => close(name),
    reset,
    resetAll: async () => {
      const outcomes = await Promise.allSettled(circuits.all().map(({ name }) => reset(name)));
      const failed = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult | undefined;
      if (failed) throw failed.reason;
    },
    stats: () => {
      const { calls: made, failures, unknown, rejected, opened } = calls;
      const states = circuits.all().map(({ state }) => state);
      const open = states.filter((state) => state === 'open').length;
      const halfOpen = states.filter((state) => state === 'half-open').length;
      const { evicted } = circuits;
      return { circuits: states.length, open, halfOpen, calls: made, failures, unknown, rejected, opened, evicted, shared: shared?.stats() };
    },
  };
  return {
    operations,
    heldState: () => (circuits.size > 0 ? `${circuits.size} circuits` : undefined),
    end: (invocation) => calls.end(invocation),
    [Symbol.dispose]: () => {
      circuits.clear();
      shared?.close();
    },
  };
}
