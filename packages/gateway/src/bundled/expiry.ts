/** Something that ends. */
export interface Expiring {
  /** In ms since the epoch; `Infinity` for no end. */
  readonly expires: number;
  /** Its place in the heap; -1 if it is not there. Only the heap writes it. */
  place: number;
}

/**
 * Entries with an end, the one that ends first on top: so that a full cache drops what has ended before what has not.
 * A binary heap whose entries know their place: `add` and `remove` take O(log n), `add` in the order of the ends O(1).
 */
export class ExpiryHeap<Entry extends Expiring> {
  readonly #heap: Entry[] = [];

  /** The entry that ends first, if it has ended. */
  expired(now: number): Entry | undefined {
    const [first] = this.#heap;
    return first && first.expires <= now ? first : undefined;
  }

  /** Takes an entry in; one without an end is left out. */
  add(entry: Entry): void {
    if (entry.expires !== Number.POSITIVE_INFINITY) this.#rise(entry, this.#heap.length);
  }

  remove(entry: Entry): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#heap.pop() as Entry;
    if (last !== entry) this.#sink(last, this.#rise(last, place));
  }

  clear(): void {
    for (const entry of this.#heap) entry.place = -1;
    this.#heap.length = 0;
  }

  /** Moves what ends later down, until the entry has its place. */
  #rise(entry: Entry, from: number): number {
    let place = from;
    while (place > 0) {
      const above = this.#heap[(place - 1) >> 1] as Entry;
      if (above.expires <= entry.expires) break;
      place = (this.#put(above, place) - 1) >> 1;
    }
    return this.#put(entry, place);
  }

  /** Moves what ends earlier up, until the entry has its place. */
  #sink(entry: Entry, from: number): void {
    const heap = this.#heap;
    let place = from;
    for (let below = 2 * place + 1; below < heap.length; below = 2 * place + 1) {
      if (below + 1 < heap.length && (heap[below + 1] as Entry).expires < (heap[below] as Entry).expires) below++;
      const next = heap[below] as Entry;
      if (next.expires >= entry.expires) break;
      this.#put(next, place);
      place = below;
    }
    this.#put(entry, place);
  }

  #put(entry: Entry, place: number): number {
    this.#heap[place] = entry;
    entry.place = place;
    return place;
  }
}
