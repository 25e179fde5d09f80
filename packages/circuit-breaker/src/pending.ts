import type { Invocation } from '@suga/gateway';

/** What is left to the answer when the deadline is near, in ms. */
const MARGIN = 100;

/** What an invocation's response waits for: nothing goes on beside the freeze. */
export class Pending {
  readonly #current: () => Invocation | undefined;
  readonly #works = new WeakMap<Invocation, Set<Promise<unknown>>>();

  constructor(current: () => Invocation | undefined) {
    this.#current = current;
  }

  /** Keeps the running invocation's response back until this, which does not fail, has ended. */
  hold(work: Promise<unknown>): void {
    const invocation = this.#current();
    if (!invocation) return;
    const works = this.#works.get(invocation) ?? new Set();
    this.#works.set(invocation, works.add(work));
    void work.then(() => works.delete(work));
  }

  /** When all has ended, or the deadline is near. */
  settled(invocation: Invocation): void | Promise<void> {
    const works = this.#works.get(invocation);
    if (works?.size) return until(invocation.deadline, Promise.all(works));
  }
}

async function until(deadline: number | undefined, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = deadline === undefined ? [] : [new Promise((resolve) => (timer = setTimeout(resolve, Math.max(0, deadline - MARGIN - Date.now()))))];
  await Promise.race([work, ...over]);
  clearTimeout(timer);
}
