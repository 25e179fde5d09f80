import type { ChildScope, Host, Invocation, Scope } from '@suga/gateway';
import type { Settings } from './config.js';
import { Page } from './pending-metrics.js';

/**
 * The samples that each scope has taken and not written yet; overlapping ones never share a page. A part of an invocation has the dimensions
 * and metadata of its parent until it changes them. At its end its values join those of the scope around it, under their own dimensions,
 * unless it has metadata of its own: then it has lines of its own.
 */
export class Ledger {
  lines = 0;
  /** The page for all that happens outside of invocations. */
  outside: Page = new Page();
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #pages = new WeakMap<Scope, Page>();
  /** Scopes whose pages may have values; an invocation also after its end, where something was taken later. */
  readonly #open = new Set<Scope>();

  constructor(host: Host, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
  }

  /** The page of the running scope: its dimensions and metadata. */
  own(): Page {
    const scope = this.#host.scope();
    return scope ? this.#of(scope) : this.outside;
  }

  /** The page that takes a value now: a part that is over leaves it to the scope around it. */
  taking(): Page {
    const scope = this.#host.scope();
    return scope ? this.#opened(this.#living(scope)) : this.outside;
  }

  /** The page of the whole invocation. */
  shared(): Page {
    const invocation = this.#host.invocation();
    return invocation ? this.#opened(invocation) : this.outside;
  }

  /** Writes what the running scope and those around it have, or outside of any what is left; dimensions and metadata stay. */
  flush(): number {
    const before = this.lines;
    for (let scope = this.#host.scope(); scope && 'parent' in scope; scope = scope.parent) this.endPart(scope);
    const invocation = this.#host.invocation();
    if (invocation) this.write(invocation);
    else this.settle();
    return this.lines - before;
  }

  /** A part is over: its values join those of the scope around it that goes on, or are written. */
  endPart(part: ChildScope): void {
    const page = this.#pages.get(part);
    this.#open.delete(part);
    if (!page || page.isEmpty) return;
    const heir = this.#opened(this.#living(part.parent));
    if (page.metadata !== heir.metadata) {
      this.#writePage(page, part.invocation);
      return;
    }
    heir.batch.absorb(page.batch);
    page.clear();
  }

  /** Writes an invocation's lines. */
  write(invocation: Invocation): void {
    const page = this.#pages.get(invocation);
    if (page) this.#writePage(page, invocation);
  }

  /** Writes what is left of scopes that are over (or of those that are to count as over), and of what happened outside of any. */
  settle(isOver = (scope: Scope): boolean => this.#host.hasEnded(scope)): void {
    // Parts first: a set also comes to what is added meanwhile, and their values join those of others.
    for (const scope of this.#open) if ('parent' in scope && isOver(scope)) this.endPart(scope);
    for (const scope of this.#open) {
      if ('parent' in scope || !isOver(scope)) continue;
      this.write(scope);
      this.#open.delete(scope);
    }
    this.#writePage(this.outside, undefined);
  }

  /** Whether there are values that are not written yet. */
  get isWaiting(): boolean {
    return [this.outside, ...Array.from(this.#open, (scope) => this.#of(scope))].some(({ isEmpty }) => !isEmpty);
  }

  /** Forgets all values. What runs keeps its dimensions and metadata. */
  clear(): void {
    for (const scope of this.#open) this.#of(scope).clear();
    this.#open.clear();
    this.outside = new Page();
  }

  /** The scope, or for a part that is over the nearest one around it that goes on. */
  #living(scope: Scope): Scope {
    let at = scope;
    while ('parent' in at && this.#host.hasEnded(at)) at = at.parent;
    return at;
  }

  #opened(scope: Scope): Page {
    this.#open.add(scope);
    return this.#of(scope);
  }

  #of(scope: Scope): Page {
    let page = this.#pages.get(scope);
    if (!page) this.#pages.set(scope, (page = new Page('parent' in scope ? this.#of(scope.parent) : undefined)));
    return page;
  }

  #writePage(page: Page, invocation: Invocation | undefined): void {
    if (page.isEmpty) return;
    const { batch, families, metadata } = page;
    const { namespace, service } = this.#settings;
    const standard = { service, ...(invocation && { function_request_id: invocation.id, cold_start: invocation.coldStart }) };
    page.clear();
    for (const line of batch.lines(namespace, { standard, metadata, families: families?.stats() })) this.#write(line);
  }

  #write(line: object): void {
    try {
      this.#settings.write(JSON.stringify(line));
      this.lines++;
    } catch {
      // A `write` that throws (a full disk): a metric must not break the work it tells about.
    }
  }
}
