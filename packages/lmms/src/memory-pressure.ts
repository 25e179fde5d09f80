import { memorySetting, type Settings } from './config.js';
import type { LmmsReport } from './contract.js';

/** Between two collections, in ms: one that did not help will not help at once. */
const COLLECTION_INTERVAL = 60_000;

/** How near the process is to its limits, and the last resort. */
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
    const { heapUsed, rss } = process.memoryUsage();
    const { heap_size_limit: limit } = process.getBuiltinModule('node:v8').getHeapStatistics();
    const setting = (memorySetting() ?? 0) * 2 ** 20;
    // On Managed Instances `rss` counts all workers together, and the heap is each one's own.
    return { heapUsed, rss, pressure: Math.max(heapUsed / limit, setting > 0 ? rss / setting : 0) };
  }

  /** Only this kind of collection gives memory back to the system; an ordinary one keeps it for V8. */
  relieve(): void {
    const { gc } = globalThis as { gc?: (options: object) => void };
    if (!this.#settings.collect || !gc || Math.abs(Date.now() - this.#lastCollection) < COLLECTION_INTERVAL) return;
    const started = process.hrtime.bigint();
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    this.#lastCollection = Date.now();
    this.collections.count++;
    this.collections.totalMs += Number(process.hrtime.bigint() - started) / 1e6;
  }
}
