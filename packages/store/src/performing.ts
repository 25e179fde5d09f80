import type { Host } from '@suga/gateway';
import type { Backend, Command } from './backend.js';
import type { StoreOutcome } from './contract.js';
import { failure } from './failures.js';

/** What is left to the answer when the deadline is near, in ms. */
const MARGIN = 100;

/** Takes what became of a command, and gives what its caller is to know of it. */
type Finish = (command: Command, outcome: StoreOutcome) => StoreOutcome;
type Perform = (commands: readonly Command[], finish: Finish) => Promise<ReadonlyMap<Command, StoreOutcome>>;

/** Has commands done in the time there is; every one of them is finished once, as soon as it can be, and nothing is thrown. */
export function performing(backend: Backend, host: Host, timeout: number): Perform {
  return async (commands, finish) => {
    const outcomes = new Map<Command, StoreOutcome>();
    const over = new AbortController();
    const { signal } = over;
    const settle = (command: Command, outcome: StoreOutcome): void => {
      if (!signal.aborted && !outcomes.has(command)) outcomes.set(command, finish(command, outcome));
    };
    const deadline = host.invocation()?.deadline ?? Number.POSITIVE_INFINITY;
    const until = Math.min(Date.now() + timeout, deadline - MARGIN);
    let error: unknown;
    try {
      if (backend.type !== 'memory' && until <= Date.now()) throw failure('Unavailable', 'the invocation has no time left; nothing was sent.');
      const work = backend.run({ commands, settle, until, signal });
      if (work) await within(until - Date.now(), work, () => over.abort());
    } catch (thrown) {
      error = thrown;
    }
    if (outcomes.size === commands.length) return outcomes;
    error ??= failure('Unavailable', 'there was no answer in the time there is. What was to be written may have been.');
    for (const command of commands) if (!outcomes.has(command)) outcomes.set(command, finish(command, { error }));
    return outcomes;
  };
}

/** Waits for the work, but not longer. What it rejects with after that is nobody's. */
async function within(ms: number, work: Promise<void>, end: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(0, ms))));
  try {
    await Promise.race([work, late.then(end)]);
  } finally {
    clearTimeout(timer);
  }
}
