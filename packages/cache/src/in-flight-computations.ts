import type { Host, Invocation } from '@suga/gateway';
import { runSafely } from '@suga/gateway/run-safely';

/** What is left to the answer when a refresh is given up because the deadline is near, in ms. */
const MARGIN = 100;
/** The longest time that a timer takes, in ms. A longer one would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** A computation that is under way. */
interface Running {
  readonly promise: Promise<unknown>;
  /** Who started it; `undefined` outside of invocations. */
  readonly by: Invocation | undefined;
  readonly tags: readonly string[];
  /** Who else waits for it. */
  readonly waiting: Set<Invocation | undefined>;
  /** Fulfilled when its invocation has left it behind. */
  readonly left: Promise<typeof LEFT>;
  abandoned(): void;
}

/** Stands for a computation that nobody goes on with. Never leaves this file. */
const LEFT = Symbol('left');

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

  /** Whether one is under way for the key. */
  has(key: string): boolean {
    return this.#running.has(key);
  }

  /**
   * What the computation under way gives. Where it fails or is left because its invocation is at its end, that is no answer for another
   * invocation: `again` computes anew.
   */
  async join<T>(key: string, again: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key);
    if (!running) return again();
    const [mine, { by }] = [this.#current(), running];
    running.waiting.add(mine);
    try {
      const outcome = await Promise.race([running.promise as Promise<T>, running.left]);
      return outcome === LEFT ? await again() : outcome;
    } catch (error) {
      if (by === mine || !by?.signal?.aborted || mine?.signal?.aborted) throw error;
      return again();
    } finally {
      running.waiting.delete(mine);
    }
  }

  /** Starts one. Whoever is called back is so before the promise settles for others. */
  run<T>(key: string, compute: () => T | PromiseLike<T>, { tags, done, failed, abandoned }: Outcome<T>): Promise<T> {
    const mine = (): boolean => this.#running.get(key)?.promise === promise;
    const promise: Promise<T> = (async () => compute())().then(
      (value) => {
        // What cannot be stored has been computed all the same.
        if (mine()) runSafely(() => done(value));
        this.#forget(key, promise);
        return value;
      },
      (error) => {
        if (mine()) runSafely(() => failed(error));
        this.#forget(key, promise);
        throw error;
      },
    );
    let leave: (left: typeof LEFT) => void = () => undefined;
    const left = new Promise<typeof LEFT>((resolve) => (leave = resolve));
    const leaving = (): void => {
      abandoned();
      leave(LEFT);
    };
    this.#running.set(key, { promise, by: this.#current(), tags, waiting: new Set(), left, abandoned: leaving });
    return promise;
  }

  /** Keeps the running invocation's response back until this has ended; its failure has been told already. */
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

  /** Waits for the invocation's refreshes. */
  async end(invocation: Invocation, timeout: number): Promise<void> {
    const waiting = this.#refreshes.get(invocation);
    const until = Math.min(Date.now() + timeout, (invocation.deadline ?? Number.POSITIVE_INFINITY) - MARGIN);
    // What ends may have begun more: a new value is still to be told to others.
    for (let seen = 0; waiting && seen < waiting.size && Date.now() < until; ) {
      seen = waiting.size;
      await within(until - Date.now(), Promise.all(waiting));
    }
  }

  /** Forgets what an invocation has left unfinished. */
  leave(invocation: Invocation): void {
    for (const [key, { by, waiting, abandoned }] of this.#running) {
      // Also what was begun in INIT: whoever waited for it in vain shows that it hangs.
      if (by !== invocation && (by !== undefined || !waiting.has(invocation))) continue;
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

  /** Who code runs for. What an invocation begins after its end is nobody's, as what is begun in INIT: no end would ever take it back. */
  #current(): Invocation | undefined {
    const invocation = this.#host.invocation();
    return invocation && !this.#host.hasEnded(invocation) ? invocation : undefined;
  }

  #forget(key: string, promise: Promise<unknown>): void {
    if (this.#running.get(key)?.promise === promise) this.#running.delete(key);
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, Math.min(Math.max(0, ms), LONGEST))))]);
  clearTimeout(timer);
}
