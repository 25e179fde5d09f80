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

/** Calls that may travel together and keep their order: those of one interface, in one invocation or (where it is shared) in all of them. */
export class CallQueue implements BatchQueue {
  readonly batcher: QueuedInterface;
  readonly #order = new CallOrder();
  #collected: Call[] = [];
  /** Calls that wait for others to be done. */
  #held: Call[] = [];
  readonly #sent = new Set<Sent>();
  #isScheduled = false;
  #isLooking = false;
  #timer: NodeJS.Timeout | undefined;
  /** Of whoever called last: who calls twice in one queue is captured once. */
  #last: { readonly owner: CallOwner; readonly context: AsyncResource } | undefined;

  constructor(batcher: QueuedInterface) {
    this.batcher = batcher;
  }

  /** @param window How long to collect beyond the end of the tick, in ms. */
  add(call: Call, window: number): void {
    const isAhead = call.isPrefetched && call.key !== undefined;
    const blockers = isAhead ? this.#order.before(call.key as string) : this.#order.add(call);
    if (blockers.length > 0) call.blockers = blockers;
    // Otherwise it is sent in its own invocation's turn, whoever does it.
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

  /** The context of an owner's first call in the queue: what is sent in somebody else's turn is sent in its own all the same. */
  #contextOf(owner: CallOwner): AsyncResource {
    if (this.#collected.length === 0 || this.#last?.owner !== owner) this.#last = { owner, context: contextHere() };
    return this.#last.context;
  }

  /** Somebody waits for what was fetched ahead: what comes now must not overtake it. */
  order(call: Call): void {
    if (!call.isDone) this.#order.add(call);
  }

  /** Sends what has been collected. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isScheduled = false;
    const queue = this.#collected;
    this.#collected = [];
    if (!this.batcher.isShared && this.batcher.collecting > 1) for (const { plan } of queue) plan.tally.notBatched.invocation++;
    if (queue.length > 0) this.batcher.collecting--;
    this.#go(queue);
  }

  /** Lets go first what has been called; gives whether some of it has to wait still. */
  isHeldUp(): boolean {
    this.flush();
    return this.#held.length > 0;
  }

  /** Fails the calls that an owner still waits for, shortly before its deadline. */
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

  /** A call has its answer, or needs none. */
  done(call: Call): void {
    if (call.isDone) return;
    call.isDone = true;
    call.blockers = undefined;
    this.#order.done(call);
    if (call.plan.effect === 'read' && call.key !== undefined && !call.isPrefetched) this.batcher.reads.remove(call);
  }

  /** Nobody waits for a call any more, so nobody is held back by it. */
  #giveUp(call: Call): void {
    if (call.key !== undefined) this.batcher.reads.remove(call);
    this.done(call);
    const { batch } = call;
    if (batch?.calls.every(({ isDone }) => isDone)) this.#sent.delete(batch);
    this.lookSoon();
  }

  /** @param batch What has been answered altogether, so that others may go. */
  finished(batch: Sent): void {
    this.#sent.delete(batch);
    this.#go();
  }

  /** Of a batch some have been answered; once for all that are reported in one turn. */
  lookSoon(): void {
    if (this.#isLooking || this.#held.length === 0) return;
    this.#isLooking = true;
    afterPromiseJobs(() => {
      this.#isLooking = false;
      this.#go();
    });
  }

  /** In the order of the calls, those first that had to wait: into a batch, or, where one before them is neither done nor in the same batch, back. */
  #go(queue: readonly Call[] = []): void {
    if (this.#held.length + queue.length === 0) return;
    const calls = this.#held.length > 0 ? [...this.#held, ...queue] : queue;
    this.#held = [];
    const batches: Batch[] = [];
    const open = new Map<string, Batch>();
    for (const call of calls) {
      // Nobody has the time to wait for it any more, and it has not been begun.
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
    // By itself: who asks waits for nothing that nobody has asked for.
    const group = call.waiters.length === 0 ? `${plan.group}/ahead` : plan.group;
    let batch = open.get(group);
    const canTravel = Batch.takes(call);
    if (batch && !(canTravel && batch.hasRoomFor(call))) batch = undefined;
    if (blockers?.some((blocker) => holds(blocker) && (blocker.batch !== batch || batch?.form !== 'calls'))) {
      if (!call.isHeld) plan.tally.notBatched.order++;
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
    `ofb: "${operation}" has not answered in the time the invocation has left; it may have been done all the same.`,
  );
