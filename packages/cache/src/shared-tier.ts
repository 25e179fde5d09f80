import type { Invocation } from '@suga/gateway';
import { assertString } from '@suga/gateway/check';
import { withTimeout } from '@suga/gateway/deadline';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { SharedOptions, SharedStats } from './contract.js';
import { isJsonSafe } from './json-safe.js';
import { type InvalidationMarks, isValid, NO_LIMIT, type SharedEntry } from './shared-entry.js';
import type { ComputationOptions, SharedComputation, SharedRead, SharedTierDeps, Store } from './shared-tier-contract.js';
import { assertTime, type EntrySettings } from './validation.js';

/** Pause in ms after a timeout or `Unavailable`: the store is not read during it. */
const PAUSE = 1000;
/** Longest invocation in ms. A value that was being computed when its key was removed is written to the store within this time. */
const MAX_INVOCATION = 900_000;

/** Values that execution environments share through the store. Failures of the store are counted and reported, never thrown. */
export class SharedTier {
  readonly stats: { -readonly [Name in keyof SharedStats]: SharedStats[Name] } = { hits: 0, misses: 0, writes: 0, failures: 0 };
  readonly #deps: SharedTierDeps;
  readonly #ttl: number | undefined;
  readonly #prefix: string;
  readonly #timeout: number;
  /** Writes in progress by key. Later reads and writes of the key wait for them. */
  readonly #writes = new Map<string, Promise<unknown>>();
  /** Removals of this tick. Each invocation sends its own, because it has its own deadline. */
  readonly #removals = new Map<Invocation | undefined, { readonly keys: Set<string>; readonly sent: Promise<unknown> }>();
  readonly #warned = new Set<string>();
  #pausedUntil = 0;

  /** @throws `InvalidParams`, or `NotInstalled` if the gateway has no store */
  constructor(options: true | SharedOptions, deps: SharedTierDeps) {
    if ((typeof options !== 'object' && options !== true) || Array.isArray(options)) throw invalidParam('cache', 'shared', options, 'true or an object');
    const { ttl, prefix = 'cache:', timeout = 250 } = options === true ? {} : options;
    if (ttl !== undefined) assertTime('shared.ttl', ttl);
    assertTime('shared.timeout', timeout);
    assertString('cache', 'shared.prefix', prefix);
    if (!deps.host.has('store')) throw new SugaError('NotInstalled', 'cache: "shared" needs "store" in the same gateway: add @suga/store to it.');
    [this.#deps, this.#ttl, this.#prefix, this.#timeout] = [deps, ttl, prefix, timeout];
  }

  computation<T>({ key, ttl, tags }: EntrySettings, compute: () => T | PromiseLike<T>, options: ComputationOptions): SharedComputation<T> {
    let marks: InvalidationMarks | undefined;
    let remaining = ttl;
    return {
      get: async () => {
        // A refresh ignores a shared value that is itself out of date.
        const read = await this.#read(key, tags, options.isRefresh ? Date.now() - ttl : -NO_LIMIT);
        if (!read?.found) {
          marks = read?.marks;
          return compute();
        }
        const { expires, value } = read.found;
        remaining = Math.min(ttl, (expires ?? NO_LIMIT) - Date.now());
        return value as T;
      },
      ttl: () => remaining,
      put: (value) => {
        if (!marks) return;
        if (isJsonSafe(value)) this.#put(this.#key('k', key), { ...marks, value, tags }, Math.min(options.ttl ?? NO_LIMIT, this.#ttl ?? ttl));
        else if (options.isRefresh) this.remove(key);
      },
    };
  }

  /** Removes a key. All removals of one tick are sent in one call. */
  remove(key: string): void {
    const owner = this.#deps.host.invocation();
    let removal = this.#removals.get(owner);
    if (!removal) {
      const keys = new Set<string>();
      const sent = Promise.resolve().then(() => {
        this.#removals.delete(owner);
        return this.#sendRemovals([...keys]);
      });
      this.#removals.set(owner, (removal = { keys, sent }));
    }
    removal.keys.add(key);
    this.#holdResponse(removal.sent);
  }

  /** Makes all shared values with the tag invalid. */
  invalidateTag(tag: string): void {
    const key = this.#key('t', tag);
    this.#holdResponse(this.#write([key], (store) => store.increment(key)));
  }

  /** Makes the response wait for `work`. */
  #holdResponse(work: Promise<unknown>): void {
    this.#deps.computations.holdResponse(work);
  }

  async #read(key: string, tags: readonly string[], since: number): Promise<SharedRead | undefined> {
    if (Date.now() < this.#pausedUntil) return undefined;
    try {
      const [stored, removal = null, ...versions] = await this.#inTime(
        this.#getMany([this.#key('k', key), this.#key('r', key), ...tags.map((tag) => this.#key('t', tag))]),
      );
      const marks = { removal, versions: versions.map((version) => version ?? 0) };
      const found = isValid(stored, marks, tags, since) ? stored : undefined;
      this.stats[found ? 'hits' : 'misses']++;
      return { found, marks };
    } catch (error) {
      // Any other failure concerns this key only, so other keys are still read.
      if ((error as Partial<SugaError<string>> | undefined)?.code === 'Unavailable') this.#pausedUntil = Date.now() + PAUSE;
      this.#failed(error);
      return undefined;
    }
  }

  async #getMany(keys: readonly string[]): Promise<readonly unknown[]> {
    for (const { sent } of [...this.#removals.values()]) await sent;
    await this.#settled(keys);
    return this.#store().getMany(keys);
  }

  #put(key: string, entry: Omit<SharedEntry, 'at' | 'expires'>, ttl: number): void {
    const at = Date.now();
    const expires = ttl === NO_LIMIT ? null : at + ttl;
    this.#holdResponse(this.#write([key], (store) => store.set(key, { ...entry, at, expires }, { ttl }).then(() => this.stats.writes++)));
  }

  /** Deletes values and leaves a removal mark for each. A mark lives as long as a value that was being computed at that time can. */
  #sendRemovals(keys: readonly string[]): Promise<unknown> {
    const value = `${Date.now()}-${Math.random()}`;
    const options = { ttl: (this.#ttl ?? this.#deps.ttl) + MAX_INVOCATION };
    const names = keys.map((key) => this.#key('k', key));
    const calls = keys.flatMap((key, index) => [
      { operation: 'set', params: { key: this.#key('r', key), value, options } },
      { operation: 'delete', params: { key: names[index] } },
    ]);
    return this.#write(names, async (store) => {
      for (const outcome of await store.run(calls)) if ('error' in outcome) throw outcome.error;
    });
  }

  #write(keys: readonly string[], work: (store: Store) => Promise<unknown>): Promise<unknown> {
    const write = this.#settled(keys)
      .then(() => work(this.#store()))
      .catch((error) => this.#failed(error))
      .finally(() => {
        for (const key of keys) if (this.#writes.get(key) === write) this.#writes.delete(key);
      });
    for (const key of keys) this.#writes.set(key, write);
    return write;
  }

  #settled(keys: readonly string[]): Promise<unknown> {
    return Promise.all(keys.map((key) => this.#writes.get(key)));
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    return withTimeout(work, this.#timeout, () => {
      throw new SugaError<'Unavailable'>('Unavailable', `no response within ${this.#timeout} ms`);
    });
  }

  #failed(error: unknown): void {
    this.stats.failures++;
    const message = `cache: the shared store failed and was skipped: ${(error as Error | undefined)?.message}`;
    if (this.#warned.has(message) || this.#warned.size > 20) return;
    this.#warned.add(message);
    process.emitWarning(message);
  }

  #store(): Store {
    return this.#deps.host.peer<Store>('store');
  }

  /** @param kind `k` for a value, `r` for its removal, `t` for a tag. */
  #key(kind: 'k' | 'r' | 't', key: string): string {
    return `${this.#prefix}${kind}:${key}`;
  }
}
