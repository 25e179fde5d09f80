/** An entry that expires. */
export interface Expiring {
  /** Time of expiry in ms since the epoch; `Infinity` for an entry that never expires. */
  readonly expires: number;
  /** The entry's index in the heap, or -1 if it is not in the heap. Only the heap changes it. */
  place: number;
}

/**
 * A binary heap of entries, the one that expires first on top. A full cache uses it to drop expired entries before others.
 * Entries know their index, so `add` and `remove` take O(log n). `add` in order of expiry takes O(1).
 */
export class ExpiryHeap<Entry extends Expiring> {
  readonly #heap: Entry[] = [];

  /** The entry that expires first, if it has expired. */
  expired(now: number): Entry | undefined {
    const [first] = this.#heap;
    return first && first.expires <= now ? first : undefined;
  }

  /** Adds an entry. An entry that never expires is ignored. */
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

  /** Moves entries that expire later down, until the entry has its place. */
  #rise(entry: Entry, from: number): number {
    let place = from;
    while (place > 0) {
      const above = this.#heap[(place - 1) >> 1] as Entry;
      if (above.expires <= entry.expires) break;
      place = (this.#put(above, place) - 1) >> 1;
    }
    return this.#put(entry, place);
  }

  /** Moves entries that expire earlier up, until the entry has its place. */
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
