import type { AsyncResource } from 'node:async_hooks';
import { SugaError } from '@suga/gateway/errors';
import type { OfbErrorCode } from '../contract.js';
import { Batch } from './batch.js';
import type { Call, Sent } from './call.js';
import { CallOrder, holds } from './call-order.js';
import type { CallOwner } from './call-owner.js';
import { contextHere } from './caller-stack.js';
import type { BatchQueue, QueuedInterface } from './contract.js';
import { afterPromiseJobs } from './end-of-tick.js';

/**
 * Calls of one interface that may share a batch and that keep their order.
 *
 * Each invocation has a queue of its own. A shared interface has one queue for all invocations of the execution environment.
 */
export class CallQueue implements BatchQueue {
  readonly batcher: QueuedInterface;
  readonly #order = new CallOrder();
  #collected: Call[] = [];
  /** Calls that wait for earlier calls. */
  #held: Call[] = [];
  readonly #sent = new Set<Sent>();
  #isScheduled = false;
  #isLooking = false;
  #timer: NodeJS.Timeout | undefined;
  /** The last caller and its context, so that several calls of one caller capture the context once. */
  #last: { readonly owner: CallOwner; readonly context: AsyncResource } | undefined;

  constructor(batcher: QueuedInterface) {
    this.batcher = batcher;
  }

  /** Adds a call. @param window Time in ms to collect calls after the end of the tick */
  add(call: Call, window: number): void {
    const isAhead = call.isPrefetched && call.key !== undefined;
    const blockers = isAhead ? this.#order.before(call.key as string) : this.#order.add(call);
    if (blockers.length > 0) call.blockers = blockers;
    // In all other cases the call is sent while its own invocation runs, so the context is right already.
    if (this.batcher.isShared || window > 0 || call.blockers) call.context = this.#contextOf(call.owner);
    if (this.#collected.push(call) === 1) this.batcher.collecting++;
    if (this.#isScheduled) return;
    if (window > 0 && this.#collected.length < call.plan.maxCalls) {
      this.#timer ??= setTimeout(() => this.flush(), window);
      return;
    }
    this.#isScheduled = true;
    afterPromiseJobs(() => this.flush());
  }

  /** Returns the context of the owner's first call in the queue. A call is sent in it even if another invocation triggers the sending. */
  #contextOf(owner: CallOwner): AsyncResource {
    if (this.#collected.length === 0 || this.#last?.owner !== owner) this.#last = { owner, context: contextHere() };
    return this.#last.context;
  }

  /** Orders a prefetched call from now on, because a caller waits for it: later calls must not overtake it. */
  order(call: Call): void {
    if (!call.isDone) this.#order.add(call);
  }

  /** Sends the collected calls. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isScheduled = false;
    const queue = this.#collected;
    this.#collected = [];
    if (!this.batcher.isShared && this.batcher.collecting > 1) for (const { plan } of queue) plan.counters.notBatched.invocation++;
    if (queue.length > 0) this.batcher.collecting--;
    this.#go(queue);
  }

  /** Sends the collected calls and returns whether some of them still have to wait. */
  isHeldUp(): boolean {
    this.flush();
    return this.#held.length > 0;
  }

  /** Rejects the calls that an owner still waits for, shortly before its deadline. */
  abandon(owner: CallOwner): void {
    for (const call of this.#unfinished()) {
      for (const waiter of call.waiters) {
        if (waiter.owner === owner && waiter.isOpen) waiter.reject(deadlineExceeded(`${this.batcher.name}.${call.plan.operation}`));
      }
      if (!call.isWanted) this.#giveUp(call);
    }
  }

  #unfinished(): readonly Call[] {
    return [...[...this.#sent].flatMap(({ calls }) => calls.filter(({ isDone }) => !isDone)), ...this.#held, ...this.#collected];
  }

  /** Marks a call as done: it has its result, or no caller waits for it any more. */
  done(call: Call): void {
    if (call.isDone) return;
    call.isDone = true;
    call.blockers = undefined;
    this.#order.done(call);
    if (call.plan.effect === 'read' && call.key !== undefined && !call.isPrefetched) this.batcher.reads.remove(call);
  }

  /** Removes a call that no caller waits for any more, so that it no longer blocks others. */
  #giveUp(call: Call): void {
    if (call.key !== undefined) this.batcher.reads.remove(call);
    this.done(call);
    const { batch } = call;
    if (batch?.calls.every(({ isDone }) => isDone)) this.#sent.delete(batch);
    this.lookSoon();
  }

  /** Removes a batch that is complete, and sends the calls that waited for it. */
  finished(batch: Sent): void {
    this.#sent.delete(batch);
    this.#go();
  }

  /** Checks the waiting calls after a part of a batch has been settled. Runs once for all results of one tick. */
  lookSoon(): void {
    if (this.#isLooking || this.#held.length === 0) return;
    this.#isLooking = true;
    afterPromiseJobs(() => {
      this.#isLooking = false;
      this.#go();
    });
  }

  /**
   * Sends all calls that may go, in the order in which they were made. Calls that already waited come first. A call keeps waiting if an
   * earlier call that blocks it is neither done nor in the same batch.
   */
  #go(queue: readonly Call[] = []): void {
    if (this.#held.length + queue.length === 0) return;
    const calls = this.#held.length > 0 ? [...this.#held, ...queue] : queue;
    this.#held = [];
    const batches: Batch[] = [];
    const open = new Map<string, Batch>();
    for (const call of calls) {
      // The call was not sent yet, and all its callers have run out of time.
      if (!call.isWanted) this.done(call);
      else this.#place(call, open, batches);
    }
    for (const batch of batches) {
      this.#sent.add(batch);
      batch.send();
    }
  }

  #place(call: Call, open: Map<string, Batch>, batches: Batch[]): void {
    const { plan, blockers } = call;
    // Prefetched calls get batches of their own, so that no caller waits for a result that is not requested yet.
    const group = call.waiters.length === 0 ? `${plan.group}/ahead` : plan.group;
    let batch = open.get(group);
    const canTravel = Batch.takes(call);
    if (batch && !(canTravel && batch.hasRoomFor(call))) batch = undefined;
    if (blockers?.some((blocker) => holds(blocker) && (blocker.batch !== batch || batch?.form !== 'calls'))) {
      if (!call.isHeld) plan.counters.notBatched.order++;
      call.isHeld = true;
      this.#held.push(call);
      return;
    }
    if (!batch) {
      batches.push((batch = new Batch(this, plan)));
      if (canTravel) open.set(group, batch);
    }
    batch.add(call);
  }
}

const deadlineExceeded = (operation: string): Error =>
  new SugaError<OfbErrorCode>(
    'DeadlineExceeded',
    `ofb: "${operation}" returned no result before the invocation's deadline. It may have been carried out nevertheless.`,
  );
