import type { Control, Facts, Handler, Operation, Scope } from '@suga/gateway';
import { bypassPlan, isRead, type Plan, type Totals, toPlan } from '../plan/plan.js';
import type { Call } from './call.js';
import type { CallOwner } from './call-owner.js';
import { CallQueue } from './call-queue.js';
import type { QueuedInterface } from './contract.js';
import { PendingReads } from './pending-reads.js';

/** Time in ms after which a read in flight is not joined any more, because its response may be lost. */
const LATE = 1000;

/** One interface: the plans of its operations, its queues, and its reads in flight. */
export class InterfaceBatcher implements QueuedInterface {
  readonly name: string;
  /** The operation table that this object was created for. */
  readonly table: Readonly<Record<string, Facts>>;
  readonly plans: ReadonlyMap<string, Plan | string>;
  readonly reads: PendingReads = new PendingReads();
  readonly totals: Totals;
  /** Number of queues that are collecting calls. */
  collecting = 0;
  /** The functions that ofb wraps, by operation. Empty while the interface is not loaded. */
  readonly #beneath = new Map<string, Handler>();
  readonly #passing = new Map<string, Operation>();
  readonly #control: Control;
  readonly #isFused: boolean;
  readonly #queue: CallQueue | undefined;

  constructor(name: string, control: Control, totals: Totals) {
    const table = control.operations(name);
    this.name = name;
    this.table = table;
    this.#control = control;
    this.totals = totals;
    this.plans = new Map(Object.keys(table).map((operation) => [operation, toPlan(name, operation, table)]));
    const plans = [...this.plans.values()].filter((plan) => typeof plan !== 'string');
    this.#isFused = plans.length > 0;
    this.#queue = plans.length > 0 && plans.every(({ shared }) => shared) ? new CallQueue(this) : undefined;
  }

  /** Whether calls of several invocations may share a batch. True only if all fused operations are `shared`, because one queue has to keep their order. */
  get isShared(): boolean {
    return this.#queue !== undefined;
  }

  /** Records the binding of an operation and returns its plan. `undefined` if the operation is bound unchanged. */
  bound(operation: Operation, next: Handler): Plan | undefined {
    const { name, facts } = operation;
    this.#beneath.set(name, next);
    const plan = this.plans.get(name);
    if (typeof plan === 'object') return plan;
    if (!this.#isFused) return undefined;
    if (facts.returns === 'promise') return bypassPlan(this.name, name, facts);
    if (!isRead(facts)) this.#passing.set(name, operation);
    return undefined;
  }

  /** Runs work in a scope. The code that sends a queue may run in another scope than some of its calls. */
  enter(scope: Scope | undefined, work: () => void): void {
    if (!scope || scope === this.#control.scope()) work();
    else this.#control.runIn(scope, work);
  }

  unloaded(): void {
    this.#beneath.clear();
  }

  beneath(operation: string): Handler | undefined {
    return this.#beneath.get(operation);
  }

  /** Number of calls of operations that are bound unchanged and may have changed data. The gateway counts them anyway, so this costs the calls nothing. */
  get passed(): number {
    let sum = 0;
    for (const { calls } of this.#passing.values()) sum += calls;
    return sum;
  }

  /** Returns the queue that may hold earlier calls. `undefined` if there is none. */
  openQueue(owner: CallOwner): CallQueue | undefined {
    return this.#queue ?? this.#ownQueue(owner);
  }

  /** Returns the queue for an owner's calls. Creates it if necessary. */
  queueOf(owner: CallOwner): CallQueue {
    let queue = this.#ownQueue(owner);
    if (!queue) owner.queues.set(this, (queue = this.#queue ?? new CallQueue(this)));
    return queue;
  }

  /** Reads the owner's queue. The cast is safe, because only this class stores a queue under itself. */
  #ownQueue(owner: CallOwner): CallQueue | undefined {
    return owner.queues.get(this) as CallQueue | undefined;
  }

  /** Whether an invocation may join a call. Not if an unseen call may have written since the call was sent, nor if its response may be lost. */
  mayJoin(call: Call, owner: CallOwner): boolean {
    const { isPrefetched } = call;
    if (call.owner !== owner && (isPrefetched || !this.isShared)) return false;
    if (!call.plan.isCopied && !isPrefetched) return false;
    const { batch, isDone } = call;
    return !batch || batch.sentAt === 0 || (batch.passed === this.passed && (isDone || Date.now() - batch.sentAt < LATE));
  }
}
