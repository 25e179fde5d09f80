/** What is left to the answer when the deadline is near, in ms. */
const MARGIN = 100;
/** No timer takes more. */
const MAX_WAIT = 2 ** 31 - 1;

/** What work gives, or what `late` does where it has not ended shortly before a deadline (epoch ms). */
export async function inTime<T, L>(work: Promise<T>, deadline: number | undefined, late: () => L): Promise<T | L> {
  if (deadline === undefined) return work;
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(Math.max(0, deadline - MARGIN - Date.now()), MAX_WAIT));
  });
  try {
    return await Promise.race([work, over.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}

/** Work that several invocations wait for, each as long as it has time itself. What nobody waits for any more is given up. */
export class Joint<T> {
  readonly #abort = new AbortController();
  readonly #work: Promise<T>;
  #waiting = 0;

  /** @param start Begins the work, which ends soon after the signal. */
  constructor(start: (signal: AbortSignal) => Promise<T>) {
    this.#work = start(this.#abort.signal);
  }

  /** Who comes now has to begin anew. */
  get isGivenUp(): boolean {
    return this.#abort.signal.aborted;
  }

  /** What the work gives, or what `late` does where it has not ended shortly before the deadline. */
  async wait<L>(deadline: number | undefined, late: () => L): Promise<T | L> {
    this.#waiting++;
    let isLate = false;
    try {
      return await inTime(this.#work, deadline, () => {
        isLate = true;
        return late();
      });
    } finally {
      this.#waiting--;
      if (isLate && this.#waiting === 0) this.#abort.abort();
    }
  }
}
