/** The first pause's longest, and the longest of all, in ms. */
const [BASE, CAP] = [25, 2000];

/**
 * Pauses between tries: each of a random length up to a limit that doubles, so that those who were refused together do not come back together
 * ("full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 */
export class Backoff {
  #tries = 0;
  #remaining = Number.POSITIVE_INFINITY;
  readonly #deadline: number;

  /** @param deadline When no time is left, in ms since the epoch. */
  constructor(deadline: number) {
    this.#deadline = deadline;
  }

  /** How many are still to be done: where that has become less, the pauses begin anew. */
  remaining(count: number): void {
    if (count < this.#remaining) this.#tries = 0;
    this.#remaining = count;
  }

  /** Waits for the next try; `false` at once where there is none within the time, or after `maxTries`. */
  async next(maxTries: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    const pause = Math.random() * Math.min(CAP, BASE * 2 ** this.#tries);
    if (this.#tries++ >= maxTries || Date.now() + pause >= this.#deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, pause));
    return true;
  }
}
