/** Causes that end a request before its answer: a time limit, the caller's signal, or an invocation that did not wait for it. */
export type EndedBy = 'attempt' | 'request' | 'invocation' | 'caller' | 'abandoned';

/**
 * Ends work when its time is up or when a signal says so, with the reason for it. Give it back with `Symbol.dispose`:
 * no timer and no listener may outlive the work (the process is frozen, and an invocation's signal lives longer than a request).
 */
export class TimeLimit {
  /** The first that ended the work, as named by `after` or `when`. */
  endedBy: EndedBy | undefined;
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];

  /** Aborts after `ms` for the reason that `timeUp` makes then. */
  after(ms: number, timeUp: () => unknown, by?: EndedBy): this {
    const timer = setTimeout(() => this.#end(timeUp, by), ms);
    this.#undo.push(() => clearTimeout(timer));
    return this;
  }

  /** Aborts when `signal` does, for its reason or the one `toReason` makes of it. */
  when(signal: AbortSignal | undefined, toReason: (reason: unknown) => unknown = (reason) => reason, by?: EndedBy | (() => EndedBy)): this {
    if (!signal) return this;
    const abort = (): void => this.#end(() => toReason(signal.reason), typeof by === 'function' ? by() : by);
    if (signal.aborted) abort();
    else {
      signal.addEventListener('abort', abort, { once: true });
      this.#undo.push(() => signal.removeEventListener('abort', abort));
    }
    return this;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits, unless ended before. */
  async sleep(ms: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const nap = new TimeLimit().after(ms, resolve).when(this.signal, reject);
    try {
      await promise;
    } finally {
      nap[Symbol.dispose]();
    }
  }

  [Symbol.dispose](): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #end(toReason: () => unknown, by: EndedBy | undefined): void {
    if (this.signal.aborted) return;
    this.endedBy = by;
    this.#controller.abort(toReason());
  }
}
