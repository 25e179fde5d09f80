import type { Host } from '@suga/gateway';
import { RESPONSE_MARGIN, withTimeout } from '@suga/gateway/deadline';
import type { Backend, Command } from './backend.js';
import type { StoreOutcome } from './contract.js';
import { storeError } from './errors.js';

/** Converts the backend's outcome of a command into the outcome for its caller. */
type FinishCommand = (command: Command, outcome: StoreOutcome) => StoreOutcome;
type RunCommands = (commands: readonly Command[], finish: FinishCommand) => Promise<ReadonlyMap<Command, StoreOutcome>>;

/**
 * Creates the function that runs commands on the backend within the time limit. It calls `finish` exactly once per command, as soon as its
 * outcome is known, and never throws.
 */
export function commandRunner(backend: Backend, host: Host, timeout: number): RunCommands {
  return async (commands, finish) => {
    const outcomes = new Map<Command, StoreOutcome>();
    const controller = new AbortController();
    const { signal } = controller;
    const settle = (command: Command, outcome: StoreOutcome): void => {
      if (!signal.aborted && !outcomes.has(command)) outcomes.set(command, finish(command, outcome));
    };
    const invocationDeadline = host.invocation()?.deadline ?? Number.POSITIVE_INFINITY;
    const deadline = Math.min(Date.now() + timeout, invocationDeadline - RESPONSE_MARGIN);
    let error: unknown;
    try {
      if (backend.type !== 'memory' && deadline <= Date.now()) throw storeError('Unavailable', 'the invocation has no time left, so nothing was sent.');
      const work = backend.run({ commands, settle, deadline, signal });
      if (work) await withTimeout(work, deadline - Date.now(), () => controller.abort());
    } catch (thrown) {
      error = thrown;
    }
    if (outcomes.size === commands.length) return outcomes;
    error ??= storeError('Unavailable', 'there was no response within the time limit. A write may have been done all the same.');
    for (const command of commands) if (!outcomes.has(command)) outcomes.set(command, finish(command, { error }));
    return outcomes;
  };
}
