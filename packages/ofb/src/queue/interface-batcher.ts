import type { Control, Facts, Handler, Operation, Scope } from '@suga/gateway';
import { bypassPlan, isRead, type Plan, type Totals, toPlan } from '../plan/plan.js';
import type { Call } from './call.js';
import type { CallOwner } from './call-owner.js';
import { CallQueue } from './call-queue.js';
import type { QueuedInterface } from './contract.js';
import { PendingReads } from './pending-reads.js';

/** A read that has been under way for so long, in ms, is joined by nobody: it may have been lost. */
const LATE = 1000;

/** An interface as fusing sees it: what of it travels together, and what is under way. */
export class InterfaceBatcher implements QueuedInterface {
  readonly name: string;
  /** The operations it was made for. */
  readonly table: Readonly<Record<string, Facts>>;
  readonly plans: ReadonlyMap<string, Plan | string>;
  readonly reads: PendingReads = new PendingReads();
  readonly totals: Totals;
  /** How many queues are collecting. */
  collecting = 0;
  /** The functions that operations are bound to beneath, as long as the interface is loaded. */
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

  /** Whether calls of several invocations may travel together: an interface's operations keep their order only all in one queue. */
  get isShared(): boolean {
    return this.#queue !== undefined;
  }

  /** Takes note of an operation's binding; `undefined` where it is to be left untouched. */
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

  /** Runs work in a scope: whoever ends a queue runs in another one than some of the calls in it. */
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

  /** How many calls that may have changed something went past: of operations that are bound untouched. Their own counters say it, so it costs them nothing. */
  get passed(): number {
    let sum = 0;
    for (const { calls } of this.#passing.values()) sum += calls;
    return sum;
  }

  /** Where a call may have been queued that comes before this one's. */
  openQueue(owner: CallOwner): CallQueue | undefined {
    return this.#queue ?? this.#ownQueue(owner);
  }

  queueOf(owner: CallOwner): CallQueue {
    let queue = this.#ownQueue(owner);
    if (!queue) owner.queues.set(this, (queue = this.#queue ?? new CallQueue(this)));
    return queue;
  }

  /** What an owner keeps for a batcher is what that batcher put there. */
  #ownQueue(owner: CallOwner): CallQueue | undefined {
    return owner.queues.get(this) as CallQueue | undefined;
  }

  /** Whether an invocation may have a call's answer: not where something may have been written unseen since it was sent, nor where it may never come. */
  mayJoin(call: Call, owner: CallOwner): boolean {
    const { isPrefetched } = call;
    if (call.owner !== owner && (isPrefetched || !this.isShared)) return false;
    if (!call.plan.isCopied && !isPrefetched) return false;
    const { batch, isDone } = call;
    return !batch || batch.sentAt === 0 || (batch.passed === this.passed && (isDone || Date.now() - batch.sentAt < LATE));
  }
}
