import type { Invocation } from '@suga/gateway';
import { withDeadline } from '@suga/gateway/deadline';
import { afterPromiseJobs } from './end-of-tick.js';

/** Near a deadline, in ms. */
const ALMOST = 250;

/** A queue, as the owner of its calls uses it. */
interface OwnedQueue {
  /** Sends what has been collected. */
  flush(): void;
  /** Fails the calls that the owner still waits for. */
  abandon(owner: CallOwner): void;
}

/** What one invocation has under way; or, without one, what is called outside of invocations. */
export class CallOwner {
  readonly invocation: Invocation | undefined;
  /** Where its calls are queued, by interface; shared queues included. */
  readonly queues: Map<object, OwnedQueue> = new Map();
  /** Answers that it waits for. */
  open = 0;
  /** How often its calls have been sent. */
  turn = 0;
  hasEnded: boolean;
  #isWatched = false;
  #idle: (() => void) | undefined;
  #over: (() => void) | undefined;

  constructor(invocation?: Invocation, hasEnded = false) {
    this.invocation = invocation;
    this.hasEnded = hasEnded;
  }

  /** Until when work can be done for it, in ms since the epoch. The one that has ended has the least, after those that were told to stop. */
  get #until(): number {
    if (this.hasEnded) return Number.NEGATIVE_INFINITY;
    const { signal, deadline = Number.POSITIVE_INFINITY } = this.invocation ?? {};
    return signal?.aborted ? 0 : deadline;
  }

  /** Whether work is better done for this one: it has more time left, and has neither ended nor been told to stop. */
  isBetterThan(other: CallOwner): boolean {
    return this.#until > other.#until;
  }

  /** Whether what fails now may fail because its time is over; what works for it stops a little before the deadline. */
  isOver(): boolean {
    return this.#until - Date.now() < ALMOST;
  }

  /** Whether there is time to collect calls for so long, in ms. */
  hasTimeFor(window: number): boolean {
    if (!this.invocation || this.hasEnded) return false;
    const { deadline } = this.invocation;
    return deadline === undefined || deadline - Date.now() > 2 * window + 100;
  }

  /** From its first call on, whoever waits shortly before the deadline gets an error; one timer, which ends with the invocation. */
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

  /** Sends what is queued, and waits for every answer. */
  async finish(): Promise<void> {
    while (this.open > 0) {
      for (const queue of this.queues.values()) queue.flush();
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        if (this.open === 0) resolve();
      });
      // Who got an answer may ask for more.
      await new Promise<void>(afterPromiseJobs);
    }
    this.hasEnded = true;
    this.#over?.();
  }
}
