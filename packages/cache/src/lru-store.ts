import { type Expiring, ExpiryHeap } from '@suga/gateway/expiry';

/** What a key stands for: a value, the knowledge that there is none, or a failure. */
export type EntryKind = 'value' | 'none' | 'error';

/** One key's entry. */
export interface Entry extends Expiring {
  readonly key: string;
  readonly kind: EntryKind;
  readonly value: unknown;
  /** When it was stored, in ms since the epoch. */
  readonly created: number;
  /** Until when it is good. */
  readonly expires: number;
  /** Until when it is retained: longer where it may be handed out stale. */
  readonly staleUntil: number;
  readonly bytes: number;
  readonly tags: readonly string[];
  hits: number;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** What `put` needs to know. */
export type NewEntry = Pick<Entry, 'key' | 'kind' | 'value' | 'bytes' | 'tags'> & { readonly ttl: number; readonly staleFor: number };

/**
 * Entries by key, linked in the order of their last use. An expired one is removed when it is met.
 * The wall clock and not a monotonic one: the latter stands still in some hosts while the process is frozen.
 */
export class LruStore {
  evictions = 0;
  bytes = 0;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  readonly #tagged = new Map<string, Set<Entry>>();
  /** Entries by their end. Made when the cache is full for the first time: one that never is pays nothing. */
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

  /** The entry if it stands for a value that is still good. Its use is not noted. */
  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || isLive(entry)) return entry;
    this.peek(key);
    return undefined;
  }

  /** The entry, also one that is kept past its time; `undefined` where there is none (any more). Its use is not noted. */
  peek(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || isFuture(entry.staleUntil)) return entry;
    this.#remove(entry);
    return undefined;
  }

  /** Notes a use: now it is the one used last. */
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

  /** Whether there was an entry that had not expired. */
  delete(key: string): boolean {
    const entry = this.peek(key);
    if (entry) this.#remove(entry);
    return entry !== undefined && isLive(entry);
  }

  /** Removes what has the tag and says how many were alive. */
  deleteTagged(tag: string): number {
    const entries = [...(this.#tagged.get(tag) ?? [])];
    for (const entry of entries) this.#remove(entry);
    return entries.filter(isLive).length;
  }

  /** Removes what is not even kept for being stale, and says how many it was. */
  prune(): number {
    const before = this.size;
    for (const key of this.#entries.keys()) this.peek(key);
    return before - this.size;
  }

  /** All that is live, used longest ago first. */
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

  /** Makes room: what has expired goes first, else what was used longest ago. */
  #evict(oldest: Entry): void {
    const evicted = this.#byExpiry().expired(Date.now()) ?? oldest;
    this.#remove(evicted);
    // What is not even kept for being stale is no loss.
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

/** Whether it stands for a value that is still good. */
const isLive = ({ kind, expires }: Entry): boolean => kind === 'value' && isFuture(expires);

/** Whether that time is still to come. What has no limit does not look at the clock. */
export const isFuture = (time: number): boolean => time === Number.POSITIVE_INFINITY || time > Date.now();
