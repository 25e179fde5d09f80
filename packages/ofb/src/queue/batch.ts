import type { Handler, Scope } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { OfbErrorCode } from '../contract.js';
import { type Plan, unfusedReason } from '../plan/plan.js';
import { type CallResult, toBatchParams, toCallResult, toCallResults } from './batch-format.js';
import type { Call, Sent } from './call.js';
import type { CallOwner } from './call-owner.js';
import type { BatchQueue } from './contract.js';

/** Calls that travel together, as one call of their batch operation; one alone travels as itself. */
export class Batch implements Sent {
  readonly form: Plan['form'];
  readonly calls: Call[] = [];
  readonly #queue: BatchQueue;
  readonly #operation: string;
  #bytes = 0;
  sentAt = 0;
  passed = 0;
  /** Who it runs for. */
  runner: CallOwner | undefined;

  constructor(queue: BatchQueue, { form, batch }: Plan) {
    this.form = form;
    this.#queue = queue;
    this.#operation = batch;
  }

  /** Whether the form has a place for what the call says. */
  static takes({ plan, args, isHeld }: Call): boolean {
    if (unfusedReason(plan) !== undefined) return false;
    const { form, tally } = plan;
    const fits = form === 'calls' || (args.slice(1).every((value) => value === undefined) && (form === 'list' || typeof args[0] === 'string'));
    if (!fits && !isHeld) tally.notBatched.parameters++;
    return fits;
  }

  hasRoomFor({ plan: { maxCalls, maxBytes, tally }, args, isHeld }: Call): boolean {
    const fits = this.calls.length < maxCalls && (maxBytes === Number.POSITIVE_INFINITY || this.#bytes + bytesOf(args) <= maxBytes);
    if (!fits && !isHeld) tally.notBatched.limit++;
    return fits;
  }

  add(call: Call): void {
    call.batch = this;
    this.calls.push(call);
    if (call.plan.maxBytes < Number.POSITIVE_INFINITY) this.#bytes += bytesOf(call.args);
  }

  /** In the context of that of its callers who has the most time; of the first among equals. */
  send(): void {
    const { calls } = this;
    const { batcher } = this.#queue;
    const { totals } = batcher;
    this.sentAt = Date.now();
    this.passed = batcher.passed;
    let [best] = calls as [Call];
    for (const call of calls) {
      call.plan.tally[calls.length > 1 ? 'batched' : 'single']++;
      for (const { owner } of call.waiters) owner.turn++;
      if (call.owner.isBetterThan(best.owner)) best = call;
    }
    this.runner = best.owner;
    totals.largest = Math.max(totals.largest, calls.length);
    const run = (): void => void (calls.length === 1 ? this.#single(best) : this.#run(calls, true).then(() => this.#queue.finished(this)));
    const enter = (): void => batcher.enter(this.#scopeFor(best), run);
    if (best.context) best.context.runInAsyncScope(enter);
    else enter();
  }

  /** Work that several parts of an invocation share runs for the invocation: log fields and the like are those of none of them. */
  #scopeFor({ scope, owner }: Call): Scope | undefined {
    return this.calls.every((call) => call.scope === scope) ? scope : owner.invocation;
  }

  /** Hands every call its answer; never fails itself. */
  async #run(calls: readonly Call[], mayRetry: boolean): Promise<void> {
    this.#queue.batcher.totals.batchCalls++;
    let isOver = false;
    const each = (at: number, outcome: unknown): void => {
      if (!isOver) this.#early(calls[at], outcome);
    };
    let results: unknown;
    try {
      results = await this.#many()(toBatchParams(calls), ...(this.form === 'calls' ? [each] : []));
    } catch (error) {
      const open = calls.filter(isOpen);
      if (mayRetry && open.length > 0 && open.every(({ plan }) => plan.retryInHalves)) return this.#halve(open);
      for (const call of open) this.#fail(call, error);
      return;
    } finally {
      isOver = true;
    }
    const answers = toCallResults(calls, results);
    if (!answers) return this.#unanswered(calls.filter(isOpen), calls.length);
    for (const [at, call] of calls.entries()) if (!call.isDone) this.#settle(call, answers[at] as CallResult);
  }

  /** An answer that is there before the rest of them. */
  #early(call: Call | undefined, outcome: unknown): void {
    const result = toCallResult(outcome);
    if (!call || call.isDone || !result) return;
    this.#settle(call, result);
    this.#queue.lookSoon();
  }

  #settle(call: Call, result: CallResult): void {
    if ('error' in result) this.#fail(call, result.error);
    else this.#succeed(call, result.value);
  }

  /** One after the other: calls about one thing may be in both. */
  async #halve(calls: readonly Call[]): Promise<void> {
    for (const { plan } of calls) plan.tally.retried++;
    const middle = calls.length >> 1;
    for (const half of [calls.slice(0, middle), calls.slice(middle)]) {
      if (half.length > 0) await (half.length === 1 ? this.#single(half[0] as Call) : this.#run(half, false));
    }
  }

  /** As the operation itself; the usual case, so with no promise more than it takes. */
  #single(call: Call): Promise<void> {
    this.#queue.batcher.totals.batchCalls++;
    let made: Promise<unknown>;
    try {
      made = Promise.resolve(call.next(...call.args));
    } catch (error) {
      made = Promise.reject(error);
    }
    return made.then(
      (value) => this.#succeed(call, value),
      (error: unknown) => this.#fail(call, error),
    );
  }

  #succeed(call: Call, value: unknown): void {
    this.#queue.done(call);
    call.resolve(value);
    if (this.calls.length === 1) this.#queue.finished(this);
  }

  #fail(call: Call, error: unknown): void {
    this.#queue.done(call);
    // A failure of what was fetched ahead is for nobody: who asks later asks anew.
    if (call.isPrefetched) this.#queue.batcher.reads.remove(call);
    call.reject(error, this.runner as CallOwner);
    if (this.calls.length === 1) this.#queue.finished(this);
  }

  #many(): Handler {
    const many = this.#queue.batcher.beneath(this.#operation);
    if (many) return many;
    throw invalid(`"${this.#queue.batcher.name}" was unloaded before its calls were sent.`);
  }

  /** What came back is nobody's. Where the form was only guessed, which is done for idempotent operations alone, each call goes by itself. */
  async #unanswered(calls: readonly Call[], count: number): Promise<void> {
    const because = `its batch "${this.#operation}" did not give a list of ${count} results for ${count} calls`;
    const error = invalid(`"${this.#queue.batcher.name}.${this.#operation}" must give one result for each of ${count} calls, in the form "${this.form}".`);
    for (const call of calls) if (call.plan.guessed) call.plan.because = because;
    await Promise.all(calls.map((call) => (call.plan.guessed ? this.#single(call) : this.#fail(call, error))));
  }
}

function bytesOf(args: readonly unknown[]): number {
  try {
    return Buffer.byteLength(JSON.stringify(args));
  } catch {
    // What cannot be measured travels alone.
    return Number.POSITIVE_INFINITY;
  }
}

const isOpen = ({ isDone }: Call): boolean => !isDone;

const invalid = (words: string): Error => new SugaError<OfbErrorCode>('InvalidDefinition', `ofb: ${words}`);
