import type { Core, Host } from '@suga/gateway';
import type { Cache, CacheOptions } from './contract.js';
import { Computing, type Counts } from './get-or-compute.js';
import { Computations } from './in-flight-computations.js';
import { type Entry, type Kind, Store } from './lru-store.js';
import { type Checked, entryOf, keyOf, listOf, prefixOf, settings, tagsOf } from './validation.js';

/** Makes a cache of its own; two gateways never share one. */
export function create(options: CacheOptions, host: Host): Core<Cache> {
  const { maxEntries, maxBytes, sizeOf, refreshTimeout, ttl: defaultTtl } = settings(options);
  const store = new Store(maxEntries, maxBytes);
  const computations = new Computations(host);
  const counts: Counts = { hits: 0, misses: 0, tooLarge: 0, joined: 0, stale: 0, refreshes: 0, failedRefreshes: 0 };

  const shared = options.shared
    ? new (require('./shared-tier.js') as typeof import('./shared-tier.js')).Shared(options.shared, { host, ttl: defaultTtl, computations })
    : undefined;

  const found = (key: string): Entry | undefined => {
    const entry = store.live(keyOf(key));
    if (entry) {
      counts.hits++;
      store.use(entry);
    } else {
      counts.misses++;
    }
    return entry;
  };

  const put = (kind: Kind, value: unknown, { key, ttl, tags, bytes = sizeOf(value, key) }: Checked, staleFor = 0): void => {
    if (bytes > maxBytes) {
      counts.tooLarge++;
      store.delete(key);
    } else {
      store.put({ key, kind, value, bytes, tags, ttl, staleFor });
    }
  };

  const overtake = (key: string): void => {
    computations.overtake(key);
    shared?.forget(key);
  };

  const set = (value: unknown, entry: Checked): void => {
    overtake(entry.key);
    if (value === undefined) store.delete(entry.key);
    else put('value', value, entry);
  };

  const remove = (key: string): boolean => {
    overtake(keyOf(key));
    return store.delete(key);
  };

  const computing = new Computing({ store, computations, counts, shared, put, ttl: defaultTtl });

  const operations: Cache = {
    get: <T>(key: string, fallback?: T) => {
      const entry = found(key);
      return (entry ? entry.value : fallback) as T;
    },
    set: (key, value, given) => set(value, measured(value, entryOf(key, given, defaultTtl), sizeOf)),
    has: (key) => store.live(keyOf(key)) !== undefined,
    delete: remove,
    clear: () => {
      const entries = [...store.all()].length;
      computations.clear();
      store.clear();
      return entries;
    },
    getMany: <T>(keys: readonly string[]) => listOf('keys', keys).map((key) => found(key)?.value as T | undefined),
    setMany: (given) => {
      // All or nothing: one that cannot be stored leaves the others as they were.
      const entries = listOf('entries', given).map((each) => [each?.value, entryOf(each?.key, each, defaultTtl)] as const);
      for (const [value, entry] of entries) measured(value, entry, sizeOf);
      for (const [value, entry] of entries) set(value, entry);
    },
    deleteMany: (keys) => listOf('keys', keys).filter(remove).length,
    getOrCompute: (key, compute, given) => computing.getOrCompute(key, compute, given),
    invalidateTags: (tags) => {
      let gone = 0;
      for (const tag of tagsOf(tags)) {
        computations.overtakeTagged(tag);
        shared?.forgetTagged(tag);
        gone += store.deleteTagged(tag);
      }
      return gone;
    },
    metadata: (key) => {
      const entry = store.live(keyOf(key));
      if (!entry) return undefined;
      const { created: createdAt, expires: expiresAt, hits, bytes, tags } = entry;
      return { createdAt, expiresAt, hits, bytes, tags };
    },
    keys: (prefix = '') => beginning(prefixOf(prefix), store),
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
    start: () => computations.start(),
    end: (invocation) => computations.end(invocation, refreshTimeout),
    ended: (invocation) => computations.leave(invocation),
    [Symbol.dispose]: () => {
      computations.clear();
      store.clear();
    },
  };
}

const beginning = (prefix: string, store: Store): string[] => Array.from(store.all(), ({ key }) => key).filter((key) => key.startsWith(prefix));

/** Notes what a value takes before anything is changed: one that cannot be measured leaves all as it was. */
function measured(value: unknown, entry: Checked, sizeOf: (value: unknown, key: string) => number): Checked {
  if (value !== undefined) entry.bytes = sizeOf(value, entry.key);
  return entry;
}
