import type { AsyncResource } from 'node:async_hooks';
import type { Handler, Scope } from '@suga/gateway';
import type { Plan } from '../plan/plan.js';
import type { CallOwner } from './call-owner.js';
import { copyOf, NONE } from './copy.js';

let resolveNext: (value: unknown) => void;
let rejectNext: (error: unknown) => void;
/** One executor for all promises: a closure per promise costs more than the promise itself. */
const take = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
  resolveNext = resolve;
  rejectNext = reject;
};

/** A caller that waits for a call's result. */
export class Waiter {
  readonly owner: CallOwner;
  readonly promise: Promise<unknown>;
  /** Repeats the call. Defined only if the caller joined the call of another caller. */
  readonly again: (() => Promise<unknown>) | undefined;
  isOpen = true;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;

  constructor(owner: CallOwner, again?: () => Promise<unknown>) {
    this.owner = owner;
    this.again = again;
    this.promise = new Promise(take);
    this.#resolve = resolveNext;
    this.#reject = rejectNext;
    owner.open++;
  }

  resolve(value: unknown): void {
    if (this.isOpen) this.#close();
    this.#resolve(value);
  }

  reject(error: unknown): void {
    if (this.isOpen) this.#close();
    this.#reject(error);
  }

  /** Repeats the call, unless the caller was rejected at its deadline. */
  askAgain(): void {
    if (this.isOpen && this.again) this.resolve(this.again());
  }

  #close(): void {
    this.isOpen = false;
    this.owner.close();
  }
}

/** A call before it is queued. */
export interface CallRequest {
  readonly plan: Plan;
  readonly args: readonly unknown[];
  /** The function of the operation itself. */
  readonly next: Handler;
  /** The caller's scope: the invocation or a part of it. */
  readonly scope: Scope | undefined;
}

/** State that all calls of one batch share. */
export interface Sent {
  readonly calls: readonly Call[];
  /** Time of sending in ms since the epoch; 0 if not sent yet. */
  readonly sentAt: number;
  /** The value of `BatchedInterface.passed` when the batch was sent. */
  readonly passed: number;
}

/** One call, and all callers that wait for its result. */
export class Call {
  readonly plan: Plan;
  readonly args: readonly unknown[];
  readonly next: Handler;
  readonly key: string | undefined;
  /** The callers. The first one made the call, the others joined it. Empty for a prefetched call that is not requested yet. */
  readonly waiters: Waiter[] = [];
  /** The invocation that the call is sent for: the one of its callers with the most time left. */
  owner: CallOwner;
  /** The scope that the call runs in: its caller's. */
  scope: Scope | undefined;
  context: AsyncResource | undefined = undefined;
  /** How this read is compared with others; see `comparable`. */
  likeness: true | string | undefined = undefined;
  /** The previous read of the same key; see `PendingReads`. */
  before: Call | undefined = undefined;
  /** Earlier calls that this call must not overtake. */
  blockers: readonly Call[] | undefined = undefined;
  /** Whether later calls are ordered after this call. */
  isOrdered = false;
  /** The batch that contains or contained the call. */
  batch: Sent | undefined = undefined;
  /** Whether the call has its result, or no caller waits for it any more. */
  isDone = false;
  /** Whether the call had to wait for earlier calls. */
  isHeld = false;
  /** Time of the prefetch in ms of the process's monotonic clock. Undefined for ordinary calls. */
  prefetchedAt: number | undefined = undefined;
  /** The result of a prefetched call. */
  value: unknown = undefined;

  constructor({ plan, args, next, scope }: CallRequest, key: string | undefined, owner: CallOwner) {
    this.plan = plan;
    this.args = args;
    this.next = next;
    this.scope = scope;
    this.key = key;
    this.owner = owner;
  }

  get isPrefetched(): boolean {
    return this.prefetchedAt !== undefined;
  }

  get isSent(): boolean {
    return this.batch !== undefined && this.batch.sentAt > 0;
  }

  get isWanted(): boolean {
    if (this.waiters.length === 0) return !this.owner.hasEnded;
    return this.waiters.some(({ isOpen }) => isOpen);
  }

  resolve(value: unknown): void {
    if (this.isPrefetched) this.value = value;
    // Copies are made before the first caller gets the original, because that caller may change it.
    for (let at = 1; at < this.waiters.length; at++) {
      const waiter = this.waiters[at] as Waiter;
      const copy = copyOf(value);
      if (copy === NONE) this.plan.isCopied = false;
      if (copy === NONE) waiter.askAgain();
      else waiter.resolve(copy);
    }
    this.waiters[0]?.resolve(value);
  }

  /** @param runner The invocation that the call was sent for. If it failed because that invocation ran out of time, other callers repeat it. */
  reject(error: unknown, runner: CallOwner): void {
    for (const waiter of this.waiters) {
      const isOthers = this.isPrefetched || (waiter.owner.isBetterThan(runner) && runner.isOver());
      if (waiter.again && isOthers) waiter.askAgain();
      else waiter.reject(error);
    }
  }
}
