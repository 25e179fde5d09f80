import { Batch } from './batch.js';
import type { Dimensions } from './contract.js';
import type { EventCounts } from './event-counts.js';

type Metadata = Readonly<Record<string, unknown>>;

/** One shared object, because scopes with the same metadata are recognised by object identity. */
const NO_FIELDS = {};

/** Unwritten metrics of one scope, or of the code outside of scopes. */
export class PendingMetrics {
  /** Values that are not written yet. */
  batch: Batch = new Batch();
  /** Counts of the helpers' records. Undefined if there are none. */
  families: EventCounts | undefined;
  readonly #parent: PendingMetrics | undefined;
  #dimensions: Dimensions | undefined;
  #metadata: Metadata | undefined;

  /** @param parent The metrics of the surrounding scope. Its dimensions and metadata apply until this scope sets its own */
  constructor(parent?: PendingMetrics) {
    this.#parent = parent;
  }

  get dimensions(): Dimensions {
    return this.#dimensions ?? this.#parent?.dimensions ?? NO_FIELDS;
  }

  set dimensions(dimensions: Dimensions) {
    this.#dimensions = dimensions;
  }

  get metadata(): Metadata {
    return this.#metadata ?? this.#parent?.metadata ?? NO_FIELDS;
  }

  set metadata(metadata: Metadata) {
    this.#metadata = metadata;
  }

  get isEmpty(): boolean {
    return this.batch.isEmpty && this.families === undefined;
  }

  /** Removes the values only. Dimensions and metadata stay. */
  clear(): void {
    this.batch = new Batch();
    this.families = undefined;
  }
}
