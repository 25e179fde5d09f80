import { toCrash, toTimeout } from './answers.ts';
import type { Crash, Failure, Timeout } from './result.ts';
import type { Exit } from './runtime-process.ts';

/** How INIT can fail. */
export type InitEnding = Failure | Timeout | Crash;

/** The INIT phase of one execution environment: its duration and its failure. */
export class Init {
  #begunAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #duration: number | undefined;
  #toEnding: ((requestId: string) => InitEnding) | undefined;

  get running(): boolean {
    return this.#duration === undefined;
  }

  /** Duration in ms. Undefined until INIT has ended. */
  get duration(): number | undefined {
    return this.#duration;
  }

  /** Returns the failure for the invocation that caused this INIT. Undefined if INIT did not fail. */
  endingFor(requestId: string): InitEnding | undefined {
    return this.#toEnding?.(requestId);
  }

  /** Starts the clock when the process starts. The work before that, copying code and layers, is not part of INIT. */
  begin(timeout: number, onExpire: () => void): void {
    this.#begunAt = performance.now();
    this.#timer = setTimeout(() => {
      this.#toEnding ??= (id) => toTimeout('init', id, timeout);
      onExpire();
    }, timeout);
  }

  /** Records the error that the runtime reported. The runtime ends after that. */
  fail(ending: InitEnding): void {
    this.#toEnding ??= () => ending;
  }

  succeed(): void {
    this.#stop();
  }

  /** Records that the process ended before INIT was over. */
  crash(exit: Exit): void {
    this.#stop();
    this.#toEnding ??= (id) => toCrash('init', id, exit);
  }

  /** Stops the timer: no invocation waits for this INIT any more. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  #stop(): void {
    this.cancel();
    this.#duration = performance.now() - this.#begunAt;
  }
}
