import type { Invocation } from '@suga/gateway';
import { withDeadline } from '@suga/gateway/deadline';

/** The work that an invocation's response waits for, because no work continues during the freeze. */
export class ResponseHold {
  readonly #current: () => Invocation | undefined;
  readonly #works = new WeakMap<Invocation, Set<Promise<unknown>>>();

  constructor(current: () => Invocation | undefined) {
    this.#current = current;
  }

  /** Delays the response of the running invocation until the work has ended. @param work A promise that never rejects */
  hold(work: Promise<unknown>): void {
    const invocation = this.#current();
    if (!invocation) return;
    const works = this.#works.get(invocation) ?? new Set();
    this.#works.set(invocation, works.add(work));
    void work.then(() => works.delete(work));
  }

  /** Resolves when all work has ended, or when the deadline is near. */
  settled(invocation: Invocation): void | Promise<void> {
    const works = this.#works.get(invocation);
    if (works?.size) return withDeadline(Promise.all(works).then(nothing), invocation.deadline, nothing);
  }
}

const nothing = (): void => {};
