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

  const get = <T>(key: string, fallback?: T): T => {
    assertKey(key);
    const value = store.get(key);
    if (value === undefined) {
      misses++;
      return fallback as T;
    }
    hits++;
    return value as T;
  };

  const set = (key: string, value: unknown, { ttl = defaultTtl }: EntryOptions = {}): void => {
    assertEntry(key, ttl);
    computing.delete(key);
    if (value === undefined) store.delete(key);
    else store.set(key, value, ttl);
  };

  const remove = (key: string): boolean => {
    assertKey(key);
    computing.delete(key);
    return store.delete(key);
  };

  const getOrCompute = async <T>(key: string, compute: () => T | PromiseLike<T>, { ttl = defaultTtl }: EntryOptions = {}): Promise<T> => {
    // What cannot be stored is refused before the work is done.
    assertEntry(key, ttl);
    const running = computing.get(key);
    if (running) {
      joined++;
      return running as Promise<T>;
    }
    const value = get<T | undefined>(key);
    if (value !== undefined) return value;
    const computed = (async () => compute())();
    computing.set(key, computed);
    try {
      const made = await computed;
      // Unless the key was set or deleted meanwhile: what was computed before that is out of date.
      if (computing.get(key) === computed && made !== undefined) store.set(key, made, ttl);
      return made;
    } finally {
      if (computing.get(key) === computed) computing.delete(key);
    }
  };

  const clear = (): number => {
    const { size } = store;
    computing.clear();
    store.clear();
    return size;
  };

  return {
    operations: {
      get,
      set,
      has: (key) => {
        assertKey(key);
        return store.has(key);
      },
      delete: remove,
      clear,
      getMany: <T>(keys: readonly string[]) => keys.map((key) => get<T | undefined>(key)),
      setMany: (given) => {
        const entries = [...given];
        // All or nothing: one that cannot be stored leaves the others as they were.
        for (const { key, ttl = defaultTtl } of entries) assertEntry(key, ttl);
        for (const entry of entries) set(entry.key, entry.value, entry);
      },
      deleteMany: (keys) => keys.filter(remove).length,
      getOrCompute,
      stats: () => ({ entries: store.size, maxEntries, hits, misses, evictions: store.evictions, joined }),
    },
    holds: () => (store.size > 0 ? `${store.size} entries` : undefined),
    [Symbol.dispose]: () => store.clear(),
  };
}

function assertEntry(key: string, ttl: number): void {
  assertKey(key);
  assertTtl(ttl);
}

function assertKey(key: string): void {
  if (typeof key !== 'string' || key === '') throw invalid('key', key, 'a string that is not empty');
}

function assertTtl(ttl: number): void {
  if (typeof ttl !== 'number' || !(ttl > 0)) throw invalid('ttl', ttl, 'a number of milliseconds above 0, or Infinity');
}

function invalid(name: string, value: unknown, expected: string): SugaError {
  const got = typeof value === 'number' ? String(value) : value === '' ? '""' : typeof value;
  return new SugaError('InvalidParams', `cache: "${name}" must be ${expected}, got ${got}.`, { issues: [{ param: name, problem: 'invalid', expected, got }] });
}
