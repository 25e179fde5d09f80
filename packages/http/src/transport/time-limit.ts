/** Causes that end a request before its response: a time limit, the caller's signal, or an invocation that did not wait for it. */
export type EndedBy = 'attempt' | 'request' | 'invocation' | 'caller' | 'abandoned';

/**
 * Aborts work when its time is up or when a signal is aborted, with the reason for it. Call `Symbol.dispose` after the work: no timer and no
 * listener may outlive it, because the process is frozen and because an invocation's signal lives longer than a request.
 */
export class TimeLimit {
  /** The cause that ended the work first, as named by `after` or `when`. */
  endedBy: EndedBy | undefined;
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];

  /** Aborts after `ms`. The reason is created by `timeUp` at that time. */
  after(ms: number, timeUp: () => unknown, by?: EndedBy): this {
    const timer = setTimeout(() => this.#end(timeUp, by), ms);
    this.#undo.push(() => clearTimeout(timer));
    return this;
  }

  /** Aborts when `signal` is aborted. The reason is that of the signal, converted by `toReason`. */
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

  /** Waits. Rejects if the work is aborted before. */
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
