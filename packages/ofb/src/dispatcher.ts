import { type Totals, unfusedReason } from './plan/plan.js';
import type { Prefetcher } from './prefetch/prefetcher.js';
import { Call, type CallRequest, Waiter } from './queue/call.js';
import { comparable, toKey } from './queue/call-key.js';
import type { CallOwner } from './queue/call-owner.js';
import { contextHere, throwToCaller } from './queue/caller-stack.js';
import type { InterfaceBatcher } from './queue/interface-batcher.js';

/** State that all calls of one gateway share. */
interface DispatcherDeps {
  readonly batchers: ReadonlyMap<string, InterfaceBatcher>;
  readonly totals: Totals;
  readonly prefetcher: Prefetcher | undefined;
}

/** Accepts calls: a call either joins an identical read that is in flight, or enters a call queue. */
export class Dispatcher {
  readonly #window: number;
  readonly #deps: DispatcherDeps;

  constructor(window: number, deps: DispatcherDeps) {
    this.#window = window;
    this.#deps = deps;
  }

  enqueue(batcher: InterfaceBatcher, owner: CallOwner, request: CallRequest): Promise<unknown> {
    const { totals, prefetcher } = this.#deps;
    request.plan.counters.calls++;
    totals.calls++;
    const { promise } = this.#submit(batcher, owner, request);
    if (prefetcher && request.plan.effect === 'read') this.#prefetch(prefetcher, owner, request);
    return promise.then(undefined, throwToCaller);
  }

  /**
   * Sends a call that is not fused, without letting it overtake earlier calls.
   *
   * Queued calls of the same interface are sent first. If one of them is blocked, this call waits behind it.
   * Unless it is a read, its effect is unknown: reads that started before it ended are not shared with later callers.
   */
  bypass(batcher: InterfaceBatcher, owner: CallOwner, request: CallRequest): unknown {
    const { plan, args, next } = request;
    const isRead = plan.effect === 'read';
    if (!isRead) batcher.reads.written(undefined);
    if (batcher.openQueue(owner)?.isHeldUp()) return this.#wait(batcher, owner, request);
    const made = next(...args);
    return isRead ? made : Promise.resolve(made).finally(() => batcher.reads.written(undefined));
  }

  #wait(batcher: InterfaceBatcher, owner: CallOwner, request: CallRequest): Promise<unknown> {
    const { plan, args, next } = request;
    this.#deps.totals.calls++;
    owner.watch();
    const last = (): unknown => Promise.resolve(next(...args)).finally(() => plan.effect === 'write' && batcher.reads.written(undefined));
    const call = new Call({ ...request, next: last }, undefined, owner);
    return this.#queue(batcher, call, undefined).promise.then(undefined, throwToCaller);
  }

  #submit(batcher: InterfaceBatcher, owner: CallOwner, request: CallRequest): Waiter {
    const { plan, args } = request;
    const key = plan.keyAt < 0 ? undefined : toKey(args[plan.keyAt]);
    if (plan.effect === 'write') batcher.reads.written(key);
    const likeness = plan.effect === 'read' && key !== undefined ? comparable(args) : undefined;
    const same = likeness && batcher.reads.find({ plan, args, key, likeness }, (call) => batcher.mayJoin(call, owner));
    owner.watch();
    if (!same) return this.#queue(batcher, new Call(request, key, owner), likeness);
    // The end of the invocation has to find the queue in which this caller waits.
    batcher.queueOf(owner);
    // Not the context of the owner's first call: if this caller has to repeat the read, the repetition runs in its own context.
    const context = contextHere();
    const waiter = new Waiter(owner, () => context.runInAsyncScope(() => this.#submit(batcher, owner, request).promise));
    same.plan.counters[same.isPrefetched ? 'prefetched' : 'deduplicated']++;
    same.waiters.push(waiter);
    if (same.isPrefetched) this.#handOut(batcher, same, waiter);
    if (!same.isSent) this.#share(same, { owner, context, scope: request.scope });
    return waiter;
  }

  /** Adds a caller to a read that is not sent yet. As with a batch, the read runs for the invocation with the most time, in a scope that contains all callers. */
  #share(call: Call, { owner, context, scope }: Pick<Call, 'owner' | 'context' | 'scope'>): void {
    const isForAll = call.waiters.length > 1 && call.scope !== scope;
    if (owner.isBetterThan(call.owner)) Object.assign(call, { owner, context, scope });
    if (isForAll) call.scope = call.owner.invocation;
  }

  #queue(batcher: InterfaceBatcher, call: Call, likeness: Call['likeness']): Waiter {
    const { owner } = call;
    const waiter = new Waiter(owner);
    call.waiters.push(waiter);
    this.#add(batcher, call, likeness);
    return waiter;
  }

  #add(batcher: InterfaceBatcher, call: Call, likeness: Call['likeness']): void {
    call.likeness = likeness;
    batcher.queueOf(call.owner).add(call, this.#window > 0 && call.owner.hasTimeFor(this.#window) ? this.#window : 0);
    if (likeness) batcher.reads.add(call);
  }

  /** Uses a prefetched result once. A second read by the same code is meant to see changes, so it is sent. */
  #handOut(batcher: InterfaceBatcher, call: Call, waiter: Waiter): void {
    this.#deps.prefetcher?.used(waiter.owner, call);
    batcher.reads.remove(call);
    if (call.isDone) waiter.resolve(call.value);
    else batcher.queueOf(waiter.owner).order(call);
  }

  #prefetch(prefetcher: Prefetcher, owner: CallOwner, request: CallRequest): void {
    for (const { interface: of, operation, args } of prefetcher.read(owner, request)) {
      const batcher = this.#deps.batchers.get(of);
      const plan = batcher?.plans.get(operation);
      const next = batcher?.beneath(operation);
      if (!batcher || typeof plan !== 'object' || unfusedReason(plan) !== undefined || !next) continue;
      const key = toKey(args[plan.keyAt]);
      const probe = { plan, args, key, likeness: true } as const;
      if (key === undefined || batcher.reads.find(probe, (call) => batcher.mayJoin(call, owner))) continue;
      const call = new Call({ plan, args, next, scope: owner.invocation }, key, owner);
      call.prefetchedAt = prefetcher.now();
      this.#add(batcher, call, true);
      prefetcher.fetched(owner, call, () => batcher.reads.remove(call));
    }
  }
}
