import type { AsyncResource } from 'node:async_hooks';
import type { Handler, Scope } from '@suga/gateway';
import type { Plan } from '../plan/plan.js';
import type { CallOwner } from './call-owner.js';
import { copyOf, NONE } from './copy.js';

let resolveNext: (value: unknown) => void;
let rejectNext: (error: unknown) => void;
/** One function for all promises: a closure for each costs more than the promise. */
const take = (resolve: (value: unknown) => void, reject: (error: unknown) => void): void => {
  resolveNext = resolve;
  rejectNext = reject;
};

/** A caller that waits for a call's answer. */
export class Waiter {
  readonly owner: CallOwner;
  readonly promise: Promise<unknown>;
  /** Asks anew; there where the call is somebody else's. */
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

  /** Who has given up asks no more. */
  askAgain(): void {
    if (this.isOpen && this.again) this.resolve(this.again());
  }

  #close(): void {
    this.isOpen = false;
    this.owner.close();
  }
}

/** What there is to say of a call before it is queued. */
export interface CallRequest {
  readonly plan: Plan;
  readonly args: readonly unknown[];
  /** The operation's own function. */
  readonly next: Handler;
  /** The caller: the invocation, or a part of it. */
  readonly scope: Scope | undefined;
}

/** What is the same for all calls that were sent together. */
export interface Sent {
  readonly calls: readonly Call[];
  /** In ms since the epoch; 0 before. */
  readonly sentAt: number;
  /** What had passed by unseen by then; see `BatchedInterface.passed`. */
  readonly passed: number;
}

/** One call on its way, and everybody who waits for its answer. */
export class Call {
  readonly plan: Plan;
  readonly args: readonly unknown[];
  readonly next: Handler;
  readonly key: string | undefined;
  /** The first is the one who called. None where it was fetched ahead, and nobody has asked for it. */
  readonly waiters: Waiter[] = [];
  /** For whom it is sent: of its callers the one with the most time. */
  owner: CallOwner;
  /** The scope that it runs in: its caller's. */
  scope: Scope | undefined;
  context: AsyncResource | undefined = undefined;
  /** What a read can be compared by; see `comparable`. */
  likeness: true | string | undefined = undefined;
  /** The read about the same thing that came before it; see `PendingReads`. */
  before: Call | undefined = undefined;
  /** Calls before it that it must not overtake. */
  blockers: readonly Call[] | undefined = undefined;
  /** Whether later calls have to mind it. */
  isOrdered = false;
  /** The batch that it is in, or was. */
  batch: Sent | undefined = undefined;
  /** It has its answer, or nobody waits for one any more. */
  isDone = false;
  /** Whether it had to wait for others. */
  isHeld = false;
  /** When it was fetched ahead, in ms of the process's clock. */
  prefetchedAt: number | undefined = undefined;
  /** The answer, kept where it was fetched ahead. */
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
    // Before the first has it, who may change it.
    for (let at = 1; at < this.waiters.length; at++) {
      const waiter = this.waiters[at] as Waiter;
      const copy = copyOf(value);
      if (copy === NONE) this.plan.isCopied = false;
      if (copy === NONE) waiter.askAgain();
      else waiter.resolve(copy);
    }
    this.waiters[0]?.resolve(value);
  }

  /** @param runner Who it was sent for: its end is nobody else's failure. */
  reject(error: unknown, runner: CallOwner): void {
    for (const waiter of this.waiters) {
      const isOthers = this.isPrefetched || (waiter.owner.isBetterThan(runner) && runner.isOver());
      if (waiter.again && isOthers) waiter.askAgain();
      else waiter.reject(error);
    }
  }
}
