import type { Control, Handler, Invocation, Operation } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import { Asking } from './asking.js';
import { type Settings, settings } from './config.js';
import type { Ofb, OfbErrorCode, OfbOptions, OfbReport } from './contract.js';
import { asideOf } from './plan/inside.js';
import type { Totals } from './plan/plan.js';
import type { Sequences } from './prefetch/sequences.js';
import { Family } from './queue/family.js';
import { Page } from './queue/page.js';
import { reportOf } from './report.js';

/** Loaded where sequences are wanted. */
const reading = (): typeof import('./prefetch/sequences.js') => require('./prefetch/sequences.js');

/** One gateway's fusing. */
export class Fusing implements Ofb {
  readonly name = 'ofb';
  readonly #settings: Settings;
  readonly #families = new Map<string, Family>();
  readonly #pages = new WeakMap<Invocation, Page>();
  readonly #outside = new Page();
  readonly #totals: Totals = { calls: 0, trips: 0, largest: 0 };
  readonly #sequences: Sequences | undefined;
  readonly #asking: Asking;
  #control: Control | undefined;

  constructor(options: OfbOptions) {
    this.#settings = settings(options);
    const { enabled, sequences } = this.#settings;
    if (enabled && sequences) this.#sequences = new (reading().Sequences)(sequences);
    this.#asking = new Asking(this.#settings.window, { families: this.#families, totals: this.#totals, sequences: this.#sequences });
  }

  attach(control: Control): void {
    if (this.#control) throw new SugaError<OfbErrorCode>('InvalidDefinition', 'ofb: it fuses for a gateway already; make one for each with ofb().');
    this.#control = control;
  }

  bind(operation: Operation, next: Handler): Handler {
    if (!this.#settings.enabled || !this.#control) return next;
    const control = this.#control;
    const family = this.#family(operation.interface, control);
    const plan = family.bound(operation, next);
    if (!plan) return next;
    let isLookedAt = plan.aside !== undefined && typeof family.plans.get(operation.name) === 'string';
    return (...args) => {
      if (!isLookedAt) plan.aside = asideOf(control, plan);
      isLookedAt = true;
      const asked = { plan, args, next, scope: control.scope() };
      const page = this.#page(control);
      return (plan.because ?? plan.aside) === undefined ? this.#asking.ask(family, page, asked) : this.#asking.pass(family, page, asked);
    };
  }

  start(invocation: Invocation): void {
    if (this.#settings.enabled) this.#begin(invocation);
  }

  end(invocation: Invocation): Promise<void> | undefined {
    const page = this.#pages.get(invocation);
    if (!page) return undefined;
    return page.finish().then(() => this.#sequences?.end(page));
  }

  unloaded(name: string): void {
    this.#families.get(name)?.unloaded();
  }

  explain(): OfbReport {
    return reportOf(this.#settings.enabled, this.#totals, this.#families.values(), this.#sequences?.report());
  }

  #family(name: string, control: Control): Family {
    const table = control.operations(name);
    let family = this.#families.get(name);
    // Another one may have been put in its place.
    if (family?.table !== table) this.#families.set(name, (family = new Family(name, control, this.#totals)));
    return family;
  }

  #begin(invocation: Invocation, hasEnded = false): Page {
    const page = new Page(invocation, hasEnded);
    this.#pages.set(invocation, page);
    return page;
  }

  #page(control: Control): Page {
    const invocation = control.invocation();
    return invocation ? (this.#pages.get(invocation) ?? this.#begin(invocation, control.hasEnded(invocation))) : this.#outside;
  }
}
