import type { Host, Invocation } from '@suga/gateway';
import { RESPONSE_MARGIN, withTimeout } from '@suga/gateway/deadline';
import { runSafely } from '@suga/gateway/run-safely';

/** A computation in flight. */
interface InFlightComputation {
  readonly promise: Promise<unknown>;
  /** The invocation that started the computation; `undefined` outside of invocations. */
  readonly owner: Invocation | undefined;
  readonly tags: readonly string[];
  /** Other invocations that wait for the computation. */
  readonly waiters: Set<Invocation | undefined>;
  /** Resolves when the invocation that started the computation has abandoned it. */
  readonly abandoned: Promise<typeof ABANDONED>;
  abandon(): void;
}

/** Result of an abandoned computation. It never leaves this file. */
const ABANDONED = Symbol('abandoned');

/** Callbacks for the outcome of a computation. They are not called if the computation has been superseded. */
export interface OutcomeHandlers<T> {
  readonly tags: readonly string[];
  done(value: T): void;
  failed(error: unknown): void;
  /** Called if the invocation ends before the computation does. */
  abandoned(): void;
}

/**
 * Computations in flight, at most one per key, and computations that are deferred to the next invocation.
 *
 * A computation belongs to the invocation that started it and is abandoned when that invocation ends, because Lambda may freeze the
 * process and close its sockets. Later invocations must not wait for it.
 */
export class InFlightComputations {
  readonly #host: Host;
  readonly #running = new Map<string, InFlightComputation>();
  readonly #deferred = new Map<string, () => void>();
  readonly #refreshes = new WeakMap<Invocation, Set<Promise<unknown>>>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Whether a computation for the key is in flight. */
  has(key: string): boolean {
    return this.#running.has(key);
  }

  /**
   * Returns the result of the computation in flight. If it fails or is abandoned because its invocation has reached its end, another
   * invocation cannot use that outcome and calls `recompute`.
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

  /** Starts a computation. Its callbacks are called before the promise settles for other callers. */
  run<T>(key: string, compute: () => T | PromiseLike<T>, { tags, done, failed, abandoned }: OutcomeHandlers<T>): Promise<T> {
    const isCurrent = (): boolean => this.#running.get(key)?.promise === promise;
    const forget = (): void => {
      if (isCurrent()) this.#running.delete(key);
    };
    const promise: Promise<T> = (async () => compute())().then(
      (value) => {
        // If the value cannot be stored, the caller still gets it.
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

  /** Makes the response of the running invocation wait for `work`. A failure of `work` has been reported already. */
  holdResponse(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined);
    const invocation = this.#host.invocation();
    if (!invocation) return;
    const refreshes = this.#refreshes.get(invocation) ?? new Set();
    this.#refreshes.set(invocation, refreshes.add(settled));
  }

  /** Defers work to the next invocation. If several callers defer work for a key, only the first one's work runs. */
  defer(key: string, work: () => void): void {
    if (!this.#deferred.has(key)) this.#deferred.set(key, work);
  }

  /** Starts the work that was deferred to this invocation. */
  startDeferred(): void {
    const due = [...this.#deferred.values()];
    this.#deferred.clear();
    for (const work of due) work();
  }

  /** Waits for the refreshes of the invocation, at most `timeout` ms and never into the margin before its deadline. */
  async awaitRefreshes(invocation: Invocation, timeout: number): Promise<void> {
    const refreshes = this.#refreshes.get(invocation);
    const endsAt = Math.min(Date.now() + timeout, (invocation.deadline ?? Number.POSITIVE_INFINITY) - RESPONSE_MARGIN);
    // A finished refresh may have started more work: the write of its new value to the shared tier.
    for (let awaited = 0; refreshes && awaited < refreshes.size && Date.now() < endsAt; ) {
      awaited = refreshes.size;
      await withTimeout(Promise.all(refreshes), endsAt - Date.now(), () => undefined);
    }
  }

  /** Abandons all unfinished computations of an invocation. */
  abandon(invocation: Invocation): void {
    for (const [key, { owner, waiters, abandon }] of this.#running) {
      // A computation without an owner was started in INIT. If this invocation waited for it in vain, it hangs.
      if (owner !== invocation && (owner !== undefined || !waiters.has(invocation))) continue;
      this.#running.delete(key);
      abandon();
    }
  }

  /** Keeps the result of a running computation for the key from being stored. */
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

  /**
   * The invocation for which the current code runs. Work that an invocation starts after its end has no owner, like work in INIT: the
   * end of that invocation is over and could not abandon it.
   */
  #owner(): Invocation | undefined {
    const invocation = this.#host.invocation();
    return invocation && !this.#host.hasEnded(invocation) ? invocation : undefined;
  }
}
