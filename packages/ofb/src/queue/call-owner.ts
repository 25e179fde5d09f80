import type { Invocation } from '@suga/gateway';
import { withDeadline } from '@suga/gateway/deadline';
import { afterPromiseJobs } from './end-of-tick.js';

/** Time in ms before a deadline in which a failure is attributed to the deadline. */
const ALMOST = 250;

/** The part of a call queue that the owner of its calls uses. */
interface OwnedQueue {
  /** Sends the collected calls. */
  flush(): void;
  /** Rejects the calls that the owner still waits for. */
  abandon(owner: CallOwner): void;
}

/** The call owner: all calls that one invocation has in flight. One further owner holds the calls outside of invocations. */
export class CallOwner {
  readonly invocation: Invocation | undefined;
  /** The queues of the owner's calls, by interface. Includes shared queues. */
  readonly queues: Map<object, OwnedQueue> = new Map();
  /** Number of results that the owner waits for. */
  open = 0;
  /** Number of times that the owner's calls have been sent. */
  turn = 0;
  hasEnded: boolean;
  #isWatched = false;
  #idle: (() => void) | undefined;
  #over: (() => void) | undefined;

  constructor(invocation?: Invocation, hasEnded = false) {
    this.invocation = invocation;
    this.hasEnded = hasEnded;
  }

  /** Time until which the owner can work, in ms since the epoch: -Infinity after its end, 0 after its signal was aborted, otherwise its deadline. */
  get #until(): number {
    if (this.hasEnded) return Number.NEGATIVE_INFINITY;
    const { signal, deadline = Number.POSITIVE_INFINITY } = this.invocation ?? {};
    return signal?.aborted ? 0 : deadline;
  }

  /** Whether this invocation has more time left than the other one. An invocation that has ended or was aborted has none. */
  isBetterThan(other: CallOwner): boolean {
    return this.#until > other.#until;
  }

  /** Whether a failure may be caused by the end of its time. Code that works for an invocation stops shortly before the deadline. */
  isOver(): boolean {
    return this.#until - Date.now() < ALMOST;
  }

  /** Whether there is time to collect calls for `window` ms. */
  hasTimeFor(window: number): boolean {
    if (!this.invocation || this.hasEnded) return false;
    const { deadline } = this.invocation;
    return deadline === undefined || deadline - Date.now() > 2 * window + 100;
  }

  /** Starts one timer at the first call. Shortly before the deadline it rejects all open calls; it is cleared when the invocation ends. */
  watch(): void {
    if (this.#isWatched || this.hasEnded || this.invocation?.deadline === undefined) return;
    this.#isWatched = true;
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    void withDeadline(over, this.invocation.deadline, () => {
      for (const queue of this.queues.values()) queue.abandon(this);
    });
  }

  close(): void {
    if (--this.open === 0) this.#idle?.();
  }

  /** Sends all queued calls and waits for all results. */
  async finish(): Promise<void> {
    while (this.open > 0) {
      for (const queue of this.queues.values()) queue.flush();
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        if (this.open === 0) resolve();
      });
      // Callers that have received a result may make further calls.
      await new Promise<void>(afterPromiseJobs);
    }
    this.hasEnded = true;
    this.#over?.();
  }
}
