import type { Host, Invocation } from '@suga/gateway';
import { Batch } from './batch.js';
import type { Settings } from './config.js';
import type { Dimensions } from './contract.js';
import type { Families } from './families.js';

interface Page {
  readonly batch: Batch;
  /** What the helpers saw; absent as long as they saw nothing. */
  families: Families | undefined;
}

/** What every invocation has taken and not written yet; overlapping ones never share a page. */
export class Ledger {
  lines = 0;
  dimensions: Dimensions = {};
  readonly #host: Host;
  readonly #settings: Settings;
  readonly #pages = new WeakMap<Invocation, Page>();
  /** Of what happens outside of invocations. */
  #outside: Page = newPage();
  readonly #ended = new WeakSet<Invocation>();
  /** Those that still run, for `reset`. */
  readonly #open = new Set<Invocation>();

  constructor(host: Host, settings: Settings) {
    this.#host = host;
    this.#settings = settings;
  }

  /** The running invocation's page. */
  page(): Page {
    const invocation = this.#host.invocation();
    // What comes after an invocation's end is written with the next one's.
    if (!invocation || this.#ended.has(invocation)) return this.#outside;
    let page = this.#pages.get(invocation);
    if (!page) {
      this.#pages.set(invocation, (page = newPage()));
      this.#open.add(invocation);
    }
    return page;
  }

  /** Writes what the running invocation has; its dimensions and metadata stay. */
  flush(): number {
    this.page();
    return this.#writeOut(this.#host.invocation());
  }

  /** The invocation's last lines, and those of what happened outside of any. */
  end(invocation: Invocation): void {
    this.#writeOut(invocation);
    this.#open.delete(invocation);
    this.#ended.add(invocation);
    this.#writeOut(undefined);
  }

  /** What would be lost. */
  get waiting(): number {
    const pages = [this.#outside, ...[...this.#open].flatMap((invocation) => this.#pages.get(invocation) ?? [])];
    return pages.filter((page) => !isEmpty(page)).length;
  }

  clear(): void {
    for (const invocation of this.#open) this.#pages.set(invocation, newPage());
    this.#outside = newPage();
    this.dimensions = {};
  }

  #writeOut(invocation: Invocation | undefined): number {
    const page = invocation ? this.#pages.get(invocation) : this.#outside;
    if (!page || isEmpty(page)) return 0;
    const { batch, families } = page;
    const { namespace, service } = this.#settings;
    const fields = { service, ...(invocation && { function_request_id: invocation.id, cold_start: invocation.coldStart }) };
    const lines = batch.lines(namespace, fields, families?.stats());
    for (const line of lines) this.#write(line);
    const next = newPage(batch);
    if (invocation) this.#pages.set(invocation, next);
    else this.#outside = next;
    return lines.length;
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

function newPage({ metadata = {}, dimensions = {} }: Partial<Pick<Batch, 'metadata' | 'dimensions'>> = {}): Page {
  const batch = new Batch();
  batch.metadata = metadata;
  batch.dimensions = dimensions;
  return { batch, families: undefined };
}
