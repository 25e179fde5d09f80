import type { Invocation } from '@suga/gateway';
import { invalidParam, SugaError } from '@suga/gateway/errors';
import type { SharedOptions, SharedStats } from './contract.js';
import { isPlain } from './json-safe.js';
import { ENDLESS, isGood, type Kept, type Seen } from './shared-entry.js';
import type { Place, Round, Store, Way } from './shared-tier-contract.js';
import { assertTime, type Checked } from './validation.js';

/** How long nothing is looked for where it gave no answer, in ms. */
const PAUSE = 1000;
/** No invocation takes longer: what was being computed when its key was removed is put into the store within that time, in ms. */
const LONGEST = 900_000;

/** Values that environments share through the store. Nothing in it ever throws or rejects. */
export class Shared {
  readonly stats: { -readonly [Name in keyof SharedStats]: SharedStats[Name] } = { hits: 0, misses: 0, writes: 0, failures: 0 };
  readonly #place: Place;
  readonly #ttl: number | undefined;
  readonly #prefix: string;
  readonly #timeout: number;
  /** Writes under way by their key: whatever comes after waits for them. */
  readonly #writing = new Map<string, Promise<unknown>>();
  /** Removals of this tick: each invocation sends its own, for it has its own deadline. */
  readonly #gone = new Map<Invocation | undefined, { readonly keys: Set<string>; readonly sent: Promise<unknown> }>();
  readonly #told = new Set<string>();
  #pausedUntil = 0;

  /** @throws `InvalidParams`, `NotInstalled` where the gateway has no store */
  constructor(options: true | SharedOptions, place: Place) {
    if (typeof options !== 'object' && options !== true) throw invalidParam('cache', 'shared', options, 'true or an object');
    const { ttl, prefix = 'cache:', timeout = 250 } = options === true ? {} : options;
    if (ttl !== undefined) assertTime('shared.ttl', ttl);
    assertTime('shared.timeout', timeout);
    if (typeof prefix !== 'string') throw invalidParam('cache', 'shared.prefix', prefix, 'a text');
    if (!place.host.has('store')) throw new SugaError('NotInstalled', 'cache: "shared" needs "store" in the same gateway: add @suga/store to it.');
    [this.#place, this.#ttl, this.#prefix, this.#timeout] = [place, ttl, prefix, Math.min(timeout, 2 ** 31 - 1)];
  }

  round<T>({ key, ttl, tags }: Checked, compute: () => T | PromiseLike<T>, way: Way): Round<T> {
    let seen: Seen | undefined;
    let left = ttl;
    return {
      work: async () => {
        // A refresh takes no value that would be out of date itself.
        const answer = await this.#look(key, tags, way.isRefresh ? Date.now() - ttl : -ENDLESS);
        if (!answer?.found) {
          seen = answer?.seen;
          return compute();
        }
        const { expires, value } = answer.found;
        left = Math.min(ttl, (expires ?? ENDLESS) - Date.now());
        return value as T;
      },
      ttl: () => left,
      keep: (value) => {
        if (!seen) return;
        if (isPlain(value)) this.#keep(this.#name('k', key), { ...seen, value, tags }, Math.min(way.ttl ?? ENDLESS, this.#ttl ?? ttl));
        else if (way.isRefresh) this.forget(key);
      },
    };
  }

  /** Removes a key; those of one tick go together. */
  forget(key: string): void {
    const by = this.#place.host.invocation();
    let gone = this.#gone.get(by);
    if (!gone) {
      const keys = new Set<string>();
      const sent = Promise.resolve().then(() => {
        this.#gone.delete(by);
        return this.#remove([...keys]);
      });
      this.#gone.set(by, (gone = { keys, sent }));
    }
    gone.keys.add(key);
    this.#hold(gone.sent);
  }

  /** Whatever has the tag counts for nothing from now on. */
  forgetTagged(tag: string): void {
    const key = this.#name('t', tag);
    this.#hold(this.#write([key], (store) => store.increment(key)));
  }

  /** The response waits for it. */
  #hold(work: Promise<unknown>): void {
    this.#place.computations.holdResponse(work);
  }

  async #look(key: string, tags: readonly string[], since: number): Promise<{ readonly found: Kept | undefined; readonly seen: Seen } | undefined> {
    if (Date.now() < this.#pausedUntil) return undefined;
    try {
      const [kept, removal = null, ...given] = await this.#inTime(
        this.#ask([this.#name('k', key), this.#name('r', key), ...tags.map((tag) => this.#name('t', tag))]),
      );
      const seen = { removal, versions: given.map((version) => version ?? 0) };
      const found = isGood(kept, seen, tags, since) ? kept : undefined;
      this.stats[found ? 'hits' : 'misses']++;
      return { found, seen };
    } catch (error) {
      // What is wrong with one key says nothing of the others.
      if ((error as Partial<SugaError<string>> | undefined)?.code === 'Unavailable') this.#pausedUntil = Date.now() + PAUSE;
      this.#failed(error);
      return undefined;
    }
  }

  async #ask(keys: readonly string[]): Promise<readonly unknown[]> {
    for (const { sent } of [...this.#gone.values()]) await sent;
    await this.#written(keys);
    return this.#store().getMany(keys);
  }

  #keep(key: string, kept: Omit<Kept, 'at' | 'expires'>, ttl: number): void {
    const at = Date.now();
    const expires = ttl === ENDLESS ? null : at + ttl;
    this.#hold(this.#write([key], (store) => store.set(key, { ...kept, at, expires }, { ttl }).then(() => this.stats.writes++)));
  }

  /** The values go; that they have gone is remembered for as long as one that was being computed then may be there. */
  #remove(keys: readonly string[]): Promise<unknown> {
    const value = `${Date.now()}-${Math.random()}`;
    const options = { ttl: (this.#ttl ?? this.#place.ttl) + LONGEST };
    const names = keys.map((key) => this.#name('k', key));
    const calls = keys.flatMap((key, index) => [
      { operation: 'set', params: { key: this.#name('r', key), value, options } },
      { operation: 'delete', params: { key: names[index] } },
    ]);
    return this.#write(names, async (store) => {
      for (const outcome of await store.run(calls)) if ('error' in outcome) throw outcome.error;
    });
  }

  #write(keys: readonly string[], work: (store: Store) => Promise<unknown>): Promise<unknown> {
    const written = this.#written(keys)
      .then(() => work(this.#store()))
      .catch((error) => this.#failed(error))
      .finally(() => {
        for (const key of keys) if (this.#writing.get(key) === written) this.#writing.delete(key);
      });
    for (const key of keys) this.#writing.set(key, written);
    return written;
  }

  #written(keys: readonly string[]): Promise<unknown> {
    return Promise.all(keys.map((key) => this.#writing.get(key)));
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new SugaError<'Unavailable'>('Unavailable', `no answer within ${this.#timeout} ms`)), this.#timeout);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(error: unknown): void {
    this.stats.failures++;
    const message = `cache: the shared tier could not be used, and is done without: ${(error as Error | undefined)?.message}`;
    if (this.#told.has(message) || this.#told.size > 20) return;
    this.#told.add(message);
    process.emitWarning(message);
  }

  #store(): Store {
    return this.#place.host.peer<Store>('store');
  }

  /** @param kind `k` for a value, `r` for its removal, `t` for a tag. */
  #name(kind: 'k' | 'r' | 't', key: string): string {
    return `${this.#prefix}${kind}:${key}`;
  }
}
