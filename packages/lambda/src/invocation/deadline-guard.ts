import { LambdaError } from '../errors.js';
import { startTimer } from '../timer.js';

/** The context that Lambda passes to a handler, as far as this package uses it. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
  readonly xRayTraceId?: string | undefined;
}

/**
 * Makes an invocation respond before Lambda stops it. `margin` ms before the deadline it aborts the signal, so that the work can stop by
 * itself. Half a margin later it abandons the work, and another quarter later the end hooks. It holds a timer: call `clear` when the
 * invocation ends.
 */
export class DeadlineGuard {
  /** Deadline of the invocation, in ms since the epoch. */
  readonly deadline: number | undefined;
  /** Resolves when there is no time left to wait for end hooks. */
  readonly over: Promise<LambdaError>;
  private readonly controller = new AbortController();
  private readonly expired: Promise<never>;
  private expire: (reason: LambdaError) => void = () => undefined;
  private finish: (reason: LambdaError) => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(remaining: number | undefined, wantedMargin: number) {
    this.expired = new Promise((_resolve, reject) => {
      this.expire = reject;
    });
    this.over = new Promise((resolve) => {
      this.finish = resolve;
    });
    // Without this handler, Node would report an unhandled rejection if no work is waiting.
    this.expired.catch(() => undefined);
    if (remaining === undefined || !Number.isFinite(remaining)) return;
    this.deadline = Date.now() + remaining;
    const margin = Math.min(wantedMargin, Math.max(0, remaining / 2));
    if (margin > 0) this.set(remaining - margin, () => this.warn(margin));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Returns the result of the work. Rejects with `Deadline` if the work is not done in time; the work itself is not stopped. */
  within<T>(work: T | PromiseLike<T>): Promise<T> {
    return Promise.race([work, this.expired]);
  }

  /** Aborts the signal: the result of the work is no longer needed. */
  abort(reason: unknown): void {
    this.controller.abort(reason);
  }

  clear(): void {
    clearTimeout(this.timer);
  }

  private warn(margin: number): void {
    const advice = 'Raise the timeout of the function, or do less work per invocation.';
    const reason = new LambdaError('Deadline', `The invocation was about to reach its timeout: ${Math.round(margin)} ms were left. ${advice}`);
    this.set(margin / 2, () => {
      this.expire(reason);
      // Computed from the deadline, because the timers before may have fired late.
      this.set((this.deadline ?? 0) - margin / 4 - Date.now(), () => this.finish(reason));
    });
    this.abort(reason);
  }

  private set(ms: number, run: () => void): void {
    this.timer = startTimer(ms, run);
  }
}
