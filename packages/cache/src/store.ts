interface Entry {
  readonly key: string;
  value: unknown;
  /** In ms since the epoch. */
  expires: number;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/**
 * Entries by key, linked in the order of their last use. An expired one is removed when it is met.
 * The wall clock and not a monotonic one: the latter stands still in some hosts while the process is frozen.
 */
export class Store {
  evictions = 0;
  readonly #max: number;
  readonly #entries = new Map<string, Entry>();
  #newest: Entry | undefined;
  #oldest: Entry | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, now the one used last; `undefined` where there is none. */
  get(key: string): unknown {
    const entry = this.#live(key);
    if (entry === undefined) return undefined;
    if (entry !== this.#newest) {
      this.#unlink(entry);
      this.#link(entry);
    }
    return entry.value;
  }

  has(key: string): boolean {
    return this.#live(key) !== undefined;
  }

  set(key: string, value: unknown, ttl: number): void {
    const expires = ttl === Infinity ? Infinity : Date.now() + ttl;
    const present = this.#entries.get(key);
    if (present) this.#unlink(present);
    const entry = present ?? { key, value, expires, older: undefined, newer: undefined };
    entry.value = value;
    entry.expires = expires;
    this.#entries.set(key, entry);
    this.#link(entry);
    if (this.#entries.size > this.#max) this.#evict();
  }

  /** Whether there was an entry that had not expired. */
  delete(key: string): boolean {
    const entry = this.#live(key);
    if (entry) this.#remove(entry);
    return entry !== undefined;
  }

  clear(): void {
    this.#entries.clear();
    this.#newest = this.#oldest = undefined;
  }

  #live(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expires === Infinity || entry.expires > Date.now()) return entry;
    this.#remove(entry);
    return undefined;
  }

  #evict(): void {
    if (!this.#oldest) return;
    this.#remove(this.#oldest);
    this.evictions++;
  }

  #remove(entry: Entry): void {
    this.#unlink(entry);
    this.#entries.delete(entry.key);
  }

  #link(entry: Entry): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest) this.#newest.newer = entry;
    else this.#oldest = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry): void {
    if (older) older.newer = newer;
    else this.#oldest = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }
}
