import type { ChildScope, Host, Invocation, Scope } from '@suga/gateway';
import { Batch } from './batch.js';
import type { Settings } from './config.js';
import type { Dimensions } from './contract.js';
import type { Families } from './families.js';

/** Dimensions and samples of a scope, or of the environment outside of any. */
export interface Page {
  dimensions: Dimensions;
  metadata: Readonly<Record<string, unknown>>;
  /** Values that are not written yet. */
  batch: Batch;
  /** What the helpers saw; absent as long as they saw nothing. */
  families: Families | undefined;
}

/**
 * The samples that each scope has taken and not written yet; overlapping ones never share a page. A part of an invocation begins with the dimensions
 * and metadata of its parent. At its end its values join the parent's, under their own dimensions, unless it has metadata of its own:
 * then it has lines of its own.
 */
export class Ledger {
  lines = 0;
  /** The page for all that happens outside of invocations. */
  outside: Page = newPage();
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
    let scope = this.#host.scope();
    while (scope && 'parent' in scope && this.#host.hasEnded(scope)) scope = scope.parent;
    if (!scope) return this.outside;
    this.#open.add(scope);
    return this.#of(scope);
  }

  /** The page of the whole invocation. */
  shared(): Page {
    const invocation = this.#host.invocation();
    if (!invocation) return this.outside;
    this.#open.add(invocation);
    return this.#of(invocation);
  }

  /** Writes what the running scope and those around it have; dimensions and metadata stay. */
  flush(): number {
    const before = this.lines;
    for (let scope = this.#host.scope(); scope && 'parent' in scope; scope = scope.parent) this.endPart(scope);
    this.write(this.#host.invocation());
    return this.lines - before;
  }

  /** A part is over: its values join its parent's, or are written. */
  endPart(part: ChildScope): void {
    const page = this.#pages.get(part);
    this.#open.delete(part);
    if (!page || isEmpty(page)) return;
    const parent = this.#of(part.parent);
    if (page.metadata === parent.metadata) {
      this.#open.add(part.parent);
      parent.batch.absorb(page.batch);
      page.batch = new Batch();
    } else {
      this.#writePage(page, part.invocation);
    }
  }

  /** Writes an invocation's lines, or those of what happened outside of any. */
  write(invocation: Invocation | undefined): void {
    const page = invocation ? this.#pages.get(invocation) : this.outside;
    if (page && !isEmpty(page)) this.#writePage(page, invocation);
  }

  /** An invocation has ended: its last lines, and those of what happened outside of any and after the end of earlier ones. */
  end(invocation: Invocation): void {
    this.write(invocation);
    this.#open.delete(invocation);
    this.write(undefined);
    for (const late of this.#open) {
      if ('parent' in late || !this.#host.hasEnded(late)) continue;
      this.write(late);
      this.#open.delete(late);
    }
  }

  /** Writes all there is. */
  close(): void {
    for (const scope of this.#open) if ('parent' in scope) this.endPart(scope);
    for (const scope of this.#open) if (!('parent' in scope)) this.write(scope);
    this.write(undefined);
  }

  /** How many pages have values that would be lost. */
  get waiting(): number {
    const pages = [this.outside, ...[...this.#open].flatMap((scope) => this.#pages.get(scope) ?? [])];
    return pages.filter((page) => !isEmpty(page)).length;
  }

  clear(): void {
    for (const scope of this.#open) this.#pages.delete(scope);
    this.#open.clear();
    this.outside = newPage();
  }

  #of(scope: Scope): Page {
    let page = this.#pages.get(scope);
    if (!page) this.#pages.set(scope, (page = newPage('parent' in scope ? this.#of(scope.parent) : undefined)));
    return page;
  }

  #writePage(page: Page, invocation: Invocation | undefined): void {
    const { batch, families, metadata } = page;
    const { namespace, service } = this.#settings;
    const standard = { service, ...(invocation && { function_request_id: invocation.id, cold_start: invocation.coldStart }) };
    page.batch = new Batch();
    page.families = undefined;
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

const isEmpty = ({ batch, families }: Page): boolean => batch.isEmpty && families === undefined;

const newPage = ({ dimensions = {}, metadata = {} }: Partial<Pick<Page, 'dimensions' | 'metadata'>> = {}): Page => ({
  dimensions,
  metadata,
  batch: new Batch(),
  families: undefined,
});
