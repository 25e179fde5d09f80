import type { SingleFlight } from '@suga/gateway/single-flight';
import type { Circuit, CircuitSnapshot } from '../circuit.js';

/** What is known of a circuit's item. */
export interface CircuitItem {
  version: number;
  checkedAt: number;
  /** Whoever reads while this changes has read something old. */
  writes: number;
  /** The circuit's epoch when it last followed others: what it wanted to tell before that is void. */
  followed: number;
  reading: SingleFlight<boolean> | undefined;
  /** Writes of one circuit come one after the other. */
  writing: Promise<unknown>;
}

/** One thing to tell. */
export interface StateUpdate {
  readonly snapshot: CircuitSnapshot;
  readonly epoch: number;
  readonly insist: boolean;
}

/** What is known of the circuits' items, as long as there are the circuits. */
export class CircuitItems {
  readonly #items = new WeakMap<Circuit, CircuitItem>();

  of(circuit: Circuit): CircuitItem {
    let item = this.#items.get(circuit);
    if (!item) {
      item = { version: 0, checkedAt: Number.NEGATIVE_INFINITY, writes: 0, followed: 0, reading: undefined, writing: Promise.resolve() };
      this.#items.set(circuit, item);
    }
    return item;
  }
}
