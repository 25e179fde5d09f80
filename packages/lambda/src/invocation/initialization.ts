import type { Invocation } from '@suga/gateway';

/** Work that must be done once before the first event is handled. */
export interface Initialization {
  /** Resolves when the first attempt has succeeded or failed. The first invocation reports a failure. */
  readonly ready: Promise<void>;
  /**
   * Waits for the running attempt, or starts one. After a rejection, the next call starts a new attempt.
   * @param by the invocation that waits
   * @returns `undefined` if the work is done
   */
  wait(by?: Invocation): Promise<void> | undefined;
  /** Reports that an invocation has ended. If it still waited for the running attempt, that may hang for ever, so the next call starts a new one. */
  abandon(by: Invocation): void;
}

/** Starts the first attempt at once, because INIT has two vCPUs, whatever the memory setting of the function. */
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
      // The failure is forgotten only now that an invocation gets it. So a failure in INIT is reported, and none is kept for ever.
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
