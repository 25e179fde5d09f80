// Prints the time in ns of a hit and of a new value, in our cache's core and in lru-cache: loops in turn, the median of many rounds.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { layerFolder } from '@suga/layer';
import { LRUCache } from 'lru-cache';

interface Store {
  get(key: string): unknown;
  set(key: string, value: unknown): unknown;
}

const core = createRequire(join(layerFolder, 'nodejs/node_modules/@suga/x.js'))('@suga/cache/core.js') as {
  create(options: object, host: object): { operations: Store };
};
const { operations } = core.create({ ttl: 60_000, maxEntries: 1000 }, { invocation: () => undefined });
const lru = new LRUCache<string, object>({ max: 1000, ttl: 60_000 });
const stores: Readonly<Record<string, Store>> = { own: operations, lru: { get: (key) => lru.get(key), set: (key, value) => lru.set(key, value as object) } };

const [rounds, calls] = [61, 20_000];
const keys = Array.from({ length: 2000 }, (_, index) => `key:${index}`);
const value = { name: 'lamp' };
const works = { get: (store: Store, key: string) => store.get(key), set: (store: Store, key: string) => store.set(key, value) };
const taken: Record<string, number[]> = {};

for (let round = 0; round < rounds; round++) {
  for (const [work, run] of Object.entries(works)) {
    for (const [name, store] of Object.entries(stores)) {
      // Hits: half of the keys fit. New values: every key was evicted just before.
      for (let index = 0; index < 1000; index++) store.set(keys[index] as string, value);
      const span = work === 'get' ? 1000 : keys.length;
      const started = process.hrtime.bigint();
      for (let index = 0; index < calls; index++) run(store, keys[index % span] as string);
      (taken[`${work}.${name}`] ??= []).push(Number(process.hrtime.bigint() - started) / calls);
    }
  }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
console.log(JSON.stringify(Object.fromEntries(Object.entries(taken).map(([name, values]) => [name, median(values)]))));
