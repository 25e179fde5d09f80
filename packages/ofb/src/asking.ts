import type { Totals } from './plan/plan.js';
import type { Sequences } from './prefetch/sequences.js';
import { type Asked, Call, Taker } from './queue/call.js';
import { contextHere, throwToCaller } from './queue/caller.js';
import type { Family } from './queue/family.js';
import { comparable, keyOf } from './queue/identity.js';
import type { Page } from './queue/page.js';

/** What all calls of one gateway share. */
interface Around {
  readonly families: ReadonlyMap<string, Family>;
  readonly totals: Totals;
  readonly sequences: Sequences | undefined;
}

/** Where calls come in: each joins a read that is the same, or is queued. */
export class Asking {
  readonly #window: number;
  readonly #around: Around;

  constructor(window: number, around: Around) {
    this.#window = window;
    this.#around = around;
  }

  ask(family: Family, page: Page, asked: Asked): Promise<unknown> {
    const { totals, sequences } = this.#around;
    asked.plan.tally.calls++;
    totals.calls++;
    const { promise } = this.#take(family, page, asked);
    if (sequences && asked.plan.effect === 'read') this.#fetchAhead(sequences, page, asked);
    return promise.then(undefined, throwToCaller);
  }

  /**
   * A call that is not fused. What was called before it leaves before it; where that has to wait, so does this one. What it writes is not known,
   * nor when until it has settled: no read that was sent before or meanwhile is anybody's but its caller's.
   */
  pass(family: Family, page: Page, asked: Asked): unknown {
    const { plan, args, next } = asked;
    const isRead = plan.effect === 'read';
    if (!isRead) family.reads.written(undefined);
    if (family.laneSoFar(page)?.isHeldUp()) return this.#wait(family, page, asked);
    const made = next(...args);
    return isRead ? made : Promise.resolve(made).finally(() => family.reads.written(undefined));
  }

  #wait(family: Family, page: Page, asked: Asked): Promise<unknown> {
    const { plan, args, next } = asked;
    this.#around.totals.calls++;
    page.watch();
    const last = (): unknown => Promise.resolve(next(...args)).finally(() => plan.effect === 'write' && family.reads.written(undefined));
    const call = new Call({ ...asked, next: last }, undefined, page);
    return this.#queue(family, call, undefined).promise.then(undefined, throwToCaller);
  }

  #take(family: Family, page: Page, asked: Asked): Taker {
    const { plan, args } = asked;
    const key = plan.keyAt < 0 ? undefined : keyOf(args[plan.keyAt]);
    if (plan.effect === 'write') family.reads.written(key);
    const likeness = plan.effect === 'read' && key !== undefined ? comparable(args) : undefined;
    const same = likeness && family.reads.find({ plan, args, key, likeness }, (call) => family.mayHave(call, page));
    page.watch();
    if (!same) return this.#queue(family, new Call(asked, key, page), likeness);
    // So that the invocation's end knows where it waits.
    family.laneOf(page);
    // Its own, and not that of its page's first call: what it may have to ask anew is nobody's work but its own.
    const context = contextHere();
    const taker = new Taker(page, () => context.runInAsyncScope(() => this.#take(family, page, asked).promise));
    same.plan.tally[same.aheadSince === undefined ? 'joined' : 'ahead']++;
    same.takers.push(taker);
    if (same.aheadSince !== undefined) this.#handOut(family, same, taker);
    if (!same.isSent) this.#share(same, { page, context, scope: asked.scope });
    return taker;
  }

  /** One more waits for a read that is not sent. It runs for whoever has the most time and, as a batch does, in a scope that all of them are in. */
  #share(call: Call, { page, context, scope }: Pick<Call, 'page' | 'context' | 'scope'>): void {
    const isForAll = call.takers.length > 1 && call.scope !== scope;
    if (page.isBetterThan(call.page)) Object.assign(call, { page, context, scope });
    if (isForAll) call.scope = call.page.invocation;
  }

  #queue(family: Family, call: Call, likeness: Call['likeness']): Taker {
    const { page } = call;
    const taker = new Taker(page);
    call.takers.push(taker);
    this.#add(family, call, likeness);
    return taker;
  }

  #add(family: Family, call: Call, likeness: Call['likeness']): void {
    call.likeness = likeness;
    family.laneOf(call.page).add(call, this.#window > 0 && call.page.hasTimeFor(this.#window) ? this.#window : 0);
    if (likeness) family.reads.add(call);
  }

  /** Once: who asks a second time wants to know whether it has changed. */
  #handOut(family: Family, call: Call, taker: Taker): void {
    this.#around.sequences?.used(taker.page, call);
    family.reads.remove(call);
    if (call.isDone) taker.resolve(call.value);
    else family.laneOf(taker.page).order(call);
  }

  #fetchAhead(sequences: Sequences, page: Page, asked: Asked): void {
    for (const { interface: of, operation, args } of sequences.read(page, asked)) {
      const family = this.#around.families.get(of);
      const plan = family?.plans.get(operation);
      const next = family?.beneath(operation);
      if (!family || typeof plan !== 'object' || (plan.because ?? plan.aside) !== undefined || !next) continue;
      const key = keyOf(args[plan.keyAt]);
      const probe = { plan, args, key, likeness: true } as const;
      if (key === undefined || family.reads.find(probe, (call) => family.mayHave(call, page))) continue;
      const call = new Call({ plan, args, next, scope: page.invocation }, key, page);
      call.aheadSince = sequences.now();
      this.#add(family, call, true);
      sequences.fetched(page, call, () => family.reads.remove(call));
    }
  }
}
