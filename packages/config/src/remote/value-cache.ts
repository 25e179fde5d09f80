/** What a store gave under a name. */
export interface Content {
  readonly value: string | Uint8Array | Readonly<Record<string, string>>;
  /** For how long the store wants not to be asked again, in ms. */
  readonly ttl?: number;
  /** With what the next question continues this one. */
  readonly token?: string | undefined;
  /** Single values by their keys that came with it. */
  readonly parts?: ReadonlyMap<string, string>;
}

/** A content that is kept. */
export interface Entry {
  readonly content: Content;
  /** In ms since the epoch. */
  readonly readAt: number;
  /** Number of the flight that brought it: a later one's content is the newer. */
  readonly readNumber: number;
  /** Until when, in ms since the epoch, its unavailable store is not asked again. */
  restUntil: number;
  /** What transforms made of it. */
  readonly transformed: Map<string, unknown>;
}

/** Contents by key, in the order of their last use. They stay beyond their time, for when the store is unavailable. */
export class ValueCache {
  readonly #entries = new Map<string, Entry>();
  readonly #max: () => number;
  /** What this flight or one before it brings is out of date already. */
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

  /** Keeps it unless a later flight has brought another, and hands out the one that is kept. */
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

  /** Forgets everything, and what the flights up to this one are about to bring. */
  clear(readNumber: number): void {
    this.#outdated = readNumber;
    this.#entries.clear();
  }

  list(): { name: string; age: number }[] {
    const now = Date.now();
    return Array.from(this.#entries, ([name, { readAt }]) => ({ name, age: now - readAt }));
  }
}
