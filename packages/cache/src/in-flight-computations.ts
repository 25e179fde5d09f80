import type { Host, Invocation } from '@suga/gateway';
import { RESPONSE_MARGIN, withTimeout } from '@suga/gateway/deadline';
import { runSafely } from '@suga/gateway/run-safely';

/** A computation that is under way. */
interface InFlightComputation {
  readonly promise: Promise<unknown>;
  /** Who started it; `undefined` outside of invocations. */
  readonly owner: Invocation | undefined;
  readonly tags: readonly string[];
  /** Who else waits for it. */
  readonly waiters: Set<Invocation | undefined>;
  /** Fulfilled when its invocation has abandoned it. */
  readonly abandoned: Promise<typeof ABANDONED>;
  abandon(): void;
}

/** Stands for a computation that nobody goes on with. Never leaves this file. */
const ABANDONED = Symbol('abandoned');

/** What to do with a computation's outcome, unless it has been superseded. */
export interface OutcomeHandlers<T> {
  readonly tags: readonly string[];
  done(value: T): void;
  failed(error: unknown): void;
  /** Its invocation ended before it did. */
  abandoned(): void;
}

/**
 * Computations by key, one at a time for each, and those that wait for the next invocation.
 * None outlives the invocation that started it: after a freeze its sockets are dead and nobody should wait for it.
 */
export class InFlightComputations {
  readonly #host: Host;
  readonly #running = new Map<string, InFlightComputation>();
  readonly #deferred = new Map<string, () => void>();
  readonly #refreshes = new WeakMap<Invocation, Set<Promise<unknown>>>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Whether one is under way for the key. */
  has(key: string): boolean {
    return this.#running.has(key);
  }

  /**
   * What the computation under way gives. Where it fails or is abandoned because its invocation is at its end, that is no answer for another
   * invocation: `recompute` computes anew.
   */
  async join<T>(key: string, recompute: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (!running) return recompute();
    const [joiner, { owner }] = [this.#owner(), running];
    running.waiters.add(joiner);
    try {
      const outcome = await Promise.race([running.promise as Promise<T>, running.abandoned]);
      return outcome === ABANDONED ? await recompute() : outcome;
    } catch (error) {
      if (owner === joiner || !owner?.signal?.aborted || joiner?.signal?.aborted) throw error;
      return recompute();
    } finally {
      running.waiters.delete(joiner);
    }
  }

  /** Starts one. Whoever is called back is so before the promise settles for others. */
  run<T>(key: string, compute: () => T | PromiseLike<T>, { tags, done, failed, abandoned }: OutcomeHandlers<T>): Promise<T> {
    const isCurrent = (): boolean => this.#running.get(key)?.promise === promise;
    const forget = (): void => {
      if (isCurrent()) this.#running.delete(key);
    };
    const promise: Promise<T> = (async () => compute())().then(
      (value) => {
        // What cannot be stored has been computed all the same.
        if (isCurrent()) runSafely(() => done(value));
        forget();
        return value;
      },
      (error) => {
        if (isCurrent()) runSafely(() => failed(error));
        forget();
        throw error;
      },
    );
    let release: (outcome: typeof ABANDONED) => void = () => undefined;
    const whenAbandoned = new Promise<typeof ABANDONED>((resolve) => (release = resolve));
    const abandon = (): void => {
      abandoned();
      release(ABANDONED);
    };
    this.#running.set(key, { promise, owner: this.#owner(), tags, waiters: new Set(), abandoned: whenAbandoned, abandon });
    return promise;
  }

  /** Keeps the running invocation's response back until this has ended; its failure has been reported already. */
  holdResponse(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined);
    const invocation = this.#host.invocation();
    if (!invocation) return;
    const refreshes = this.#refreshes.get(invocation) ?? new Set();
    this.#refreshes.set(invocation, refreshes.add(settled));
  }

  /** Defers work to the next invocation; the first to ask for a key is the one whose work it is. */
  defer(key: string, work: () => void): void {
    if (!this.#deferred.has(key)) this.#deferred.set(key, work);
  }

  /** What was deferred to this invocation begins. */
  startDeferred(): void {
    const due = [...this.#deferred.values()];
    this.#deferred.clear();
    for (const work of due) work();
  }

  /** Waits for the invocation's refreshes. */
  async awaitRefreshes(invocation: Invocation, timeout: number): Promise<void> {
    const refreshes = this.#refreshes.get(invocation);
    const endsAt = Math.min(Date.now() + timeout, (invocation.deadline ?? Number.POSITIVE_INFINITY) - RESPONSE_MARGIN);
    // What ends may have begun more: a new value is still to be sent to others.
    for (let awaited = 0; refreshes && awaited < refreshes.size && Date.now() < endsAt; ) {
      awaited = refreshes.size;
      await withTimeout(Promise.all(refreshes), endsAt - Date.now(), () => undefined);
    }
  }

  /** Forgets what an invocation has not finished. */
  abandon(invocation: Invocation): void {
    for (const [key, { owner, waiters, abandon }] of this.#running) {
      // Also what was begun in INIT: whoever waited for it in vain shows that it hangs.
      if (owner !== invocation && (owner !== undefined || !waiters.has(invocation))) continue;
      this.#running.delete(key);
      abandon();
    }
  }

  /** What is being computed for the key will not be stored. */
  supersede(key: string): void {
    this.#running.delete(key);
    this.#deferred.delete(key);
  }

  supersedeTagged(tag: string): void {
    for (const [key, { tags }] of this.#running) if (tags.includes(tag)) this.supersede(key);
  }

  clear(): void {
    this.#running.clear();
    this.#deferred.clear();
  }

  /** Who code runs for. What an invocation begins after its end is nobody's, as what is begun in INIT: no end would ever take it back. */
  #owner(): Invocation | undefined {
    const invocation = this.#host.invocation();
    return invocation && !this.#host.hasEnded(invocation) ? invocation : undefined;
  }
}
