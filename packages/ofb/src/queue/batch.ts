import type { Handler, Scope } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { OfbErrorCode } from '../contract.js';
import { type Plan, unfusedReason } from '../plan/plan.js';
import { type CallResult, toBatchParams, toCallResult, toCallResults } from './batch-format.js';
import type { Call, Sent } from './call.js';
import type { CallOwner } from './call-owner.js';
import type { BatchQueue } from './contract.js';

/** Calls that are sent as one call of their batch operation. A batch of one calls the operation itself. */
export class Batch implements Sent {
  readonly form: Plan['form'];
  readonly calls: Call[] = [];
  readonly #queue: BatchQueue;
  readonly #operation: string;
  #bytes = 0;
  sentAt = 0;
  passed = 0;
  /** The invocation that the batch runs for. */
  runner: CallOwner | undefined;

  constructor(queue: BatchQueue, { form, batch }: Plan) {
    this.form = form;
    this.#queue = queue;
    this.#operation = batch;
  }

  /** Whether the form can express the call's parameters. */
  static takes({ plan, args, isHeld }: Call): boolean {
    if (unfusedReason(plan) !== undefined) return false;
    const { form, counters } = plan;
    const fits = form === 'calls' || (args.slice(1).every((value) => value === undefined) && (form === 'list' || typeof args[0] === 'string'));
    if (!fits && !isHeld) counters.notBatched.parameters++;
    return fits;
  }

  hasRoomFor({ plan: { maxCalls, maxBytes, counters }, args, isHeld }: Call): boolean {
    const fits = this.calls.length < maxCalls && (maxBytes === Number.POSITIVE_INFINITY || this.#bytes + bytesOf(args) <= maxBytes);
    if (!fits && !isHeld) counters.notBatched.limit++;
    return fits;
  }

  add(call: Call): void {
    call.batch = this;
    this.calls.push(call);
    if (call.plan.maxBytes < Number.POSITIVE_INFINITY) this.#bytes += bytesOf(call.args);
  }

  /** Sends the batch, in the context of the caller with the most time left. If several have the same time, the first of them. */
  send(): void {
    const { calls } = this;
    const { batcher } = this.#queue;
    const { totals } = batcher;
    this.sentAt = Date.now();
    this.passed = batcher.passed;
    let [best] = calls as [Call];
    for (const call of calls) {
      call.plan.counters[calls.length > 1 ? 'batched' : 'single']++;
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

  /** Returns the scope to run in. Work that several parts of an invocation share runs for the invocation, with the log fields of none of the parts. */
  #scopeFor({ scope, owner }: Call): Scope | undefined {
    return this.calls.every((call) => call.scope === scope) ? scope : owner.invocation;
  }

  /** Calls the batch operation and settles every call. Never rejects. */
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
    const callResults = toCallResults(calls, results);
    if (!callResults) return this.#handleInvalid(calls.filter(isOpen), calls.length);
    for (const [at, call] of calls.entries()) if (!call.isDone) this.#settle(call, callResults[at] as CallResult);
  }

  /** Settles one call whose result was reported before the whole batch ended. */
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

  /** Sends both halves one after the other, because both may contain calls with the same key. */
  async #halve(calls: readonly Call[]): Promise<void> {
    for (const { plan } of calls) plan.counters.retried++;
    const middle = calls.length >> 1;
    for (const half of [calls.slice(0, middle), calls.slice(middle)]) {
      if (half.length > 0) await (half.length === 1 ? this.#single(half[0] as Call) : this.#run(half, false));
    }
  }

  /** Calls the operation itself. This is the usual case, so it creates no more promises than needed. */
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
    // The failure of a prefetched read is not reported: a later caller sends the read again.
    if (call.isPrefetched) this.#queue.batcher.reads.remove(call);
    call.reject(error, this.runner as CallOwner);
    if (this.calls.length === 1) this.#queue.finished(this);
  }

  #many(): Handler {
    const many = this.#queue.batcher.beneath(this.#operation);
    if (many) return many;
    throw invalid(`"${this.#queue.batcher.name}" was unloaded before its calls were sent.`);
  }

  /** Handles a response whose form does not fit. If the form was only guessed (idempotent operations only), each call is sent alone. */
  async #handleInvalid(calls: readonly Call[], count: number): Promise<void> {
    const reason = `its batch "${this.#operation}" did not return an array of ${count} results for ${count} calls`;
    const error = invalid(`"${this.#queue.batcher.name}.${this.#operation}" must return one result for each of ${count} calls, in the form "${this.form}".`);
    for (const call of calls) if (call.plan.guessed) call.plan.reason = reason;
    await Promise.all(calls.map((call) => (call.plan.guessed ? this.#single(call) : this.#fail(call, error))));
  }
}

function bytesOf(args: readonly unknown[]): number {
  try {
    return Buffer.byteLength(JSON.stringify(args));
  } catch {
    // A call whose size is unknown is sent alone.
    return Number.POSITIVE_INFINITY;
  }
}

const isOpen = ({ isDone }: Call): boolean => !isDone;

const invalid = (words: string): Error => new SugaError<OfbErrorCode>('InvalidDefinition', `ofb: ${words}`);
