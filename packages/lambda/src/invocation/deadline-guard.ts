import { LambdaError } from '../errors.js';
import { startTimer } from '../timer.js';

/** What Lambda hands a handler beside the event, as far as it is used here. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
  readonly xRayTraceId?: string | undefined;
}

/**
 * Sees to it that an invocation answers before Lambda ends it: `margin` ms ahead the signal fires, so that the work can stop
 * by itself; half a margin later it is left behind, and another quarter later so are end hooks. Holds a timer: `clear` it when the invocation ends.
 */
export class DeadlineGuard {
  /** In ms since the epoch. */
  readonly deadline: number | undefined;
  /** Resolves when not even end hooks can be waited for any longer. */
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
    // Nobody may be listening when it fires.
    this.expired.catch(() => undefined);
    if (remaining === undefined || !Number.isFinite(remaining)) return;
    this.deadline = Date.now() + remaining;
    const margin = Math.min(wantedMargin, Math.max(0, remaining / 2));
    if (margin > 0) this.set(remaining - margin, () => this.warn(margin));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** The work's result, unless the deadline is nearer: then rejects with a `Deadline` error, whatever the work still does. */
  within<T>(work: T | PromiseLike<T>): Promise<T> {
    return Promise.race([work, this.expired]);
  }

  /** Tells the work that nobody waits for it any more. */
  abort(reason: unknown): void {
    this.controller.abort(reason);
  }

  clear(): void {
    clearTimeout(this.timer);
  }

  private warn(margin: number): void {
    const advice = 'Give the function more time, or the work less to do.';
    const reason = new LambdaError('Deadline', `The invocation was about to run into its timeout: ${Math.round(margin)} ms were left. ${advice}`);
    this.set(margin / 2, () => {
      this.expire(reason);
      // From the deadline: timers may have come late, even after it.
      this.set((this.deadline ?? 0) - margin / 4 - Date.now(), () => this.finish(reason));
    });
    this.abort(reason);
  }

  private set(ms: number, run: () => void): void {
    this.timer = startTimer(ms, run);
  }
}
