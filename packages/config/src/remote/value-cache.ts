import type { Content } from '../stores/contract.js';

/** A cached content. */
export interface Entry {
  readonly content: Content;
  /** Time of the read, in ms since the epoch. */
  readonly readAt: number;
  /** Number of the read that returned it. The content of a later read is newer. */
  readonly readNumber: number;
  /** Time before which its unavailable store is not asked again, in ms since the epoch. */
  restUntil: number;
  /** Results of transforms, by transform. */
  readonly transformed: Map<string, unknown>;
}

/** Contents by key, in the order of their last use. Expired ones stay, in case the store becomes unavailable. */
export class ValueCache {
  readonly #entries = new Map<string, Entry>();
  readonly #max: () => number;
  /** Number of the last read whose content is already outdated, as are those of all reads before it. */
  #outdated = 0;

  constructor(max: () => number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
    return entry;
  }

  /** Caches the content unless a later read has returned another, and returns the cached entry. */
  set(key: string, content: Content, readNumber: number): Entry {
    const present = this.#entries.get(key);
    if (present && present.readNumber > readNumber) return present;
    const entry: Entry = { content, readAt: Date.now(), readNumber, restUntil: 0, transformed: new Map() };
    if (readNumber <= this.#outdated) return entry;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const max = this.#max();
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= max) break;
      this.#entries.delete(oldest);
    }
    return entry;
  }

  /** Removes all entries, and ignores the content of reads up to this number that are still in flight. */
  clear(readNumber: number): void {
    this.#outdated = readNumber;
    this.#entries.clear();
  }

  list(): { name: string; age: number }[] {
    const now = Date.now();
    return Array.from(this.#entries, ([name, { readAt }]) => ({ name, age: now - readAt }));
  }
}
