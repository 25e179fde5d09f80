import { Batch } from './batch.js';
import type { Dimensions } from './contract.js';
import type { Families } from './event-counts.js';

type Metadata = Readonly<Record<string, unknown>>;

/** One object for all: pages with the same metadata are told by its identity. */
const NONE = {};

/** State of a scope, or of the environment outside of any. */
export class Page {
  /** Values that are not written yet. */
  batch: Batch = new Batch();
  /** Counts of the helpers' records; absent as long as there are none. */
  families: Families | undefined;
  readonly #around: Page | undefined;
  #dimensions: Dimensions | undefined;
  #metadata: Metadata | undefined;

  /** @param around The page of the scope around it. Its dimensions and metadata hold here, too, until this page gets some of its own. */
  constructor(around?: Page) {
    this.#around = around;
  }

  get dimensions(): Dimensions {
    return this.#dimensions ?? this.#around?.dimensions ?? NONE;
  }

  set dimensions(dimensions: Dimensions) {
    this.#dimensions = dimensions;
  }

  get metadata(): Metadata {
    return this.#metadata ?? this.#around?.metadata ?? NONE;
  }

  set metadata(metadata: Metadata) {
    this.#metadata = metadata;
  }

  get isEmpty(): boolean {
    return this.batch.isEmpty && this.families === undefined;
  }

  /** Removes the values, and nothing else. */
  clear(): void {
    this.batch = new Batch();
    this.families = undefined;
  }
}
