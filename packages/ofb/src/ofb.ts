import type { Control, Handler, Invocation, Operation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import { type Settings, settings } from './config.js';
import type { Ofb, OfbErrorCode, OfbOptions, OfbReport } from './contract.js';
import { Dispatcher } from './dispatcher.js';
import { findBypassReason } from './plan/binding-check.js';
import { type Totals, unfusedReason } from './plan/plan.js';
import type { Prefetcher } from './prefetch/prefetcher.js';
import { CallOwner } from './queue/call-owner.js';
import { InterfaceBatcher } from './queue/interface-batcher.js';
import { toReport } from './report.js';

/** Loaded only if the option `sequences` is set. */
const prefetching = (): typeof import('./prefetch/prefetcher.js') => require('./prefetch/prefetcher.js');

/** The middleware, for one gateway. */
export class OfbMiddleware implements Ofb {
  readonly name = 'ofb';
  readonly #settings: Settings;
  readonly #batchers = new Map<string, InterfaceBatcher>();
  readonly #owners = new WeakMap<Invocation, CallOwner>();
  readonly #outside = new CallOwner();
  readonly #totals: Totals = { calls: 0, batchCalls: 0, largest: 0 };
  readonly #prefetcher: Prefetcher | undefined;
  readonly #dispatcher: Dispatcher;
  #control: Control | undefined;

  constructor(options: OfbOptions) {
    this.#settings = settings(options);
    const { enabled, sequences } = this.#settings;
    if (enabled && sequences) this.#prefetcher = new (prefetching().Prefetcher)(sequences);
    this.#dispatcher = new Dispatcher(this.#settings.window, { batchers: this.#batchers, totals: this.#totals, prefetcher: this.#prefetcher });
  }

  attach(control: Control): void {
    if (this.#control)
      throw new SugaError<OfbErrorCode>('InvalidDefinition', 'ofb: this instance is already attached to a gateway. Create one per gateway with ofb().');
    this.#control = control;
  }

  bind(operation: Operation, next: Handler): Handler {
    if (!this.#settings.enabled || !this.#control) return next;
    const control = this.#control;
    const batcher = this.#batcher(operation.interface, control);
    const plan = batcher.bound(operation, next);
    if (!plan) return next;
    let isChecked = plan.bypassReason !== undefined && typeof batcher.plans.get(operation.name) === 'string';
    return (...args) => {
      if (!isChecked) plan.bypassReason = findBypassReason(control, plan);
      isChecked = true;
      const request = { plan, args, next, scope: control.scope() };
      const owner = this.#owner(control);
      return unfusedReason(plan) === undefined ? this.#dispatcher.enqueue(batcher, owner, request) : this.#dispatcher.bypass(batcher, owner, request);
    };
  }

  start(invocation: Invocation): void {
    if (this.#settings.enabled) this.#begin(invocation);
  }

  end(invocation: Invocation): Promise<void> | undefined {
    const owner = this.#owners.get(invocation);
    if (!owner) return undefined;
    return owner.finish().then(() => this.#prefetcher?.end(owner));
  }

  unloaded(name: string): void {
    this.#batchers.get(name)?.unloaded();
  }

  explain(): OfbReport {
    return toReport(this.#settings.enabled, this.#totals, this.#batchers.values(), this.#prefetcher?.report());
  }

  #batcher(name: string, control: Control): InterfaceBatcher {
    const table = control.operations(name);
    let batcher = this.#batchers.get(name);
    // Another interface may have been registered under this name.
    if (batcher?.table !== table) this.#batchers.set(name, (batcher = new InterfaceBatcher(name, control, this.#totals)));
    return batcher;
  }

  #begin(invocation: Invocation, hasEnded = false): CallOwner {
    const owner = new CallOwner(invocation, hasEnded);
    this.#owners.set(invocation, owner);
    return owner;
  }

  #owner(control: Control): CallOwner {
    const invocation = control.invocation();
    return invocation ? (this.#owners.get(invocation) ?? this.#begin(invocation, control.hasEnded(invocation))) : this.#outside;
  }
}
