import type { Core } from '@suga/gateway';
import { SugaError } from '@suga/gateway/errors';
import type { Cache, CacheOptions, EntryOptions } from './contract.js';
import { Store } from './store.js';

/** Makes a cache of its own; two gateways never share one. */
export function create({ ttl: defaultTtl = 300_000, maxEntries = 1000 }: CacheOptions): Core<Cache> {
  assertTtl(defaultTtl);
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) throw invalid('maxEntries', maxEntries, 'a whole number from 1');
  const store = new Store(maxEntries);
  const computing = new Map<string, Promise<unknown>>();
  let [hits, misses, joined] = [0, 0, 0];

  const get = <T>(key: string, fallback?: T): T | undefined => {
    const value = store.get(key);
    if (value === undefined) {
      misses++;
      return fallback;
    }
    hits++;
    return value as T;
  };

  const set = (key: string, value: unknown, { ttl = defaultTtl }: EntryOptions = {}): void => {
    assertEntry(key, ttl);
    if (value === undefined) store.delete(key);
    else store.set(key, value, ttl);
  };

  const getOrCompute = <T>(key: string, compute: () => T | PromiseLike<T>, options: EntryOptions = {}): Promise<T> => {
    const running = computing.get(key);
    if (running) {
      joined++;
      return running as Promise<T>;
    }
    const value = get<T>(key);
    if (value !== undefined) return Promise.resolve(value);
    // What cannot be stored is refused before the work is done.
    assertEntry(key, options.ttl ?? defaultTtl);
    const computed = (async () => compute())();
    const stored = computed.then((made) => {
      set(key, made, options);
      return made;
    });
    computing.set(key, stored);
    return stored.finally(() => computing.delete(key));
  };

  const clear = (): number => {
    const { size } = store;
    store.clear();
    return size;
  };

  return {
    operations: {
      get,
      set,
      has: (key) => store.has(key),
      delete: (key) => store.delete(key),
      clear,
      getMany: <T>(keys: readonly string[]) => keys.map((key) => get<T>(key)),
      setMany: (entries) => {
        // All or nothing: one that cannot be stored leaves the others as they were.
        for (const { key, ttl = defaultTtl } of entries) assertEntry(key, ttl);
        for (const entry of entries) set(entry.key, entry.value, entry);
      },
      deleteMany: (keys) => keys.filter((key) => store.delete(key)).length,
      getOrCompute,
      stats: () => ({ entries: store.size, maxEntries, hits, misses, evictions: store.evictions, joined }),
    },
    holds: () => (store.size > 0 ? `${store.size} entries` : undefined),
    [Symbol.dispose]: () => store.clear(),
  };
}

function assertEntry(key: string, ttl: number): void {
  if (typeof key !== 'string' || key === '') throw invalid('key', key, 'a string that is not empty');
  assertTtl(ttl);
}

function assertTtl(ttl: number): void {
  if (typeof ttl !== 'number' || !(ttl > 0)) throw invalid('ttl', ttl, 'a number of milliseconds above 0, or Infinity');
}

function invalid(name: string, value: unknown, expected: string): SugaError {
  const got = typeof value === 'number' ? String(value) : value === '' ? '""' : typeof value;
  return new SugaError('InvalidParams', `cache: "${name}" must be ${expected}, got ${got}.`, { issues: [{ param: name, problem: 'invalid', expected, got }] });
}
