import { collectGarbage, processMemory } from '@suga/gateway/memory';
import type { Settings } from './config.js';
import type { LmmsReport } from './contract.js';

/** Minimum time in ms between two collections. If one did not help, another one right after it will not help either. */
const COLLECTION_INTERVAL = 60_000;

/** Measures how close the process is to its memory limits, and collects garbage as the last resort. */
export class MemoryPressure {
  readonly collections: { count: number; totalMs: number } = { count: 0, totalMs: 0 };
  readonly #settings: Settings;
  #lastCollection = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  isHigh(): boolean {
    return this.now().pressure >= this.#settings.pressure;
  }

  now(): LmmsReport['memory'] {
    const { heapUsed, rss, pressure } = processMemory();
    return { heapUsed, rss, pressure };
  }

  /** Collects garbage if the settings allow it, at most once per interval. */
  relieve(): void {
    if (!this.#settings.collect || Math.abs(Date.now() - this.#lastCollection) < COLLECTION_INTERVAL) return;
    const started = process.hrtime.bigint();
    if (!collectGarbage()) return;
    this.#lastCollection = Date.now();
    this.collections.count++;
    this.collections.totalMs += Number(process.hrtime.bigint() - started) / 1e6;
  }
}
