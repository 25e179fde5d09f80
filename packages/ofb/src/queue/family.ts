import type { Control, Facts, Handler, Operation, Scope } from '@suga/gateway';
import { asidePlan, isRead, type Plan, planOf, type Totals } from '../plan/plan.js';
import type { Call } from './call.js';
import type { LaneFamily } from './contract.js';
import { Lane } from './lane.js';
import type { Page } from './page.js';
import { Reads } from './reads.js';

/** A read that has been under way for so long, in ms, is joined by nobody: it may have been lost. */
const LATE = 1000;

/** An interface as fusing sees it: what of it travels together, and what is under way. */
export class Family implements LaneFamily {
  readonly name: string;
  /** The operations it was made for. */
  readonly table: Readonly<Record<string, Facts>>;
  readonly plans: ReadonlyMap<string, Plan | string>;
  readonly reads: Reads = new Reads();
  readonly totals: Totals;
  /** How many lanes are collecting. */
  collecting = 0;
  /** The functions that operations are bound to beneath, as long as the interface is loaded. */
  readonly #beneath = new Map<string, Handler>();
  readonly #passing = new Map<string, Operation>();
  readonly #control: Control;
  readonly #isFused: boolean;
  readonly #lane: Lane | undefined;

  constructor(name: string, control: Control, totals: Totals) {
    const table = control.operations(name);
    this.name = name;
    this.table = table;
    this.#control = control;
    this.totals = totals;
    this.plans = new Map(Object.keys(table).map((operation) => [operation, planOf(name, operation, table)]));
    const plans = [...this.plans.values()].filter((plan) => typeof plan !== 'string');
    this.#isFused = plans.length > 0;
    this.#lane = plans.length > 0 && plans.every(({ shared }) => shared) ? new Lane(this) : undefined;
  }

  /** Whether calls of several invocations may travel together: an interface's operations keep their order only all in one lane. */
  get isShared(): boolean {
    return this.#lane !== undefined;
  }

  /** Takes note of an operation's binding; `undefined` where it is to be left untouched. */
  bound(operation: Operation, next: Handler): Plan | undefined {
    const { name, facts } = operation;
    this.#beneath.set(name, next);
    const plan = this.plans.get(name);
    if (typeof plan === 'object') return plan;
    if (!this.#isFused) return undefined;
    if (facts.returns === 'promise') return asidePlan(this.name, name, facts);
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
  laneSoFar(page: Page): Lane | undefined {
    return this.#lane ?? this.#ownLane(page);
  }

  laneOf(page: Page): Lane {
    let lane = this.#ownLane(page);
    if (!lane) page.lanes.set(this, (lane = this.#lane ?? new Lane(this)));
    return lane;
  }

  /** What a page keeps for a family is what that family put there. */
  #ownLane(page: Page): Lane | undefined {
    return page.lanes.get(this) as Lane | undefined;
  }

  /** Whether an invocation may have a call's answer: not where something may have been written unseen since it was sent, nor where it may never come. */
  mayHave(call: Call, page: Page): boolean {
    const isAhead = call.aheadSince !== undefined;
    if (call.page !== page && (isAhead || !this.isShared)) return false;
    if (!call.plan.isCopied && !isAhead) return false;
    const { batch, isDone } = call;
    return !batch || batch.sentAt === 0 || (batch.passed === this.passed && (isDone || Date.now() - batch.sentAt < LATE));
  }
}
