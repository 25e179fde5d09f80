import type { Core, Host } from '@suga/gateway';
import { assertArray, assertNames, assertString } from '@suga/gateway/check';
import type { Cache, CacheOptions } from './contract.js';
import { type Counters, GetOrCompute } from './get-or-compute.js';
import { InFlightComputations } from './in-flight-computations.js';
import { type Entry, type EntryKind, LruStore } from './lru-store.js';
import { type EntrySettings, parseEntry, parseKey, parseOptions } from './validation.js';

/** Creates a cache. Two gateways never share one. */
export function create(options: CacheOptions, host: Host): Core<Cache> {
  const { maxEntries, maxBytes, sizeOf, refreshTimeout, ttl: defaultTtl } = parseOptions(options);
  const store = new LruStore(maxEntries, maxBytes);
  const computations = new InFlightComputations(host);
  const counts: Counters = { hits: 0, misses: 0, tooLarge: 0, joined: 0, stale: 0, refreshes: 0, failedRefreshes: 0 };

  const shared = options.shared
    ? new (require('./shared-tier.js') as typeof import('./shared-tier.js')).SharedTier(options.shared, { host, ttl: defaultTtl, computations })
    : undefined;

  const lookUp = (key: string): Entry | undefined => {
    const entry = store.get(parseKey(key));
    if (entry) {
      counts.hits++;
      store.touch(entry);
    } else {
      counts.misses++;
    }
    return entry;
  };

  const put = (kind: EntryKind, value: unknown, { key, ttl, tags, bytes = sizeOf(value, key) }: EntrySettings, staleFor = 0): void => {
    if (bytes > maxBytes) {
      counts.tooLarge++;
      store.delete(key);
    } else {
      store.put({ key, kind, value, bytes, tags, ttl, staleFor });
    }
  };

  const supersede = (key: string): void => {
    computations.supersede(key);
    shared?.remove(key);
  };

  const set = (value: unknown, entry: EntrySettings): void => {
    supersede(entry.key);
    if (value === undefined) store.delete(entry.key);
    else put('value', value, entry);
  };

  const remove = (key: string): boolean => {
    supersede(parseKey(key));
    return store.delete(key);
  };

  const getOrCompute = new GetOrCompute({ store, computations, counts, shared, put, ttl: defaultTtl });

  const operations: Cache = {
    get: <T>(key: string, fallback?: T) => {
      const entry = lookUp(key);
      return (entry ? entry.value : fallback) as T;
    },
    set: (key, value, entryOptions) => set(value, withSize(value, parseEntry(key, entryOptions, defaultTtl), sizeOf)),
    has: (key) => store.get(parseKey(key)) !== undefined,
    delete: remove,
    clear: () => {
      const entries = [...store.entries()].length;
      computations.clear();
      store.clear();
      return entries;
    },
    getMany: <T>(keys: readonly string[]) => assertArray('cache', 'keys', keys).map((key) => lookUp(key)?.value as T | undefined),
    setMany: (list) => {
      // All or nothing: all entries are checked and measured before the first one is stored.
      const entries = assertArray('cache', 'entries', list).map((each) => [each?.value, parseEntry(each?.key, each, defaultTtl)] as const);
      for (const [value, entry] of entries) withSize(value, entry, sizeOf);
      for (const [value, entry] of entries) set(value, entry);
    },
    deleteMany: (keys) => assertArray('cache', 'keys', keys).filter(remove).length,
    getOrCompute: (key, compute, computeOptions) => getOrCompute.run(key, compute, computeOptions),
    invalidateTags: (tags) => {
      let removed = 0;
      for (const tag of assertNames('cache', 'tags', tags)) {
        computations.supersedeTagged(tag);
        shared?.invalidateTag(tag);
        removed += store.deleteTagged(tag);
      }
      return removed;
    },
    metadata: (key) => {
      const entry = store.get(parseKey(key));
      if (!entry) return undefined;
      const { created: createdAt, expires: expiresAt, hits, bytes, tags } = entry;
      return { createdAt, expiresAt, hits, bytes, tags };
    },
    keys: (prefix = '') => keysWithPrefix(assertString('cache', 'prefix', prefix), store),
    prune: () => store.prune(),
    stats: () => ({
      entries: store.size,
      maxEntries,
      bytes: store.bytes,
      maxBytes,
      evictions: store.evictions,
      ...counts,
      ...(shared && { shared: { ...shared.stats } }),
    }),
  };
  return {
    operations,
    heldState: () => (store.size > 0 ? `${store.size} entries` : undefined),
    start: () => computations.startDeferred(),
    end: (invocation) => computations.awaitRefreshes(invocation, refreshTimeout),
    ended: (invocation) => computations.abandon(invocation),
    [Symbol.dispose]: () => {
      computations.clear();
      store.clear();
    },
  };
}

const keysWithPrefix = (prefix: string, store: LruStore): string[] => Array.from(store.entries(), ({ key }) => key).filter((key) => key.startsWith(prefix));

/** Measures a value before anything is changed, so that a value that cannot be measured changes nothing. */
function withSize(value: unknown, entry: EntrySettings, sizeOf: (value: unknown, key: string) => number): EntrySettings {
  if (value !== undefined) entry.bytes = sizeOf(value, entry.key);
  return entry;
}
