import { type Expiring, ExpiryHeap } from '@suga/gateway/expiry';

/** Kind of an entry: a value, a cached absence, or a cached error. */
export type EntryKind = 'value' | 'none' | 'error';

/** The entry of one key. */
export interface Entry extends Expiring {
  readonly key: string;
  readonly kind: EntryKind;
  readonly value: unknown;
  /** Time of storage, in ms since the epoch. */
  readonly created: number;
  /** Time of expiry, in ms since the epoch. */
  readonly expires: number;
  /** Time of removal, in ms since the epoch: later than `expires` if it may be returned as a stale value. */
  readonly staleUntil: number;
  readonly bytes: number;
  readonly tags: readonly string[];
  hits: number;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** Parameters of `put`; times in ms. */
export type NewEntry = Pick<Entry, 'key' | 'kind' | 'value' | 'bytes' | 'tags'> & { readonly ttl: number; readonly staleFor: number };

/**
 * Entries by key, linked in the order of their last use. An expired entry is removed when it is next read.
 * Expiry uses the wall clock: on some hosts a monotonic clock stands still while the process is frozen.
 */
export class LruStore {
  evictions = 0;
  bytes = 0;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  readonly #tagged = new Map<string, Set<Entry>>();
  /** Entries by their expiry. Created when the cache is full for the first time; a cache that never fills does not pay for it. */
  #expiries: ExpiryHeap<Entry> | undefined;
  #newest: Entry | undefined;
  #oldest: Entry | undefined;

  constructor(maxEntries: number, maxBytes: number) {
    this.#maxEntries = maxEntries;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Returns the entry if it is a value that has not expired. This does not count as a use. */
  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || isLive(entry)) return entry;
    this.peek(key);
    return undefined;
  }

  /** Returns the entry, including a stale one or a cached absence or error; `undefined` if there is none. This does not count as a use. */
  peek(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || isFuture(entry.staleUntil)) return entry;
    this.#remove(entry);
    return undefined;
  }

  /** Counts a use and makes the entry the most recently used one. */
  touch(entry: Entry): void {
    entry.hits++;
    if (entry === this.#newest) return;
    this.#unlink(entry);
    this.#link(entry);
  }

  put({ key, kind, value, bytes, tags, ttl, staleFor }: NewEntry): void {
    const created = Date.now();
    const expires = created + ttl;
    const present = this.#entries.get(key);
    if (present) this.#remove(present);
    const entry: Entry = {
      key,
      kind,
      value,
      created,
      expires,
      staleUntil: expires + staleFor,
      bytes,
      tags,
      hits: 0,
      place: -1,
      older: undefined,
      newer: undefined,
    };
    this.#entries.set(key, entry);
    this.#link(entry);
    this.bytes += bytes;
    for (const tag of tags) this.#entriesWith(tag).add(entry);
    this.#expiries?.add(entry);
    while (this.#oldest && (this.size > this.#maxEntries || this.bytes > this.#maxBytes)) this.#evict(this.#oldest);
  }

  /** Removes an entry and returns whether it was a value that had not expired. */
  delete(key: string): boolean {
    const entry = this.peek(key);
    if (entry) this.#remove(entry);
    return entry !== undefined && isLive(entry);
  }

  /** Removes all entries with the tag and returns how many of them were live. */
  deleteTagged(tag: string): number {
    const entries = [...(this.#tagged.get(tag) ?? [])];
    for (const entry of entries) this.#remove(entry);
    return entries.filter(isLive).length;
  }

  /** Removes all entries that may not even be returned as stale values, and returns their number. */
  prune(): number {
    const before = this.size;
    for (const key of this.#entries.keys()) this.peek(key);
    return before - this.size;
  }

  /** Yields all live entries, least recently used first. */
  *entries(): Generator<Entry> {
    for (let entry = this.#oldest; entry; entry = entry.newer) if (isLive(entry)) yield entry;
  }

  clear(): void {
    this.#entries.clear();
    this.#tagged.clear();
    this.bytes = 0;
    this.#expiries = undefined;
    this.#newest = this.#oldest = undefined;
  }

  /** Makes room: removes an expired entry, or else the least recently used one. */
  #evict(oldest: Entry): void {
    const evicted = this.#byExpiry().expired(Date.now()) ?? oldest;
    this.#remove(evicted);
    // An entry that could not even be returned as a stale value is no loss.
    if (isFuture(evicted.staleUntil)) this.evictions++;
  }

  #byExpiry(): ExpiryHeap<Entry> {
    if (this.#expiries) return this.#expiries;
    this.#expiries = new ExpiryHeap();
    for (const entry of this.#entries.values()) this.#expiries.add(entry);
    return this.#expiries;
  }

  #entriesWith(tag: string): Set<Entry> {
    const tagged = this.#tagged.get(tag) ?? new Set();
    this.#tagged.set(tag, tagged);
    return tagged;
  }

  #remove(entry: Entry): void {
    this.#unlink(entry);
    this.#expiries?.remove(entry);
    this.#entries.delete(entry.key);
    this.bytes -= entry.bytes;
    for (const tag of entry.tags) {
      const tagged = this.#tagged.get(tag);
      if (tagged?.delete(entry) && tagged.size === 0) this.#tagged.delete(tag);
    }
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

/** Whether the entry is a value that has not expired. */
const isLive = ({ kind, expires }: Entry): boolean => kind === 'value' && isFuture(expires);

/** Whether a time (ms since the epoch) is in the future. `Infinity` needs no clock reading. */
export const isFuture = (time: number): boolean => time === Number.POSITIVE_INFINITY || time > Date.now();
