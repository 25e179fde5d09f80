import { Batch } from './batch.js';
import type { Dimensions } from './contract.js';
import type { EventCounts } from './event-counts.js';

type Metadata = Readonly<Record<string, unknown>>;

/** One object for all: scopes with the same metadata are recognized by its identity. */
const NO_FIELDS = {};

/** Metrics of a scope that are not written yet, or of the environment outside of any. */
export class PendingMetrics {
  /** Values that are not written yet. */
  batch: Batch = new Batch();
  /** Counts of the helpers' records; absent as long as there are none. */
  families: EventCounts | undefined;
  readonly #parent: PendingMetrics | undefined;
  #dimensions: Dimensions | undefined;
  #metadata: Metadata | undefined;

  /** @param parent Those of the scope around it. Its dimensions and metadata hold here, too, until this scope gets some of its own. */
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

  /** Removes the values, and nothing else. */
  clear(): void {
    this.batch = new Batch();
    this.families = undefined;
  }
}
