import type { Host, Invocation } from '@suga/gateway';

/** What is left to the answer when a refresh is given up because the deadline is near, in ms. */
const MARGIN = 100;

/** A computation that is under way. */
interface Running {
  readonly promise: Promise<unknown>;
  /** Who started it; `undefined` outside of invocations. */
  readonly by: Invocation | undefined;
  readonly tags: readonly string[];
  abandoned(): void;
}

/** What to do with a computation's outcome, unless it has been overtaken. */
export interface Outcome<T> {
  readonly tags: readonly string[];
  done(value: T): void;
  failed(error: unknown): void;
  /** Its invocation ended before it did. */
  abandoned(): void;
}

/**
 * Computations by key, one at a time for each, and those that wait for the next invocation.
 * None outlives the invocation that started it: after a freeze its sockets are dead and nobody should wait for it.
 */
export class Computations {
  readonly #host: Host;
  readonly #running = new Map<string, Running>();
  readonly #next = new Map<string, () => void>();
  readonly #refreshes = new WeakMap<Invocation, Set<Promise<unknown>>>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** The computation under way for the key. */
  current<T>(key: string): Promise<T> | undefined {
    return this.#running.get(key)?.promise as Promise<T> | undefined;
  }

  /** Starts one. Whoever is called back is so before the promise settles for others. */
  run<T>(key: string, compute: () => T | PromiseLike<T>, { tags, done, failed, abandoned }: Outcome<T>): Promise<T> {
    const mine = (): boolean => this.#running.get(key)?.promise === promise;
    const promise: Promise<T> = (async () => compute())().then(
      (value) => {
        if (mine()) done(value);
        this.#forget(key, promise);
        return value;
      },
      (error) => {
        if (mine()) failed(error);
        this.#forget(key, promise);
        throw error;
      },
    );
    this.#running.set(key, { promise, by: this.#host.invocation(), tags, abandoned });
    return promise;
  }

  /** Keeps the running invocation's response back until this has ended; its failure has been told to `failed`. */
  holdResponse(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined);
    const invocation = this.#host.invocation();
    if (!invocation) return;
    const waiting = this.#refreshes.get(invocation) ?? new Set();
    this.#refreshes.set(invocation, waiting.add(settled));
  }

  /** Leaves work to the next invocation; the first to ask for a key is the one whose work it is. */
  later(key: string, work: () => void): void {
    if (!this.#next.has(key)) this.#next.set(key, work);
  }

  /** What was left to this invocation begins. */
  start(): void {
    const due = [...this.#next.values()];
    this.#next.clear();
    for (const work of due) work();
  }

  /** Waits for the invocation's refreshes, and forgets what it leaves unfinished. */
  async end(invocation: Invocation, timeout: number): Promise<void> {
    const waiting = this.#refreshes.get(invocation);
    const left = invocation.deadline === undefined ? timeout : Math.min(timeout, invocation.deadline - Date.now() - MARGIN);
    if (waiting && left > 0) await within(left, Promise.all(waiting));
    for (const [key, { by, abandoned }] of this.#running) {
      if (by !== invocation) continue;
      this.#running.delete(key);
      abandoned();
    }
  }

  /** What is being computed for the key will not be stored. */
  overtake(key: string): void {
    this.#running.delete(key);
    this.#next.delete(key);
  }

  overtakeTagged(tag: string): void {
    for (const [key, { tags }] of this.#running) if (tags.includes(tag)) this.overtake(key);
  }

  clear(): void {
    this.#running.clear();
    this.#next.clear();
  }

  #forget(key: string, promise: Promise<unknown>): void {
    if (this.#running.get(key)?.promise === promise) this.#running.delete(key);
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}
