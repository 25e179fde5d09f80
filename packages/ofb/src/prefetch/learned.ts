import type { SequenceSettings } from '../config.js';
import type { SequencesReport } from '../contract.js';

/** A read, as it is asked for. */
export interface Follower {
  readonly interface: string;
  readonly operation: string;
  readonly args: readonly unknown[];
}

/** Reads that are kept in mind; and how many after each. */
const [MAX_READS, MAX_AFTER] = [500, 32];
/** When a read has been seen that often, all counts are halved: what was so long ago counts less. */
const FADE = 1000;
/** After so many invocations of a pause, and of a budget's life, its count begins anew. */
const BUDGET = 100;

interface Seen {
  times: number;
  readonly after: Map<string, { times: number; readonly read: Follower }>;
}

/** What is known of one type of request. */
export class Learned {
  fetched = 0;
  wasted = 0;
  readonly #settings: SequenceSettings;
  readonly #reads = new Map<string, Seen>();
  #used = 0;
  #gainedMs = 0;
  /** Fetched, wasted and invocations at the begin of the budget's life. */
  #since = { fetched: 0, wasted: 0, invocations: 0 };
  #invocations = 0;

  constructor(settings: SequenceSettings) {
    this.#settings = settings;
  }

  get #isPaused(): boolean {
    const fetched = this.fetched - this.#since.fetched;
    return fetched >= this.#settings.least && (this.wasted - this.#since.wasted) / fetched > this.#settings.waste;
  }

  /** What nearly always follows a read, the surest first. */
  after(id: string): readonly (readonly [string, Follower])[] {
    const seen = this.#reads.get(id);
    if (!seen || seen.times < this.#settings.least || this.#isPaused) return [];
    return [...seen.after]
      .filter(([, { times }]) => times / seen.times >= 1 - this.#settings.waste)
      .sort(([, one], [, other]) => other.times - one.times)
      .slice(0, this.#settings.most)
      .map(([next, { read }]) => [next, read] as const);
  }

  seen(id: string, after: readonly (readonly [string, Follower])[]): void {
    let seen = this.#reads.get(id);
    if (!seen && this.#reads.size >= MAX_READS) this.#forget();
    if (!seen) this.#reads.set(id, (seen = { times: 0, after: new Map() }));
    seen.times++;
    for (const [next, read] of after) {
      const known = seen.after.get(next);
      if (known) known.times++;
      else if (seen.after.size < MAX_AFTER) seen.after.set(next, { times: 1, read });
    }
    if (seen.times >= FADE || seen.after.size >= MAX_AFTER) fade(seen);
  }

  gained(ms: number): void {
    this.#used++;
    this.#gainedMs += ms;
  }

  ended(): void {
    this.#invocations++;
    if (this.#invocations - this.#since.invocations < BUDGET) return;
    this.#since = { fetched: this.fetched, wasted: this.wasted, invocations: this.#invocations };
  }

  report(): SequencesReport['requests'][string] {
    const { fetched, wasted } = this;
    return { fetched, used: this.#used, wasted, gainedMs: this.#gainedMs, paused: this.#isPaused };
  }

  /** Keys that are never seen again must not keep those out that are. */
  #forget(): void {
    for (const [id, { times }] of this.#reads) if (times < this.#settings.least) this.#reads.delete(id);
    if (this.#reads.size >= MAX_READS) this.#reads.clear();
  }
}

function fade(seen: Seen): void {
  seen.times = Math.ceil(seen.times / 2);
  for (const [next, known] of seen.after) {
    known.times = Math.floor(known.times / 2);
    if (known.times === 0) seen.after.delete(next);
  }
}
