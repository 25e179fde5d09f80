/** Upper limit of the first pause, and of all pauses, in ms. */
const [BASE, CAP] = [25, 2000];

/**
 * Pauses between tries. Each has a random length up to a limit that doubles, so that clients that were throttled together do not retry
 * together ("full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export class Backoff {
  #tries = 0;
  #remaining = Number.POSITIVE_INFINITY;
  readonly #deadline: number;

  /** @param deadline End of the time limit, in ms since the epoch. */
  constructor(deadline: number) {
    this.#deadline = deadline;
  }

  /** Reports how many items are still to be done. If the number has decreased, the pauses start again from the shortest. */
  remaining(count: number): void {
    if (count < this.#remaining) this.#tries = 0;
    this.#remaining = count;
  }

  /** Waits for the next try. Returns `false` at once if the pause would pass the deadline, or after `maxTries`. */
  async next(maxTries: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    const pause = Math.random() * Math.min(CAP, BASE * 2 ** this.#tries);
    if (this.#tries++ >= maxTries || Date.now() + pause >= this.#deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, pause));
    return true;
  }
}
