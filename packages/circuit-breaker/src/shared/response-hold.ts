import type { Invocation } from '@suga/gateway';
import { withDeadline } from '@suga/gateway/deadline';

/** What an invocation's response waits for: nothing goes on beside the freeze. */
export class ResponseHold {
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
    if (works?.size) return withDeadline(Promise.all(works).then(nothing), invocation.deadline, nothing);
  }
}

const nothing = (): void => {};
