import { type Expiring, ExpiryHeap } from '@suga/gateway/expiry';
import { applyCommand, type Entry } from './apply-command.js';
import type { Backend, CommandJob } from './backend.js';

/** An entry with its key and its place in the expiry heap. */
interface KeyedEntry extends Expiring {
  readonly key: string;
  readonly entry: Entry;
}

/**
 * Entries in the order of their last use. An expired entry is removed when it is next read, or when there is no more room. Expired
 * entries are removed before live ones. Otherwise a lock could be lost while an expired entry stays.
 */
class Entries {
  evictions = 0;
  readonly #nodes = new Map<string, KeyedEntry>();
  readonly #expiries = new ExpiryHeap<KeyedEntry>();

  get size(): number {
    return this.#nodes.size;
  }

  get(key: string): Entry | undefined {
    return this.#nodes.get(key)?.entry;
  }

  /** Sets the entry of a key, and counts as a use also if the entry is unchanged; `undefined` removes the key. */
  put(key: string, entry: Entry | undefined): void {
    const present = this.#nodes.get(key);
    const isSame = present !== undefined && present.entry === entry;
    this.#nodes.delete(key);
    if (isSame) {
      this.#nodes.set(key, present);
      return;
    }
    if (present) this.#expiries.remove(present);
    if (!entry) return;
    const node = { key, entry, expires: entry.until, place: -1 };
    this.#nodes.set(key, node);
    this.#expiries.add(node);
  }

  evict(): void {
    const expired = this.#expiries.expired(Date.now());
    const evicted = expired ?? (this.#nodes.values().next().value as KeyedEntry);
    this.#nodes.delete(evicted.key);
    this.#expiries.remove(evicted);
    if (!expired) this.evictions++;
  }

  clear(): void {
    this.#nodes.clear();
    this.#expiries.clear();
  }
}

/** Creates the backend that stores values in memory. */
export function memoryBackend(maxEntries: number): Backend {
  const entries = new Entries();
  const run = ({ commands, settle }: CommandJob): void => {
    for (const command of commands) {
      const { entry, outcome } = applyCommand(entries.get(command.key), command, Date.now());
      entries.put(command.key, entry);
      settle(command, outcome);
      if (entries.size > maxEntries) entries.evict();
    }
  };
  return {
    type: 'memory',
    maxBytes: Number.POSITIVE_INFINITY,
    run,
    stats: () => ({ requests: {}, retries: 0, unprocessed: 0, entries: entries.size, evictions: entries.evictions }),
    close: () => entries.clear(),
  };
}
