import type { SequenceSettings } from '../config.js';
import type { SequencesReport } from '../contract.js';

/** A read that can be prefetched. */
export interface Follower {
  readonly interface: string;
  readonly operation: string;
  readonly args: readonly unknown[];
}

/** Maximum number of reads, and of followers per read. */
const [MAX_READS, MAX_AFTER] = [500, 32];
/** After this many observations of a read, its counts are halved, so that old observations count less. */
const FADE = 1000;
/** Number of invocations after which the waste budget starts again at zero. This also ends a pause. */
const BUDGET = 100;

interface ReadCount {
  times: number;
  readonly after: Map<string, { times: number; readonly read: Follower }>;
}

/** Statistics of one request type. */
export class ReadPatterns {
  fetched = 0;
  wasted = 0;
  readonly #settings: SequenceSettings;
  readonly #reads = new Map<string, ReadCount>();
  #used = 0;
  #gainedMs = 0;
  /** The counters at the start of the present budget. */
  #since = { fetched: 0, wasted: 0, invocations: 0 };
  #invocations = 0;

  constructor(settings: SequenceSettings) {
    this.#settings = settings;
  }

  get #isPaused(): boolean {
    const fetched = this.fetched - this.#since.fetched;
    return fetched >= this.#settings.minObservations && (this.wasted - this.#since.wasted) / fetched > this.#settings.maxWaste;
  }

  /** Returns the reads that nearly always follow a read, the most frequent first. */
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

  /** Makes room: reads that never occur again must not keep new ones out. */
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
