import { withDeadline } from './deadline.js';

/** Work that several invocations wait for, each until its own deadline. It is cancelled when the last of them has stopped waiting. */
export class SingleFlight<T> {
  readonly #abort = new AbortController();
  readonly #work: Promise<T>;
  #waiting = 0;

  /** @param start Starts the work. The work must end soon after the signal is aborted. */
  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.#work = start(this.#abort.signal);
  }

  /** Whether the work was cancelled. A new caller has to start new work. */
  get isCancelled(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Waits for the work until shortly before the deadline, and returns the result of `late` if the work is not done by then. */
  async wait<L>(deadline: number | undefined, late: () => L): Promise<T | L> {
    this.#waiting++;
    let isLate = false;
    try {
      return await withDeadline(this.#work, deadline, () => {
        isLate = true;
        return late();
      });
    } finally {
      this.#waiting--;
      if (isLate && this.#waiting === 0) this.#abort.abort();
    }
  }
}
