import { toCrash, toTimeout } from './answers.ts';
import type { Crash, Failure, Timeout } from './result.ts';
import type { Exit } from './runtime-process.ts';

/** How INIT can fail. */
export type InitEnding = Failure | Timeout | Crash;

/** The INIT phase of one execution environment: how long it takes, and how it fails. */
export class Init {
  #begunAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #duration: number | undefined;
  #toEnding: ((requestId: string) => InitEnding) | undefined;

  get running(): boolean {
    return this.#duration === undefined;
  }

  /** ms, once it has ended. */
  get duration(): number | undefined {
    return this.#duration;
  }

  /** How it failed, told to the invocation it was for; undefined if it did not. */
  endingFor(requestId: string): InitEnding | undefined {
    return this.#toEnding?.(requestId);
  }

  /** The process has been started; what was done before, copying code and layers, is not INIT. */
  begin(timeout: number, onExpire: () => void): void {
    this.#begunAt = performance.now();
    this.#timer = setTimeout(() => {
      this.#toEnding ??= (id) => toTimeout('init', id, timeout);
      onExpire();
    }, timeout);
  }

  /** The runtime said what went wrong; it will end. */
  fail(ending: InitEnding): void {
    this.#toEnding ??= () => ending;
  }

  succeed(): void {
    this.#stop();
  }

  /** The process is gone before INIT was over. */
  crash(exit: Exit): void {
    this.#stop();
    this.#toEnding ??= (id) => toCrash('init', id, exit);
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  #stop(): void {
    this.cancel();
    this.#duration = performance.now() - this.#begunAt;
  }
}
