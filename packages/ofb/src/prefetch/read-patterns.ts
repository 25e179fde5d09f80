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

interface ReadCount {
  times: number;
  readonly after: Map<string, { times: number; readonly read: Follower }>;
}

/** What is known of one type of request. */
export class ReadPatterns {
  fetched = 0;
  wasted = 0;
  readonly #settings: SequenceSettings;
  readonly #reads = new Map<string, ReadCount>();
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
    return fetched >= this.#settings.minObservations && (this.wasted - this.#since.wasted) / fetched > this.#settings.maxWaste;
  }

  /** What nearly always follows a read, the surest first. */
  after(id: string): readonly (readonly [string, Follower])[] {
    const readCount = this.#reads.get(id);
    if (!readCount || readCount.times < this.#settings.minObservations || this.#isPaused) return [];
    return [...readCount.after]
      .filter(([, { times }]) => times / readCount.times >= 1 - this.#settings.maxWaste)
      .sort(([, one], [, other]) => other.times - one.times)
      .slice(0, this.#settings.maxFollowers)
      .map(([next, { read }]) => [next, read] as const);
  }

  count(id: string, after: readonly (readonly [string, Follower])[]): void {
    let readCount = this.#reads.get(id);
    if (!readCount && this.#reads.size >= MAX_READS) this.#forget();
    if (!readCount) this.#reads.set(id, (readCount = { times: 0, after: new Map() }));
    readCount.times++;
    for (const [next, read] of after) {
      const known = readCount.after.get(next);
      if (known) known.times++;
      else if (readCount.after.size < MAX_AFTER) readCount.after.set(next, { times: 1, read });
    }
    if (readCount.times >= FADE || readCount.after.size >= MAX_AFTER) fade(readCount);
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
    for (const [id, { times }] of this.#reads) if (times < this.#settings.minObservations) this.#reads.delete(id);
    if (this.#reads.size >= MAX_READS) this.#reads.clear();
  }
}

function fade(readCount: ReadCount): void {
  readCount.times = Math.ceil(readCount.times / 2);
  for (const [next, known] of readCount.after) {
    known.times = Math.floor(known.times / 2);
    if (known.times === 0) readCount.after.delete(next);
  }
}
