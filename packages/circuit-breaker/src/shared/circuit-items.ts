import type { SingleFlight } from '@suga/gateway/single-flight';
import type { Circuit, CircuitSnapshot } from '../circuit.js';

/** The known state of a circuit's item in the table. */
export interface CircuitItem {
  /** Version of the item when it was last read or written; 0 if there is no item. */
  version: number;
  /** Time of the last successful read or write, in ms since the epoch. */
  checkedAt: number;
  /** Number of writes. If it changes during a read, the result of the read is outdated. */
  writes: number;
  /** The circuit's epoch when it last adopted a state of another environment. Earlier updates are discarded. */
  followed: number;
  reading: SingleFlight<boolean> | undefined;
  /** The last write. Writes of one circuit run one after the other. */
  writing: Promise<unknown>;
}

/** A state that has to be shared. */
export interface StateUpdate {
  readonly snapshot: CircuitSnapshot;
  readonly epoch: number;
  readonly insist: boolean;
}

/** The known items of all circuits. An item is dropped together with its circuit. */
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
