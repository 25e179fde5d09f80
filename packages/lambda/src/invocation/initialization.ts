import type { Invocation } from '@suga/gateway';

/** Work that must be done once before the first invocation is served. */
export interface Initialization {
  /** Settles with the first attempt, whether it succeeded or not: the first invocation tells of a failure. */
  readonly ready: Promise<void>;
  /** Rejects with what went wrong; once it has, the next to ask begins anew. `undefined` when all is done. `by` is who waits. */
  wait(by?: Invocation): Promise<void> | undefined;
  /** An invocation has ended. What it waited for in vain may hang for ever: the next to ask begins anew. */
  abandon(by: Invocation): void;
}

/** Begins at once: INIT has two vCPUs, whatever the function's memory. */
export function createInitialization(initialize: (() => unknown) | undefined): Initialization {
  let finished = initialize === undefined;
  let running: Promise<void> | undefined;
  const awaited = new WeakMap<Invocation, Promise<void>>();

  const begin = async (): Promise<void> => {
    await initialize?.();
    finished = true;
  };
  const attempt = (): Promise<void> => (running ??= begin());

  async function use(by: Invocation | undefined): Promise<void> {
    const mine = attempt();
    if (by) awaited.set(by, mine);
    try {
      await mine;
    } catch (error) {
      // Not while it fails but when somebody has been told: a failure in INIT is not lost, and none is kept for ever.
      if (running === mine) running = undefined;
      throw error;
    }
  }

  const ready = finished ? Promise.resolve() : attempt().catch(() => undefined);
  const abandon = (by: Invocation): void => {
    if (!finished && awaited.get(by) === running) running = undefined;
  };
  return { ready, wait: (by) => (finished ? undefined : use(by)), abandon };
}
